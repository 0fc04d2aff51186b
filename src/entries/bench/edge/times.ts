// How long people wait: from nothing to the first acknowledged write, and from a killed leader to the
// next one. Every sample is a run of its own; the systems take turns.

import { join } from 'node:path';

import type { Bench } from '../frame.ts';
import { freePortBases } from './ports.ts';
import {
  clientPortsOf,
  leaderWhenComplete,
  SERVERS,
  type Ensemble,
  type System,
} from './systems.ts';
import { firstWrite, startWriter } from './writer.ts';

const RUNS = 15;
const QUICK_RUNS = 2;

/** Processes started, an empty disk, a leader elected, a session opened, one node created. */
export async function measureStarts(
  bench: Bench,
  systems: readonly System[],
  directory: string,
): Promise<void> {
  const samples = systems.map((): number[] => []);
  for (let run = 0; run < (bench.quick ? QUICK_RUNS : RUNS); run += 1) {
    bench.say(`start to first write, run ${String(run + 1)}`);
    for (const [index, system] of systems.entries()) {
      const ports = await freePortBases(SERVERS);
      const from = performance.now();
      const starting = system.start(
        join(directory, `start-${String(index)}-${String(run)}`),
        ports,
      );
      const at = await firstWrite(clientPortsOf(ports), '/first');
      samples[index]?.push(at - from);
      await (await starting).stop();
    }
  }
  for (const [index, { name: subject }] of systems.entries()) {
    bench.add({
      ...{ measure: 'start to first write', point: 'ensemble of three', subject },
      ...{ unit: 'ms', better: 'lower', samples: samples[index] ?? [] },
    });
  }
}

/** SIGKILL to the leader while a client writes every 5 ms: to the first acknowledgement of a write that
 *  was sent after it. */
export async function measureFailovers(
  bench: Bench,
  ensembles: readonly Ensemble[],
): Promise<void> {
  const samples = ensembles.map((): number[] => []);
  for (let run = 0; run < (bench.quick ? QUICK_RUNS : RUNS); run += 1) {
    bench.say(`leader killed to first write, run ${String(run + 1)}`);
    for (const [index, ensemble] of ensembles.entries()) {
      samples[index]?.push(await oneFailover(ensemble));
    }
  }
  for (const [index, { name: subject }] of ensembles.entries()) {
    bench.add({
      ...{ measure: 'leader killed to first write', point: 'a write every 5 ms', subject },
      ...{ unit: 'ms', better: 'lower', samples: samples[index] ?? [] },
    });
  }
}

async function oneFailover(ensemble: Ensemble): Promise<number> {
  const leader = await leaderWhenComplete(ensemble);
  const { clientPorts } = ensemble;
  // The writer begins at the leader: its connection dies with it.
  const ports = [...clientPorts.slice(leader - 1), ...clientPorts.slice(0, leader - 1)];
  const writer = await startWriter(ports, '/failover');
  try {
    const from = performance.now();
    ensemble.kill(leader);
    return (await writer.acknowledgedAfter(from)) - from;
  } finally {
    writer.stop();
    await ensemble.restart(leader);
    await leaderWhenComplete(ensemble);
  }
}
