// How a group commit becomes durable. A thread of the pool has to be woken and to wake this one again, which on a
// quick disk takes longer than the sync: there it is done in place. On a slow one it is not, so that reads, pings
// and packets do not wait for it. Which of the two holds is measured all the time.

import { fdatasyncSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';

/** What the system is asked, and by what clock it is timed in milliseconds. */
export interface SyncCalls {
  readonly inPlace: (handle: FileHandle) => void;
  readonly pooled: (handle: FileHandle) => Promise<void>;
  readonly nowMillis: () => number;
}

/** One in place that takes longer is slow, and weighs against the quick ones by its milliseconds. */
const QUICK_MILLIS = 1;
const SLOW_WEIGHT_MIN = 4;
/** With that much the disk is slow: four slow ones of every twenty, or one that held everything up for long. */
const SLOW_MAX = 16;
/** So many go through the pool then at least, and on until one of them was quick, the waking included. */
const POOLED_WHILE_SLOW = 64;
const QUICK_POOLED_MILLIS = 2;

const SYSTEM: SyncCalls = {
  inPlace: (handle) => {
    fdatasyncSync(handle.fd);
  },
  pooled: (handle) => handle.datasync(),
  nowMillis: () => performance.now(),
};

export class LogSync {
  readonly #calls: SyncCalls;
  #slow = 0;
  #pooledLeft = 0;

  constructor(calls: SyncCalls = SYSTEM) {
    this.#calls = calls;
  }

  /** The next one holds this thread: whatever else is to be written should be gathered before. */
  get isInPlace(): boolean {
    return this.#pooledLeft === 0;
  }

  /** Resolves with the milliseconds that it took when what the file has is durable. Rejects with the system's
   *  reason; then nobody knows what of it is. */
  async sync(handle: FileHandle): Promise<number> {
    const from = this.#calls.nowMillis();
    if (this.isInPlace) {
      this.#calls.inPlace(handle);
      return this.#learn(this.#calls.nowMillis() - from);
    }
    await this.#calls.pooled(handle);
    const millis = this.#calls.nowMillis() - from;
    if (this.#pooledLeft > 1 || millis <= QUICK_POOLED_MILLIS) this.#pooledLeft -= 1;
    return millis;
  }

  #learn(millis: number): number {
    const weight = Math.min(Math.max(SLOW_WEIGHT_MIN, millis), SLOW_MAX);
    this.#slow = Math.max(0, this.#slow + (millis > QUICK_MILLIS ? weight : -1));
    if (this.#slow >= SLOW_MAX) {
      this.#pooledLeft = POOLED_WHILE_SLOW;
      // Then one more slow one is enough.
      this.#slow = SLOW_MAX - SLOW_WEIGHT_MIN;
    }
    return millis;
  }
}
