// Finds the end of a tree on a stream without building it: the bytes after a SNAP have no length, only
// a shape. The scan goes on where it stopped, so that a tree in many pieces is looked at once.

import { CodecError, EndOfBytes, makeReader, readInt, type Reader } from './reader.ts';

type Section = 'sessions' | 'acls' | 'nodes' | 'done';

export interface TreeScan {
  section: Section;
  /** Items of the present section still to come; -1: its count has not been read. */
  left: number;
  /** Everything before this offset has been looked through. */
  offset: number;
}

export const makeTreeScan = (): TreeScan => ({ section: 'sessions', left: -1, offset: 0 });

const SESSION_BYTES = 12;
const LONG_BYTES = 8;
const INT_BYTES = 4;
const STAT_PERSISTED_BYTES = 60;
const FIELD_BYTES_MAX = 64 * 1024 * 1024;
const COUNT_MAX = 50_000_000;
const SLASH = 0x2f;

function skip(reader: Reader, length: number): void {
  if (reader.offset + length > reader.bytes.length) throw new EndOfBytes('the tree goes on');
  reader.offset += length;
}

function skipField(reader: Reader): void {
  const length = readInt(reader);
  if (length < -1 || length > FIELD_BYTES_MAX) throw new CodecError(`a field of ${length} bytes`);
  if (length > 0) skip(reader, length);
}

function readCount(reader: Reader): number {
  const count = readInt(reader);
  if (count < -1 || count > COUNT_MAX) throw new CodecError(`a count of ${count}`);
  return Math.max(count, 0);
}

function skipAclList(reader: Reader): void {
  skip(reader, LONG_BYTES);
  for (let left = readCount(reader); left > 0; left -= 1) {
    skip(reader, INT_BYTES);
    skipField(reader);
    skipField(reader);
  }
}

/** True if this was the end mark, the path "/". */
function skipNode(reader: Reader): boolean {
  const at = reader.offset;
  skipField(reader);
  if (reader.offset === at + INT_BYTES + 1 && reader.bytes[at + INT_BYTES] === SLASH) return true;
  skipField(reader);
  skip(reader, LONG_BYTES + STAT_PERSISTED_BYTES);
  return false;
}

function advance(scan: TreeScan, reader: Reader): void {
  if (scan.section === 'nodes') {
    if (skipNode(reader)) scan.section = 'done';
  } else if (scan.left === -1) {
    scan.left = readCount(reader);
  } else if (scan.left === 0) {
    scan.section = scan.section === 'sessions' ? 'acls' : 'nodes';
    scan.left = -1;
  } else {
    if (scan.section === 'sessions') skip(reader, SESSION_BYTES);
    else skipAclList(reader);
    scan.left -= 1;
  }
  scan.offset = reader.offset;
}

/** `bytes` start with the tree. True once its end is there: `scan.offset` is then behind it. */
export function scanTree(scan: TreeScan, bytes: Uint8Array): boolean {
  const reader = makeReader(bytes, scan.offset);
  try {
    while (scan.section !== 'done') advance(scan, reader);
    return true;
  } catch (error) {
    if (!(error instanceof EndOfBytes)) throw error;
    return false;
  }
}
