// The edge beside Apache ZooKeeper: the same load, the same machine, in turns. Three servers each, in
// processes of their own, every acknowledged write on disk.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Bench, Part } from '../frame.ts';
import { APACHE_SET, WHY_NO_APACHE } from './apache.ts';
import { measureDisk } from './disk.ts';
import { measureFanOut } from './fan-out.ts';
import { measureJoining } from './joining.ts';
import { measureMemory } from './memory.ts';
import { freePortBases } from './ports.ts';
import { apache, SERVERS, tabkeeper, type Ensemble, type System } from './systems.ts';
import { measureThroughput } from './throughput.ts';
import { measureFailovers, measureStarts } from './times.ts';

type Measure = (bench: Bench, systems: readonly System[], directory: string) => Promise<void>;

const edgePart = (name: string, about: string, measure: Measure): Part => ({
  ...{ name, group: 'edge', about },
  run: async (bench) => {
    const peer = apache();
    if (peer === null) bench.missing(`the comparison: ${WHY_NO_APACHE}`);
    else bench.note(`${peer.name} with its defaults but for: ${APACHE_SET}.`);
    const systems = peer === null ? [tabkeeper] : [tabkeeper, peer];
    const directory = await mkdtemp(join(tmpdir(), 'tabkeeper-bench-'));
    try {
      await measure(bench, systems, directory);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
});

/** Three servers over TCP with files, beside Apache ZooKeeper where it is installed. */
export const EDGE_PARTS: readonly Part[] = [
  edgePart('starts', 'from nothing to the first acknowledged write', measureStarts),
  edgePart('memory', 'resident memory with 0, 100,000 and 1,000,000 znodes', measureMemory),
  edgePart('disk', 'one write and its fdatasync, without a server', measureDisk),
  edgePart('rates', 'sets, creates and gets per second, and how long one takes', (...all) =>
    withEnsembles(all, measureThroughput),
  ),
  edgePart('failover', 'from a killed leader to the next acknowledged write', (...all) =>
    withEnsembles(all, measureFailovers),
  ),
  edgePart('fan-out', 'a change told to 1,000 watchers', (...all) =>
    withEnsembles(all, measureFanOut),
  ),
  edgePart('joining', 'a follower that is 100,000 znodes behind catches up', measureJoining),
];

/** Starts one ensemble of each system, and ends them whatever happens. */
async function withEnsembles(
  [bench, systems, directory]: Parameters<Measure>,
  work: (bench: Bench, ensembles: readonly Ensemble[]) => Promise<void>,
): Promise<void> {
  const ensembles: Ensemble[] = [];
  try {
    for (const [index, system] of systems.entries()) {
      const ports = await freePortBases(SERVERS);
      ensembles.push(await system.start(join(directory, `ensemble-${String(index)}`), ports));
    }
    await work(bench, ensembles);
  } finally {
    await Promise.all(ensembles.map((ensemble) => ensemble.stop()));
  }
}
