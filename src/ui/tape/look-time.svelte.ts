// The time of a live room, or of a recording: all that is kept of it. A room's goes on, also while nothing is told.

import { momentText } from '../lab/moment.ts';
import { clockTime } from '../panel/clock.ts';
import { m } from '../paraglide/messages.js';
import { pageNow, type Lookback } from '../state/lookback.svelte.ts';
import type { RoomStore } from '../state/room.svelte.ts';
import { behindWords } from './behind-words.ts';
import { servingWords } from './serving-words.ts';
import type { Timeline } from './timeline.ts';

const TICK_MILLIS = 500;
const TICK_MILLIS_FLOOD = 1_500;
/** A room that has just begun is not stretched over the whole strip. */
const SHORTEST_MILLIS = 10_000;

export class LookTime implements Timeline {
  readonly #store: RoomStore;
  readonly #past: Lookback;
  readonly #recorded: boolean;
  #ticked = $state(pageNow());

  readonly text: (millis: number) => string;
  readonly tape = $derived.by(() => this.#past.tape);
  readonly to = $derived.by(() =>
    this.#recorded ? this.#past.edge : Math.max(this.#past.edge, this.#ticked),
  );
  readonly from = $derived.by(() =>
    this.#recorded ? this.#past.oldest : Math.min(this.#past.oldest, this.to - SHORTEST_MILLIS),
  );
  readonly now = $derived.by(() => this.#past.at ?? this.to);
  readonly live = $derived.by(() => this.#past.at === null);
  readonly plays = $derived.by(() => this.#past.playing || (this.live && !this.#recorded));
  readonly told = $derived.by(() => this.to);
  readonly label = $derived(m.tape_label());
  readonly words = $derived.by(() => this.#words());
  readonly key = $derived.by(() => {
    if (this.#recorded) return m.tape_key_recording();
    return `${m.tape_oldest({ at: clockTime(this.#past.oldest) })}. ${m.tape_key()}`;
  });
  readonly disabled = $derived.by(() => this.#recorded && this.#past.moments.length === 0);

  constructor(
    store: RoomStore,
    { recorded, laboratory }: { readonly recorded: boolean; readonly laboratory: boolean },
  ) {
    this.#store = store;
    this.#past = store.past;
    this.#recorded = recorded;
    this.text = laboratory ? momentText : clockTime;
  }

  /** Goes on with the clock until the returned function is called. */
  readonly start = (): (() => void) => {
    const timer = setInterval(() => {
      // Where pictures come, they move the edge.
      const millis = pageNow();
      const soon = this.#store.isFlood ? TICK_MILLIS_FLOOD : TICK_MILLIS;
      if (millis - this.#past.edge >= soon) this.#ticked = millis;
    }, TICK_MILLIS);
    return () => {
      clearInterval(timer);
    };
  };

  readonly move = (millis: number): void => {
    if (millis >= this.to) this.#past.toLive();
    else this.#past.look(millis);
  };

  readonly step = (side: 1 | -1): void => {
    this.#past.step(side);
  };

  #words(): string {
    const state = servingWords(this.#store.room.quorum);
    const now = this.text(this.now);
    if (this.#recorded) return m.tape_lab_words({ now, end: this.text(this.to), state });
    if (this.#past.at === null) return m.tape_live_words({ now, state });
    return m.tape_past_words({ at: now, behind: behindWords(this.to - this.now), state });
  }
}
