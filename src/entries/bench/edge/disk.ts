// What the disk alone takes for what a server does before it answers: how far its writes are from that.

import { open } from 'node:fs/promises';
import { join } from 'node:path';

import type { Bench } from '../frame.ts';
import { DATA_BYTES } from './load.ts';
import type { System } from './systems.ts';

const COMMITS = 300;
const QUICK_COMMITS = 20;
/** A transaction's header, its path and its checksum, beside its data. */
const RECORD_BYTES = DATA_BYTES + 70;

/** One append and one fdatasync at a time, where the servers' logs lie. */
export async function measureDisk(
  bench: Bench,
  systems: readonly Pick<System, 'name'>[],
  directory: string,
): Promise<void> {
  const file = await open(join(directory, 'commits'), 'a');
  const samples: number[] = [];
  try {
    const record = new Uint8Array(RECORD_BYTES).fill(1);
    for (let commit = 0; commit < (bench.quick ? QUICK_COMMITS : COMMITS); commit += 1) {
      const from = performance.now();
      await file.write(record);
      await file.datasync();
      samples.push(performance.now() - from);
    }
  } finally {
    await file.close();
  }
  bench.add({
    measure: 'the disk alone',
    point: `an append of ${String(RECORD_BYTES)} B and its fdatasync`,
    subject: systems[0]?.name ?? '',
    ...{ unit: 'ms', better: 'lower', samples },
  });
}
