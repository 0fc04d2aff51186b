// One server in this process: the engine's host between its TCP ports, its files and its clock. It
// ends by `stop`, or by itself when the engine halts; what was acknowledged is durable either way.

import type { Administration } from '../../adapters/admin/administration.ts';
import { openMetricsServer } from '../../adapters/admin/prometheus.ts';
import { openAdminServer, type AdminServer } from '../../adapters/admin/server.ts';
import { answerWord } from '../../adapters/admin/words.ts';
import { openFileDisk } from '../../adapters/files/disk.ts';
import { openTcpClientDoor, type TcpClientDoor } from '../../adapters/tcp/client-door.ts';
import { openTcpNetwork, type TcpNetwork } from '../../adapters/tcp/network.ts';
import { makeHost, type Host } from '../../host/host.ts';
import type { ClientEvent, NetworkEvent } from '../../host/ports.ts';
import { defaultServerConfig, type ServerSettings } from '../../server/server.ts';
import type { Ensemble } from '../../vocabulary/ensemble.ts';
import type { ServerId } from '../../vocabulary/ids.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import type { ServerView } from '../../vocabulary/view.ts';
import { makeAdministration } from './administration.ts';
import { startPurging } from './purging.ts';
import type { AdminConfig, MetricsConfig, PurgingConfig } from './zoo-config.ts';

export interface ServerOptions {
  readonly serverId: ServerId;
  readonly ensemble: Ensemble;
  readonly dataDirectory: string;
  readonly logDirectory: string;
  /** Of no ensemble: no other server is dialled or listened for. */
  readonly standalone: boolean;
  readonly clientHost: string;
  readonly clientPort: number;
  readonly connectionsPerAddressMax: number;
  /** Session passwords follow from it: the same at all servers of the ensemble. */
  readonly sessionSecret: number | Uint8Array;
  readonly settings: Partial<ServerSettings>;
  /** Null: nothing is ever purged. */
  readonly purging: PurgingConfig | null;
  /** Four-letter words that are answered. */
  readonly words: ReadonlySet<string>;
  readonly admin: AdminConfig | null;
  readonly metrics: MetricsConfig | null;
  readonly onHalt: (reason: string) => void;
  readonly onTrace?: (events: readonly Traced[]) => void;
}

export interface RunningServer {
  readonly view: () => ServerView;
  readonly stop: () => Promise<void>;
}

const TICK_MILLIS = 10;
export const VERSION = '3.8.0-tabkeeper-0.1.0';

/** Rejects with a sentence when a port or the directory is not to be had. */
export async function runServer(options: ServerOptions): Promise<RunningServer> {
  const { serverId, ensemble } = options;
  let host: Host | null = null;
  const early: NetworkEvent[] = [];
  const onEvent = (event: NetworkEvent): void => {
    if (host === null) early.push(event);
    else host.networkEvent(event);
  };
  const network = options.standalone
    ? NO_NETWORK
    : await openTcpNetwork({ serverId, ensemble, onEvent });
  let door: TcpClientDoor | null = null;
  const adminServers: AdminServer[] = [];
  const administration = makeAdministration(VERSION, options, () => host?.report() ?? null);
  try {
    const disk = await openFileDisk(options.dataDirectory, options.logDirectory);
    const recovered = await disk.recover();
    door = await openTcpClientDoor({
      address: { host: options.clientHost, port: options.clientPort },
      connectionsPerAddressMax: options.connectionsPerAddressMax,
      onEvent: (event: ClientEvent) => host?.clientEvent(event),
      onWord: (word, port) => answerWord(administration, options.words, word, port),
      ...frameBound(options.settings),
    });
    await openAdmin(options, administration, door, adminServers);
    const running = makeHost({
      config: defaultServerConfig(serverId, ensemble, options.sessionSecret, options.settings),
      recovered,
      network,
      clientDoor: door,
      disk,
      clock: { nowMillis: () => performance.now(), wallMillis: () => Date.now() },
      onTrace: options.onTrace ?? null,
      onHalt: options.onHalt,
    });
    host = running;
    for (const event of early.splice(0)) running.networkEvent(event);
    const timer = setInterval(running.tick, TICK_MILLIS);
    const openDoor = door;
    const stopPurging = startPurging(disk, options.purging);
    return {
      view: running.view,
      stop: async () => {
        clearInterval(timer);
        stopPurging();
        running.stop();
        await Promise.all([network.stop(), openDoor.stop(), ...adminServers.map(stopOf)]);
        await disk.close();
      },
    };
  } catch (error) {
    await Promise.all([network.stop(), door?.stop(), ...adminServers.map(stopOf)]);
    throw error;
  }
}

/** The engine counts for itself; the door refuses before it has the bytes. */
const frameBound = ({ requestBytesMax }: Partial<ServerSettings>): { frameBytesMax?: number } =>
  requestBytesMax === undefined ? {} : { frameBytesMax: requestBytesMax };

const NO_NETWORK: TcpNetwork = {
  dial: () => undefined,
  send: () => undefined,
  close: () => undefined,
  bufferedBytes: () => 0,
  stop: () => Promise.resolve(),
};

const stopOf = (server: AdminServer): Promise<void> => server.stop();

/** What was opened stands in `opened` at once, so that it is closed whatever else fails. */
async function openAdmin(
  { admin, metrics }: ServerOptions,
  administration: Administration,
  door: TcpClientDoor,
  opened: AdminServer[],
): Promise<void> {
  const port = door.state;
  if (admin !== null) {
    const { commandUrl, ...address } = admin;
    opened.push(await openAdminServer({ address, commandUrl, administration, port }));
  }
  if (metrics !== null) {
    opened.push(await openMetricsServer({ address: metrics, administration, port }));
  }
}
