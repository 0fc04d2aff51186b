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
import {
  memberOf,
  type Configuration,
  type Ensemble,
  type Member,
} from '../../vocabulary/ensemble.ts';
import type { ServerId } from '../../vocabulary/ids.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import type { ServerView } from '../../vocabulary/view.ts';
import { VERSION } from '../../adapters/admin/version.ts';
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
  /** The configuration that holds now, each time that it is another one. */
  readonly onConfigured?: (committed: Configuration) => void;
  readonly onTrace?: (events: readonly Traced[]) => void;
}

export interface RunningServer {
  readonly view: () => ServerView;
  readonly stop: () => Promise<void>;
}

const TICK_MILLIS = 10;

/** Rejects with a sentence when a port or the directory is not to be had. */
export async function runServer(options: ServerOptions): Promise<RunningServer> {
  const { serverId, ensemble } = options;
  let host: Host | null = null;
  const early: NetworkEvent[] = [];
  const onEvent = (event: NetworkEvent): void => {
    if (host === null) early.push(event);
    else host.networkEvent(event);
  };
  const mayChange = (options.settings.reconfig ?? null) !== null;
  const network = options.standalone
    ? NO_NETWORK
    : await openTcpNetwork({ serverId, ensemble, mayChange, onEvent });
  let door: TcpClientDoor | null = null;
  const adminServers: AdminServer[] = [];
  let membership: Ensemble = ensemble;
  const settings = Object.defineProperty({ ...options }, 'ensemble', { get: () => membership });
  const administration = makeAdministration(VERSION, settings, () => host?.report() ?? null);
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
    const openDoor = door;
    const move = (members: readonly Member[]): void => {
      moveTo(options, members, network, openDoor).catch((error: unknown) => {
        options.onHalt(error instanceof Error ? error.message : String(error));
      });
    };
    const running = makeHost({
      config: defaultServerConfig(serverId, ensemble, options.sessionSecret, options.settings),
      recovered,
      network,
      clientDoor: door,
      disk,
      clock: { nowMillis: () => performance.now(), wallMillis: () => Date.now() },
      onTrace: options.onTrace ?? null,
      onConfigured: (committed, lastSeen) => {
        move(knownMembers(committed, lastSeen));
        if (committed.version === (membership.version ?? 0n)) return;
        membership = { ...ensemble, ...committed };
        options.onConfigured?.(committed);
      },
      onHalt: options.onHalt,
    });
    host = running;
    for (const event of early.splice(0)) running.networkEvent(event);
    const timer = setInterval(running.tick, TICK_MILLIS);
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

/** Who is a member, then who is to become one. */
function knownMembers(committed: Configuration, lastSeen: Configuration): readonly Member[] {
  const coming = lastSeen.members.filter(({ serverId }) => memberOf(committed, serverId) === null);
  return [...committed.members, ...coming];
}

/** Where the configuration says that this server is to be found. */
async function moveTo(
  { serverId, ensemble, clientHost }: ServerOptions,
  members: readonly Member[],
  network: TcpNetwork,
  door: TcpClientDoor,
): Promise<void> {
  await network.configure(members);
  const own = memberOf({ members }, serverId);
  const first = memberOf(ensemble, serverId);
  const isElsewhere =
    own?.clientPort !== first?.clientPort || own?.clientHost !== first?.clientHost;
  if (own === null || own.clientPort === null || !isElsewhere) return;
  await door.move({ host: own.clientHost ?? clientHost, port: own.clientPort });
}

/** The engine counts for itself; the door refuses before it has the bytes. */
const frameBound = ({ requestBytesMax }: Partial<ServerSettings>): { frameBytesMax?: number } =>
  requestBytesMax === undefined ? {} : { frameBytesMax: requestBytesMax };

const NO_NETWORK: TcpNetwork = {
  dial: () => undefined,
  send: () => undefined,
  close: () => undefined,
  bufferedBytes: () => 0,
  configure: () => Promise.resolve(),
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
