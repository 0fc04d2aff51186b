// SHA-256 and HMAC-SHA-256 (FIPS 180-4, RFC 2104), because the pure floors have no Web Crypto and it
// answers only by promise. For short inputs such as a session id; it makes no promise about timing.

import { BLOCK_BYTES, digestOf, paddedBlocks } from './sha-blocks.ts';

const ROUND_CONSTANTS = new Int32Array(64);
const INITIAL = new Int32Array(8);

fillConstants();

/** The 32 bytes of SHA-256 over `message`. */
export function sha256(message: Uint8Array): Uint8Array {
  const view = paddedBlocks(message);
  const state = Int32Array.from(INITIAL);
  const schedule = new Int32Array(64);
  for (let offset = 0; offset < view.byteLength; offset += BLOCK_BYTES) {
    compress(state, schedule, view, offset);
  }
  return digestOf(state);
}

/** The 32 bytes of HMAC-SHA-256. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  const block = new Uint8Array(BLOCK_BYTES);
  block.set(key.length > BLOCK_BYTES ? sha256(key) : key);
  const inner = new Uint8Array(BLOCK_BYTES + message.length);
  const outer = new Uint8Array(BLOCK_BYTES + 32);
  block.forEach((byte, index) => {
    inner[index] = byte ^ 0x36;
    outer[index] = byte ^ 0x5c;
  });
  inner.set(message, BLOCK_BYTES);
  outer.set(sha256(inner), BLOCK_BYTES);
  return sha256(outer);
}

/** True if both are the same bytes; looks at all of them whatever it finds. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index += 1) difference |= at(a, index) ^ at(b, index);
  return difference === 0;
}

function compress(state: Int32Array, schedule: Int32Array, view: DataView, offset: number): void {
  for (let t = 0; t < 16; t += 1) schedule[t] = view.getInt32(offset + t * 4);
  for (let t = 16; t < 64; t += 1) {
    const w15 = at(schedule, t - 15);
    const w2 = at(schedule, t - 2);
    const s0 = rotate(w15, 7) ^ rotate(w15, 18) ^ (w15 >>> 3);
    const s1 = rotate(w2, 17) ^ rotate(w2, 19) ^ (w2 >>> 10);
    schedule[t] = at(schedule, t - 16) + s0 + at(schedule, t - 7) + s1;
  }
  let [a, b, c, d, e, f, g, h] = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => at(state, i)) as Eight;
  for (let t = 0; t < 64; t += 1) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const choice = (e & f) ^ (~e & g);
    const first = (h + s1 + choice + at(ROUND_CONSTANTS, t) + at(schedule, t)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const majority = (a & b) ^ (a & c) ^ (b & c);
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + s0 + majority) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, index) => {
    state[index] = at(state, index) + word;
  });
}

type Eight = [number, number, number, number, number, number, number, number];

/** The constants are the first 32 bits of the fractional parts of roots of the first 64 primes:
 *  cube roots for the rounds, square roots for the start. Found by whole-number search. */
function fillConstants(): void {
  let found = 0;
  for (let candidate = 2n; found < 64; candidate += 1n) {
    if (!isPrime(candidate)) continue;
    ROUND_CONSTANTS[found] = Number(BigInt.asIntN(32, rootOf(candidate << 96n, 3)));
    if (found < 8) INITIAL[found] = Number(BigInt.asIntN(32, rootOf(candidate << 64n, 2)));
    found += 1;
  }
}

function isPrime(value: bigint): boolean {
  for (let divisor = 2n; divisor * divisor <= value; divisor += 1n) {
    if (value % divisor === 0n) return false;
  }
  return true;
}

/** The whole part of the `degree`-th root, bit by bit from the top. */
function rootOf(value: bigint, degree: 2 | 3): bigint {
  let root = 0n;
  for (let bit = 1n << 40n; bit > 0n; bit >>= 1n) {
    const tried = root | bit;
    const power = degree === 3 ? tried * tried * tried : tried * tried;
    if (power <= value) root = tried;
  }
  return root;
}

function rotate(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function at(words: Int32Array | Uint8Array, index: number): number {
  return words[index] ?? 0;
}
