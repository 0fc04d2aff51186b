// The end of a client's connection. Its session goes on until it is closed or expires.

import { removeWatcher } from '../tree/watches.ts';
import type { ConnectionId } from '../vocabulary/ids.ts';
import { OP_CODE } from '../vocabulary/request.ts';
import type { Connection, ServerContext, ServerState } from './state.ts';

export function onClientClosed(server: ServerState, id: ConnectionId): void {
  const connection = server.connections.get(id);
  if (connection === undefined) return;
  server.connections.delete(id);
  connection.phase = 'closing';
  removeWatcher(server.watches, id);
  if (server.attached.get(connection.session) === id) server.attached.delete(connection.session);
  const { items, head } = connection.queue;
  for (let at = head; at < items.length; at += 1) {
    const pending = items[at];
    // A sync is taken off by its own queue, when the leader's word comes.
    if (
      pending?.waitsForLeader === true &&
      pending.answer === null &&
      pending.type !== OP_CODE.sync
    ) {
      server.inFlight -= 1;
    }
  }
}

export function closeConnection(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  reason: string,
): void {
  if (connection.phase === 'closing') return;
  onClientClosed(server, connection.id);
  ctx.emit({ kind: 'closeClient', connection: connection.id, reason });
}
