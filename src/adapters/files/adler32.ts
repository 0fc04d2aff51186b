// Adler-32 as java.util.zip computes it: the checksum of Apache's log entries and snapshots. The
// running value is the finished checksum of what was fed so far.

const MODULUS = 65_521;
/** So many bytes never overflow a sum of 32 bits between two reductions. */
const RUN_BYTES = 5_552;

export const ADLER32_OF_NOTHING = 1;

/** The checksum (0 .. 2^32 - 1) of the bytes behind `sum` followed by bytes[from, to). */
export function adler32(sum: number, bytes: Uint8Array, from = 0, to = bytes.length): number {
  let low = sum & 0xffff;
  let high = sum >>> 16;
  for (let at = from; at < to;) {
    const end = Math.min(at + RUN_BYTES, to);
    for (; at < end; at += 1) {
      low += bytes[at] ?? 0;
      high += low;
    }
    low %= MODULUS;
    high %= MODULUS;
  }
  return ((high << 16) | low) >>> 0;
}
