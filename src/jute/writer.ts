// Writes jute's primitives (BinaryOutputArchive) into one growing buffer. A record is small and short-lived,
// and its buffer costs more to make than to fill: finished writers are used again. Nobody may touch a
// writer after `written`.

import { copyOf } from '../base/slab.ts';
import { utf8Length, writeUtf8 } from '../base/utf8.ts';

export interface Writer {
  bytes: Uint8Array;
  view: DataView;
  length: number;
}

/** Writers that are done. Records nest a few deep, never more. */
const idle: Writer[] = [];
const IDLE_MAX = 8;
const IDLE_BYTES_MIN = 1024;
const IDLE_BYTES_MAX = 64 * 1024;

export function makeWriter(capacity = 128): Writer {
  const used = capacity <= IDLE_BYTES_MIN ? idle.pop() : undefined;
  if (used !== undefined) {
    used.length = 0;
    return used;
  }
  return freshWriter(Math.max(capacity, IDLE_BYTES_MIN));
}

function freshWriter(capacity: number): Writer {
  const bytes = new Uint8Array(capacity);
  return { bytes, view: new DataView(bytes.buffer), length: 0 };
}

function room(writer: Writer, length: number): number {
  const at = writer.length;
  const end = at + length;
  if (end > writer.bytes.length) {
    const grown = new Uint8Array(Math.max(end, writer.bytes.length * 2));
    grown.set(writer.bytes.subarray(0, at));
    writer.bytes = grown;
    writer.view = new DataView(grown.buffer);
  }
  writer.length = end;
  return at;
}

export function writeByte(writer: Writer, value: number): void {
  // Room first: it may give the writer another view.
  const at = room(writer, 1);
  writer.view.setUint8(at, value);
}

export const writeBool = (writer: Writer, value: boolean): void => writeByte(writer, value ? 1 : 0);

export function writeInt(writer: Writer, value: number): void {
  const at = room(writer, 4);
  writer.view.setInt32(at, value);
}

export function writeLong(writer: Writer, value: bigint): void {
  const at = room(writer, 8);
  writer.view.setBigInt64(at, value);
}

export const writeMillis = (writer: Writer, value: number): void =>
  writeLong(writer, BigInt(Math.trunc(value)));

/** Bytes as they are, without a length. */
export function writeRaw(writer: Writer, bytes: Uint8Array): void {
  const at = room(writer, bytes.length);
  writer.bytes.set(bytes, at);
}

export function writeBuffer(writer: Writer, bytes: Uint8Array | null): void {
  writeInt(writer, bytes === null ? -1 : bytes.length);
  if (bytes !== null) writeRaw(writer, bytes);
}

export function writeString(writer: Writer, text: string | null): void {
  if (text === null) {
    writeInt(writer, -1);
    return;
  }
  const length = utf8Length(text);
  writeInt(writer, length);
  const at = room(writer, length);
  writeUtf8(text, writer.bytes, at);
}

export function writeVector<T>(
  writer: Writer,
  items: readonly T[] | null,
  writeItem: (writer: Writer, item: T) => void,
): void {
  writeInt(writer, items === null ? -1 : items.length);
  if (items !== null) for (const item of items) writeItem(writer, item);
}

/** What was written, as bytes of their own. The writer's last use. */
export function written(writer: Writer): Uint8Array {
  const bytes = copyOf(writer.bytes, 0, writer.length);
  if (idle.length < IDLE_MAX && writer.bytes.length <= IDLE_BYTES_MAX) idle.push(writer);
  return bytes;
}
