// Damages bytes as a broken or a hostile sender might: the same seed, the same damage.

import { nextBelow, nextChance, type Random } from '../../base/random.ts';

const CHANGES_MAX = 4;
const INSERTED_BYTES_MAX = 64;
/** What lengths and counts go wrong with. */
const NUMBERS = [
  ...[-1, -2, 0, 1, 2, 0x7f, 0x80, 0xff, 0xffff, 0xf_ffff, 0x10_0000, 50_000_000, 0x400_0000],
  ...[0x400_0001, 0x7fff_ffff, -0x8000_0000, 0x2f00_0000],
];

/** A damaged copy of one of the samples, or a mixture of two. */
export function mutate(random: Random, samples: readonly Uint8Array[]): Uint8Array {
  const pick = (): Uint8Array => samples[nextBelow(random, samples.length)] ?? new Uint8Array();
  let bytes: Uint8Array = pick().slice();
  const changes = 1 + nextBelow(random, CHANGES_MAX);
  for (let change = 0; change < changes; change += 1) bytes = changed(random, bytes, pick);
  return bytes;
}

function changed(random: Random, bytes: Uint8Array, pick: () => Uint8Array): Uint8Array {
  const at = nextBelow(random, bytes.length + 1);
  switch (nextBelow(random, 8)) {
    case 0: {
      const flipped = at < bytes.length ? (bytes[at] ?? 0) ^ (1 << nextBelow(random, 8)) : 0;
      return overwritten(bytes, at, [flipped]);
    }
    case 1:
      return overwritten(bytes, at, [nextBelow(random, 256)]);
    case 2:
    case 3:
      return overwritten(
        bytes,
        at - (at % (nextChance(random, 50) ? 4 : 1)),
        number(random, bytes),
      );
    case 4:
      return bytes.slice(0, at);
    case 5:
      return joined(bytes.slice(0, at), noise(random), bytes.slice(at));
    case 6:
      return joined(
        bytes.slice(0, at),
        bytes.slice(Math.min(bytes.length, at + 1 + nextBelow(random, 16))),
      );
    default: {
      const other = pick();
      return joined(bytes.slice(0, at), other.slice(nextBelow(random, other.length + 1)));
    }
  }
}

function number(random: Random, bytes: Uint8Array): number[] {
  const near = bytes.length - nextBelow(random, 64);
  const value = nextChance(random, 30) ? near : (NUMBERS[nextBelow(random, NUMBERS.length)] ?? 0);
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

function overwritten(bytes: Uint8Array, at: number, values: readonly number[]): Uint8Array {
  for (const [index, value] of values.entries()) {
    if (at + index < bytes.length) bytes[at + index] = value;
  }
  return bytes;
}

const noise = (random: Random): Uint8Array =>
  Uint8Array.from({ length: nextBelow(random, INSERTED_BYTES_MAX) }, () => nextBelow(random, 256));

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
