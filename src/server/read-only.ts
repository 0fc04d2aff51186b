// A server without a quorum that serves reads all the same (ReadOnlyZooKeeperServer), to clients that said in
// their handshake that they would do with that. It changes nothing: its sessions are its own and end with it.
// What it shows is all that its disk has, as there: the end
// of that may not be committed, so it stands in a tree of its own that agreement never sees.

import { assert } from '../base/assert.ts';
import { decodeTransaction } from '../jute/transaction.ts';
import { applyTransaction, treeFromImage, treeToImage, type Tree } from '../tree/tree.ts';
import { ERROR_CODE } from '../vocabulary/error-code.ts';
import type { SessionId } from '../vocabulary/ids.ts';
import { OP_CODE } from '../vocabulary/request.ts';
import type { LogEntry } from '../vocabulary/transaction.ts';
import { isLooking, unappliedEntries } from '../zab/peer.ts';
import { closeAllConnections } from './close.ts';
import { trace, type ServerContext, type ServerState } from './state.ts';

/** Or a tick, if that is longer: most elections are over by then. (QuorumPeer, state LOOKING) */
const LOOKING_MILLIS_MIN = 2_000;

/** After every step: begins when there was no leader for so long, and ends when there is one. */
export function settleReadOnly(server: ServerState, ctx: ServerContext): void {
  if (!server.config.readOnlyMode || server.nowMillis === 0) return;
  // Who lost its history has nothing that it could vouch for.
  if (!isLooking(server.peer) || !server.peer.trusted) {
    endReadOnly(server, ctx);
    server.lookingSinceMillis = null;
    return;
  }
  server.lookingSinceMillis ??= server.awakeMillis;
  for (const [session, endsAtMillis] of server.localSessions) {
    if (endsAtMillis <= server.awakeMillis) server.localSessions.delete(session);
  }
  if (server.role !== null) return;
  const delay = Math.max(LOOKING_MILLIS_MIN, server.config.tickMillis);
  if (server.awakeMillis - server.lookingSinceMillis >= delay) startReadOnly(server, ctx);
}

function startReadOnly(server: ServerState, ctx: ServerContext): void {
  assert(server.connections.size === 0, 'nobody is connected to a server that does not serve');
  const entries = unappliedEntries(server.peer);
  if (entries.length > 0) {
    server.committedTree = server.tree;
    server.tree = treeWith(server.tree, entries);
  }
  server.role = 'readOnly';
  trace(ctx, { kind: 'readOnlyStarted', zxid: server.tree.lastZxid });
}

function treeWith(tree: Tree, entries: readonly LogEntry[]): Tree {
  const copy = treeFromImage(treeToImage(tree), tree.lastZxid);
  for (const entry of entries) applyTransaction(copy, decodeTransaction(entry.bytes));
  return copy;
}

/** Its clients are sent away, to come back with their sessions to a server that also writes. */
export function endReadOnly(server: ServerState, ctx: ServerContext): void {
  if (server.role !== 'readOnly') return;
  closeAllConnections(server, ctx, 'this server does not serve reads only any more');
  assert(server.inFlight === 0, 'no request is left when no client is');
  server.role = null;
  server.localSessions.clear();
  server.tree = server.committedTree ?? server.tree;
  server.committedTree = null;
  trace(ctx, { kind: 'readOnlyEnded' });
}

/** One that this server opened itself, and that lives. */
export const isLocalSession = (server: ServerState, session: SessionId): boolean =>
  server.role === 'readOnly' && (server.attached.has(session) || server.localSessions.has(session));

const REFUSED: ReadonlySet<number> = new Set([
  ...[OP_CODE.create, OP_CODE.create2, OP_CODE.createContainer, OP_CODE.createTTL, OP_CODE.delete],
  ...[OP_CODE.setData, OP_CODE.setACL, OP_CODE.reconfig, OP_CODE.multi, OP_CODE.sync],
]);

/** What a request of this type gets for its type alone, whatever is in it: NotReadOnly or 0. */
export const readOnlyRefusal = ({ role }: ServerState, type: number): number =>
  role === 'readOnly' && REFUSED.has(type) ? ERROR_CODE.NotReadOnly : ERROR_CODE.Ok;
