// One server in this process: the engine's host between its TCP ports, its files and its clock. It
// ends by `stop`, or by itself when the engine halts; what was acknowledged is durable either way.

import { join } from 'node:path';

import type { Administration, AdminSettings } from '../../adapters/admin/administration.ts';
import { openMetricsServer } from '../../adapters/admin/prometheus.ts';
import { openAdminServer, type AdminServer } from '../../adapters/admin/server.ts';
import { answerWord } from '../../adapters/admin/words.ts';
import { openFileDisk, type FileDisk } from '../../adapters/files/disk.ts';
import { HISTORY } from '../../adapters/files/places.ts';
import { openTcpClientDoor, type TcpClientDoor } from '../../adapters/tcp/client-door.ts';
import { EVERYWHERE } from '../../adapters/tcp/sockets.ts';
import { CLIENT_HOST_DEFAULT } from '../../vocabulary/configuration.ts';
import { openTcpNetwork, type TcpNetwork } from '../../adapters/tcp/network.ts';
import { makeHost, type Host, type HostOptions } from '../../host/host.ts';
import type { ClientEvent, NetworkEvent } from '../../host/ports.ts';
import { encodeTree } from '../../jute/snapshot.ts';
import { defaultServerConfig, type ServerSettings } from '../../server/server.ts';
import { makeTree, treeToImage } from '../../tree/tree.ts';
import type { Recovered } from '../../vocabulary/boundary.ts';
import {
  memberOf,
  participants,
  quorumSize,
  type Configuration,
  type Ensemble,
  type Member,
} from '../../vocabulary/ensemble.ts';
import type { ServerId } from '../../vocabulary/ids.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import type { ServerView } from '../../vocabulary/view.ts';
import { VERSION } from '../../adapters/admin/version.ts';
import { makeAdministration } from './administration.ts';
import { makeComplaints } from './complaints.ts';
import { startPurging } from './purging.ts';
import { sentenceOf } from './usage.ts';
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
  readonly sessionSecret: Uint8Array | null;
  readonly settings: Partial<ServerSettings>;
  /** Null: nothing is ever purged. */
  readonly purging: PurgingConfig | null;
  /** Four-letter words that are answered. */
  readonly words: ReadonlySet<string>;
  readonly admin: AdminConfig | null;
  readonly metrics: MetricsConfig | null;
  /** The text of its configuration's file, where the AdminServer may show it. */
  readonly initialConfiguration?: string | null;
  /** What an administrator should look at, in a sentence. */
  readonly complain?: (text: string) => void;
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
  const settings = adminSettings(options, () => membership);
  let disk: FileDisk | null = null;
  const administration = makeAdministration(VERSION, settings, {
    host: () => host,
    diskMillis: () => disk?.millis ?? null,
  });
  try {
    // Nothing that lives on refers to what was recovered: it may be as large as the tree.
    const { disk: openedDisk, recovered } = await openDisk(options);
    disk = openedDisk;
    const onClientEvent = (event: ClientEvent): void => host?.clientEvent(event);
    door = await openDoorOf(options, administration, onClientEvent);
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
      disk: openedDisk,
      clock: { nowMillis: () => performance.now(), wallMillis: () => Date.now() },
      onTrace: options.onTrace ?? null,
      onConfigured: (committed, lastSeen) => {
        move(knownMembers(committed, lastSeen));
        if (committed.version === (membership.version ?? 0n)) return;
        membership = { ...ensemble, ...committed };
        options.onConfigured?.(committed);
      },
      ...warningsOf(options),
      onHalt: options.onHalt,
    });
    host = running;
    for (const event of early.splice(0)) running.networkEvent(event);
    const timer = setInterval(running.tick, TICK_MILLIS);
    const stopPurging = startPurging(openedDisk, options.purging);
    return {
      view: running.view,
      stop: async () => {
        clearInterval(timer);
        stopPurging();
        running.stop();
        await Promise.all([network.stop(), openDoor.stop(), ...adminServers.map(stopOf)]);
        await openedDisk.close();
      },
    };
  } catch (error) {
    await Promise.all([network.stop(), door?.stop(), ...adminServers.map(stopOf)]);
    throw error;
  }
}

/** Directories as Apache's servers tell them, and the members of now. */
const adminSettings = (options: ServerOptions, membership: () => Ensemble): AdminSettings =>
  Object.defineProperty(
    {
      ...options,
      dataDirectory: join(options.dataDirectory, HISTORY),
      logDirectory: join(options.logDirectory, HISTORY),
    },
    'ensemble',
    { get: membership },
  );

/** Its disk, and what is on it. Rejects with a sentence. */
async function openDisk(
  options: ServerOptions,
): Promise<{ readonly disk: FileDisk; readonly recovered: Recovered }> {
  const { dataDirectory, logDirectory, complain } = options;
  const isNeeded = isIrreplaceable(options);
  const onDamage = (what: string): void => {
    if (isNeeded) throw new Error(`${what}; nothing was changed. ${remedyOf(options)}`);
    complain?.(`${what}; what cannot be used is kept beside it as damaged.*`);
  };
  try {
    const disk = await openFileDisk(dataDirectory, logDirectory, {
      onDamage,
      onTorn: (what) => complain?.(what),
    });
    const recovered = await disk.recover();
    if (!recovered.trusted) {
      if (isNeeded) {
        await disk.close();
        const what = `a part of what ${dataDirectory} had is lost, or was never written whole`;
        throw new Error(`${what}. ${remedyOf(options)}`);
      }
      complain?.('its history is not whole: it has no vote until a leader has given it all of it');
    } else await disk.begin(encodeTree(treeToImage(makeTree())));
    return { disk, recovered };
  } catch (error) {
    throw new Error(sentenceOf(error), { cause: error });
  }
}

const remedyOf = ({ ensemble }: ServerOptions): string =>
  participants(ensemble).length === 1
    ? 'Nobody else has it: put back a whole copy, or begin anew with an empty dataDir and dataLogDir'
    : 'Only the other server has it: put back a whole copy, or empty dataDir and dataLogDir here';

/** Without this server's history no majority of the others can know that theirs is whole. */
function isIrreplaceable({ serverId, ensemble }: ServerOptions): boolean {
  const voters = participants(ensemble);
  const isVoter = voters.some((voter) => voter.serverId === serverId);
  return isVoter && voters.length - 1 < quorumSize(ensemble);
}

function warningsOf({ complain }: ServerOptions): Pick<HostOptions, 'onWarning'> {
  if (complain === undefined) return {};
  return { onWarning: makeComplaints(complain, () => performance.now()) };
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
  const host = own.clientHost === CLIENT_HOST_DEFAULT ? EVERYWHERE : own.clientHost;
  await door.move({ host: host ?? clientHost, port: own.clientPort });
}

const openDoorOf = (
  options: ServerOptions,
  administration: Administration,
  onEvent: (event: ClientEvent) => void,
): Promise<TcpClientDoor> =>
  openTcpClientDoor({
    address: { host: options.clientHost, port: options.clientPort },
    connectionsPerAddressMax: options.connectionsPerAddressMax,
    onEvent,
    onWord: (word, port) => answerWord(administration, options.words, word, port),
    ...frameBound(options.settings),
  });

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
