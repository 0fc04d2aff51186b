// Scenes of the golden transcripts: broadcast and its accidents, partitions, observers, sessions and
// watches.

import { encodeUtf8 } from '../base/utf8.ts';
import { serverId } from '../vocabulary/ids.ts';
import { CREATE_FLAG } from '../vocabulary/request.ts';
import {
  askAndWait,
  awaitLeader,
  clientOf,
  create,
  diesAlone,
  LIFE,
  THREE,
  threeServers,
  write,
  type Kinds,
  type Scene,
} from './scenes.ts';
import type { World } from './world.ts';

const BROADCAST: Kinds = [
  ...LIFE,
  ...(['requestForwarded', 'proposed', 'proposalLogged', 'ackCounted'] as const),
  ...(['commitAwaited', 'committed', 'applied', 'historyTruncated', 'replied'] as const),
];

function slowDisk(world: World, server: number, millis: number): void {
  const { behaviour } = world.seat(server).disk;
  behaviour.latencyMillisMin = millis;
  behaviour.latencyMillisMax = millis;
}

export const BROADCASTS: readonly Scene[] = [
  {
    name: 'commit-at-last-ack',
    about: 'Disks of 5, 40 and 80 ms: the commit comes with the second ack, the third is late.',
    options: THREE,
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
    name: 'commit-awaited',
    about:
      'Five servers, one cut off in silence, two with slow disks: why there is no commit for so long.',
    options: { participants: 5 },
    shows: [...BROADCAST, 'learnerCutOff'],
    prepare: (world) => {
      world.openAll();
      awaitLeader(world, 4);
    },
    play: (world, tell) => {
      const leader = awaitLeader(world, 4);
      const [cut = 0, first = 0, second = 0] = world.servers.filter((one) => one !== leader);
      const client = clientOf(world, leader);
      world.run(60);
      tell(`nothing passes between ${String(cut)} and the others any more`);
      world.partition(
        [cut],
        world.servers.filter((one) => one !== cut),
        'silent',
      );
      tell(`the disks of ${String(first)} and ${String(second)} take 300 and 400 ms`);
      slowDisk(world, first, 300);
      slowDisk(world, second, 400);
      client.ask(create('/slow'));
      world.run(700);
    },
  },
  {
    name: 'leader-dies-write-kept',
    about:
      'The leader dies before it commits /kept; server 1 has it on disk, so the next epoch has it.',
    options: THREE,
    shows: BROADCAST,
    prepare: (world) => {
      threeServers(world);
      write(world, 1, ['/a']);
    },
    play: (world, tell) => {
      const client = clientOf(world, 3);
      world.run(80);
      tell('the disk of server 3 takes 500 ms from now on, and its link to 2 is silent');
      slowDisk(world, 3, 500);
      world.setPath(2, 3, 'silent');
      client.ask(create('/kept'));
      world.runUntil(
        () => (world.view(1)?.lastDurable ?? 0n) > (world.view(2)?.lastDurable ?? 0n),
        900,
      );
      tell('server 3 is killed');
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
    options: THREE,
    shows: BROADCAST,
    prepare: (world) => {
      threeServers(world);
      write(world, 1, ['/a']);
    },
    play: (world, tell) => {
      diesAlone(world, tell);
      awaitLeader(world, 1);
      tell('server 3 is started again');
      world.openServer(3);
      awaitLeader(world, 2);
    },
  },
  {
    name: 'minority-partition',
    about: 'Leader 3 is cut off with a client: its write does not happen there, the others go on.',
    options: THREE,
    shows: [...BROADCAST, 'syncDecided'],
    prepare: threeServers,
    play: (world, tell) => {
      const client = clientOf(world, 3);
      world.run(50);
      tell('server 3 is cut off from 1 and 2; client 1 is on its side');
      world.partition([3], [1, 2], 'silent');
      client.ask(create('/in-the-minority'));
      world.run(1_500);
      write(world, 1, ['/in-the-majority']);
      tell('the network is whole again');
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

export const SESSIONS: readonly Scene[] = [
  {
    name: 'session-expiry',
    about:
      'A client dies without a word: its session expires at the leader, its ephemeral goes with it.',
    options: THREE,
    shows: ['sessionOpened', 'sessionExpired', 'sessionClosed', 'watchFired', 'applied'],
    prepare: threeServers,
    play: (world, tell) => {
      const owner = clientOf(world, 1, 500);
      askAndWait(world, owner, create('/mine', CREATE_FLAG.ephemeral));
      const other = clientOf(world, 2);
      askAndWait(world, other, { kind: 'exists', path: '/mine', watch: true });
      tell('client 1 dies without a word');
      owner.die();
      world.run(1_500);
    },
  },
  {
    name: 'one-shot-watch',
    about: 'A data watch fires once, before the change can be read; the second change is not told.',
    options: THREE,
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
