// A search through a long trace, a piece at a time, the newest first: the page goes on meanwhile. What was
// looked at once is not looked at again.

import type { Traced } from '../../vocabulary/trace.ts';

/** A frame has 16 ms, and others want some of it. */
const PIECE_MILLIS = 6;
/** Between two looks at the clock. */
const PIECE_EVENTS = 50;
/** While it looks, what it found is told this often. */
const TOLD_MILLIS = 250;
/** Once all was looked at, new events stand among so many of the newest. */
const KNOWN_MAX = 5_000;

export interface Found {
  /** So far; null without a search. */
  readonly hits: ReadonlySet<Traced> | null;
  /** Nothing is left to look through. */
  readonly done: boolean;
}

export class TraceSearch {
  readonly #textOf: (traced: Traced) => string;
  readonly #tell: (found: Found) => void;
  #wanted = '';
  #events: readonly Traced[] = [];
  #looked = new WeakSet<Traced>();
  #hits = new Set<Traced>();
  #told: ReadonlySet<Traced> = new Set();
  #isWhole = false;
  #oldest: Traced | undefined;
  #toldAtMillis = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** `textOf`: what is looked through, in lower case. */
  constructor(textOf: (traced: Traced) => string, tell: (found: Found) => void) {
    this.#textOf = textOf;
    this.#tell = tell;
  }

  /** '' ends the search. */
  look(wanted: string): void {
    if (wanted === this.#wanted) return;
    this.end();
    this.#wanted = wanted;
    this.#looked = new WeakSet();
    this.#hits = new Set();
    this.#told = new Set();
    this.#isWhole = false;
    if (wanted === '') this.#tell({ hits: null, done: true });
    else this.goOn(this.#events);
  }

  /** Every event has another text now. */
  again(): void {
    const wanted = this.#wanted;
    this.look('');
    this.look(wanted);
  }

  /** These are the events now. */
  goOn(events: readonly Traced[]): void {
    this.#events = events;
    // An earlier part has been told: not only the newest are new.
    const [oldest] = events;
    if (oldest !== undefined && !this.#looked.has(oldest)) this.#isWhole = false;
    if (this.#wanted !== '' && this.#timer === null) this.#piece(events, events.length - 1);
  }

  end(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** From there towards the oldest, as far as one piece goes. */
  #piece(events: readonly Traced[], from: number): void {
    this.#timer = null;
    const until = performance.now() + PIECE_MILLIS;
    let fresh = 0;
    let known = 0;
    let at = from;
    for (; at >= 0; at -= 1) {
      const traced = events[at];
      if (traced === undefined) continue;
      if (this.#looked.has(traced)) {
        known += 1;
        if (this.#isWhole && known > KNOWN_MAX) at = 0;
        continue;
      }
      this.#looked.add(traced);
      if (this.#textOf(traced).includes(this.#wanted)) this.#hits.add(traced);
      fresh += 1;
      if (fresh % PIECE_EVENTS === 0 && performance.now() > until) break;
    }
    if (at > 0) this.#goOnSoon(events, at - 1);
    else if (events !== this.#events) this.#goOnSoon(this.#events, this.#events.length - 1);
    else this.#finish(events);
  }

  #goOnSoon(events: readonly Traced[], from: number): void {
    if (performance.now() - this.#toldAtMillis > TOLD_MILLIS) this.#say(false);
    this.#timer = setTimeout(() => {
      this.#piece(events, from);
    });
  }

  #finish(events: readonly Traced[]): void {
    this.#isWhole = true;
    // What the trace has forgotten is found no more.
    if (events[0] !== this.#oldest) {
      this.#oldest = events[0];
      const kept = new Set(events);
      for (const hit of this.#hits) if (!kept.has(hit)) this.#hits.delete(hit);
    }
    this.#say(true);
  }

  #say(done: boolean): void {
    this.#toldAtMillis = performance.now();
    if (this.#told.size !== this.#hits.size) this.#told = new Set(this.#hits);
    this.#tell({ hits: this.#told, done });
  }
}
