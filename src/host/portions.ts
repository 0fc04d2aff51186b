// Work of one connection, in order. What is left after some milliseconds waits for a later turn of the loop: however
// much a client asks for in one breath, others have their turn, and so have the server's own links and clock.

import { fifoLength, makeFifo, pushFifo, shiftFifo } from '../base/fifo.ts';

const PORTION_MILLIS_MAX = 10;

export interface PortionsOwner {
  readonly nowMillis: () => number;
  /** Does it in a later turn of the loop, behind what has arrived until then. */
  readonly later: (work: () => void) => void;
  /** Nothing waits any more; not called for what did not wait. */
  readonly onDone: () => void;
}

export class Portions {
  readonly #owner: PortionsOwner;
  readonly #works = makeFifo<() => void>();
  #isLeft = false;

  constructor(owner: PortionsOwner) {
    this.#owner = owner;
  }

  /** True while something waits for a later turn. */
  get isLeft(): boolean {
    return this.#isLeft;
  }

  /** To be done behind all that is there. */
  add(work: () => void): void {
    pushFifo(this.#works, work);
  }

  /** Does what is there, unless a later turn will. */
  work(): void {
    if (!this.#isLeft) this.#workOn();
  }

  /** Does nothing more of it. */
  drop(): void {
    while (shiftFifo(this.#works) !== undefined);
  }

  #workOn(): void {
    const { nowMillis, later, onDone } = this.#owner;
    const until = nowMillis() + PORTION_MILLIS_MAX;
    for (let work = shiftFifo(this.#works); work !== undefined; work = shiftFifo(this.#works)) {
      work();
      if (fifoLength(this.#works) === 0 || nowMillis() < until) continue;
      this.#isLeft = true;
      later(() => {
        this.#workOn();
      });
      return;
    }
    if (!this.#isLeft) return;
    this.#isLeft = false;
    onDone();
  }
}
