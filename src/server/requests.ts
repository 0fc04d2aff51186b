// A client's requests in the order of its connection (CommitProcessor): writes leave at once, in order;
// a read waits for the writes that its own client sent before it, and for nobody else's.

import { fifoLength, makeFifo, peekFifo, pushFifo, shiftFifo } from '../base/fifo.ts';
import { decodeRequestHeader, encodeReply } from '../jute/client.ts';
import { encodeRequestPacketData } from '../jute/quorum.ts';
import { CodecError } from '../jute/reader.ts';
import { touchSession } from '../tree/sessions.ts';
import { ERROR_CODE } from '../vocabulary/error-code.ts';
import type { Identity } from '../vocabulary/packet.ts';
import { OP_CODE, XID, opName } from '../vocabulary/request.ts';
import { forwardRequest, requestSync } from '../zab/peer.ts';
import { closeConnection } from './close.ts';
import { decodeOrNull, submit } from './lead.ts';
import { pathOf } from './paths.ts';
import { answerRead } from './reads.ts';
import {
  trace,
  type Answer,
  type Connection,
  type Pending,
  type ServerContext,
  type ServerState,
} from './state.ts';

/** zookeeper.globalOutstandingLimit: above it frames wait, and what waits is bounded too. */
const OUTSTANDING_MAX = 1000;
const STALLED_FRAMES_MAX = 20_000;
const STALLED_BYTES_MAX = 32 * 1024 * 1024;

const WRITES: ReadonlySet<number> = new Set([
  ...[OP_CODE.create, OP_CODE.create2, OP_CODE.createContainer, OP_CODE.createTTL],
  ...[OP_CODE.delete, OP_CODE.setData, OP_CODE.setACL, OP_CODE.check, OP_CODE.multi],
  OP_CODE.closeSession,
]);

export const makeQueue = (): Connection['queue'] => makeFifo();

/** One frame of an open session. */
export function onRequestFrame(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  frame: Uint8Array,
): void {
  touch(server, connection);
  if (server.inFlight < OUTSTANDING_MAX && fifoLength(connection.stalled) === 0) {
    accept(server, ctx, connection, frame);
    return;
  }
  pushFifo(connection.stalled, frame);
  connection.stalledBytes += frame.length;
  const tooMuch =
    fifoLength(connection.stalled) > STALLED_FRAMES_MAX ||
    connection.stalledBytes > STALLED_BYTES_MAX;
  if (tooMuch) closeConnection(server, ctx, connection, 'too many requests wait');
}

/** Lets frames go on that waited for fewer outstanding writes: in turn, so that nobody starves. */
export function resumeStalled(server: ServerState, ctx: ServerContext): void {
  for (const connection of [...server.connections.values()]) {
    while (server.inFlight < OUTSTANDING_MAX && connection.phase === 'open') {
      const frame = shiftFifo(connection.stalled);
      if (frame === undefined) break;
      connection.stalledBytes -= frame.length;
      accept(server, ctx, connection, frame);
    }
  }
}

function touch(server: ServerState, connection: Connection): void {
  if (server.sessions === null) server.touched.set(connection.session, connection.timeoutMillis);
  else touchSession(server.sessions, connection.session, connection.timeoutMillis);
}

function accept(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  frame: Uint8Array,
): void {
  let parsed: ReturnType<typeof decodeRequestHeader>;
  try {
    parsed = decodeRequestHeader(frame);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    const { id } = connection;
    trace(ctx, { kind: 'badFrame', from: `client ${String(id)}`, reason: error.message });
    closeConnection(server, ctx, connection, error.message);
    return;
  }
  const { xid, type } = parsed.header;
  const request = decodeOrNull(type, parsed.body);
  const waitsForLeader = WRITES.has(type) || type === OP_CODE.sync;
  const pending: Pending = {
    ...{ xid, type, request, body: parsed.body, waitsForLeader },
    answer: null,
  };
  const op = opName(type) ?? 'error';
  const { session } = connection;
  if (type !== OP_CODE.ping) {
    trace(ctx, { kind: 'requestReceived', session, xid, op, path: pathOf(request) });
  }
  pushFifo(connection.queue, pending);
  if (waitsForLeader) sendToLeader(server, ctx, connection, pending);
  drain(server, ctx, connection);
}

const authInfo = (connection: Connection): readonly Identity[] => [
  { scheme: 'ip', id: connection.address },
];

function sendToLeader(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  pending: Pending,
): void {
  const { xid: cxid, type, request, body } = pending;
  const { session } = connection;
  server.inFlight += 1;
  if (type === OP_CODE.sync) {
    pushFifo(server.syncs, { connection: connection.id, pending });
    requestSync(
      server.peer,
      ctx,
      encodeRequestPacketData({ sessionId: session, cxid, type, body }),
    );
    return;
  }
  if (server.role === 'leading') {
    submit(server, ctx, { session, cxid, type, request }, 'self');
    return;
  }
  trace(ctx, { kind: 'requestForwarded', session, cxid, op: opName(type) ?? 'error' });
  const data = encodeRequestPacketData({ sessionId: session, cxid, type, body });
  forwardRequest(server.peer, ctx, data, authInfo(connection));
}

/** The leader's word for the oldest sync: everything before it is in this tree now. */
export function onSynced(server: ServerState, ctx: ServerContext): void {
  const sync = shiftFifo(server.syncs);
  if (sync === undefined) return;
  server.inFlight -= 1;
  const { pending } = sync;
  const path = pathOf(pending.request);
  const zxid = server.tree.lastZxid;
  pending.answer =
    path === null
      ? { zxid, err: ERROR_CODE.MarshallingError, response: null }
      : { zxid, err: ERROR_CODE.Ok, response: { kind: 'path', path } };
  const connection = server.connections.get(sync.connection);
  if (connection !== undefined) drain(server, ctx, connection);
}

/** The answer to the oldest write of this connection that has none. */
export function answerWrite(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  cxid: number,
  answer: Answer,
): void {
  const { items, head } = connection.queue;
  for (let at = head; at < items.length; at += 1) {
    const pending = items[at];
    const isIt =
      pending?.waitsForLeader === true && pending.answer === null && pending.type !== OP_CODE.sync;
    if (!isIt || pending === undefined) continue;
    // Another cxid: an answer to a request of this session's earlier connection.
    if (pending.xid !== cxid) return;
    pending.answer = answer;
    server.inFlight -= 1;
    break;
  }
  drain(server, ctx, connection);
}

/** Answers from the front as far as answers are there. */
export function drain(server: ServerState, ctx: ServerContext, connection: Connection): void {
  for (;;) {
    const pending = peekFifo(connection.queue);
    if (pending === undefined || connection.phase !== 'open') return;
    if (!pending.waitsForLeader) {
      if (pending.type === OP_CODE.auth && !canAuthenticate(pending)) {
        refuseAuth(server, ctx, connection, pending);
        return;
      }
      pending.answer = readOf(server, ctx, connection, pending);
    }
    if (pending.answer === null) return;
    shiftFifo(connection.queue);
    reply(ctx, connection, pending, pending.answer);
    if (pending.type === OP_CODE.closeSession) {
      closeConnection(server, ctx, connection, 'the session is closed');
    }
  }
}

function readOf(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  pending: Pending,
): Answer {
  if (pending.type === OP_CODE.auth) {
    return { zxid: server.tree.lastZxid, err: ERROR_CODE.Ok, response: null };
  }
  const unknownType = pending.request === null && opName(pending.type) === null;
  return answerRead(server, ctx, connection, pending.request, unknownType);
}

const SCHEMES: ReadonlySet<string> = new Set(['digest', 'ip']);

const canAuthenticate = ({ request }: Pending): boolean =>
  request?.kind === 'auth' && SCHEMES.has(request.scheme);

function refuseAuth(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  pending: Pending,
): void {
  const zxid = server.tree.lastZxid;
  reply(ctx, connection, pending, { zxid, err: ERROR_CODE.AuthFailed, response: null });
  closeConnection(server, ctx, connection, 'the authentication failed');
}

function reply(ctx: ServerContext, connection: Connection, pending: Pending, answer: Answer): void {
  const { xid, type } = pending;
  const { zxid, err, response } = answer;
  if (xid !== XID.ping) {
    const op = opName(type) ?? 'error';
    trace(ctx, { kind: 'replied', session: connection.session, xid, op, zxid, err });
  }
  const frame = encodeReply({ xid, zxid, err }, err === ERROR_CODE.Ok ? response : null);
  ctx.emit({ kind: 'reply', connection: connection.id, frame });
}
