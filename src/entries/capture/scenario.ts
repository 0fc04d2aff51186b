// Three servers of Apache ZooKeeper and an observer that reach each other, and are reached by clients, through
// recording proxies only; and a fixed course of things that makes them say whatever they can say:
//
// 1. Servers 1 and 2 elect 2; server 3 and the observer join.
// 2. Apache's client says all it can, at a follower; its sessions move to another server.
// 3. A follower is away for some writes (DIFF), then comes with an empty disk (SNAP).
// 4. The leader writes what nobody else hears of, dies, and comes back to a new leader (TRUNC).

import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { makeApacheServer, type ApacheServer } from '../bench/edge/apache.ts';
import { openConnection } from '../bench/edge/connection.ts';
import { freePortBases } from '../bench/edge/ports.ts';
import { encodeRequest } from '../../jute/client.ts';
import { frame } from '../../jute/election.ts';
import { OPEN_ACL } from '../../vocabulary/stat.ts';
import { converse, type Conversation } from '../proof/conversation.fixture.ts';
import { startRecordingProxy, type Recording, type RecordingProxy } from './recording-proxy.ts';
import { filesIn, until, untilMode as untilModeAt } from './watching.ts';

const SERVERS = [1, 2, 3, 4] as const;
const OBSERVER = 4;
const FIRST_LEADER = 2;
const MOVING = 1;
const CLASS_PATH = '/usr/share/java/zookeeper.jar:/usr/share/java/zookeeper-jute.jar';
const PROPERTIES = [
  // TTL nodes; and a learner that is far behind gets a snapshot, not a piece of the log.
  ...['zookeeper.extendedTypesEnabled=true', 'zookeeper.snapshotSizeFactor=-1'],
];

export interface Captured {
  readonly recordings: readonly Recording[];
  readonly logFile: Uint8Array;
  readonly snapshotFile: Uint8Array;
}

type Port = Recording['port'];
const PORTS: readonly Port[] = ['client', 'quorum', 'election'];

interface World {
  readonly directory: string;
  readonly servers: readonly ApacheServer[];
  readonly proxies: ReadonlyMap<string, RecordingProxy>;
  readonly real: (port: Port, server: number) => number;
  readonly proxied: (port: Port, server: number) => number;
  readonly say: (text: string) => void;
}

const at = (world: World, server: number): ApacheServer => {
  const found = world.servers[server - 1];
  if (found === undefined) throw new RangeError(`there is no server ${String(server)}`);
  return found;
};

const proxyOf = ({ proxies }: World, port: Port, server: number): RecordingProxy => {
  const found = proxies.get(`${port} ${String(server)}`);
  if (found === undefined) throw new RangeError(`there is no ${port} port of ${String(server)}`);
  return found;
};

/** Plays the whole course in an empty directory. `clientProgram` is CaptureClient.java. */
export async function playScenario(
  directory: string,
  clientProgram: string,
  say: (text: string) => void,
): Promise<Captured> {
  const world = await makeWorld(directory, say);
  try {
    await startServers(world);
    const hosts = [MOVING, 3].map((server) => hostOf(world.proxied('client', server))).join(',');
    const client = converse('/usr/bin/java', ['-cp', CLASS_PATH, clientProgram, hosts]);
    try {
      await useClient(world, client);
      await missWrites(world, client);
      await client.say('end', /done end\n/);
    } finally {
      client.end();
    }
    await loseWrites(world);
    // All that the client wrote; and what came with SNAP.
    const [logFile] = filesOf(world, 3, 'log');
    const snapshotFile = filesOf(world, 1, 'snapshot').at(-1);
    if (logFile === undefined || snapshotFile === undefined) throw new Error('a file is missing');
    return { recordings: recordingsOf(world), logFile, snapshotFile };
  } finally {
    await Promise.all(world.servers.map((server) => server.stop()));
    await Promise.all([...world.proxies.values()].map((proxy) => proxy.stop()));
  }
}

const hostOf = (port: number): string => `127.0.0.1:${String(port)}`;

/** What this server has on its disk, oldest first. */
const filesOf = ({ directory }: World, server: number, kind: 'log' | 'snapshot'): Buffer[] =>
  filesIn(join(directory, String(server), 'data/version-2'), kind);

const recordingsOf = ({ proxies }: World): Recording[] =>
  [...proxies.values()].flatMap((proxy) => proxy.recordings);

async function makeWorld(directory: string, say: (text: string) => void): Promise<World> {
  const bases = await freePortBases(2 * SERVERS.length);
  const base: Readonly<Record<Port, number>> = {
    ...{ client: bases.clientPort, quorum: bases.basePort, election: bases.basePort + 1_000 },
  };
  const real = (port: Port, server: number): number => base[port] + server - 1;
  const proxied = (port: Port, server: number): number => real(port, server) + SERVERS.length;
  const proxies = new Map<string, RecordingProxy>();
  for (const port of PORTS) {
    for (const server of SERVERS) {
      const proxy = startRecordingProxy(port, server, proxied(port, server), real(port, server));
      proxies.set(`${port} ${String(server)}`, await proxy);
    }
  }
  const servers = await Promise.all(
    SERVERS.map((id) =>
      makeApacheServer({
        ...{ directory: join(directory, String(id)), id, clientPort: real('client', id) },
        ...{ properties: PROPERTIES, moreLines: id === OBSERVER ? ['peerType=observer'] : [] },
        serverLines: SERVERS.map((other) => {
          const where = other === id ? real : proxied;
          const ports = `${hostOf(where('quorum', other))}:${String(where('election', other))}`;
          return `server.${String(other)}=${ports}${other === OBSERVER ? ':observer' : ''}`;
        }),
      }),
    ),
  );
  return { directory, servers, proxies, real, proxied, say };
}

const pause = (millis: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, millis);
  });

const untilMode = (world: World, server: number, mode: string): Promise<void> =>
  untilModeAt(world.real('client', server), mode);

/** The one with the larger id dials: started last, it does so through the proxy. */
async function startServers(world: World): Promise<void> {
  world.say('servers start');
  at(world, 1).start();
  at(world, FIRST_LEADER).start();
  await untilMode(world, FIRST_LEADER, 'leader');
  await untilMode(world, 1, 'follower');
  at(world, 3).start();
  await untilMode(world, 3, 'follower');
  at(world, OBSERVER).start();
  await untilMode(world, OBSERVER, 'observer');
}

/** Pings pass in both kinds of links while nobody says anything. */
const QUIET_MILLIS = 3_000;

async function useClient(world: World, client: Conversation): Promise<void> {
  world.say('a client says all it can');
  await client.say(null, /done start\n/);
  await client.say('all', /done all\n/);
  await client.say('watch', /done watch\n/);
  await pause(QUIET_MILLIS);
  world.say('sessions move');
  for (const server of [MOVING, 3]) proxyOf(world, 'client', server).cut(server === MOVING);
  await client.say('moved', /done moved\n/);
  await client.say('write moved', /done write\n/);
}

async function missWrites(world: World, client: Conversation): Promise<void> {
  world.say('a follower misses writes');
  await at(world, 1).stop();
  for (const name of ['x', 'y']) await client.say(`write ${name}`, /done write\n/);
  at(world, 1).start();
  await untilMode(world, 1, 'follower');
  world.say('a follower comes with an empty disk');
  await at(world, 1).stop();
  await rm(join(world.directory, '1/data/version-2'), { recursive: true });
  at(world, 1).start();
  await untilMode(world, 1, 'follower');
}

async function loseWrites(world: World): Promise<void> {
  world.say('a leader writes what nobody hears of');
  const { socket } = await openConnection(world.real('client', FIRST_LEADER));
  socket.on('error', () => undefined);
  proxyOf(world, 'quorum', FIRST_LEADER).hold();
  for (const [index, path] of ['/lost-1', '/lost-2'].entries()) {
    const create = { kind: 'create', path, data: null, acl: OPEN_ACL, flags: 0 } as const;
    socket.write(frame(encodeRequest(index + 1, create)));
  }
  const log = (): string => filesOf(world, FIRST_LEADER, 'log').at(-1)?.toString('latin1') ?? '';
  await until('the leader has written it', () => log().includes('/lost-2'));
  at(world, FIRST_LEADER).kill();
  socket.destroy();
  proxyOf(world, 'quorum', FIRST_LEADER).cut();
  await untilMode(world, 3, 'leader');
  await untilMode(world, 1, 'follower');
  // Had the new leader written anything itself, it would send a snapshot.
  at(world, FIRST_LEADER).start();
  await untilMode(world, FIRST_LEADER, 'follower');
}
