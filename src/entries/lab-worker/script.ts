// A script played along a history: steps at once, waits on the virtual clock, and conditions that are
// looked at every few milliseconds of it, so that the same script is the same run however time is sliced.

import { evaluate } from '../../lessons/evaluate.ts';
import type { LabHistory } from '../../sim/history.ts';
import { pictureOf } from '../../sim/picture.ts';
import type { Fact } from '../../vocabulary/fact.ts';
import type { Script, ScriptLine } from '../../vocabulary/lesson.ts';
import type { LabStep, Moment } from '../../vocabulary/steps.ts';

const LOOK_EVERY_MILLIS = 10;

export interface ScriptHands {
  readonly act: (step: LabStep) => void;
  readonly seek: (to: Moment) => void;
  readonly facts: () => readonly Fact[];
}

export class ScriptRun {
  readonly #script: Script;
  readonly #history: () => LabHistory;
  readonly #hands: ScriptHands;
  readonly #marks = new Map<string, Moment>();
  #line = 0;
  /** When the present line began, and how many facts there were after the last step. */
  #sinceMillis = 0;
  #factsBefore = 0;
  #nextMillis = 0;
  #failedAt: number | null = null;

  constructor(script: Script, history: () => LabHistory, hands: ScriptHands) {
    this.#script = script;
    this.#history = history;
    this.#hands = hands;
    this.#sinceMillis = this.#now.millis;
    this.#factsBefore = hands.facts().length;
    this.go();
  }

  get isDone(): boolean {
    return this.#failedAt !== null || this.#line >= this.#script.length;
  }

  /** The line whose condition did not come true in its time. */
  get failedAt(): number | null {
    return this.#failedAt;
  }

  /** When to look again. */
  get nextMillis(): number {
    return this.#nextMillis;
  }

  get #now(): Moment {
    return this.#history().now;
  }

  /** Does what is due now. */
  go(): void {
    for (let line = this.#script[this.#line]; line !== undefined; line = this.#script[this.#line]) {
      if (this.#failedAt !== null || !this.#isOver(line)) break;
      this.#line += 1;
      this.#sinceMillis = this.#now.millis;
    }
  }

  #isOver(line: ScriptLine): boolean {
    const { millis } = this.#now;
    switch (line.do) {
      case 'step':
        this.#factsBefore = this.#hands.facts().length;
        this.#hands.act(line.step);
        return true;
      case 'wait':
        this.#nextMillis = this.#sinceMillis + line.millis;
        return millis >= this.#nextMillis;
      case 'until':
        if (this.#holds(line.holds)) return true;
        if (millis >= this.#sinceMillis + line.withinMillis) this.#failedAt = this.#line;
        this.#nextMillis = millis + LOOK_EVERY_MILLIS;
        return false;
      case 'mark':
        this.#marks.set(line.name, this.#now);
        return true;
      case 'back':
        this.#hands.seek(this.#marks.get(line.name) ?? this.#now);
        this.#factsBefore = this.#hands.facts().length;
        return true;
    }
  }

  #holds(predicate: (ScriptLine & { do: 'until' })['holds']): boolean {
    const facts = this.#hands.facts().slice(this.#factsBefore);
    return (
      evaluate(predicate, { facts, picture: () => pictureOf(this.#history()) }).state === 'met'
    );
  }
}
