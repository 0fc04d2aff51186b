// Which term's card is open, one at a time, and what the terms mean. The definitions are loaded with the
// first term that is drawn: the first screen does without them.

import type { Definitions } from './definitions.ts';

/** A pointer that only passes opens nothing, and one that leaves has the time to reach the card. */
const HOVER_MILLIS = 120;
const LEAVE_MILLIS = 250;

class Glossary {
  /** Null until they are there. */
  definitions = $state.raw<Definitions | null>(null);
  /** Where in the page a card is open. */
  open = $state<string | null>(null);

  /** Opened by a key or a press: it stays when the pointer leaves. */
  #held = false;
  #asked = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  readonly load = async (): Promise<void> => {
    if (this.#asked) return;
    this.#asked = true;
    try {
      this.definitions = (await import('./definitions.ts')).DEFINITIONS;
    } catch {
      this.#asked = false; // No network: the next term that is drawn asks again.
    }
  };

  readonly show = (place: string): void => {
    clearTimeout(this.#timer);
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

  /** A finger presses, and points at nothing. */
  readonly onPoint =
    (place: string) =>
    ({ type, pointerType }: PointerEvent): void => {
      if (pointerType === 'touch') return;
      if (type === 'pointerenter' || type === 'pointerover') this.pointAt(place);
      else this.pointAway(place);
    };
}

export const glossary = new Glossary();
