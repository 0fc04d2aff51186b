// The edge beside Apache ZooKeeper: the same load, the same machine, in turns. Three servers each, in
// processes of their own, every acknowledged write on disk.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Bench, Part } from '../frame.ts';
import { WHY_NO_APACHE } from './apache.ts';
import { measureMemory } from './memory.ts';
import { freePortBases } from './ports.ts';
import { apache, SERVERS, tabkeeper, type Ensemble, type System } from './systems.ts';
import { measureThroughput } from './throughput.ts';
import { measureFailovers, measureStarts } from './times.ts';

export const edgePart: Part = {
  name: 'edge',
  about: 'three servers over TCP with files, beside Apache ZooKeeper where it is installed',
  run: async (bench) => {
    const peer = apache();
    if (peer === null) bench.missing(`the comparison: ${WHY_NO_APACHE}`);
    const systems = peer === null ? [tabkeeper] : [tabkeeper, peer];
    const directory = await mkdtemp(join(tmpdir(), 'tabkeeper-bench-'));
    try {
      await measureStarts(bench, systems, directory);
      await withEnsembles(systems, directory, (ensembles) => measureMemory(bench, ensembles));
      await withEnsembles(systems, directory, (ensembles) => measureUse(bench, ensembles));
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};

async function measureUse(bench: Bench, ensembles: readonly Ensemble[]): Promise<void> {
  await measureThroughput(bench, ensembles);
  await measureFailovers(bench, ensembles);
}

/** Starts one ensemble of each system, and ends them whatever happens. */
async function withEnsembles(
  systems: readonly System[],
  directory: string,
  work: (ensembles: readonly Ensemble[]) => Promise<void>,
): Promise<void> {
  const ensembles: Ensemble[] = [];
  try {
    for (const [index, system] of systems.entries()) {
      const ports = await freePortBases(SERVERS);
      ensembles.push(await system.start(join(directory, `ensemble-${String(index)}`), ports));
    }
    await work(ensembles);
  } finally {
    await Promise.all(ensembles.map((ensemble) => ensemble.stop()));
  }
}
