// Snapshots in the browser's database. A small one is one record. The pieces of a large one are written as they come,
// a record each, and it counts when the record behind them says that all are there: no step has to hold or copy the
// whole. Pieces have keys of their own kind, which stand before those of all snapshots.

import { withOwnBuffer } from '../../base/slab.ts';
import type { Recovered } from '../../vocabulary/boundary.ts';
import type { Zxid } from '../../vocabulary/zxid.ts';
import { checksumOf, DiskDamaged, zxidKey, zxidOfKey, type SnapshotRecord } from './records.ts';

/** What is used of an object store, inside a transaction. */
export interface SnapshotReading {
  get(key: string): Promise<SnapshotRecord | undefined>;
  getAllKeys(range: IDBKeyRange): Promise<string[]>;
}

export interface SnapshotWriting extends SnapshotReading {
  put(record: SnapshotRecord, key: string): Promise<unknown>;
  delete(range: IDBKeyRange): Promise<void>;
}

export interface NumberedPiece {
  readonly zxid: Zxid;
  /** Counted from 0. */
  readonly index: number;
  readonly offset: number;
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

const INDEX_DIGITS = 8;
const NOTHING = new Uint8Array(0);

// In the order of text: + comma / 0 ... f g.
const pieceKey = (zxid: string, index: number): string =>
  `+${zxid}/${String(index).padStart(INDEX_DIGITS, '0')}`;
const snapshots = (): IDBKeyRange => IDBKeyRange.bound('0', 'g');
const piecesBefore = (zxid: string): IDBKeyRange =>
  IDBKeyRange.bound('+', `+${zxid}/`, false, true);
const piecesBehind = (zxid: string): IDBKeyRange => IDBKeyRange.bound(`+${zxid}0`, ',');

/** True if the snapshot is whole now: then nothing is left of earlier ones. */
export async function putPiece(store: SnapshotWriting, piece: NumberedPiece): Promise<boolean> {
  const { index, offset, bytes, isLast } = piece;
  const zxid = zxidKey(piece.zxid);
  const newest = await newestOf(store);
  // It has that one already.
  if (newest === zxid) return false;
  // Of one that was never whole.
  if (index === 0) await forgetPiecesBut(store, newest ?? '');
  await store.put(recordOf(zxid, withOwnBuffer(bytes)), pieceKey(zxid, index));
  if (!isLast) return false;
  await store.delete(snapshots());
  const whole = { pieces: index + 1, length: offset + bytes.length };
  await store.put({ ...recordOf(zxid, NOTHING), ...whole }, zxid);
  await forgetPiecesBut(store, zxid);
  return true;
}

/** In the place of whatever there is. */
export async function putWhole(
  store: SnapshotWriting,
  { zxid, bytes }: { readonly zxid: Zxid; readonly bytes: Uint8Array },
): Promise<void> {
  await store.delete(IDBKeyRange.bound('+', 'g'));
  await store.put(recordOf(zxidKey(zxid), withOwnBuffer(bytes)), zxidKey(zxid));
}

/** Throws {@link DiskDamaged} if not all of it is as it was written. */
export async function readNewest(store: SnapshotReading): Promise<Recovered['snapshot']> {
  const key = await newestOf(store);
  if (key === null) return null;
  const record = await readRecord(store, key);
  const zxid = zxidOfKey(key);
  if (record.pieces === undefined) return { zxid, bytes: record.bytes };
  const bytes = new Uint8Array(record.length ?? 0);
  let end = 0;
  for (let index = 0; index < record.pieces; index += 1) {
    const piece = await readRecord(store, pieceKey(key, index));
    if (end + piece.bytes.length > bytes.length) break;
    bytes.set(piece.bytes, end);
    end += piece.bytes.length;
  }
  if (end !== bytes.length) throw new DiskDamaged(`snapshot ${key} has another length`);
  return { zxid, bytes };
}

async function readRecord(store: SnapshotReading, key: string): Promise<SnapshotRecord> {
  const record = await store.get(key);
  if (record === undefined) throw new DiskDamaged(`snapshot ${key} is not whole`);
  if (checksumOf(record.bytes) === record.checksum) return record;
  throw new DiskDamaged(`snapshot ${key} has another checksum`);
}

const newestOf = async (store: SnapshotReading): Promise<string | null> =>
  (await store.getAllKeys(snapshots())).at(-1) ?? null;

async function forgetPiecesBut(store: SnapshotWriting, zxid: string): Promise<void> {
  await store.delete(piecesBefore(zxid));
  await store.delete(piecesBehind(zxid));
}

const recordOf = (zxid: string, bytes: Uint8Array): SnapshotRecord => ({
  ...{ zxid, checksum: checksumOf(bytes), bytes },
});
