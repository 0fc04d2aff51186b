// Events for one reader: an async iterator with a bound. It loses nothing without a word: a reader that
// stays behind further than the bound gets an error instead, and so does one whose session has ended.

const EVENTS_MAX = 10_000;

/** The reader fell too far behind; what it would have missed is unknown to it. */
export class TooSlowError extends Error {
  override readonly name = 'TooSlowError';

  constructor() {
    super(`more than ${String(EVENTS_MAX)} events wait for a reader`);
  }
}

export class EventStream<T extends object> implements AsyncIterableIterator<T> {
  #items: T[] = [];
  #end: { readonly error: unknown } | null = null;
  #wakes: (() => void)[] = [];
  readonly #onReturn: () => void;
  readonly #signal: AbortSignal | undefined;

  /** @internal `onReturn` is called once: when the reader has gone, or nothing comes any more. Aborted, it ends
   *  with the signal's reason. */
  constructor(onReturn: () => void, signal?: AbortSignal) {
    this.#onReturn = onReturn;
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  readonly #onAbort = (): void => {
    this.finish(this.#signal?.reason);
  };

  /** @internal */
  push(item: T): void {
    if (this.#end !== null) return;
    this.#items.push(item);
    if (this.#items.length > EVENTS_MAX) {
      this.#items = [];
      this.finish(new TooSlowError());
    } else this.#wake();
  }

  /** @internal What waits is still read; then it ends, or throws `error` each time if there is one. */
  finish(error: unknown = null): void {
    if (this.#end !== null) return;
    this.#end = { error };
    this.#signal?.removeEventListener('abort', this.#onAbort);
    this.#onReturn();
    this.#wake();
  }

  async next(): Promise<IteratorResult<T>> {
    for (;;) {
      const item = this.#items.shift();
      if (item !== undefined) return { done: false, value: item };
      if (this.#end !== null) {
        if (this.#end.error !== null) throw this.#end.error;
        return { done: true, value: undefined };
      }
      await new Promise<void>((resolve) => this.#wakes.push(resolve));
    }
  }

  /** No more is wanted. `for await` calls it when its loop is left. */
  return(): Promise<IteratorResult<T>> {
    this.#items = [];
    this.finish();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #wake(): void {
    for (const wake of this.#wakes.splice(0)) wake();
  }
}

/** What a signal ends: rejects with its reason when it is aborted. The work itself goes on. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise<T>((resolve, reject) => {
    const onAbort = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', onAbort);
    });
  });
}
