// What the laboratory offers to the interface beside the playground: virtual time that can be stopped,
// stepped, scrubbed and branched, rules that can be broken, and the lamp that sees it.

import type { LabRun } from './lab-run.ts';
import type { LampView } from './lamp.ts';
import type { Lesson, LessonView, Rehearsed } from './lesson.ts';
import type { LabOptions, LabStep, Moment, RuleName } from './steps.ts';
import type { Traced } from './trace.ts';

export interface StepAt {
  readonly at: Moment;
  readonly step: LabStep;
}

export interface BranchView {
  readonly id: number;
  /** Where it left which branch; null for the first. */
  readonly parent: { readonly branch: number; readonly at: Moment } | null;
  readonly end: Moment;
  readonly steps: readonly StepAt[];
  /** Of all that was observed since the beginning: equal runs have equal hashes. */
  readonly hash: string;
}

/** Told in a run that can be gone back in: `moment` is a place to seek to. */
export interface TracedAt extends Traced {
  readonly moment: Moment;
}

/** What one branch told from where it is no longer as another. */
export interface Future {
  readonly end: Moment;
  /** Without what only moves (packets, ballots) and what is checked again and again; the first of it. */
  readonly told: readonly TracedAt[];
  /** How much more of it there is. */
  readonly omitted: number;
}

/** What two branches do differently, from the first difference on. */
export interface Comparison {
  readonly same: boolean;
  /** Of the first event that only one of them told, or null if both told the same. */
  readonly since: Moment | null;
  readonly left: Future;
  readonly right: Future;
  /** Servers that run at both ends, and whose applied state differs there. */
  readonly trees: readonly number[];
  /** Servers whose logs differ at the two ends. */
  readonly logs: readonly number[];
  /** Servers that run at one of the two ends only. */
  readonly alone: readonly number[];
}

export interface LabView {
  readonly options: LabOptions;
  readonly branch: number;
  readonly now: Moment;
  readonly running: boolean;
  /** Virtual time for one of ours: 0.001 to 10. */
  readonly speed: number;
  readonly branches: readonly BranchView[];
  readonly lamp: LampView;
  readonly broken: readonly RuleName[];
  /** From here on this branch can be gone back in: the newest `KEPT_MILLIS` of it. */
  readonly keptFrom: number;
  /** The world is as old as it may become: it can be looked at and branched, and no longer run. */
  readonly full: boolean;
  /** Of the run up to now. */
  readonly hash: string;
  /** Of a shared run: whether it went here as where it came from; `part`: it was stopped on the way. Null for a
   *  world of this page. */
  readonly shared: 'same' | 'other' | 'part' | null;
  /** What is being replayed in sight, and how far: a shared run, all of its branches counted, or a long way back.
   *  Nothing else moves the world meanwhile; only somebody who goes back may go elsewhere. */
  readonly opening: {
    readonly why: 'run' | 'back';
    readonly playedMillis: number;
    readonly ofMillis: number;
  } | null;
  /** The lesson that this world belongs to. Before its bet nothing can be played. */
  readonly lesson: LessonView | null;
}

export type LabChange =
  | { readonly kind: 'lab'; readonly lab: LabView }
  /** The moment jumped: what was told before is void, `events` is what was told up to here, the newest. A lesson begins
   *  with a clear stage: what was sent by `landedMillis` is not in the air. */
  | {
      readonly kind: 'jumped';
      readonly events: readonly Traced[];
      readonly landedMillis: number;
    }
  /** Told before all that was told again since the last jump. */
  | { readonly kind: 'earlier'; readonly events: readonly Traced[] }
  /** Nothing was changed: the step is none, or there is no room for another branch or step. */
  | { readonly kind: 'refused'; readonly step: LabStep }
  /** The world is as it was: the lesson's setup does not come to its end. */
  | { readonly kind: 'lessonRefused'; readonly line: number };

/** A world gets no older: as a link it is replayed from its beginning. */
export const LIFE_MILLIS_MAX = 86_400_000;
/** So much of a branch can be gone back in, behind its end. */
export const KEPT_MILLIS = 1_800_000;

export const SPEED_MIN = 0.001;
export const SPEED_MAX = 10;

export interface LabControls {
  readonly lab: () => LabView;
  /** Calls back for every change; the first call carries the present view. Returns the way out. */
  readonly subscribeLab: (listener: (change: LabChange) => void) => () => void;
  /** A new world, with nothing in it yet; every branch of the old one is gone. */
  readonly open: (options: LabOptions) => void;
  /** A shared run, played to its end piece by piece; stopped there. */
  readonly openRun: (run: LabRun) => void;
  /** It is played no further: the world stands where it got, or where somebody was who went back. */
  readonly stopRun: () => void;
  /** A lesson's own world, at the moment where the lesson begins; stopped, until a bet is placed. */
  readonly openLesson: (lesson: Lesson) => void;
  /** Once a lesson. */
  readonly placeBet: (option: string) => void;
  /** Opens the present lesson anew and plays its own solution, which then counts as shown. */
  readonly showSolution: () => void;
  /** Plays a lesson by itself, beside this world. Null: it is none, or another was asked for since. */
  readonly rehearse: (lesson: Lesson) => Promise<Rehearsed | null>;
  /** Into a new world: a majority of servers comes up one after the other, then a client; and it plays. */
  readonly begin: () => void;
  readonly play: () => void;
  readonly pause: () => void;
  readonly setSpeed: (speed: number) => void;
  /** To the next event that anybody noticed, or to the next decision of a server. */
  readonly stepEvent: () => void;
  readonly stepDecision: () => void;
  /** A moment of the present branch, or the first one that is kept; `events` null means all of that millisecond. */
  readonly seek: (to: { readonly millis: number; readonly events: number | null }) => void;
  /** Goes to another branch's end. */
  readonly selectBranch: (branch: number) => void;
  /** After a jump only the newest is told at once. Resolves when all that is kept was told (`earlier`). */
  readonly recallAll: () => Promise<void>;
  readonly compare: (left: number, right: number) => Promise<Comparison>;
  /** Any step; in the past it begins a new branch, and the old future stays. */
  readonly act: (step: LabStep) => void;
  /** Whether somebody did anything in this world, in any of its branches: what came of it is nowhere else. */
  readonly acted: () => boolean;
}
