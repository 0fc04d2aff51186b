// The tree digest of ZooKeeper 3.6 and later (DigestCalculator, AdHash; version 2): the sum, modulo
// 2^64, of one CRC-32 per node over path, data and the 60 bytes of its stored stat. Because it is a sum
// it is kept up to date by taking a node's old part away and adding its new one. ACLs, sessions and all
// that lies below /zookeeper/ do not count.

import { CRC32_OF_NOTHING, crc32 } from '../base/crc32.ts';
import type { StatPersisted } from '../vocabulary/tree-image.ts';

export const DIGEST_VERSION = 2;

const STAT_BYTES = 60;
const UNCOUNTED_PREFIX = '/zookeeper/';
const WORD = 0x1_0000_0000;

// Only written and read within one call.
const scratch = new DataView(new ArrayBuffer(STAT_BYTES));
const scratchBytes = new Uint8Array(scratch.buffer);

export const isCounted = (path: string): boolean => !path.startsWith(UNCOUNTED_PREFIX);

/** The running checksum behind path and data: it is kept, since most changes touch the stat alone. The
 *  root's path is "". */
export function contentChecksum(path: string, data: Uint8Array | null): number {
  const crc = crc32(CRC32_OF_NOTHING, pathBytes(path));
  return data === null ? crc : crc32(crc, data);
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

/** UTF-8. Legal paths have no surrogates, so three bytes are the most that a unit takes. */
function pathBytes(path: string): Uint8Array {
  const bytes = new Uint8Array(path.length * 3);
  let length = 0;
  for (let at = 0; at < path.length; at += 1) {
    const unit = path.charCodeAt(at);
    if (unit < 0x80) {
      bytes[length++] = unit;
    } else if (unit < 0x800) {
      bytes[length++] = 0xc0 | (unit >> 6);
      bytes[length++] = 0x80 | (unit & 0x3f);
    } else {
      bytes[length++] = 0xe0 | (unit >> 12);
      bytes[length++] = 0x80 | ((unit >> 6) & 0x3f);
      bytes[length++] = 0x80 | (unit & 0x3f);
    }
  }
  return bytes.subarray(0, length);
}
