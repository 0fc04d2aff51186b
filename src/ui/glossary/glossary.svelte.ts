// Which term's card is open, one at a time, and what the terms mean. The definitions are loaded with the
// first term that is pointed at: the first screen does without them.

import { m } from '../paraglide/messages.js';
import type { Definitions } from './definitions.ts';
import type { TermId } from './terms.ts';

/** A pointer that only passes opens nothing, and one that leaves has the time to reach the card. */
const HOVER_MILLIS = 120;
const LEAVE_MILLIS = 250;

class Glossary {
  /** Null until they are there, or cannot be. */
  #definitions = $state.raw<Definitions | null>(null);
  #failed = $state(false);
  /** Where in the page a card is open. */
  open = $state<string | null>(null);

  /** Opened by a key or a press: it stays when the pointer leaves. */
  #held = false;
  #asked = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** What stands on a term's card; null while that comes. */
  readonly meaning = (term: TermId): string | null =>
    this.#definitions?.[term]() ?? (this.#failed ? m.part_failed() : null);

  readonly #load = async (): Promise<void> => {
    if (this.#asked) return;
    this.#asked = true;
    this.#failed = false;
    try {
      this.#definitions = (await import('./definitions.ts')).DEFINITIONS;
    } catch {
      this.#failed = true;
      this.#asked = false; // No network: the next term that is pointed at asks again.
    }
  };

  readonly show = (place: string): void => {
    clearTimeout(this.#timer);
    void this.#load();
    this.#held = true;
    this.open = place;
  };

  readonly hide = (place: string): void => {
    if (this.open !== place) return;
    clearTimeout(this.#timer);
    this.#held = false;
    this.open = null;
  };

  readonly toggle = (place: string): void => {
    if (this.open === place && this.#held) this.hide(place);
    else this.show(place);
  };

  readonly pointAt = (place: string): void => {
    clearTimeout(this.#timer);
    if (this.open === place) return;
    void this.#load();
    this.#timer = setTimeout(() => {
      this.#held = false;
      this.open = place;
    }, HOVER_MILLIS);
  };

  readonly pointAway = (place: string): void => {
    clearTimeout(this.#timer);
    if (this.open !== place || this.#held) return;
    this.#timer = setTimeout(() => {
      this.hide(place);
    }, LEAVE_MILLIS);
  };

  /** A finger presses, and points at nothing. Nor does a pointer that rests, whatever comes to lie below it: a word
   *  is entered by a move. */
  readonly onPoint =
    (place: string) =>
    ({ type, pointerType }: PointerEvent): void => {
      if (pointerType === 'touch') return;
      if (type === 'pointerleave') this.pointAway(place);
      else this.pointAt(place);
    };
}

export const glossary = new Glossary();
