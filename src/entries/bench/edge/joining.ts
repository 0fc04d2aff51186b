// A follower that was away while 100,000 znodes were created: from the start of its process until it serves and
// has the last of them. By DIFF where the leader still has every transaction at hand (commitLogCount), else by
// SNAP. Every sample is an ensemble of its own; the systems take turns.

import { join } from 'node:path';

import type { Bench } from '../frame.ts';
import { ask, openConnection } from './connection.ts';
import { fill, FILL_PARENT } from './fill.ts';
import { freePortBases } from './ports.ts';
import { leaderWhenComplete, pause, SERVERS, type System } from './systems.ts';

const ZNODES = 100_000;
const QUICK_ZNODES = 3_000;
const RUNS = 5;
const JOIN_MILLIS_MAX = 120_000;
const POLL_MILLIS = 5;

/** Lines that make it so: what the leader keeps at hand is more, or far less, than what is missed. */
const WAYS = { SNAP: ['commitLogCount=500'], DIFF: ['commitLogCount=400000'] } as const;

export async function measureJoining(
  bench: Bench,
  systems: readonly System[],
  directory: string,
): Promise<void> {
  const znodes = bench.quick ? QUICK_ZNODES : ZNODES;
  for (const [way, lines] of Object.entries(WAYS)) {
    const samples = systems.map((): number[] => []);
    for (let run = 0; run < (bench.quick ? 1 : RUNS); run += 1) {
      bench.say(`a follower joins by ${way}, run ${String(run + 1)}`);
      for (const [index, system] of systems.entries()) {
        const where = join(directory, `${way}-${String(run)}-${String(index)}`);
        samples[index]?.push(await oneJoining(system, where, lines, znodes));
      }
    }
    for (const [index, { name: subject }] of systems.entries()) {
      const measure = `a follower joins ${znodes.toLocaleString('en-US')} znodes behind`;
      bench.add({
        ...{ measure, point: `by ${way}`, subject, unit: 'ms', better: 'lower' },
        samples: samples[index] ?? [],
      });
    }
  }
}

async function oneJoining(
  system: System,
  directory: string,
  lines: readonly string[],
  znodes: number,
): Promise<number> {
  const ensemble = await system.start(directory, await freePortBases(SERVERS), { lines });
  try {
    const leader = await leaderWhenComplete(ensemble);
    const follower = (leader % SERVERS) + 1;
    ensemble.kill(follower);
    const last = await fill(ensemble.clientPorts[leader - 1] ?? 0, FILL_PARENT, znodes);
    const from = performance.now();
    const restarted = ensemble.restart(follower);
    const at = await whenServed(ensemble.clientPorts[follower - 1] ?? 0, last);
    await restarted;
    return at - from;
  } finally {
    await ensemble.stop();
  }
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
