// What is agreed upon reaches the tree, the watches and the client that waits for it
// (FinalRequestProcessor): the tree first, then the events, then the reply.

import { encodeUtf8 } from '../base/utf8.ts';
import { decodeTransaction } from '../jute/transaction.ts';
import { closeSession } from '../tree/sessions.ts';
import { applyTransaction, type Applied } from '../tree/tree.ts';
import { triggerWatches } from '../tree/watches.ts';
import { configText } from '../vocabulary/ensemble.ts';
import type { SessionId } from '../vocabulary/ids.ts';
import { OP_CODE, opName, type Response } from '../vocabulary/request.ts';
import type { LogEntry, TransactionRecord } from '../vocabulary/transaction.ts';
import { closeConnection } from './close.ts';
import { open } from './connections.ts';
import { sendEvents } from './events.ts';
import { forgetApplied } from './outstanding.ts';
import { pathOf } from './paths.ts';
import { answerSyncsBefore, answerWrite } from './requests.ts';
import { trace, type Connection, type ServerContext, type ServerState } from './state.ts';
import { noteApplied } from './write-latencies.ts';

export function applyEntry(server: ServerState, ctx: ServerContext, entry: LogEntry): void {
  const record = decodeTransaction(entry.bytes);
  const connection = connectionOf(server, record.header.clientId);
  if (connection !== null) answerSyncsBefore(server, ctx, connection, record.header);
  const applied = applyTransaction(server.tree, record);
  forgetApplied(server.outstanding, record.header.zxid);
  noteApplied(server, record.header.time);
  const { clientId: session, zxid, type } = record.header;
  const op = opName(type) ?? 'error';
  const path = applied.path ?? pathOf(record.transaction);
  trace(ctx, { kind: 'applied', zxid, session, op, path, err: applied.err });
  sendEvents(server, ctx, triggerWatches(server.watches, applied.causes));
  settleSession(server, ctx, record);
  if (connection !== null) answer(server, ctx, connection, record, applied);
}

function connectionOf(server: ServerState, session: SessionId): Connection | null {
  const id = server.attached.get(session);
  return id === undefined ? null : (server.connections.get(id) ?? null);
}

function settleSession(server: ServerState, ctx: ServerContext, record: TransactionRecord): void {
  const { transaction, header } = record;
  if (transaction.kind !== 'closeSession') return;
  if (server.sessions !== null) closeSession(server.sessions, header.clientId);
  server.touched.delete(header.clientId);
  trace(ctx, {
    kind: 'sessionClosed',
    session: header.clientId,
    ephemerals: transaction.paths,
  });
}

/** The client that waits for this transaction, if it is ours. */
function answer(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  record: TransactionRecord,
  applied: Applied,
): void {
  const { zxid } = record.header;
  if (record.transaction.kind === 'createSession') {
    if (connection.phase === 'opening') open(server, ctx, connection, 'sessionOpened');
    return;
  }
  const response = responseOf(server, record, applied);
  answerWrite(server, ctx, connection, record.header, { zxid, err: applied.err, response });
  // Expired, or closed through another server: nobody asked for it here.
  const isOver = record.transaction.kind === 'closeSession' && !isGone(connection);
  if (isOver) closeConnection(server, ctx, connection, 'the session has ended');
}

const isGone = (connection: Connection): boolean => connection.phase === 'closing';

function responseOf(
  server: ServerState,
  record: TransactionRecord,
  applied: Applied,
): Response | null {
  const { path, stat } = applied;
  switch (record.header.type) {
    case OP_CODE.create:
      return path === null ? null : { kind: 'path', path };
    case OP_CODE.create2:
    case OP_CODE.createContainer:
    case OP_CODE.createTTL:
      return path === null || stat === null ? null : { kind: 'pathAndStat', path, stat };
    case OP_CODE.setData:
    case OP_CODE.setACL:
      return stat === null ? null : { kind: 'stat', stat };
    case OP_CODE.reconfig:
      return stat === null ? null : { kind: 'data', data: committedText(server), stat };
    case OP_CODE.multi:
      return { kind: 'multi', results: applied.results };
    default:
      return null;
  }
}

/** What holds now, which may be more than this transaction made. */
const committedText = ({ peer }: ServerState): Uint8Array => encodeUtf8(configText(peer.committed));
