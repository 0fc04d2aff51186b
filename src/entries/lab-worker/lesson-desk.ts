// The lesson that a laboratory's world belongs to: sets its world up, holds everything until a bet is
// placed, and judges what happens in every future of it.

import { SETUP_MILLIS_MAX } from '../../lessons/recording.ts';
import { beginning, nearestUnmet, standingAfter, withBet } from '../../lessons/standing.ts';
import { LabHistory } from '../../sim/history.ts';
import { pictureOf } from '../../sim/picture.ts';
import { Witness } from '../../sim/witness.ts';
import type { Fact } from '../../vocabulary/fact.ts';
import type { Lesson, LessonView, Script } from '../../vocabulary/lesson.ts';
import type { Moment } from '../../vocabulary/steps.ts';
import { ScriptRun, type ScriptHands } from './script.ts';

export class LessonDesk {
  readonly lesson: Lesson;
  readonly history: LabHistory;
  readonly beganAt: Moment;
  /** The line at which its setup stands without an end: then this is no lesson to play. */
  readonly setupFailedAt: number | null;
  readonly #witness = new Witness();
  /** What was before the lesson began. */
  readonly #factsBefore: number;
  #standing;
  #script: ScriptRun | null = null;
  #shown = false;
  #stepsTaken = 0;
  /** The moment and branch that the standing is of. */
  #judged = '';

  /** Plays the lesson's setup to its end. */
  constructor(lesson: Lesson) {
    this.lesson = lesson;
    this.history = new LabHistory(lesson.world);
    this.history.witness = this.#witness;
    this.#standing = beginning(lesson);
    const script = new ScriptRun(lesson.setup, () => this.history, {
      act: (step) => {
        this.history.act(step);
      },
      seek: () => undefined,
      facts: () => this.#factsEver(),
    });
    while (!script.isDone && this.history.now.millis < SETUP_MILLIS_MAX) {
      this.history.run(script.nextMillis);
      script.go();
    }
    this.setupFailedAt = script.failedAt ?? (script.isDone ? null : lesson.setup.length - 1);
    this.beganAt = this.history.now;
    this.#factsBefore = this.#witness.count(this.history.branch, this.history.now);
  }

  get isWaitingForBet(): boolean {
    return this.#standing.bet === null;
  }

  get script(): ScriptRun | null {
    return this.#script;
  }

  placeBet(option: string): void {
    this.#standing = withBet(this.#standing, this.lesson, option);
  }

  /** From now on the lesson counts as shown. */
  play(script: Script, hands: Omit<ScriptHands, 'facts'>): void {
    this.#shown = true;
    this.#script = new ScriptRun(script, () => this.history, {
      ...hands,
      facts: () => this.#factsEver(),
    });
  }

  /** In whichever future: to go back and try again costs what it costs. */
  countStep(): void {
    this.#stepsTaken += 1;
  }

  stopScript(): void {
    this.#script = null;
  }

  /** Looks at what happened since it was last asked. */
  judge(): void {
    const { now, branch } = this.history;
    const facts = this.facts();
    const judged = `${String(branch)} ${String(now.events)} ${String(now.millis)} ${String(facts.length)}`;
    if (judged === this.#judged) return;
    this.#judged = judged;
    const picture = pictureOf(this.history);
    this.#standing = standingAfter(this.#standing, this.lesson, {
      facts,
      picture: () => picture,
    });
  }

  view(): LessonView {
    this.judge();
    const { bet, answer, goals, forbidden, passed } = this.#standing;
    return {
      ...{ id: this.lesson.id, beganAt: this.beganAt, bet, answer, goals, forbidden, passed },
      nearest: nearestUnmet(goals),
      stepsTaken: this.#stepsTaken,
      shown: this.#shown,
    };
  }

  /** What this future told since the lesson began. */
  facts(): readonly Fact[] {
    return this.#witness.facts(this.history.branch, this.history.now, this.#factsBefore);
  }

  #factsEver(): readonly Fact[] {
    return this.#witness.facts(this.history.branch, this.history.now);
  }
}
