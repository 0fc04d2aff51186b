// A graded lesson as a file holds it, and how far somebody is in it. Plain data that survives JSON:
// conditions are predicates, solutions are scripts, words are there in every language.

import type { Pattern, Predicate } from './fact.ts';
import type { LabOptions, LabStep, Moment, RuleName } from './steps.ts';

/** 2: there may be no bet, and then a hook, hints and a moral may be left out. */
export const LESSON_FORMATS = [1, 2] as const;
export const LESSON_LOCALES = ['en', 'zh-CN'] as const;
export type LessonLocale = (typeof LESSON_LOCALES)[number];

export type ScriptLine =
  | { readonly do: 'step'; readonly step: LabStep }
  | { readonly do: 'wait'; readonly millis: number }
  /** Until this holds of what happened since the last step. */
  | { readonly do: 'until'; readonly holds: Predicate; readonly withinMillis: number }
  /** Remembers the moment; `back` goes there, and the next step begins another future. */
  | { readonly do: 'mark' | 'back'; readonly name: string };

export type Script = readonly ScriptLine[];

/** A button of the lesson's card: what this lesson asks people to do. */
export interface LessonMove {
  readonly id: string;
  readonly steps: readonly LabStep[];
}

export interface BetOption {
  readonly id: string;
  /** This option was right. The first that holds is the answer. */
  readonly when: Predicate;
}

export interface LessonText {
  readonly title: string;
  /** Why anybody should care: two or three sentences. */
  readonly hook: string;
  readonly question: string;
  readonly options: Readonly<Record<string, string>>;
  /** What to do, shown above the moves. */
  readonly task: string;
  readonly moves: Readonly<Record<string, string>>;
  readonly goals: readonly string[];
  /** Each says what was done wrong when it happened. */
  readonly forbidden: readonly string[];
  readonly hints: readonly string[];
  readonly moral: string;
  /** What to look for once the rule is broken; null where the lesson has none. */
  readonly breakRule: string | null;
}

export interface Lesson {
  readonly id: string;
  readonly formatVersion: number;
  readonly world: LabOptions;
  /** How fast it is played at first. */
  readonly speed: number;
  readonly setup: Script;
  /** Null: it can be played at once. */
  readonly bet: {
    /** Nothing is answered before this holds. */
    readonly settled: Predicate;
    readonly options: readonly BetOption[];
  } | null;
  readonly moves: readonly LessonMove[];
  /** Each once, in any of the futures. */
  readonly goals: readonly Predicate[];
  readonly forbidden: readonly Predicate[];
  /** From the beginning again with this rule broken: `then` makes the lamp red. */
  readonly breakRule: { readonly rule: RuleName; readonly then: Script } | null;
  /** Steps of the shortest known way. */
  readonly par: number;
  readonly solution: Script;
  /** What somebody with the misconception does: it must not pass. */
  readonly wrong: Script;
  readonly text: Readonly<Record<LessonLocale, LessonText>>;
}

/** Stands for the bet where a lesson asks for none. */
export const NO_BET = '';

export interface GoalView {
  /** `lost`: in this future it can no longer be met, since `at`. */
  readonly state: 'met' | 'open' | 'lost';
  readonly at: Moment | null;
  readonly have: number;
  readonly need: number;
}

export interface LessonView {
  readonly id: string;
  readonly beganAt: Moment;
  /** The option that was bet on (in a lesson without a bet always NO_BET), and the one that was right, once it is known. */
  readonly bet: string | null;
  readonly answer: string | null;
  readonly goals: readonly GoalView[];
  /** By the forbidden conditions: where in this future each was met. */
  readonly forbidden: readonly (Moment | null)[];
  /** The goal that is nearest to be met and is not. */
  readonly nearest: number | null;
  readonly stepsTaken: number;
  readonly passed: boolean;
  /** A solution is being played, or was. */
  readonly shown: boolean;
}

/** Something that happened since a lesson began, or could have. */
export interface Observed {
  readonly pattern: Pattern;
  readonly group: ObservedGroup;
  /** 0: not in this run. */
  readonly times: number;
}

export const OBSERVED_GROUPS = ['servers', 'agreement', 'writes', 'clients'] as const;
export type ObservedGroup = (typeof OBSERVED_GROUPS)[number];

/** How a script of a lesson ended. */
export interface Played {
  readonly goals: readonly GoalView[];
  /** By the forbidden conditions: whether each was met. */
  readonly forbidden: readonly boolean[];
  readonly passed: boolean;
  /** The line whose condition did not come true in its time, or that was not reached in the time there is. */
  readonly failedAt: number | null;
}

/** A lesson that was played by itself, as every lesson of the curriculum is. */
export interface Rehearsed {
  /** The setup's line that stands without an end: then nothing was played. */
  readonly setupFailedAt: number | null;
  readonly solution: Played;
  readonly wrong: Played;
  /** While the solution was played, in the order of its first time. */
  readonly observed: readonly Observed[];
}
