// The tree digest of ZooKeeper 3.6 and later (DigestCalculator, AdHash; version 2): the sum, modulo
// 2^64, of one CRC-32 per node over path, data and the 60 bytes of its stored stat. Because it is a sum
// it is kept up to date by taking a node's old part away and adding its new one. ACLs, sessions and all
// that lies below /zookeeper/ do not count.

import { CRC32_OF_NOTHING, crc32 } from '../base/crc32.ts';
import { encodeUtf8, writeUtf8 } from '../base/utf8.ts';
import type { StatPersisted } from '../vocabulary/tree-image.ts';

export const DIGEST_VERSION = 2;

const STAT_BYTES = 60;
const UNCOUNTED_PREFIX = '/zookeeper/';
const WORD = 0x1_0000_0000;

// Only written and read within one call.
const scratch = new DataView(new ArrayBuffer(STAT_BYTES));
const scratchBytes = new Uint8Array(scratch.buffer);
const PATH_SCRATCH_BYTES = 1024;
const UTF8_BYTES_MAX = 3;
const pathScratch = new Uint8Array(PATH_SCRATCH_BYTES);

export const isCounted = (path: string): boolean => !path.startsWith(UNCOUNTED_PREFIX);

/** The running checksum behind path and data: it is kept, since most changes touch the stat alone. The
 *  root's path is "". */
export function contentChecksum(path: string, data: Uint8Array | null): number {
  const crc = checksumOfText(path);
  return data === null ? crc : crc32(crc, data);
}

/** Most paths are short, and every node's comes by here when a tree is loaded. */
function checksumOfText(text: string): number {
  if (text.length * UTF8_BYTES_MAX > PATH_SCRATCH_BYTES) {
    return crc32(CRC32_OF_NOTHING, encodeUtf8(text));
  }
  return crc32(CRC32_OF_NOTHING, pathScratch, writeUtf8(text, pathScratch, 0));
}

/** A node's part of the sum. */
export function nodeDigest(content: number, stat: StatPersisted): number {
  scratch.setBigInt64(0, stat.czxid);
  scratch.setBigInt64(8, stat.mzxid);
  scratch.setBigInt64(16, stat.pzxid);
  setTime(24, stat.ctime);
  setTime(32, stat.mtime);
  scratch.setInt32(40, stat.version);
  scratch.setInt32(44, stat.cversion);
  scratch.setInt32(48, stat.aversion);
  scratch.setBigInt64(52, stat.ephemeralOwner);
  return crc32(content, scratchBytes);
}

export const addDigest = (sum: bigint, part: number): bigint =>
  BigInt.asUintN(64, sum + BigInt(part));

function setTime(offset: number, millis: number): void {
  const high = Math.floor(millis / WORD);
  scratch.setInt32(offset, high);
  scratch.setUint32(offset + 4, millis - high * WORD);
}
