// What a server keeps resident, as the system counts it: with an empty tree, and with many small znodes. One
// system at a time: a million znodes of six servers would not fit side by side.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { Bench } from '../frame.ts';
import { fill, FILL_PARENT } from './fill.ts';
import { DATA_BYTES } from './load.ts';
import { freePortBases } from './ports.ts';
import { leaderWhenComplete, pause, SERVERS, type Ensemble, type System } from './systems.ts';

const ZNODES = [100_000, 1_000_000];
const QUICK_ZNODES = [2_000, 10_000];
/** Time to write snapshots and to give back what was needed for a moment only. */
const SETTLE_MILLIS = 5_000;
/** A million znodes do not fit in what Apache's scripts give it. */
const LARGE_HEAP_MIB = 4_000;
const LARGE_ZNODES = 500_000;

export async function measureMemory(
  bench: Bench,
  systems: readonly System[],
  directory: string,
): Promise<void> {
  for (const [index, znodes] of (bench.quick ? QUICK_ZNODES : ZNODES).entries()) {
    for (const system of systems) {
      const large = znodes > LARGE_ZNODES;
      const ports = await freePortBases(SERVERS);
      const ensemble = await system.start(
        join(directory, `memory-${String(znodes)}-${system.name.slice(0, 3)}`),
        ports,
        large ? { heapMiB: LARGE_HEAP_MIB } : {},
      );
      try {
        await leaderWhenComplete(ensemble);
        if (index === 0) {
          await pause(SETTLE_MILLIS);
          addResident(bench, ensemble, 'no znodes');
        }
        bench.say(`${String(znodes)} znodes at ${ensemble.name}`);
        await fill(ensemble.clientPorts[0] ?? 0, FILL_PARENT, znodes);
        await pause(SETTLE_MILLIS * (large ? 3 : 1));
        const heap = large ? `, Apache's heap ${LARGE_HEAP_MIB.toLocaleString('en-US')} MiB` : '';
        const count = znodes.toLocaleString('en-US');
        addResident(bench, ensemble, `${count} znodes of ${String(DATA_BYTES)} B${heap}`);
      } finally {
        await ensemble.stop();
      }
    }
  }
}

/** One sample per server, and one of all together. */
function addResident(bench: Bench, ensemble: Ensemble, point: string): void {
  const samples = ensemble.clientPorts.flatMap((_, index) => {
    const processId = ensemble.processId(index + 1);
    return processId === null ? [] : [residentMiB(processId)];
  });
  const common = { point, subject: ensemble.name, unit: 'MiB', better: 'lower' } as const;
  bench.add({ ...common, measure: 'resident memory of a server', samples });
  const all = samples.reduce((sum, each) => sum + each, 0);
  bench.add({ ...common, measure: 'resident memory of all three', samples: [all] });
}

/** Of a process of this machine. */
export function residentMiB(processId: number): number {
  const text = readFileSync(`/proc/${String(processId)}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1]) / 1024;
}
