// What a page is told again of a past that it jumped into: the newest of it at once, so that a scrubber
// need not wait, and once the world rests the earlier part, piece by piece, newest first.

import type { LabHistory, Told } from '../../sim/history.ts';
import type { FromLab } from './messages.ts';

/** Events of one piece. */
const PIECE_MAX = 4_000;
/** Events in all: as many as a page keeps. */
const RECALLED_MAX = 100_000;
/** A scrubber that is drawn along jumps again before that. */
const REST_MILLIS = 250;

export class Recall {
  readonly #post: (message: FromLab) => void;
  /** The oldest that the page has; null: there is nothing before it, or nothing more is wanted. */
  #oldest: Told | null = null;
  #left = 0;
  #restMillis = 0;

  constructor(post: (message: FromLab) => void) {
    this.#post = post;
  }

  jump(told: readonly Told[], landedMillis: number): void {
    this.#restMillis = 0;
    this.#left = RECALLED_MAX;
    this.#post({ kind: 'jumped', events: this.#take(told, told.length), landedMillis });
  }

  /** The world stands still for so much of our time: what was before is told. */
  rest(history: LabHistory, millis: number): void {
    this.#restMillis += millis;
    if (this.#oldest !== null && this.#restMillis >= REST_MILLIS) this.#goOn(history.told());
  }

  /** All that is missing, now. */
  all(history: LabHistory, ticket: number): void {
    const told = history.told();
    while (this.#oldest !== null) this.#goOn(told);
    this.#post({ kind: 'recalled', ticket });
  }

  #goOn(told: readonly Told[]): void {
    const before = this.#oldest === null ? -1 : told.indexOf(this.#oldest);
    // The branch may have forgotten it by now.
    if (before <= 0) this.#oldest = null;
    else this.#post({ kind: 'earlier', events: this.#take(told, before) });
  }

  #take(told: readonly Told[], end: number): readonly Told[] {
    const from = Math.max(0, end - Math.min(PIECE_MAX, this.#left));
    this.#left -= end - from;
    this.#oldest = from > 0 && this.#left > 0 ? (told[from] ?? null) : null;
    return told.slice(from, end);
  }
}
