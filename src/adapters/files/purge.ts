// What newer snapshots make needless goes (PurgeTxnLog): of the snapshots that are whole the newest few stay,
// and every log that the oldest of those could need.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { syncDirectory } from './directory.ts';
import type { HistoryPlaces } from './places.ts';
import { listHistory, readSnapshot, type NamedFile } from './recovery.ts';

/** Apache's least, too. */
export const SNAPSHOTS_KEPT_MIN = 3;

/** Nothing goes before there are `keep` whole snapshots. */
export async function purgeHistory(places: HistoryPlaces, keep: number): Promise<void> {
  const { logs, snapshots } = await listHistory(places);
  const oldest = await oldestKept(places, snapshots, keep);
  if (oldest === null) return;
  for (const file of snapshots.filter((other) => other.zxid < oldest.zxid)) {
    await rm(join(places.snapshots, file.name));
  }
  await syncDirectory(places.snapshots);
  // The last log that begins at the snapshot or before it may go on beyond it.
  const needed = logs.filter((file) => file.zxid <= oldest.zxid).at(-1)?.zxid ?? oldest.zxid;
  for (const file of logs.filter((other) => other.zxid < needed)) {
    await rm(join(places.logs, file.name));
  }
  await syncDirectory(places.logs);
}

async function oldestKept(
  { snapshots: directory }: HistoryPlaces,
  snapshots: readonly NamedFile[],
  keep: number,
): Promise<NamedFile | null> {
  let whole = 0;
  for (const file of [...snapshots].reverse()) {
    if ((await readSnapshot(directory, file)) === null) continue;
    whole += 1;
    if (whole === keep) return file;
  }
  return null;
}
