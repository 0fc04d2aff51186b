// A disk that somebody has made worse: slow, so that it answers late, or full, so that it refuses what
// is written as the browser does when a site has no room left. Answers keep their order, and after the
// first failure nothing is written any more: what follows a lost write is lost too.

import { makeFifo, peekFifo, pushFifo, shiftFifo } from '../../base/fifo.ts';
import type { Disk } from '../../host/ports.ts';

export interface DiskTrouble {
  readonly slowMillis: number;
  readonly full: boolean;
}

export const NO_TROUBLE: DiskTrouble = { slowMillis: 0, full: false };

interface Write {
  readonly done: (failure: string | null) => void;
  answer: { readonly dueMillis: number; readonly failure: string | null } | null;
}

export class TroubledDisk implements Disk {
  readonly #disk: Disk;
  readonly #trouble: () => DiskTrouble;
  readonly #writes = makeFifo<Write>();
  #refused = false;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(disk: Disk, trouble: () => DiskTrouble) {
    this.#disk = disk;
    this.#trouble = trouble;
  }

  readonly write: Disk['write'] = (output, done) => {
    const write: Write = { done, answer: null };
    pushFifo(this.#writes, write);
    if (this.#trouble().full) this.#refused = true;
    if (this.#refused) {
      queueMicrotask(() => {
        this.#answer(write, FULL);
      });
    } else {
      this.#disk.write(output, (failure) => {
        this.#answer(write, failure);
      });
    }
  };

  #answer(write: Write, failure: string | null): void {
    write.answer = { dueMillis: performance.now() + this.#trouble().slowMillis, failure };
    this.#pump();
  }

  #pump(): void {
    for (;;) {
      const next = peekFifo(this.#writes);
      const answer = next?.answer ?? null;
      if (next === undefined || answer === null) return;
      const restMillis = answer.dueMillis - performance.now();
      if (restMillis > 0) {
        this.#timer ??= setTimeout(() => {
          this.#timer = null;
          this.#pump();
        }, restMillis);
        return;
      }
      shiftFifo(this.#writes);
      next.done(answer.failure);
    }
  }
}

/** As IndexedDB says it. */
const FULL = 'QuotaExceededError: the disk is full';
