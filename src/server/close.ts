// The end of a client's connection. Its session goes on until it is closed or expires.

import { fifoLength } from '../base/fifo.ts';
import { removeWatcher } from '../tree/watches.ts';
import type { ConnectionId } from '../vocabulary/ids.ts';
import type { Connection, ServerContext, ServerState } from './state.ts';

export function onClientClosed(server: ServerState, id: ConnectionId): void {
  const connection = server.connections.get(id);
  if (connection === undefined) return;
  server.connections.delete(id);
  connection.phase = 'closing';
  removeWatcher(server.watches, id);
  if (server.attached.get(connection.session) === id) {
    server.attached.delete(connection.session);
    const endsAtMillis = server.awakeMillis + connection.timeoutMillis;
    const isOver = server.role !== 'readOnly' || connection.ending;
    if (!isOver) server.localSessions.set(connection.session, endsAtMillis);
  }
  server.stalled.delete(id);
  // What was sent to the leader may still happen; the client has to count it as unknown.
  server.inFlight -= fifoLength(connection.queue);
  connection.queue.items = [];
  connection.queue.head = 0;
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

/** Sessions live on: the clients come back, here or elsewhere. */
export function closeAllConnections(server: ServerState, ctx: ServerContext, reason: string): void {
  for (const connection of [...server.connections.values()]) {
    closeConnection(server, ctx, connection, reason);
  }
  server.touched.clear();
}
