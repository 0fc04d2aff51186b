// SHA-1 (FIPS 180-4), which ZooKeeper's digest scheme is made of. Kept for that scheme alone: nothing here
// may decide whom to trust by SHA-1.

import { BLOCK_BYTES, digestOf, paddedBlocks } from './sha-blocks.ts';

const INITIAL = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0] as const;
const ROUND_CONSTANTS = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6] as const;
const ROUNDS_EACH = 20;

/** The 20 bytes of SHA-1 over `message`. */
export function sha1(message: Uint8Array): Uint8Array {
  const view = paddedBlocks(message);
  const state = Int32Array.from(INITIAL);
  const schedule = new Int32Array(80);
  for (let offset = 0; offset < view.byteLength; offset += BLOCK_BYTES) {
    compress(state, schedule, view, offset);
  }
  return digestOf(state);
}

function compress(state: Int32Array, schedule: Int32Array, view: DataView, offset: number): void {
  const at = (index: number): number => schedule[index] ?? 0;
  for (let t = 0; t < 16; t += 1) schedule[t] = view.getInt32(offset + t * 4);
  for (let t = 16; t < 80; t += 1) {
    schedule[t] = rotate(at(t - 3) ^ at(t - 8) ^ at(t - 14) ^ at(t - 16), 1);
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
  for (let t = 0; t < 80; t += 1) {
    const round = Math.floor(t / ROUNDS_EACH);
    const next = rotate(a, 5) + mix(round, b, c, d) + e + (ROUND_CONSTANTS[round] ?? 0) + at(t);
    [e, d, c, b, a] = [d, c, rotate(b, 30), a, next | 0];
  }
  [a, b, c, d, e].forEach((word, index) => {
    state[index] = (state[index] ?? 0) + word;
  });
}

function mix(round: number, b: number, c: number, d: number): number {
  if (round === 0) return (b & c) | (~b & d);
  return round === 2 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
}

const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));
