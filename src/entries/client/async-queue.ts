// Events for whoever reads them at leisure: an async iterable with a bound, each event given once. A
// reader that is too slow loses the oldest; it never holds anything up.

export class AsyncQueue<T extends object> implements AsyncIterable<T> {
  readonly #max: number;
  readonly #items: T[] = [];
  #wakes: (() => void)[] = [];
  #ended = false;
  /** How many were lost to the bound. */
  dropped = 0;

  constructor(max: number) {
    this.#max = max;
  }

  push(item: T): void {
    if (this.#ended) return;
    this.#items.push(item);
    if (this.#items.length > this.#max) {
      this.#items.shift();
      this.dropped += 1;
    }
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<T> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) {
        yield item;
        continue;
      }
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wakes.push(resolve);
      });
    }
  }

  #wake(): void {
    const wakes = this.#wakes;
    this.#wakes = [];
    for (const wake of wakes) wake();
  }
}
