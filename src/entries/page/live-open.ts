// One lesson that is open in a live room: what is known of it, and how it is shown.

import { isSame } from '../../base/same.ts';
import type { LiveTerms } from '../../lessons/live.ts';
import { beginning, nearestUnmet, withBet, type Standing } from '../../lessons/standing.ts';
import type { Fact } from '../../vocabulary/fact.ts';
import type { Lesson, LessonView } from '../../vocabulary/lesson.ts';
import type { LiveLessonKept, LivePhase, SetUpStage } from '../../vocabulary/live-lesson.ts';
import type { LiveEvidence } from './live-evidence.ts';

/** How everything was at one moment. */
export interface Shot {
  readonly millis: number;
  readonly facts: readonly Fact[];
}

export interface OpenLesson {
  readonly lesson: Lesson;
  readonly terms: LiveTerms;
  readonly cleared: readonly string[];
  readonly resumed: boolean;
  readonly clients: Map<bigint, number>;
  standing: Standing;
  phase: LivePhase;
  stage: SetUpStage | null;
  failed: SetUpStage | null;
  stepsTaken: number;
  beganMillis: number;
  evidence: LiveEvidence | null;
  pictures: Shot[];
  /** What is still to be done of what was pressed. */
  strokes: Promise<void>;
  /** When something was last told to other tabs that what follows has to find there. */
  toldMillis: number;
}

export const isStill = (before: Shot, after: Shot): boolean =>
  isSame(
    before.facts.map(({ fields }) => fields),
    after.facts.map(({ fields }) => fields),
  );

export function resumedFrom(lesson: Lesson, { bet, met }: LiveLessonKept): Standing {
  const standing = beginning(lesson);
  const goals = standing.goals.map((goal, at) =>
    met.includes(at) ? { state: 'met' as const, at: null, have: 1, need: 1 } : goal,
  );
  const known = bet === null ? standing : withBet(standing, lesson, bet);
  return { ...known, goals };
}

export function lessonView(open: OpenLesson): LessonView {
  const { bet, answer, goals, forbidden, passed } = open.standing;
  return {
    ...{ id: open.lesson.id, bet, answer, goals, forbidden, passed, shown: false },
    beganAt: { millis: open.beganMillis, events: 0 },
    nearest: nearestUnmet(goals),
    stepsTaken: open.stepsTaken,
  };
}
