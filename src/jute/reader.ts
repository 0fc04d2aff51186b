// Reads jute's primitives (BinaryInputArchive): big-endian numbers, buffers and strings behind an int
// length, vectors behind a count. Every length is checked against what is there before it is used.

import { copyOf } from '../base/slab.ts';
import { decodeUtf8 } from '../base/utf8.ts';

/** Bytes that are no record. Whoever reads from a link closes it. */
export class CodecError extends Error {
  override readonly name = 'CodecError';
}

/** The bytes end inside the record: a stream waits for more, a frame is bad. */
export class EndOfBytes extends CodecError {}

export interface Reader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  offset: number;
}

export const makeReader = (bytes: Uint8Array, offset = 0): Reader => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  offset,
});

export const remaining = (reader: Reader): number => reader.bytes.length - reader.offset;

function take(reader: Reader, length: number): number {
  const at = reader.offset;
  if (at + length > reader.bytes.length) throw new EndOfBytes('the bytes end inside a record');
  reader.offset = at + length;
  return at;
}

export function readByte(reader: Reader): number {
  return reader.view.getUint8(take(reader, 1));
}

export function readBool(reader: Reader): boolean {
  return readByte(reader) !== 0;
}

export function readInt(reader: Reader): number {
  return reader.view.getInt32(take(reader, 4));
}

export function readLong(reader: Reader): bigint {
  return reader.view.getBigInt64(take(reader, 8));
}

/** A long that counts milliseconds: exact as a number up to 2^53. */
export function readMillis(reader: Reader): number {
  return Number(readLong(reader));
}

/** A length of at most `max`, or null for -1. */
export function readLength(reader: Reader, max: number): number | null {
  const length = readInt(reader);
  if (length === -1) return null;
  if (length < 0 || length > max) throw new CodecError(`a length of ${length}, at most ${max}`);
  return length;
}

/** A copy, so that a small buffer never keeps a large frame alive. */
export function readBuffer(reader: Reader, max = BUFFER_BYTES_MAX): Uint8Array | null {
  const view = readBufferView(reader, max);
  return view === null ? null : copyOf(view);
}

/** For whoever copies what it keeps. */
export function readBufferView(reader: Reader, max = BUFFER_BYTES_MAX): Uint8Array | null {
  const length = readLength(reader, max);
  if (length === null) return null;
  const at = take(reader, length);
  return reader.bytes.subarray(at, at + length);
}

/** Null where the sender wrote -1. */
export function readStringOrNull(reader: Reader): string | null {
  const length = readLength(reader, BUFFER_BYTES_MAX);
  if (length === null) return null;
  const at = take(reader, length);
  return decodeUtf8(reader.bytes.subarray(at, at + length));
}

/** Null reads as "": some clients send every empty string so. */
export const readString = (reader: Reader): string => readStringOrNull(reader) ?? '';

/** `itemBytesMin`: what the smallest item takes, so that a count is refused before it allocates. */
export function readVector<T>(
  reader: Reader,
  itemBytesMin: number,
  readItem: (reader: Reader) => T,
): T[] {
  const count = readInt(reader);
  // -1 is no vector; whatever else is below 0 ends at once in BinaryInputArchive.
  if (count < 0) return [];
  if (count > VECTOR_ITEMS_MAX) throw new CodecError(`a vector of ${count}`);
  if (count * itemBytesMin > remaining(reader)) throw new EndOfBytes('the bytes end in a vector');
  const items: T[] = [];
  for (let index = 0; index < count; index += 1) items.push(readItem(reader));
  return items;
}

/** A view: a frame or a packet's data is a copy of its own already. */
export const readRest = (reader: Reader): Uint8Array =>
  reader.bytes.subarray(take(reader, remaining(reader)));

export function expectEnd(reader: Reader, what: string): void {
  if (remaining(reader) !== 0) throw new CodecError(`${remaining(reader)} bytes behind ${what}`);
}

/** What one buffer or string may take: a proposal of many parts stays below it. */
export const BUFFER_BYTES_MAX = 64 * 1024 * 1024;
export const VECTOR_ITEMS_MAX = 50_000_000;
