// The time of a laboratory: the chosen branch, from the first moment that is kept to its end. What comes after the moment
// that is shown is known of its turns alone.

import { m } from '../paraglide/messages.js';
import type { LabStore } from '../state/lab.svelte.ts';
import type { RoomStore } from '../state/room.svelte.ts';
import { servingWords } from '../tape/serving-words.ts';
import { tapeOnwards, type Serving } from '../tape/tape.ts';
import type { Timeline } from '../tape/timeline.ts';
import { momentText, timeText } from './moment.ts';
import { RunTapes } from './run-tapes.ts';

export class LabTime implements Timeline {
  readonly #store: RoomStore;
  readonly #lab: LabStore;
  readonly #tapes = new RunTapes();
  readonly #branch = $derived.by(() =>
    this.#lab.view.branches.find(({ id }) => id === this.#lab.view.branch),
  );

  readonly text = momentText;
  readonly live = true;
  readonly now = $derived.by(() =>
    Math.max(this.#lab.wanted ?? this.#lab.view.now.millis, this.#lab.fromMillis),
  );
  readonly from = $derived.by(() => this.#lab.fromMillis);
  readonly to = $derived.by(() => Math.max(this.#branch?.end.millis ?? 0, this.now));
  readonly told = $derived(this.now);
  readonly plays = $derived.by(() => this.#lab.view.running);
  readonly disabled = $derived.by(() => this.#lab.stays);
  readonly tape = $derived.by(() => {
    const { historyVersion, history } = this.#store;
    const { branch, now } = this.#lab.view;
    const steps = this.#branch?.steps ?? [];
    return this.#tapes.at({
      ...{ branch, until: now.millis, end: this.to, version: historyVersion + steps.length },
      make: (known) => tapeOnwards(known, history, steps, this.#serving()),
    });
  });
  readonly label = $derived(m.lab_time());
  readonly words = $derived.by(() => {
    const state = servingWords(this.#store.room.quorum);
    const words = { now: momentText(this.now), end: momentText(this.to), state };
    const { keptFrom } = this.#lab.view;
    return keptFrom === 0
      ? m.tape_lab_words(words)
      : m.tape_lab_kept_words({ ...words, from: timeText(keptFrom) });
  });
  readonly key = $derived(m.tape_key_lab());

  constructor(store: RoomStore, lab: LabStore) {
    this.#store = store;
    this.#lab = lab;
  }

  #serving(): Serving {
    const { serving, epoch, leader } = this.#store.room.quorum;
    return { epoch: serving ? epoch : null, leader };
  }

  /** Worlds count whole milliseconds. */
  readonly move = (millis: number): void => {
    this.#lab.seek(Math.round(Math.min(Math.max(millis, this.from), this.to)));
  };

  readonly step = (side: 1 | -1): void => {
    this.move(Math.round(this.now) + side);
  };
}
