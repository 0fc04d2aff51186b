// A hostile or broken sender: damaged bytes for every decoder and through a server's client port. Nothing
// crashes, nothing takes more room than what was sent, no answer comes out of order, and the other clients
// are served as before. FUZZ_FRAMES says how many there are in all (nightly: a million), FUZZ_SEED which.

import { describe, expect, test } from 'vitest';

import { makeRandom, nextBelow, type Random } from '../../base/random.ts';
import { decodeReply } from '../../jute/client.ts';
import { CodecError } from '../../jute/reader.ts';
import { ask, type TestClient } from '../../server/client.fixture.ts';
import { TestEnsemble } from '../../server/ensemble.fixture.ts';
import { expectOrder, numbered, sentOf, type Sent } from './fuzz-order.fixture.ts';
import { FUZZ_TARGETS, requestFrames, type FuzzTarget } from './fuzz-targets.ts';
import { mutate } from './mutate.ts';

const FRAMES = Number(process.env['FUZZ_FRAMES'] ?? 100_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 1);
/** Half of them for the decoders, half for a server. */
const EACH = Math.ceil(FRAMES / 2 / FUZZ_TARGETS.length);
const THROUGH_SERVER = Math.ceil(FRAMES / 2);
const TEST_MILLIS_MAX = 60_000 + FRAMES;

/** Items and bytes in what was read; an item costs some bytes even if it says nothing. */
function weightOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (value instanceof Uint8Array) return value.length;
  if (typeof value !== 'object' || value === null) return 1;
  let weight = 1;
  for (const part of Object.values(value)) weight += weightOf(part);
  return weight;
}

/** A request or packet has some fields whatever it says; a byte of input never makes more than this. */
const WEIGHT_FIXED = 200;
const WEIGHT_PER_BYTE = 4;

function fuzz({ samples, decode }: FuzzTarget, random: Random): { read: number; refused: number } {
  const counted = { read: 0, refused: 0 };
  for (let left = EACH; left > 0; left -= 1) {
    const bytes = mutate(random, samples);
    try {
      const weight = weightOf(decode(bytes));
      counted.read += 1;
      if (weight > WEIGHT_FIXED + WEIGHT_PER_BYTE * bytes.length) {
        throw new Error(`${String(bytes.length)} bytes became ${String(weight)}`);
      }
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      counted.refused += 1;
    }
  }
  return counted;
}

describe(`damaged bytes (seed ${String(SEED)})`, () => {
  for (const [index, target] of FUZZ_TARGETS.entries()) {
    test(`${String(EACH)} ${target.name} are read or refused`, { timeout: TEST_MILLIS_MAX }, () => {
      const { read, refused } = fuzz(target, makeRandom(SEED * 1_000 + index));
      expect(read + refused).toBe(EACH);
      // The damage leaves some whole.
      expect(read).toBeGreaterThan(0);
    });
  }
});

/** Frames sent before the answers are looked at. */
const PIPELINED = 8;
/** Of one world: its tree and its log grow by what happens to be right. */
const FRAMES_OF_A_WORLD = 4_000;
const TIMEOUT_MILLIS = 2_000;

class Attacker {
  readonly #ensemble: TestEnsemble;
  readonly #random: Random;
  readonly #samples = requestFrames();
  #client: TestClient;
  #xid = 0;
  closed = 0;

  constructor(ensemble: TestEnsemble, random: Random) {
    this.#ensemble = ensemble;
    this.#random = random;
    this.#client = ensemble.connect(ensemble.leader(), TIMEOUT_MILLIS);
  }

  /** Some damaged frames at once; their answers are in order. */
  strike(): void {
    const sent: Sent[] = [];
    for (let left = PIPELINED; left > 0; left -= 1) {
      const frame = numbered(mutate(this.#random, this.#samples), (this.#xid += 1));
      sent.push(sentOf(frame));
      this.#client.sendFrame(frame);
    }
    this.#ensemble.settle();
    const answered = this.#client.frames.splice(0).map((frame) => decodeReply(frame).header.xid);
    expectOrder(sent, answered);
    if (this.#client.closedBecause === null) return;
    this.closed += 1;
    this.#client = this.#ensemble.connect(this.#ensemble.leader(), TIMEOUT_MILLIS);
  }
}

/** A client that does what it should: all of it works, whatever others send. */
function expectServed(client: TestClient, number: number): void {
  const path = `/served-${String(number)}`;
  expect(client.call(ask.create(path, 0, Uint8Array.of(number & 0xff)))).toEqual({
    ...{ kind: 'path', path },
  });
  expect(client.call(ask.get(path))).toMatchObject({ data: Uint8Array.of(number & 0xff) });
  expect(client.call(ask.remove(path))).toEqual({ kind: 'nothing' });
}

test(
  `${String(THROUGH_SERVER)} damaged frames through a client port leave the other clients alone`,
  { timeout: TEST_MILLIS_MAX },
  () => {
    const random = makeRandom(SEED);
    let closed = 0;
    for (let sent = 0; sent < THROUGH_SERVER;) {
      const ensemble = new TestEnsemble(1).start();
      const good = ensemble.connect(ensemble.leader(), TIMEOUT_MILLIS);
      const attacker = new Attacker(ensemble, random);
      const end = Math.min(THROUGH_SERVER, sent + FRAMES_OF_A_WORLD);
      for (; sent < end; sent += PIPELINED) {
        attacker.strike();
        if (nextBelow(random, 8) !== 0) continue;
        ensemble.run(10);
        expectServed(good, sent);
      }
      expect(ensemble.leader().halted).toBe(null);
      closed += attacker.closed;
    }
    expect(closed).toBeGreaterThan(0);
  },
);
