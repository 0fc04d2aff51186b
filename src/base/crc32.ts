// CRC-32 as zlib and java.util.zip.CRC32 compute it. The running value is the finished checksum of what
// was fed so far, so it can be kept and extended later.

const POLYNOMIAL = 0xedb88320;

const TABLE = new Uint32Array(256);
for (let byte = 0; byte < 256; byte += 1) {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    value = (value & 1) === 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  }
  TABLE[byte] = value >>> 0;
}

export const CRC32_OF_NOTHING = 0;

/** The checksum (0 .. 2^32 - 1) of the bytes behind `crc` followed by `bytes`, or by the first `end` of them. */
export function crc32(crc: number, bytes: Uint8Array, end = bytes.length): number {
  let value = ~crc;
  // Indexed: an iterator costs several times as much per byte.
  for (let at = 0; at < end; at += 1) {
    value = (value >>> 8) ^ (TABLE[(value ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  }
  return ~value >>> 0;
}
