// A lesson played by itself beside the world that is shown: its solution, then what must not pass, each in
// a history of its own, in slices between which the worker hears what else it is asked.

import { observedIn } from '../../lessons/observed.ts';
import { readLesson } from '../../lessons/read.ts';
import type { Lesson, Observed, Played, Rehearsed, Script } from '../../vocabulary/lesson.ts';
import { LessonDesk } from './lesson-desk.ts';
import type { FromLab } from './messages.ts';

/** Virtual time of one slice. */
const SLICE_MILLIS = 250;
const PLAY_MILLIS_MAX = 240_000;

class Playing {
  readonly #desk: LessonDesk;
  readonly #script: Script;
  #untilMillis: number;
  readonly #endMillis: number;

  constructor(lesson: Lesson, script: Script) {
    this.#desk = new LessonDesk(lesson);
    this.#script = script;
    this.#untilMillis = this.#desk.beganAt.millis + 1;
    this.#endMillis = this.#untilMillis + PLAY_MILLIS_MAX;
    if (this.setupFailedAt !== null) return;
    const { history } = this.#desk;
    const option = lesson.bet?.options[0]?.id;
    if (option !== undefined) this.#desk.placeBet(option);
    // As on the bench: the beginning lies before everything that is done.
    history.run(this.#untilMillis);
    this.#desk.play(script, {
      act: (step) => {
        history.act(step);
      },
      seek: ({ millis, events }) => {
        this.#desk.judge();
        history.seek(millis, events);
        this.#untilMillis = history.now.millis;
      },
    });
    this.#desk.judge();
  }

  get setupFailedAt(): number | null {
    return this.#desk.setupFailedAt;
  }

  get isDone(): boolean {
    const { script, history } = this.#desk;
    return script === null || script.isDone || history.now.millis >= this.#endMillis;
  }

  go(): void {
    const { script, history } = this.#desk;
    if (script === null || this.isDone) return;
    this.#untilMillis += SLICE_MILLIS;
    while (!this.isDone && history.now.millis < this.#untilMillis) {
      history.run(Math.min(this.#untilMillis, script.nextMillis));
      this.#desk.judge();
      script.go();
    }
    this.#desk.judge();
  }

  played(): Played {
    const { goals, forbidden, passed } = this.#desk.view();
    const { script } = this.#desk;
    const late = script?.isDone === false ? this.#script.length - 1 : null;
    const failedAt = script?.failedAt ?? late;
    return { goals, forbidden: forbidden.map((at) => at !== null), passed, failedAt };
  }

  observed(): readonly Observed[] {
    return observedIn(this.#desk.facts());
  }
}

interface Asked {
  readonly ticket: number;
  readonly lesson: Lesson;
  playing: Playing;
  solution: { readonly played: Played; readonly observed: readonly Observed[] } | null;
}

/** One at a time: whoever asks anew is no longer interested in what was asked before. */
export class Rehearsals {
  readonly #post: (message: FromLab) => void;
  #asked: Asked | null = null;

  constructor(post: (message: FromLab) => void) {
    this.#post = post;
  }

  begin(ticket: number, foreign: unknown): void {
    if (this.#asked !== null) this.#answer(this.#asked.ticket, null);
    this.#asked = null;
    const { lesson } = readLesson(foreign);
    if (lesson === null) {
      this.#answer(ticket, null);
      return;
    }
    const playing = new Playing(lesson, lesson.solution);
    this.#asked = { ticket, lesson, playing, solution: null };
  }

  /** A slice of what was asked for. */
  go(): void {
    const asked = this.#asked;
    if (asked === null) return;
    asked.playing.go();
    if (!asked.playing.isDone) return;
    const { ticket, lesson, playing, solution } = asked;
    const played = playing.played();
    if (solution === null && playing.setupFailedAt === null) {
      asked.solution = { played, observed: playing.observed() };
      asked.playing = new Playing(lesson, lesson.wrong);
      return;
    }
    this.#asked = null;
    const { setupFailedAt } = playing;
    this.#answer(ticket, {
      ...{ setupFailedAt, solution: solution?.played ?? played, wrong: played },
      observed: solution?.observed ?? [],
    });
  }

  #answer(ticket: number, rehearsed: Rehearsed | null): void {
    this.#post({ kind: 'rehearsed', ticket, rehearsed });
  }
}
