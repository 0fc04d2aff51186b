// Bytes of their own, without a buffer of their own. A buffer costs far more than the hundred bytes that
// most records take: to make, to keep and to collect. Small pieces therefore share slabs; a slab lives as
// long as any of its pieces. Nobody may look at a piece's `buffer`, transfer it, or clone it to elsewhere:
// `slice` it first.

export interface Slab {
  readonly bytesMax: number;
  bytes: Uint8Array;
  used: number;
}

/** Above it a piece has a buffer of its own, so that the end of a slab is never worth much. */
const SMALL_BYTES_MAX = 1024;
const PASSING_BYTES = 16 * 1024;

/** One for each way of living: pieces that stay must not keep alive what only passed. */
export const makeSlab = (bytesMax: number): Slab => ({
  bytesMax,
  bytes: new Uint8Array(bytesMax),
  used: 0,
});

/** For frames, packets and records on their way. */
const passing = makeSlab(PASSING_BYTES);

/** Zeroes. */
export function newBytes(length: number, slab: Slab = passing): Uint8Array {
  if (length > SMALL_BYTES_MAX) return new Uint8Array(length);
  if (slab.used + length > slab.bytesMax) {
    slab.bytes = new Uint8Array(slab.bytesMax);
    slab.used = 0;
  }
  const from = slab.used;
  slab.used += length;
  return slab.bytes.subarray(from, slab.used);
}

/** A copy of `bytes` from `from` up to `end`. */
export function copyOf(
  bytes: Uint8Array,
  from = 0,
  end = bytes.length,
  slab: Slab = passing,
): Uint8Array {
  if (end - from > SMALL_BYTES_MAX) return bytes.slice(from, end);
  const copy = newBytes(end - from, slab);
  copy.set(from === 0 && end === bytes.length ? bytes : bytes.subarray(from, end));
  return copy;
}

/** The bytes themselves, or a copy where they are a piece: for databases and workers, which would take
 *  the whole buffer. */
export const withOwnBuffer = (bytes: Uint8Array): Uint8Array =>
  bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice();
