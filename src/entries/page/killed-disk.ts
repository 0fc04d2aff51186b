// The disk of a server that is down, read by its page: the same database that a restart would open. What it
// needs is loaded when somebody asks.

import { readingOf, UNREADABLE, type DiskReading } from '../../adapters/worker/disk-reading.ts';

/** Unreadable too if by now it is another disk than the one that was met. */
export async function readKilledDisk(name: string, diskId: string): Promise<DiskReading> {
  const { openIndexedDbDisk } = await import('../../adapters/indexeddb/disk.ts');
  try {
    const disk = await openIndexedDbDisk(name);
    try {
      if (disk.identity.diskId !== diskId) return UNREADABLE;
      return readingOf(await disk.recover());
    } finally {
      disk.close();
    }
  } catch {
    // It is damaged, or the browser does not give it: a server that starts there says so.
    return UNREADABLE;
  }
}
