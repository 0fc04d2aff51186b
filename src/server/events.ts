// Watch events on their way to the clients of this server: always before the reply that shows the change.

import { encodeWatcherEvent } from '../jute/client.ts';
import type { FiredWatch } from '../tree/watches.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import { trace, type ServerContext, type ServerState } from './state.ts';

/** Notifications carry no zxid. */
const NOTIFICATION_ZXID = zxidOf(-1n);

export function sendEvents(
  server: ServerState,
  ctx: ServerContext,
  fired: readonly FiredWatch[],
): void {
  for (const { connection, event, path } of fired) {
    const client = server.connections.get(connection);
    if (client === undefined) continue;
    const zxid = server.tree.lastZxid;
    trace(ctx, { kind: 'watchFired', session: client.session, path, event, zxid });
    const frame = encodeWatcherEvent(NOTIFICATION_ZXID, {
      type: event,
      state: 'SyncConnected',
      path,
    });
    ctx.emit({ kind: 'reply', connection, frame });
  }
}
