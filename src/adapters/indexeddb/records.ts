// What the browser's database holds: one record per batch of log entries, packed into one buffer, so
// that a group commit is one put however many entries it carries. Keys are zxids as sixteen hex
// digits, whose order as text is the order of zxids. Each record carries a checksum of its bytes.

import type { DBSchema } from 'idb';

import { copyOf } from '../../base/slab.ts';
import type { LogEntry } from '../../vocabulary/transaction.ts';
import { follows, zxidOf, type Zxid } from '../../vocabulary/zxid.ts';

/** Invariant: `first` <= `last`, both are keys of entries inside `bytes`. */
export interface LogRecord {
  readonly first: string;
  readonly last: string;
  readonly checksum: number;
  readonly bytes: Uint8Array;
}

/** A whole snapshot, a piece of one, or, without bytes of its own, the end of one in pieces. */
export interface SnapshotRecord {
  readonly zxid: string;
  readonly checksum: number;
  readonly bytes: Uint8Array;
  /** How many pieces it has, and how many bytes they have together. */
  readonly pieces?: number;
  readonly length?: number;
}

export interface EpochsRecord {
  readonly acceptedEpoch: number;
  readonly currentEpoch: number;
  readonly trusted: boolean;
}

/** A disk has a name of its own: two disks that sat on one seat are told apart by it. */
export interface DiskIdentity {
  readonly diskId: string;
  /** How many disks that stood in this one’s place were lost before it, as far as it was told. Rooms of
   *  earlier days have disks without it: none. */
  readonly generation: number;
  /** Whose history it holds. Rooms of earlier days have disks without it. */
  readonly room?: DiskRoom;
}

/** A room of this name may be opened by another link: what one has acknowledged is not the other's. */
export interface DiskRoom {
  readonly seats: number;
  /** Of its secret; it does not tell it. */
  readonly secretMark: string;
}

export interface Schema extends DBSchema {
  log: { key: string; value: LogRecord };
  snapshots: { key: string; value: SnapshotRecord };
  epochs: { key: 'epochs'; value: EpochsRecord };
  /** `identity`: this disk's own; `seat/2`: of the disk that was met on seat 2. */
  identity: { key: string; value: DiskIdentity };
}

/** The database holds what another room of this name has promised. */
export class OtherRoom extends Error {
  readonly room: DiskRoom;

  constructor(room: DiskRoom) {
    super('the disk is that of another room of this name');
    this.name = 'OtherRoom';
    this.room = room;
  }
}

/** The database holds something that this program did not write so. */
export class DiskDamaged extends Error {
  constructor(what: string) {
    super(`the stored history is damaged: ${what}`);
    this.name = 'DiskDamaged';
  }
}

const ZXID_BYTES = 8;
const LENGTH_BYTES = 4;
const HEAD_BYTES = ZXID_BYTES + LENGTH_BYTES;
const KEY_DIGITS = 16;
const ADLER_MODULUS = 65521;
/** The longest run for which Adler-32's sums cannot pass 32 bits before they are reduced. */
const ADLER_RUN = 3800;

export function zxidKey(zxid: Zxid): string {
  return BigInt.asUintN(64, zxid).toString(16).padStart(KEY_DIGITS, '0');
}

export const zxidOfKey = (key: string): Zxid => zxidOf(BigInt(`0x${key}`));

/** One record of a batch; the batch is not empty and ascends. */
export function packEntries(entries: readonly LogEntry[]): LogRecord {
  let total = 0;
  for (const entry of entries) total += HEAD_BYTES + entry.bytes.byteLength;
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const entry of entries) {
    view.setBigInt64(at, entry.zxid);
    view.setUint32(at + ZXID_BYTES, entry.bytes.byteLength);
    bytes.set(entry.bytes, at + HEAD_BYTES);
    at += HEAD_BYTES + entry.bytes.byteLength;
  }
  const first = entries[0];
  const last = entries[entries.length - 1];
  if (first === undefined || last === undefined) throw new RangeError('an empty batch');
  return {
    first: zxidKey(first.zxid),
    last: zxidKey(last.zxid),
    checksum: checksumOf(bytes),
    bytes,
  };
}

/** Throws {@link DiskDamaged} unless every byte is accounted for. */
export function unpackEntries(record: LogRecord): LogEntry[] {
  const { bytes } = record;
  if (checksumOf(bytes) !== record.checksum) {
    throw new DiskDamaged(`log record ${record.first} has another checksum`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: LogEntry[] = [];
  let at = 0;
  while (at < bytes.byteLength) {
    if (at + HEAD_BYTES > bytes.byteLength) throw new DiskDamaged(`log record ${record.first}`);
    const zxid = zxidOf(view.getBigInt64(at));
    const end = at + HEAD_BYTES + view.getUint32(at + ZXID_BYTES);
    if (end > bytes.byteLength) throw new DiskDamaged(`log record ${record.first} is cut short`);
    entries.push({ zxid, bytes: copyOf(bytes, at + HEAD_BYTES, end) });
    at = end;
  }
  return entries;
}

/** The entries above the snapshot, in order. Throws {@link DiskDamaged} where one is missing. */
export function joinHistory(
  records: readonly LogRecord[],
  snapshotZxid: Zxid | null,
): readonly LogEntry[] {
  const log: LogEntry[] = [];
  let previous = snapshotZxid;
  for (const record of records) {
    for (const entry of unpackEntries(record)) {
      if (snapshotZxid !== null && entry.zxid <= snapshotZxid) continue;
      if (previous !== null && !follows(previous, entry.zxid)) {
        throw new DiskDamaged(`${zxidKey(entry.zxid)} stands directly after ${zxidKey(previous)}`);
      }
      previous = entry.zxid;
      log.push(entry);
    }
  }
  return log;
}

/** Adler-32, as Apache ZooKeeper's own files use it. */
export function checksumOf(bytes: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (let start = 0; start < bytes.byteLength; start += ADLER_RUN) {
    const end = Math.min(start + ADLER_RUN, bytes.byteLength);
    for (let index = start; index < end; index += 1) {
      low += bytes[index] ?? 0;
      high += low;
    }
    low %= ADLER_MODULUS;
    high %= ADLER_MODULUS;
  }
  return ((high << 16) | low) >>> 0;
}
