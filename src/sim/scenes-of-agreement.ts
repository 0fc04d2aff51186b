// Scenes of the golden transcripts: elections, discovery, and the three ways of synchronization.

import {
  awaitLeader,
  diesAlone,
  LIFE,
  THREE,
  threeServers,
  write,
  type Kinds,
  type Scene,
} from './scenes.ts';
import type { World } from './world.ts';

const ELECTION: Kinds = [...LIFE, 'roundStarted', 'voteChanged', 'voteKept', 'electionDecided'];
const DISCOVERY: Kinds = [
  ...LIFE,
  'epochProposed',
  'epochAccepted',
  'epochAcked',
  'epochAwaited',
  'learnerRefused',
];
const SYNC: Kinds = [
  ...LIFE,
  ...(['packetSent', 'syncDecided', 'historyTruncated', 'snapshotInstalled'] as const),
  ...(['currentEpochSaved', 'newLeaderAcked', 'newLeaderAwaited'] as const),
];

function crashAll(world: World): void {
  for (const server of world.servers) world.crash(server);
  world.run(50);
}

export const ELECTIONS: readonly Scene[] = [
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
    options: THREE,
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
    options: THREE,
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
    options: THREE,
    shows: ELECTION,
    play: (world) => {
      threeServers(world);
      world.run(50);
    },
  },
  {
    name: 'discovery-stale-leader',
    about: 'Leader 3 sleeps, the others go on without it; awake again it finds itself out of date.',
    options: THREE,
    shows: DISCOVERY,
    prepare: threeServers,
    play: (world, tell) => {
      tell('server 3 sleeps');
      world.seat(3).freeze(true);
      world.run(2_000);
      tell('server 3 is awake again');
      world.seat(3).freeze(false);
      awaitLeader(world, 2);
      world.run(50);
    },
  },
];

export const SYNCHRONIZATIONS: readonly Scene[] = [
  {
    name: 'sync-diff',
    about:
      'Server 1 was away for two writes of one session: four transactions, still at hand: a DIFF.',
    options: THREE,
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
    options: THREE,
    shows: SYNC,
    prepare: (world) => {
      threeServers(world);
      write(world, 1, ['/a']);
      diesAlone(world);
      awaitLeader(world, 1);
    },
    play: (world) => {
      world.openServer(3);
      awaitLeader(world, 2);
    },
  },
  {
    name: 'sync-snap',
    about: 'Server 1 was away for more than the leader keeps at hand: it gets the whole tree.',
    options: { ...THREE, ensemble: { committedLogEntriesMax: 3, snapshotEveryTransactions: 6 } },
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
