// Virtual time: what is to happen, in the order of its millisecond and, within one, of its entry. Two
// runs of one seed take the same items in the same order, which is all that determinism needs.

import { assert } from '../base/assert.ts';

interface Item {
  readonly atMillis: number;
  readonly sequence: number;
  readonly work: () => void;
}

/** A binary heap over (atMillis, sequence). */
export class Agenda {
  readonly #heap: Item[] = [];
  #sequence = 0;
  #nowMillis = 0;

  get nowMillis(): number {
    return this.#nowMillis;
  }

  /** How many items were ever entered: a measure of a run's size. */
  get entered(): number {
    return this.#sequence;
  }

  after(millis: number, work: () => void): void {
    this.at(this.#nowMillis + millis, work);
  }

  at(atMillis: number, work: () => void): void {
    assert(atMillis >= this.#nowMillis, 'nothing is planned for the past');
    this.#sequence += 1;
    const item = { atMillis, sequence: this.#sequence, work };
    const heap = this.#heap;
    let hole = heap.push(item) - 1;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, item)) break;
      heap[hole] = above;
      hole = parent;
    }
    heap[hole] = item;
  }

  /** Does the next item if it is due by `untilMillis`; else moves the clock there and says false. */
  next(untilMillis: number): boolean {
    const [first] = this.#heap;
    if (first === undefined || first.atMillis > untilMillis) {
      this.#nowMillis = Math.max(this.#nowMillis, untilMillis);
      return false;
    }
    this.#removeFirst();
    this.#nowMillis = first.atMillis;
    first.work();
    return true;
  }

  /** Moves the clock there, or to the next item if that is due before; does nothing else. */
  pass(untilMillis: number): void {
    const [first] = this.#heap;
    const until = Math.min(untilMillis, first?.atMillis ?? untilMillis);
    this.#nowMillis = Math.max(this.#nowMillis, until);
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let hole = 0;
    for (;;) {
      let child = hole * 2 + 1;
      const left = heap[child];
      if (left === undefined) break;
      const right = heap[child + 1];
      let smaller = left;
      if (right !== undefined && isBefore(right, left)) {
        smaller = right;
        child += 1;
      }
      if (isBefore(last, smaller)) break;
      heap[hole] = smaller;
      hole = child;
    }
    heap[hole] = last;
  }
}

const isBefore = (a: Item, b: Item): boolean =>
  a.atMillis < b.atMillis || (a.atMillis === b.atMillis && a.sequence < b.sequence);
