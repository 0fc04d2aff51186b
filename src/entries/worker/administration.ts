// What the four-letter words tell of a tab's server: its browser instead of a machine, its database instead
// of a directory. What a browser does not say stands as Apache's servers write what they do not know.

import type { Administration } from '../../adapters/admin/administration.ts';
import { VERSION } from '../../adapters/admin/version.ts';
import { ensembleOfRoom } from '../../adapters/webrtc/room.ts';
import type { StartOrder } from '../../adapters/worker/messages.ts';
import type { Host } from '../../host/host.ts';
import { serverId } from '../../vocabulary/ids.ts';

const UNKNOWN = -1;

export function tabAdministration(order: StartOrder, host: Host): Administration {
  return {
    version: VERSION,
    settings: {
      serverId: serverId(order.seat),
      ensemble: ensembleOfRoom(order.seats),
      // Who comes in at which port, the gateway decides.
      clientPort: UNKNOWN,
      dataDirectory: order.databaseName,
      logDirectory: order.databaseName,
      standalone: false,
      connectionsPerAddressMax: 0,
    },
    report: host.report,
    directoryBytes: () => ({ snapshots: UNKNOWN, log: UNKNOWN }),
    environment: () => [
      ['zookeeper.version', VERSION],
      ['user.agent', navigator.userAgent],
      ['user.language', navigator.language],
      ['os.processors', String(navigator.hardwareConcurrency)],
      ['user.dir', order.databaseName],
    ],
    openFiles: () => ({ open: UNKNOWN, max: UNKNOWN }),
    nowMillis: () => performance.now(),
    wallMillis: () => Date.now(),
    startedAtMillis: performance.now(),
  };
}
