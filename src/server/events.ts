// Watch events on their way to the clients of this server: always before the reply that shows the change.

import { encodeWatcherEvent } from '../jute/client.ts';
import { isPermitted } from '../tree/acl.ts';
import type { FiredWatch } from '../tree/watches.ts';
import { PERMISSION } from '../vocabulary/stat.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import { trace, type ServerContext, type ServerState } from './state.ts';

/** Notifications carry no zxid. */
const NOTIFICATION_ZXID = zxidOf(-1n);

export function sendEvents(
  server: ServerState,
  ctx: ServerContext,
  fired: readonly FiredWatch[],
): void {
  for (const { connection, event, path, acl } of fired) {
    const client = server.connections.get(connection);
    if (client === undefined) continue;
    // The watch is used up all the same (CVE-2024-23944).
    if (acl !== null && !isPermitted(acl, client.identities, PERMISSION.READ)) continue;
    const zxid = server.tree.lastZxid;
    const frame = encodeWatcherEvent(NOTIFICATION_ZXID, {
      type: event,
      state: 'SyncConnected',
      path,
    });
    trace(ctx, { kind: 'watchFired', session: client.session, path, event, zxid }, frame);
    ctx.emit({ kind: 'reply', connection, frame });
  }
}
