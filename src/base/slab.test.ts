import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { copyOf, makeSlab, newBytes } from './slab.ts';

describe('a slab', () => {
  it('gives pieces that never share a byte, whatever their lengths', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 1_500 }), { maxLength: 60 }), (all) => {
        const slab = makeSlab(4_096);
        const copies = all.map((bytes) => copyOf(bytes, 0, bytes.length, slab));
        for (const bytes of all) bytes.fill(0);
        const again = all.map((bytes) => copyOf(bytes, 0, bytes.length, slab));
        for (const copy of again) copy.fill(255);
        // What was written later into other pieces is not seen in the first ones.
        return copies.every(
          (copy, at) => copy.length === all[at]?.length && !overlaps(copy, again),
        );
      }),
    );
  });

  it('copies a part', () => {
    expect([...copyOf(Uint8Array.of(1, 2, 3, 4), 1, 3)]).toEqual([2, 3]);
  });

  it('gives zeroes, and a buffer of its own to what is not small', () => {
    const small = newBytes(100);
    const large = newBytes(5_000);
    expect(small.every((byte) => byte === 0)).toBe(true);
    expect(small.buffer.byteLength).toBeGreaterThan(100);
    expect(large.buffer.byteLength).toBe(5_000);
  });
});

const overlaps = (piece: Uint8Array, others: readonly Uint8Array[]): boolean =>
  others.some(
    (other) =>
      other.buffer === piece.buffer &&
      other.byteOffset < piece.byteOffset + piece.length &&
      piece.byteOffset < other.byteOffset + other.length,
  );
