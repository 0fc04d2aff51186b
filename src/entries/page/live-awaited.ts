// What a move of a lesson waits for in a room: some servers each put a proposal into their log, and its leader has said
// what it is about. A server tells what it does a moment later, and one that is killed then tells nothing more. No hand
// is quick enough for what has to happen next, so the page does it at their word.

import type { Traced } from '../../vocabulary/trace.ts';

/** Whoever has not logged it by then will not: it is cut off, or it is down. */
const LOGGED_WITHIN_MILLIS = 5_000;

export class Logged {
  readonly #missing: Set<number>;
  readonly #timer: ReturnType<typeof setTimeout>;
  #isProposed = false;
  #end: (all: boolean) => void = () => undefined;
  /** Whether all of them have. */
  readonly all: Promise<boolean>;

  constructor(servers: readonly number[]) {
    this.#missing = new Set(servers);
    this.all = new Promise((resolve) => {
      this.#end = resolve;
    });
    this.#timer = setTimeout(this.giveUp, LOGGED_WITHIN_MILLIS);
  }

  hear(events: readonly Traced[]): void {
    for (const { server, event } of events) {
      if (event.kind === 'proposed') this.#isProposed = true;
      if (event.kind === 'proposalLogged') this.#missing.delete(server);
    }
    if (this.#missing.size > 0 || !this.#isProposed) return;
    clearTimeout(this.#timer);
    this.#end(true);
  }

  readonly giveUp = (): void => {
    clearTimeout(this.#timer);
    this.#end(false);
  };
}
