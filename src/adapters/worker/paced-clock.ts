// The clock of a server in a tab, which may go faster or slower than the machine's. It never goes back, and a change
// of its pace is no jump: a monotonic clock does neither.

export class PacedClock {
  readonly #trueMillis: () => number;
  #percent = 100;
  #sinceMillis: number;
  #ownMillis: number;

  constructor(trueMillis: () => number) {
    this.#trueMillis = trueMillis;
    this.#sinceMillis = trueMillis();
    this.#ownMillis = this.#sinceMillis;
  }

  readonly nowMillis = (): number =>
    this.#ownMillis + ((this.#trueMillis() - this.#sinceMillis) * this.#percent) / 100;

  /** From now on so many of its milliseconds go by in a hundred true ones. */
  pace(percent: number): void {
    const own = this.nowMillis();
    this.#sinceMillis = this.#trueMillis();
    this.#ownMillis = own;
    this.#percent = percent;
  }
}
