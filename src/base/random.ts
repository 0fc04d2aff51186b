// A seeded pseudo random stream (xoshiro128**, seeded by splitmix32): plain data, so that it is part
// of a checkpoint. One stream per concern keeps a draw in one from shifting the others.

export interface Random {
  a: number;
  b: number;
  c: number;
  d: number;
}

export function makeRandom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return mixed ^ (mixed >>> 15);
  };
  return { a: next(), b: next(), c: next(), d: next() };
}

/** A whole number in 0 .. 2^32 - 1. */
export function nextUint32(random: Random): number {
  const scrambled = Math.imul(rotateLeft(Math.imul(random.b, 5), 7), 9);
  const shifted = random.b << 9;
  random.c ^= random.a;
  random.d ^= random.b;
  random.b ^= random.c;
  random.a ^= random.d;
  random.c ^= shifted;
  random.d = rotateLeft(random.d, 11);
  return scrambled >>> 0;
}

/** A whole number in 0 .. bound - 1. */
export function nextBelow(random: Random, bound: number): number {
  return Math.floor((nextUint32(random) / 0x1_0000_0000) * bound);
}

/** A whole number in low .. high, both included. */
export function nextBetween(random: Random, low: number, high: number): number {
  return low + nextBelow(random, high - low + 1);
}

/** True with the probability of `percent` in a hundred. */
export function nextChance(random: Random, percent: number): boolean {
  return nextUint32(random) / 0x1_0000_0000 < percent / 100;
}

/** A new stream that depends on this one and leaves it one draw further. */
export function forkRandom(random: Random): Random {
  return makeRandom(nextUint32(random));
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}
