// A lesson in a live room: how far it is, and what can be asked of the page that judges it.

import type { Lesson, LessonMove, LessonView } from './lesson.ts';
import type { ServerId } from './ids.ts';
import type { LabStep } from './steps.ts';

/** What a button of the card does there. */
export interface LiveMove extends LessonMove {
  /** As soon as each of these servers has logged a proposal since: no hand is quick enough for it. */
  readonly onceLogged?: { readonly by: readonly number[]; readonly steps: readonly LabStep[] };
}

export interface LiveLesson extends Lesson {
  readonly moves: readonly LiveMove[];
}

/** `settingUp`: the room is brought to where the lesson begins. What counts is what happens while it is `running`. */
export type LivePhase = 'bet' | 'ready' | 'settingUp' | 'running';

/** Why it cannot be begun in this room. `seats`: it has another number of voters. `notNew`: it had a leader before.
 *  `noSeat`: this tab has no seat. */
export type Unfit = 'seats' | 'notNew' | 'noSeat';

/** What the setup does, and where it has failed. */
export type SetUpStage = 'servers' | 'leader' | 'clients';

export interface LiveLessonView {
  readonly lesson: LessonView;
  readonly phase: LivePhase;
  readonly unfit: Unfit | null;
  /** Voters of the room that it wants. */
  readonly seats: number;
  readonly isNew: boolean;
  /** Seats that somebody has to take before it can begin. */
  readonly empty: readonly ServerId[];
  /** Znodes that the setup deletes, whatever is there. */
  readonly cleared: readonly string[];
  readonly stage: SetUpStage | null;
  readonly failed: SetUpStage | null;
  /** It was begun before this page was loaded anew: of that only what was met is known. */
  readonly resumed: boolean;
  /** So many facts that could have counted were more than are kept. */
  readonly forgotten: number;
}

/** What outlives the page. */
export interface LiveLessonKept {
  readonly bet: string | null;
  /** The goals that were met, by their places. */
  readonly met: readonly number[];
}

export interface LiveLessonControls {
  readonly view: () => LiveLessonView | null;
  /** Calls back for every change; returns the way out. */
  readonly subscribe: (listener: (view: LiveLessonView | null) => void) => () => void;
  readonly open: (lesson: Lesson, kept: LiveLessonKept | null) => void;
  readonly placeBet: (option: string) => void;
  /** Brings the room to where the lesson begins, and begins: also for another try. */
  readonly start: () => void;
  /** What a tab can do of it. */
  readonly act: (move: LiveMove) => void;
  readonly leave: () => void;
}
