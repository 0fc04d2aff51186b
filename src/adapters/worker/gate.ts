// SIGSTOP for a worker: while it is shut nothing is done; what arrives waits and is done in order when
// it opens. Also keeps early arrivals until the engine is there.

/** A server that has been frozen past this many arrivals can only be killed and started again. */
const WAITING_MAX = 200_000;

export class Gate {
  #open = false;
  #overrun = false;
  #waiting: (() => void)[] = [];

  get isOpen(): boolean {
    return this.#open;
  }

  /** Does it now, or when the gate opens. False when there was no room to wait. */
  pass(work: () => void): boolean {
    if (this.#open) {
      work();
      return true;
    }
    if (this.#waiting.length >= WAITING_MAX) {
      this.#overrun = true;
      this.#waiting = [];
    }
    if (this.#overrun) return false;
    this.#waiting.push(work);
    return true;
  }

  /** Stays shut for good once an arrival was lost. */
  open(): void {
    if (this.#overrun) return;
    this.#open = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const work of waiting) work();
  }

  shut(): void {
    this.#open = false;
  }
}
