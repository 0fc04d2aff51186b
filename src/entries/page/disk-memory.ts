// Which disk this browser last met on each seat of a room. A seat that comes back with another disk
// has lost its history: its server is a suspect until a leader that does not need it has synchronised
// it. Each tab remembers all seats, its own too, so that whoever kept a memory can tell.

interface MetDisk {
  readonly diskId: string;
  readonly diskBirth: 'fresh' | 'suspect';
}

export type DiskJudgement = 'known' | 'amnesiac';

const keyOf = (room: string, seat: number): string => `tabkeeper/${room}/${String(seat)}/disk`;

/** Remembers a seat's disk when it is the first, or says that it is not the one that was there. A disk
 *  that began as a suspect is fine: agreement itself keeps it from voting too early. */
export function judgeDisk(room: string, seat: number, disk: MetDisk): DiskJudgement {
  const known = localStorage.getItem(keyOf(room, seat));
  if (known !== null && known !== disk.diskId && disk.diskBirth === 'fresh') return 'amnesiac';
  if (known !== disk.diskId) localStorage.setItem(keyOf(room, seat), disk.diskId);
  return 'known';
}
