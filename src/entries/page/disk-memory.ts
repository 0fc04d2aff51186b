// Which disk was last met on each seat of a room. A seat that comes back with another disk has lost its
// history: its server is a suspect until a leader that does not need it has synchronised it. Each page
// remembers all seats, its own too, so that whoever kept a memory can tell. What is in the browser's
// storage may be cleared together with the disks: the page's own memory outlives that, and a tab's its
// reload. A memory only ever makes a suspect; it never makes a disk trusted.

import { keep } from './storage.ts';

interface MetDisk {
  readonly diskId: string;
  readonly diskBirth: 'fresh' | 'suspect';
}

export type DiskJudgement = 'known' | 'amnesiac';

const keyOf = (room: string, seat: number): string => `tabkeeper/${room}/${String(seat)}/disk`;

/** What this page has met. What it remembers is not written anew into a storage that was cleared: there
 *  a room that everybody has left can begin anew. */
const met = new Map<string, string>();

/** Remembers a seat's disk when it is the first, or says that it is not the one that was there. A disk
 *  that began as a suspect is fine: agreement itself keeps it from voting too early. */
export function judgeDisk(room: string, seat: number, disk: MetDisk): DiskJudgement {
  const key = keyOf(room, seat);
  return judge(key, met.get(key) ?? localStorage.getItem(key), disk);
}

/** The same for this tab's own seat, whose disk the tab itself remembers through a reload. */
export function judgeOwnDisk(room: string, seat: number, disk: MetDisk): DiskJudgement {
  const key = keyOf(room, seat);
  const known = met.get(key) ?? localStorage.getItem(key) ?? sessionStorage.getItem(key);
  const judged = judge(key, known, disk);
  if (judged === 'known') rememberOwnDisk(room, seat, disk.diskId);
  return judged;
}

/** To be called again when this page ends. */
export function rememberOwnDisk(room: string, seat: number, diskId: string): void {
  keep(sessionStorage, keyOf(room, seat), diskId);
}

/** Whether a disk was ever met there. */
export const hasMetDisk = (room: string, seat: number): boolean =>
  met.has(keyOf(room, seat)) || localStorage.getItem(keyOf(room, seat)) !== null;

function judge(key: string, known: string | null, disk: MetDisk): DiskJudgement {
  if (known !== null && known !== disk.diskId && disk.diskBirth === 'fresh') return 'amnesiac';
  if (met.get(key) !== disk.diskId) {
    met.set(key, disk.diskId);
    keep(localStorage, key, disk.diskId);
  }
  return 'known';
}
