// What a disk holds, as plain data, and what each write makes of it. The virtual disk and the checkers
// share this one meaning of append, truncate, saveSnapshot and saveEpochs.

import { assert, unreachable } from '../base/assert.ts';
import type { DiskOutput, Recovered } from '../vocabulary/boundary.ts';
import type { ServerId } from '../vocabulary/ids.ts';
import { addPiece, joinPieces } from '../vocabulary/pieces.ts';
import type { LogEntry } from '../vocabulary/transaction.ts';
import { follows, type Zxid } from '../vocabulary/zxid.ts';

interface Snapshot {
  readonly zxid: Zxid;
  readonly bytes: Uint8Array;
}

export interface DiskImage {
  /** Ascending, no holes. */
  log: LogEntry[];
  /** Ascending; the newest few. */
  snapshots: Snapshot[];
  acceptedEpoch: number;
  currentEpoch: number;
  trusted: boolean;
  /** Of a snapshot that is not whole yet. It does not outlive a crash. */
  pieces: Uint8Array[];
}

/** By server; who is missing has an empty one. */
export type Disks = ReadonlyMap<ServerId, DiskImage>;

/** Snapshots kept besides the newest. A truncation may need an older one. */
const SNAPSHOTS_MAX = 3;

export const emptyDisk = (): DiskImage => ({
  log: [],
  snapshots: [],
  acceptedEpoch: 0,
  currentEpoch: 0,
  trusted: true,
  pieces: [],
});

/** Another disk that holds the same now. */
export const copyOfDisk = (disk: DiskImage): DiskImage => ({
  ...disk,
  log: [...disk.log],
  snapshots: [...disk.snapshots],
  pieces: [...disk.pieces],
});

export const diskOf = (recovered: Recovered): DiskImage => ({
  log: [...recovered.log],
  snapshots: recovered.snapshot === null ? [] : [recovered.snapshot],
  acceptedEpoch: recovered.acceptedEpoch,
  currentEpoch: recovered.currentEpoch,
  trusted: recovered.trusted,
  pieces: [],
});

/** Does one write. Throws RuleBroken for a write that would leave a hole. */
export function writeTo(disk: DiskImage, write: DiskOutput): void {
  switch (write.kind) {
    case 'append':
      for (const entry of write.entries) appendTo(disk, entry);
      break;
    case 'truncate':
      disk.log = disk.log.filter((entry) => entry.zxid <= write.zxid);
      disk.snapshots = disk.snapshots.filter((snapshot) => snapshot.zxid <= write.zxid);
      break;
    case 'saveSnapshot':
      saveSnapshot(disk, write);
      break;
    case 'snapshotPiece': {
      disk.pieces = addPiece(disk.pieces, write);
      if (!write.isLast) break;
      const { zxid } = write;
      saveSnapshot(disk, { zxid, bytes: joinPieces(disk.pieces), replacesHistory: false });
      disk.pieces = [];
      break;
    }
    case 'saveEpochs':
      disk.acceptedEpoch = write.acceptedEpoch;
      disk.currentEpoch = write.currentEpoch;
      disk.trusted = write.trusted;
      break;
    default:
      unreachable(write, 'writeTo');
  }
}

function appendTo(disk: DiskImage, entry: LogEntry): void {
  const last = lastZxidOn(disk);
  assert(last === null || follows(last, entry.zxid), 'an append continues the log without a hole');
  disk.log.push(entry);
}

function saveSnapshot(
  disk: DiskImage,
  write: Pick<DiskOutput & { kind: 'saveSnapshot' }, 'zxid' | 'bytes' | 'replacesHistory'>,
): void {
  const snapshot = { zxid: write.zxid, bytes: write.bytes };
  if (write.replacesHistory) {
    disk.snapshots = [snapshot];
    disk.log = [];
    return;
  }
  const others = disk.snapshots.filter(({ zxid }) => zxid !== write.zxid);
  disk.snapshots = [...others, snapshot].sort((a, b) => (a.zxid < b.zxid ? -1 : 1));
  disk.snapshots = disk.snapshots.slice(-SNAPSHOTS_MAX);
  const oldest = disk.snapshots[0]?.zxid ?? write.zxid;
  if (disk.snapshots.length === SNAPSHOTS_MAX) {
    disk.log = disk.log.filter((entry) => entry.zxid > oldest);
  }
}

export function recoveredFrom(disk: DiskImage): Recovered {
  const snapshot = disk.snapshots.at(-1) ?? null;
  return {
    acceptedEpoch: disk.acceptedEpoch,
    currentEpoch: disk.currentEpoch,
    snapshot,
    log: disk.log.filter((entry) => snapshot === null || entry.zxid > snapshot.zxid),
    trusted: disk.trusted,
  };
}

/** The end of the history that this disk holds, or null for none. */
export function lastZxidOn(disk: DiskImage): Zxid | null {
  const snapshot = disk.snapshots.at(-1)?.zxid ?? null;
  const entry = disk.log.at(-1)?.zxid ?? null;
  if (snapshot === null || entry === null) return snapshot ?? entry;
  return snapshot > entry ? snapshot : entry;
}

/** True if the disk holds the transaction, as an entry or inside a snapshot. A snapshot covers what
 *  is not above it; that it covers the right history is for other checks. */
export function holds(disk: DiskImage, zxid: Zxid): boolean {
  const newest = disk.snapshots.at(-1);
  if (newest !== undefined && newest.zxid >= zxid) return true;
  return entryOn(disk, zxid) !== null;
}

export function entryOn(disk: DiskImage, zxid: Zxid): LogEntry | null {
  let low = 0;
  let high = disk.log.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const entry = disk.log[middle];
    if (entry === undefined) return null;
    if (entry.zxid === zxid) return entry;
    if (entry.zxid < zxid) low = middle + 1;
    else high = middle - 1;
  }
  return null;
}
