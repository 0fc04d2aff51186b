// The scenes of the golden transcripts: elections, discovery, the three ways of synchronization,
// broadcast and its accidents, partitions, observers, sessions and watches.

import { encodeUtf8 } from '../base/utf8.ts';
import { serverId } from '../vocabulary/ids.ts';
import { CREATE_FLAG } from '../vocabulary/request.ts';
import type { TraceEvent } from '../vocabulary/trace.ts';
import { askAndWait, awaitLeader, clientOf, create, write, type Scene } from './scenes.ts';
import type { World } from './world.ts';

type Kinds = readonly TraceEvent['kind'][];

const LIFE: Kinds = ['serverStarted', 'roleChanged', 'leaderEstablished', 'synchronised'];
const ELECTION: Kinds = [...LIFE, 'roundStarted', 'voteChanged', 'voteKept', 'electionDecided'];
const DISCOVERY: Kinds = [
  ...LIFE,
  'epochProposed',
  'epochAccepted',
  'epochAcked',
  'learnerRefused',
];
const SYNC: Kinds = [
  ...LIFE,
  ...(['packetSent', 'syncDecided', 'historyTruncated', 'snapshotInstalled'] as const),
  ...(['currentEpochSaved', 'newLeaderAcked'] as const),
];
const BROADCAST: Kinds = [
  ...LIFE,
  ...(['requestForwarded', 'proposed', 'proposalLogged', 'ackCounted'] as const),
  ...(['committed', 'applied', 'historyTruncated', 'replied'] as const),
];

const three = { participants: 3 };

function threeServers(world: World): void {
  world.openAll();
  awaitLeader(world, 2);
}

function crashAll(world: World): void {
  for (const server of world.servers) world.crash(server);
  world.run(50);
}

function slowDisk(world: World, server: number, millis: number): void {
  const { behaviour } = world.seat(server).disk;
  behaviour.latencyMillisMin = millis;
  behaviour.latencyMillisMax = millis;
}

const ELECTIONS: readonly Scene[] = [
  {
    name: 'election-one-by-one',
    about: 'Five servers open one by one: 1 and 2 look, the third makes a quorum, 4 and 5 follow.',
    options: { participants: 5 },
    shows: ELECTION,
    play: (world) => {
      for (const server of world.servers) {
        world.openServer(server);
        world.run(400);
      }
    },
  },
  {
    name: 'election-by-epoch',
    about: 'Server 1 has seen epoch 2, server 3 only epoch 1: the epoch decides, not the id.',
    options: three,
    shows: ELECTION,
    prepare: (world) => {
      threeServers(world);
      write(world, 1, ['/a']);
      world.crash(3);
      awaitLeader(world, 1);
      crashAll(world);
    },
    play: (world) => {
      world.openServer(1);
      world.openServer(3);
      awaitLeader(world, 1);
      world.run(50);
    },
  },
  {
    name: 'election-by-zxid',
    about: 'Server 3 missed a write of the same epoch: the zxid decides, not the id.',
    options: three,
    shows: ELECTION,
    prepare: (world) => {
      world.openServer(1);
      world.openServer(2);
      awaitLeader(world, 1);
      world.openServer(3);
      awaitLeader(world, 2);
      world.crash(3);
      write(world, 1, ['/missed-by-3']);
      crashAll(world);
    },
    play: (world) => {
      threeServers(world);
      world.run(50);
    },
  },
  {
    name: 'election-by-id',
    about: 'Three equal servers open at once: the highest id wins.',
    options: three,
    shows: ELECTION,
    play: (world) => {
      threeServers(world);
      world.run(50);
    },
  },
  {
    name: 'discovery-stale-leader',
    about: 'Leader 3 sleeps, the others go on without it; awake again it finds itself out of date.',
    options: three,
    shows: DISCOVERY,
    prepare: threeServers,
    play: (world) => {
      world.seat(3).freeze(true);
      world.run(2_000);
      world.seat(3).freeze(false);
      awaitLeader(world, 2);
      world.run(50);
    },
  },
];

const SYNCHRONIZATIONS: readonly Scene[] = [
  {
    name: 'sync-diff',
    about: 'Server 1 was away for two writes; the leader still has them at hand and sends a DIFF.',
    options: three,
    shows: SYNC,
    prepare: (world) => {
      threeServers(world);
      write(world, 2, ['/before']);
      world.crash(1);
      write(world, 2, ['/a', '/b']);
    },
    play: (world) => {
      world.openServer(1);
      awaitLeader(world, 2);
    },
  },
  {
    name: 'sync-trunc',
    about: 'Leader 3 logged /lost alone and died; when it returns, TRUNC takes it from its log.',
    options: three,
    shows: SYNC,
    prepare: (world) => {
      threeServers(world);
      write(world, 1, ['/a']);
      diesAlone(world);
      awaitLeader(world, 1);
      write(world, 1, ['/b']);
    },
    play: (world) => {
      world.openServer(3);
      awaitLeader(world, 2);
    },
  },
  {
    name: 'sync-snap',
    about: 'Server 1 was away for more than the leader keeps at hand: it gets the whole tree.',
    options: { ...three, ensemble: { committedLogEntriesMax: 3, snapshotEveryTransactions: 6 } },
    shows: SYNC,
    prepare: (world) => {
      threeServers(world);
      world.crash(1);
      write(
        world,
        2,
        Array.from({ length: 12 }, (_, index) => `/n${String(index)}`),
      );
    },
    play: (world) => {
      world.openServer(1);
      awaitLeader(world, 2);
    },
  },
];

/** Server 3, the leader, logs a write that no other server hears of, and is gone. */
function diesAlone(world: World): void {
  world.partition([3], [1, 2], 'silent');
  clientOf(world, 3).ask(create('/lost'));
  world.run(60);
  world.crash(3);
  world.healAll();
}

const BROADCASTS: readonly Scene[] = [
  {
    name: 'commit-at-last-ack',
    about: 'Disks of 5, 40 and 80 ms: the commit comes with the second ack, the third is late.',
    options: three,
    shows: BROADCAST,
    prepare: (world) => {
      threeServers(world);
      slowDisk(world, 1, 40);
      slowDisk(world, 2, 80);
      slowDisk(world, 3, 5);
    },
    play: (world) => {
      askAndWait(world, clientOf(world, 1), create('/a'));
      world.run(100);
    },
  },
  {
    name: 'leader-dies-write-kept',
    about:
      'The leader dies before it commits /kept; server 1 has it on disk, so the next epoch has.',
    options: three,
    shows: BROADCAST,
    prepare: (world) => {
      threeServers(world);
      write(world, 1, ['/a']);
    },
    play: (world) => {
      slowDisk(world, 3, 500);
      world.setPath(2, 3, 'silent');
      clientOf(world, 3).ask(create('/kept'));
      world.runUntil(
        () => (world.view(1)?.lastDurable ?? 0n) > (world.view(2)?.lastDurable ?? 0n),
        900,
      );
      world.crash(3);
      world.healAll();
      awaitLeader(world, 1);
      world.run(100);
    },
  },
  {
    name: 'leader-dies-write-lost',
    about:
      'The leader dies with /lost on its own disk only: the others go on, and it is taken back.',
    options: three,
    shows: BROADCAST,
    prepare: (world) => {
      threeServers(world);
      write(world, 1, ['/a']);
    },
    play: (world) => {
      diesAlone(world);
      awaitLeader(world, 1);
      world.openServer(3);
      awaitLeader(world, 2);
    },
  },
  {
    name: 'minority-partition',
    about: 'Leader 3 is cut off with a client: its write does not happen there, the others go on.',
    options: three,
    shows: [...BROADCAST, 'quorumChecked'],
    prepare: threeServers,
    play: (world) => {
      const client = clientOf(world, 3);
      world.run(50);
      world.partition([3], [1, 2], 'silent');
      client.ask(create('/in-the-minority'));
      world.run(1_500);
      write(world, 1, ['/in-the-majority']);
      world.healAll();
      awaitLeader(world, 2);
      world.run(300);
    },
  },
  {
    name: 'observer',
    about: 'Server 4 observes: it passes a write on, is informed of the commit, and never counts.',
    options: { participants: 3, observers: 1 },
    shows: [...BROADCAST, 'packetSent'],
    prepare: (world) => {
      world.openAll();
      awaitLeader(world, 3);
    },
    play: (world) => {
      askAndWait(world, clientOf(world, 4), create('/from-an-observer'));
    },
  },
];

const SESSIONS: readonly Scene[] = [
  {
    name: 'session-expiry',
    about:
      'A client dies without a word: its session expires at the leader, its ephemeral goes with it.',
    options: three,
    shows: ['sessionOpened', 'sessionExpired', 'sessionClosed', 'watchFired', 'applied'],
    prepare: threeServers,
    play: (world) => {
      const owner = clientOf(world, 1, 500);
      askAndWait(world, owner, create('/mine', CREATE_FLAG.ephemeral));
      const other = clientOf(world, 2);
      askAndWait(world, other, { kind: 'exists', path: '/mine', watch: true });
      owner.die();
      world.run(1_500);
    },
  },
  {
    name: 'one-shot-watch',
    about: 'A data watch fires once, before the change can be read; the second change is not told.',
    options: three,
    shows: ['watchSet', 'watchFired', 'applied'],
    prepare: (world) => {
      threeServers(world);
      write(world, 1, ['/w']);
    },
    play: (world) => {
      const watcher = world.openClient({ servers: [serverId(1)], timeoutMillis: 2_000 });
      askAndWait(world, watcher, { kind: 'getData', path: '/w', watch: true });
      const writer = clientOf(world, 2);
      for (const value of ['one', 'two']) {
        const data = encodeUtf8(value);
        askAndWait(world, writer, { kind: 'setData', path: '/w', data, version: -1 });
        world.run(30);
      }
      askAndWait(world, watcher, { kind: 'getData', path: '/w', watch: false });
    },
  },
];

export const SCENES: readonly Scene[] = [
  ...ELECTIONS,
  ...SYNCHRONIZATIONS,
  ...BROADCASTS,
  ...SESSIONS,
];
