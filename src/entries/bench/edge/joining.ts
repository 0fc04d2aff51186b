// A follower that was away while 100,000 znodes were created: from the start of its process until it serves and
// has the last of them. By DIFF where the leader still has every transaction at hand (commitLogCount), else by
// SNAP; the leader is asked which of them it was. Every sample is an ensemble of its own; the systems take turns.

import { join } from 'node:path';

import { OPEN_ACL } from '../../../vocabulary/stat.ts';
import { askWord } from '../../cli/ensemble.ts';
import type { Bench } from '../frame.ts';
import { ask, closeConnection, openConnection } from './connection.ts';
import { fill, FILL_PARENT } from './fill.ts';
import { freePortBases } from './ports.ts';
import { leaderWhenComplete, pause, SERVERS, type StartOptions, type System } from './systems.ts';

const ZNODES = 100_000;
const QUICK_ZNODES = 3_000;
const RUNS = 5;
const JOIN_MILLIS_MAX = 120_000;
const POLL_MILLIS = 5;

/** Before it leaves, so that it comes back as somebody whose last zxid the leader may still have at hand: who has
 *  nothing at all gets a SNAP in any case. */
const WRITES_BEFORE = 10;

interface Way {
  readonly name: 'SNAP' | 'DIFF';
  /** How the report tells the settings. */
  readonly told: string;
  readonly settings: StartOptions;
}

/** Settings that make it so: what the leader keeps at hand is more, or far less, than what is missed. Apache's
 *  leader would then look into its log files, whose size it counts without the newest one: what it finds there
 *  is a DIFF again. By a factor below 0 it does not look. */
const WAYS: readonly Way[] = [
  {
    name: 'SNAP',
    told: 'commitLogCount=500; Apache with snapshotSizeFactor=-1',
    settings: {
      lines: ['commitLogCount=500'],
      properties: ['zookeeper.snapshotSizeFactor=-1'],
    },
  },
  {
    name: 'DIFF',
    told: 'commitLogCount=400000',
    settings: { lines: ['commitLogCount=400000'] },
  },
];

export async function measureJoining(
  bench: Bench,
  systems: readonly System[],
  directory: string,
): Promise<void> {
  const znodes = bench.quick ? QUICK_ZNODES : ZNODES;
  for (const way of WAYS) {
    const samples = systems.map((): number[] => []);
    for (let run = 0; run < (bench.quick ? 1 : RUNS); run += 1) {
      bench.say(`a follower joins by ${way.name}, run ${String(run + 1)}`);
      for (const [index, system] of systems.entries()) {
        const where = join(directory, `${way.name}-${String(run)}-${String(index)}`);
        samples[index]?.push(await oneJoining(system, where, way, znodes));
      }
    }
    for (const [index, { name: subject }] of systems.entries()) {
      const measure = `a follower joins ${znodes.toLocaleString('en-US')} znodes behind`;
      bench.add({
        ...{ measure, point: `by ${way.name} (${way.told})`, subject },
        ...{ unit: 'ms', better: 'lower' },
        samples: samples[index] ?? [],
      });
    }
  }
}

async function oneJoining(
  system: System,
  directory: string,
  way: Way,
  znodes: number,
): Promise<number> {
  const ensemble = await system.start(directory, await freePortBases(SERVERS), way.settings);
  try {
    const leader = await leaderWhenComplete(ensemble);
    const follower = (leader % SERVERS) + 1;
    const [leaderPort = 0, followerPort = 0] = [leader, follower].map(
      (id) => ensemble.clientPorts[id - 1],
    );
    await writeThrough(followerPort);
    ensemble.kill(follower);
    const last = await fill(leaderPort, FILL_PARENT, znodes);
    const before = await synchronizations(leaderPort);
    const from = performance.now();
    const restarted = ensemble.restart(follower);
    const at = await whenServed(followerPort, last);
    await restarted;
    const after = await synchronizations(leaderPort);
    if (after[way.name] !== before[way.name] + 1) {
      throw new Error(`${system.name}: the follower joined, but not by ${way.name}`);
    }
    return at - from;
  } finally {
    await ensemble.stop();
  }
}

/** One after the other, each acknowledged through this server. */
async function writeThrough(port: number): Promise<void> {
  const connection = await openConnection(port);
  for (let at = 1; at <= WRITES_BEFORE; at += 1) {
    const [path, data] = [`/before-${String(at)}`, new Uint8Array(0)];
    await ask(connection, at, { kind: 'create', path, data, acl: OPEN_ACL, flags: 0 });
  }
  await closeConnection(connection);
}

/** How many learners this leader has brought up to date, by either way. */
async function synchronizations(port: number): Promise<Readonly<Record<Way['name'], number>>> {
  const text = await askWord(port, 'mntr');
  const countOf = (name: string): number =>
    Number(new RegExp(`^zk_${name}_count\t(\\d+)$`, 'm').exec(text)?.[1]);
  return { SNAP: countOf('snap'), DIFF: countOf('diff') };
}

/** The moment at which this server first says that the node is there. */
async function whenServed(port: number, path: string): Promise<number> {
  const end = performance.now() + JOIN_MILLIS_MAX;
  while (performance.now() < end) {
    try {
      const connection = await openConnection(port);
      const { err } = await ask(connection, 1, { kind: 'exists', path, watch: false });
      const now = performance.now();
      connection.socket.destroy();
      if (err === 0) return now;
    } catch {
      // It does not serve yet.
    }
    await pause(POLL_MILLIS);
  }
  throw new Error('the follower never caught up');
}
