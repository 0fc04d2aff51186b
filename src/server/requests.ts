// A client's requests in the order of its connection (CommitProcessor): writes leave at once, in order;
// a read waits for the writes that its own client sent before it, and for nobody else's. The answers
// leave in the order of the requests.

import { fifoLength, peekFifo, pushFifo, shiftFifo } from '../base/fifo.ts';
import { decodeRequestBody, decodeRequestHeader } from '../jute/client.ts';
import { encodeRequestPacketData } from '../jute/quorum.ts';
import { CodecError } from '../jute/reader.ts';
import { touchThrough } from '../tree/sessions.ts';
import { ERROR_CODE } from '../vocabulary/error-code.ts';
import { OP_CODE, opName, type Request } from '../vocabulary/request.ts';
import type { TxnHeader } from '../vocabulary/transaction.ts';
import { forwardRequest, isVoter, outstandingCount, requestSync } from '../zab/peer.ts';
import { authenticate } from './authenticate.ts';
import { closeConnection } from './close.ts';
import { hasMovedFromLeader, submit } from './lead.ts';
import { pathOf } from './paths.ts';
import { readOnlyRefusal } from './read-only.ts';
import { answerRead } from './reads.ts';
import { reply } from './reply.ts';
import {
  trace,
  UNKNOWN_REQUEST_ZXID,
  type Answer,
  type Connection,
  type Pending,
  type ServerContext,
  type ServerState,
} from './state.ts';

/** Above the limit of outstanding requests frames wait, and what waits is bounded too: far above what a door reads
 *  of a client that is not answered (host/unanswered.ts). */
export const STALLED_FRAMES_MAX = 20_000;
export const STALLED_BYTES_MAX = 64 * 1024 * 1024;

/** The frame waits for its turn. False where too many do already; one alone may be as long as any. */
export function stall(connection: Connection, frame: Uint8Array): boolean {
  const { stalled, stalledBytes } = connection;
  if (fifoLength(stalled) >= STALLED_FRAMES_MAX || stalledBytes >= STALLED_BYTES_MAX) return false;
  pushFifo(stalled, frame);
  connection.stalledBytes += frame.length;
  return true;
}

/** What the leader has to see. */
const WRITES: ReadonlySet<number> = new Set([
  ...[OP_CODE.create, OP_CODE.create2, OP_CODE.createContainer, OP_CODE.createTTL],
  ...[
    OP_CODE.reconfig,
    OP_CODE.delete,
    OP_CODE.setData,
    OP_CODE.setACL,
    OP_CODE.multi,
    OP_CODE.closeSession,
  ],
]);

/** Not for clients: a check stands inside a multi only (ZOOKEEPER-2623), a session is asked for by the
 *  handshake. */
const NOT_FOR_CLIENTS: ReadonlySet<number> = new Set([OP_CODE.check, OP_CODE.createSession]);

/** One frame of an open session. */
export function onRequestFrame(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  frame: Uint8Array,
): void {
  touch(server, connection);
  if (!isOverloaded(server) && fifoLength(connection.stalled) === 0) {
    accept(server, ctx, connection, frame);
    return;
  }
  if (stall(connection, frame)) {
    server.stalled.add(connection.id);
    return;
  }
  trace(ctx, { kind: 'clientRefused', connection: connection.id, reason: 'overloaded' });
  closeConnection(server, ctx, connection, 'too many requests wait');
}

/** The limit is the whole ensemble's: each of its voters has a part of it, as at Apache's servers
 *  (getGlobalOutstandingLimit), and the leader's proposals are counted for all of them. */
function isOverloaded(server: ServerState): boolean {
  const max = server.config.outstandingMax;
  return server.inFlight >= ownPart(server, max) || outstandingCount(server.peer) >= max;
}

function ownPart({ peer }: ServerState, max: number): number {
  const { length } = peer.voters;
  if (length <= 2 || !isVoter(peer, peer.config.serverId)) return max;
  return Math.max(1, Math.floor(max / (length - 1)));
}

/** Lets frames go on that waited: one of each connection in turn, so that nobody starves. */
export function resumeStalled(server: ServerState, ctx: ServerContext): void {
  for (const id of server.stalled) {
    if (isOverloaded(server)) return;
    server.stalled.delete(id);
    const connection = server.connections.get(id);
    const frame = connection === undefined ? undefined : shiftFifo(connection.stalled);
    if (connection === undefined || frame === undefined) continue;
    connection.stalledBytes -= frame.length;
    // Behind the others: this loop comes to it again.
    server.stalled.add(id);
    accept(server, ctx, connection, frame);
  }
}

function touch(server: ServerState, connection: Connection): void {
  if (server.role === 'readOnly') return; // There is no leader to be told.
  const { session, timeoutMillis } = connection;
  if (server.sessions === null) server.touched.set(session, timeoutMillis);
  else touchThrough(server.sessions, session, timeoutMillis, 'self');
}

function accept(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  frame: Uint8Array,
): void {
  if (connection.ending || connection.phase !== 'open') return;
  let parsed: ReturnType<typeof decodeRequestHeader>;
  try {
    parsed = decodeRequestHeader(frame);
  } catch (error) {
    badFrame(server, ctx, connection, error);
    return;
  }
  const { header, body } = parsed;
  if (header.type === OP_CODE.auth || header.type === OP_CODE.sasl) {
    authenticate(server, ctx, connection, header, frame);
    return;
  }
  const { request, refused } = understand(server, header.type, body);
  const waitsForLeader = server.role !== 'readOnly' && isForLeader(header.type, refused);
  const pending: Pending = {
    ...{ xid: header.xid, type: header.type, request, refused, body, waitsForLeader },
    identities: connection.identities,
    ...{ zxid: null, answer: null },
  };
  traceReceived(ctx, connection, pending, frame);
  server.inFlight += 1;
  pushFifo(connection.queue, pending);
  if (header.type === OP_CODE.closeSession) connection.ending = true;
  if (waitsForLeader) sendToLeader(server, ctx, connection, pending);
  else drain(server, ctx, connection);
}

/** What is no request of its type is refused by the leader all the same, with a zxid, if the type is one
 *  that changes something. */
function isForLeader(type: number, refused: number): boolean {
  if (WRITES.has(type)) return refused !== ERROR_CODE.Unimplemented;
  return type === OP_CODE.sync && refused === 0;
}

function badFrame(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  error: unknown,
): void {
  if (!(error instanceof CodecError)) throw error;
  trace(ctx, { kind: 'badFrame', from: `client ${String(connection.id)}`, reason: error.message });
  closeConnection(server, ctx, connection, error.message);
}

/** A type that no client may use ends the connection; bytes that are no such request do not. */
function understand(
  server: ServerState,
  type: number,
  body: Uint8Array,
): { request: Request | null; refused: number } {
  const refusal = readOnlyRefusal(server, type);
  if (refusal !== ERROR_CODE.Ok) return { request: null, refused: refusal };
  if (NOT_FOR_CLIENTS.has(type)) return { request: null, refused: ERROR_CODE.Unimplemented };
  try {
    const request = decodeRequestBody(type, body);
    return { request, refused: request === null ? ERROR_CODE.Unimplemented : 0 };
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    return { request: null, refused: ERROR_CODE.MarshallingError };
  }
}

function traceReceived(
  ctx: ServerContext,
  { session }: Connection,
  { xid, type, request }: Pending,
  frame: Uint8Array,
): void {
  // Pings would drown everything else.
  if (type === OP_CODE.ping) return;
  const op = opName(type) ?? 'error';
  trace(ctx, { kind: 'requestReceived', session, xid, op, path: pathOf(request) }, frame);
}

function sendToLeader(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  pending: Pending,
): void {
  const { xid: cxid, type, request, body, identities } = pending;
  const { session } = connection;
  if (type === OP_CODE.sync) {
    pushFifo(server.syncs, { connection: connection.id, pending });
    const data = encodeRequestPacketData({ sessionId: session, cxid, type, body });
    requestSync(server.peer, ctx, data);
    return;
  }
  if (server.role === 'leading') {
    pending.zxid = submit(server, ctx, { session, cxid, type, request, identities }, 'self');
    return;
  }
  trace(ctx, { kind: 'requestForwarded', session, cxid, op: opName(type) ?? 'error' });
  const data = encodeRequestPacketData({ sessionId: session, cxid, type, body });
  forwardRequest(server.peer, ctx, data, identities);
}

/** The leader's word for the oldest sync: everything before it is in this tree now. */
export function onSynced(server: ServerState, ctx: ServerContext): void {
  const sync = shiftFifo(server.syncs);
  if (sync === undefined || sync.pending.answer !== null) return;
  sync.pending.answer = syncAnswer(server, sync.pending);
  const connection = server.connections.get(sync.connection);
  if (connection !== undefined) drain(server, ctx, connection);
}

function syncAnswer(server: ServerState, { request }: Pending): Answer {
  const response = { kind: 'path', path: pathOf(request) ?? '' } as const;
  return { zxid: server.tree.lastZxid, err: ERROR_CODE.Ok, response };
}

/** A write of this connection is about to be applied. The leader had every sync that was sent before it,
 *  and all that those wait for is applied: they are answered now, before their answers could show, or
 *  the reads behind them see, what was asked for later. (The leader's word may still be on its way, as
 *  several transactions are applied at once.) */
export function answerSyncsBefore(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  header: TxnHeader,
): void {
  const { items, head } = connection.queue;
  if (items[head]?.type !== OP_CODE.sync) return;
  const write = oldestWrite(connection);
  if (write === null || !isAnswerTo(write, connection, header)) return;
  for (let at = head; items[at] !== write; at += 1) {
    const pending = items[at];
    if (pending?.type === OP_CODE.sync) pending.answer ??= syncAnswer(server, pending);
  }
  drain(server, ctx, connection);
}

/** The answer to the oldest write of this connection that has none, if it is one to that. */
export function answerWrite(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  header: TxnHeader,
  answer: Answer,
): void {
  const pending = oldestWrite(connection);
  if (pending === null || !isAnswerTo(pending, connection, header)) return;
  pending.answer = answer;
  drain(server, ctx, connection);
}

/** Never said on the wire: the client finds out by losing this connection. */
function leaveMoved(server: ServerState, ctx: ServerContext, connection: Connection): void {
  trace(ctx, { kind: 'sessionMoved', session: connection.session });
  closeConnection(server, ctx, connection, 'the session has moved to another server');
}

function oldestWrite(connection: Connection): Pending | null {
  const { items, head } = connection.queue;
  for (let at = head; at < items.length; at += 1) {
    const pending = items[at];
    if (pending === undefined || !pending.waitsForLeader || pending.answer !== null) continue;
    if (pending.type !== OP_CODE.sync) return pending;
  }
  return null;
}

/** Not so for what the session asked for on an earlier connection, here or elsewhere. Such a one can
 *  still close the session, which is why the type is looked at too. */
function isAnswerTo(pending: Pending, connection: Connection, header: TxnHeader): boolean {
  if (pending.zxid !== null) return pending.zxid === header.zxid;
  const sameType = header.type === pending.type || header.type === OP_CODE.error;
  return sameType && pending.xid === header.cxid && header.zxid > connection.earlierUpTo;
}

/** Answers from the front as far as answers are there. */
function drain(server: ServerState, ctx: ServerContext, connection: Connection): void {
  for (;;) {
    const pending = peekFifo(connection.queue);
    if (pending === undefined) return;
    const answer = pending.waitsForLeader
      ? pending.answer
      : answerNow(server, ctx, connection, pending);
    if (answer === null) return;
    if (answer.err === ERROR_CODE.SessionMoved) {
      leaveMoved(server, ctx, connection);
      return;
    }
    shiftFifo(connection.queue);
    server.inFlight -= 1;
    reply(ctx, connection, pending, answer);
    if (pending.type === OP_CODE.closeSession) {
      closeConnection(server, ctx, connection, 'the session is closed');
    } else if (pending.refused === ERROR_CODE.Unimplemented) {
      closeConnection(server, ctx, connection, 'a request of a type that is not served');
    }
  }
}

function answerNow(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  { request, refused, identities }: Pending,
): Answer {
  if (refused === ERROR_CODE.Unimplemented || request === null) {
    const zxid = refused === ERROR_CODE.Unimplemented ? UNKNOWN_REQUEST_ZXID : server.tree.lastZxid;
    return { zxid, err: refused, response: null };
  }
  if (hasMovedFromLeader(server, connection.session)) {
    return { zxid: server.tree.lastZxid, err: ERROR_CODE.SessionMoved, response: null };
  }
  if (request.kind === 'closeSession') {
    // Of a server that only reads, which has no other change to wait for.
    return { zxid: server.tree.lastZxid, err: ERROR_CODE.Ok, response: null };
  }
  return answerRead(server, ctx, connection, { request, identities });
}
