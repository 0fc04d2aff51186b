// Apache ZooKeeper's files on disk, byte for byte (FileTxnLog, FileSnap, SnapStream): a log of entries
// with their checksums, a snapshot behind a seal. Only bytes here; who reads and writes is disk.ts.

import { copyOf } from '../../base/slab.ts';
import type { LogEntry } from '../../vocabulary/transaction.ts';
import { epochOf, formatZxid, zxidOf, ZXID_ZERO, type Zxid } from '../../vocabulary/zxid.ts';
import { ADLER32_OF_NOTHING, adler32 } from './adler32.ts';

const LOG_MAGIC = 0x5a4b4c47;
const SNAPSHOT_MAGIC = 0x5a4b534e;
const VERSION = 2;
export const HEADER_BYTES = 16;
/** Checksum and length before an entry, the mark behind it. */
const ENTRY_HEAD_BYTES = 12;
const ENTRY_MARK = 0x42;
const ENTRY_BYTES_MAX = 64 * 1024 * 1024;
/** The transaction header: clientId, cxid, zxid, time, type. */
const TXN_HEADER_BYTES = 32;
const TXN_ZXID_OFFSET = 12;
/** A seal: long checksum, and the string "/". */
const SEAL_BYTES = 13;
const SEAL_TEXT = [0, 0, 0, 1, 0x2f];
/** Since 3.6: zxid, version and digest, and a second seal. Since 3.9: a zxid and a third one. */
const DIGEST_SECTION_BYTES = 20;
const LAST_ZXID_SECTION_BYTES = 8;

export const logFileName = (first: Zxid): string => `log.${formatZxid(first).slice(2)}`;
export const snapshotFileName = (zxid: Zxid): string => `snapshot.${formatZxid(zxid).slice(2)}`;

/** The zxid in the name of a file that starts with `prefix` and a point, else null. */
export function zxidOfFileName(prefix: string, name: string): Zxid | null {
  const digits = name.startsWith(`${prefix}.`) ? name.slice(prefix.length + 1) : '';
  return /^[0-9a-f]{1,16}$/.test(digits) ? zxidOf(BigInt(`0x${digits}`)) : null;
}

export const logHeader = (): Uint8Array => header(LOG_MAGIC, 0n);

function header(magic: number, databaseId: bigint): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, magic);
  view.setInt32(4, VERSION);
  view.setBigInt64(8, databaseId);
  return bytes;
}

/** `before` and then the entries, in one piece for one write. */
export function encodeEntries(before: Uint8Array, entries: readonly LogEntry[]): Uint8Array {
  let length = before.length;
  for (const entry of entries) length += ENTRY_HEAD_BYTES + entry.bytes.length + 1;
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  bytes.set(before);
  let at = before.length;
  for (const entry of entries) {
    view.setBigInt64(at, BigInt(adler32(ADLER32_OF_NOTHING, entry.bytes)));
    view.setInt32(at + 8, entry.bytes.length);
    bytes.set(entry.bytes, at + ENTRY_HEAD_BYTES);
    at += ENTRY_HEAD_BYTES + entry.bytes.length;
    bytes[at] = ENTRY_MARK;
    at += 1;
  }
  return bytes;
}

export interface ScannedLog {
  readonly entries: readonly LogEntry[];
  /** Where each entry ends in the file, beside `entries`. */
  readonly ends: readonly number[];
  /** Behind the last whole entry. */
  readonly end: number;
  /** What stands there: nothing but padding, the start of a write that never finished, or something
   *  unreadable with whole entries behind it, which no torn write leaves. */
  readonly tail: 'clean' | 'torn' | 'damaged';
}

/** Reads a log file up to the first thing that is no entry. `first` is the zxid in its name. */
export function scanLog(bytes: Uint8Array, first: Zxid): ScannedLog {
  const entries: LogEntry[] = [];
  const ends: number[] = [];
  const before = first > ZXID_ZERO ? first - 1n : ZXID_ZERO;
  if (!isLog(bytes)) {
    const damaged = bytes.length > HEADER_BYTES && hasEntry(bytes, 0, before);
    return { entries, ends, end: 0, tail: damaged ? 'damaged' : 'torn' };
  }
  let end = HEADER_BYTES;
  for (;;) {
    const entry = entryAt(bytes, end);
    if (entry === null) break;
    end += ENTRY_HEAD_BYTES + entry.bytes.length + 1;
    entries.push(entry);
    ends.push(end);
  }
  return { entries, ends, end, tail: tailOf(bytes, end, entries.at(-1)?.zxid ?? before) };
}

function isLog(bytes: Uint8Array): boolean {
  if (bytes.length < HEADER_BYTES) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return view.getInt32(0) === LOG_MAGIC && view.getInt32(4) === VERSION;
}

/** The entry that starts exactly here, whole and with the right checksum. A copy. */
function entryAt(bytes: Uint8Array, at: number): LogEntry | null {
  if (at + ENTRY_HEAD_BYTES + TXN_HEADER_BYTES > bytes.length) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = view.getInt32(at + 8);
  if (length < TXN_HEADER_BYTES || length > ENTRY_BYTES_MAX) return null;
  const from = at + ENTRY_HEAD_BYTES;
  if (from + length >= bytes.length || bytes[from + length] !== ENTRY_MARK) return null;
  const sum = BigInt(adler32(ADLER32_OF_NOTHING, bytes, from, from + length));
  if (view.getBigInt64(at) !== sum) return null;
  const zxid = zxidOf(view.getBigInt64(from + TXN_ZXID_OFFSET));
  return { zxid, bytes: copyOf(bytes, from, from + length) };
}

function tailOf(bytes: Uint8Array, end: number, last: bigint): ScannedLog['tail'] {
  let stop = bytes.length;
  // Padding may be long, and nothing stands in it.
  while (stop > end && bytes[stop - 1] === 0) stop -= 1;
  if (stop === end) return 'clean';
  // An entry ends with its mark, which is no zero.
  return hasEntry(bytes.subarray(0, stop), end, last) ? 'damaged' : 'torn';
}

/** True if somewhere behind `from` a whole entry of a later zxid stands. The first long of an entry is
 *  below 2^32, and its zxid is near the last one: that sorts out nearly every offset unread. */
function hasEntry(bytes: Uint8Array, from: number, last: bigint): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stop = bytes.length - ENTRY_HEAD_BYTES - TXN_HEADER_BYTES;
  for (let at = from + 1; at < stop; at += 1) {
    if (bytes[at + 8] !== 0 && (bytes[at + 8] ?? 0) > 4) continue;
    if (view.getInt32(at) !== 0) continue;
    const zxid = view.getBigInt64(at + ENTRY_HEAD_BYTES + TXN_ZXID_OFFSET);
    if (zxid <= last || epochOf(zxidOf(zxid)) > epochOf(zxidOf(last)) + EPOCHS_AHEAD_MAX) continue;
    if (entryAt(bytes, at) !== null) return true;
  }
  return false;
}

const EPOCHS_AHEAD_MAX = 1_000;

/** A snapshot file: header, tree, seal. Readers of every version accept it without the later parts. */
export function encodeSnapshot(tree: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + tree.length + SEAL_BYTES);
  bytes.set(snapshotHeader());
  bytes.set(tree, HEADER_BYTES);
  const end = HEADER_BYTES + tree.length;
  bytes.set(snapshotSeal(adler32(ADLER32_OF_NOTHING, bytes, 0, end)), end);
  return bytes;
}

export const snapshotHeader = (): Uint8Array => header(SNAPSHOT_MAGIC, -1n);

/** `sum`: of header and tree. */
export function snapshotSeal(sum: number): Uint8Array {
  const bytes = new Uint8Array(SEAL_BYTES);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(sum));
  bytes.set(SEAL_TEXT, 8);
  return bytes;
}

/** The tree inside a snapshot file, or null for a file that was not finished or is damaged. */
export function decodeSnapshot(bytes: Uint8Array): Uint8Array | null {
  if (bytes.length < HEADER_BYTES + SEAL_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (view.getInt32(0) !== SNAPSHOT_MAGIC || view.getInt32(4) !== VERSION) return null;
  const plain = bytes.length - SEAL_BYTES;
  const withDigest = plain - DIGEST_SECTION_BYTES - SEAL_BYTES;
  const withLastZxid = withDigest - LAST_ZXID_SECTION_BYTES - SEAL_BYTES;
  // Longest form first: the last seal of a longer form also is a valid seal of the shorter one.
  for (const end of [withLastZxid, withDigest, plain]) {
    if (end >= HEADER_BYTES && isSealed(bytes, view, end)) {
      return new Uint8Array(bytes.subarray(HEADER_BYTES, end));
    }
  }
  return null;
}

function isSealed(bytes: Uint8Array, view: DataView, end: number): boolean {
  if (!SEAL_TEXT.every((byte, index) => byte === bytes[end + 8 + index])) return false;
  return view.getBigInt64(end) === BigInt(adler32(ADLER32_OF_NOTHING, bytes, 0, end));
}
