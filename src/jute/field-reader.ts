// Reads jute's primitives as a Reader does and writes down which bytes each one was: for people who look
// at a record, never for the engine.

import type { WireField } from '../vocabulary/wire.ts';
import { decodeUtf8 } from '../base/utf8.ts';
import {
  CodecError,
  EndOfBytes,
  makeReader,
  readByte,
  readInt,
  readLong,
  remaining,
  type Reader,
} from './reader.ts';

const TEXT_CHARACTERS_MAX = 120;

export class FieldReader {
  readonly reader: Reader;
  fields: WireField[] = [];

  constructor(bytes: Uint8Array) {
    this.reader = makeReader(bytes);
  }

  get left(): number {
    return remaining(this.reader);
  }

  /** `say` makes the value's words of it. */
  int(name: string, say: (value: number) => string = String): number {
    return this.#field(name, readInt, say);
  }

  long(name: string, say: (value: bigint) => string = String): bigint {
    return this.#field(name, readLong, say);
  }

  bool(name: string): boolean {
    return this.#field(name, readByte, (byte) => String(byte !== 0)) !== 0;
  }

  /** A length and then so many bytes, whose text is the value where they are one. */
  text(name: string): string {
    const length = this.length(`${name}.length`);
    return length < 0 ? '' : this.raw(name, length);
  }

  /** -1 is null. */
  length(name: string): number {
    return this.int(name, (length) => (length === -1 ? '-1 (null)' : String(length)));
  }

  count(name: string): number {
    return Math.max(0, this.length(`${name}.count`));
  }

  /** So many bytes as one field, as text where they are text; no field for none. */
  raw(name: string, length: number): string {
    const from = this.reader.offset;
    if (length < 0) throw new CodecError('a length below nothing');
    if (length > this.left) throw new EndOfBytes('the bytes end inside a record');
    if (length === 0) return '';
    this.reader.offset += length;
    const value = textOf(this.reader.bytes.subarray(from, from + length));
    this.fields.push({ name, value, from, to: from + length });
    return value;
  }

  #field<T>(name: string, read: (reader: Reader) => T, say: (value: T) => string): T {
    const from = this.reader.offset;
    const value = read(this.reader);
    this.fields.push({ name, value: say(value), from, to: this.reader.offset });
    return value;
  }
}

/** What stands where the bytes were cut. */
const CUT = '…';

/** The fields that `read` finds. Bytes that it does not read, or cannot, are one field behind them. */
export function fieldsOf(
  bytes: Uint8Array,
  read: (fields: FieldReader) => void,
): readonly WireField[] {
  const fields = new FieldReader(bytes);
  try {
    read(fields);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
  }
  fields.reader.offset = fields.fields.at(-1)?.to ?? 0;
  const from = fields.reader.offset;
  if (fields.left > 0) fields.fields.push({ name: CUT, value: '', from, to: bytes.length });
  return fields.fields;
}

/** Printable text, or nothing. */
function textOf(bytes: Uint8Array): string {
  let text: string;
  try {
    text = decodeUtf8(bytes);
  } catch {
    return '';
  }
  if (/[^\P{Cc}\n]|\uFFFD/u.test(text)) return '';
  return text.length <= TEXT_CHARACTERS_MAX ? text : `${text.slice(0, TEXT_CHARACTERS_MAX)}…`;
}
