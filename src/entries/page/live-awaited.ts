// What a move of a lesson waits for in a room: some servers each put a proposal into their log. No hand is quick enough
// for what has to happen then, so the page does it at their word.

import type { Traced } from '../../vocabulary/trace.ts';

/** Whoever has not logged it by then will not: it is cut off, or it is down. */
const LOGGED_WITHIN_MILLIS = 5_000;

export class Logged {
  readonly #missing: Set<number>;
  readonly #timer: ReturnType<typeof setTimeout>;
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
      if (event.kind === 'proposalLogged') this.#missing.delete(server);
    }
    if (this.#missing.size > 0) return;
    clearTimeout(this.#timer);
    this.#end(true);
  }

  readonly giveUp = (): void => {
    clearTimeout(this.#timer);
    this.#end(false);
  };
}
