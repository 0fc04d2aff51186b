// A lesson as real tabs play it: the same bet and the same goals. Sessions live longer, for real machines are slow at
// times; what its words say of virtual time and of ways back is said of real time and of other tries. Pure.

import type { Predicate } from '../vocabulary/fact.ts';
import type { Lesson, LessonLocale, LessonText, ScriptLine } from '../vocabulary/lesson.ts';
import type { LiveLesson, LiveMove } from '../vocabulary/live-lesson.ts';
import type { LabStep } from '../vocabulary/steps.ts';
import { liveTermsOf } from './live.ts';
import { VARIANTS, type Variant } from './live-words.ts';

const TIMEOUT_TIMES = 3;

/** The lesson as it is begun in a room: what its setup says of servers is the room's to do. */
export function liveVariant(lesson: Lesson): LiveLesson {
  const terms = liveTermsOf(lesson.id);
  const variant = VARIANTS.get(lesson.id);
  if (terms === null) return lesson;
  const seats = terms.seats;
  const as = (step: LabStep): LabStep => liveStep(step, seats, variant);
  const moves: readonly LiveMove[] = variant?.moves ?? lesson.moves;
  const isAsked = (_: unknown, at: number): boolean => variant?.goals?.includes(at) ?? true;
  const text = (locale: LessonLocale): LessonText => {
    const { moves: other, ...words } = variant?.text[locale] ?? {};
    const own = lesson.text[locale];
    const named = { ...own.moves, ...other };
    return {
      ...own,
      ...words,
      goals: own.goals.filter(isAsked),
      moves: Object.fromEntries(moves.map(({ id }) => [id, named[id] ?? id])),
    };
  };
  return {
    ...lesson,
    world: { ...lesson.world, participants: seats },
    setup: lesson.setup.flatMap((line): readonly ScriptLine[] => {
      if (line.do === 'until') return isOfServers(line.holds) ? [] : [line];
      if (line.do !== 'step') return [line];
      return line.step.kind === 'openServer' ? [] : [{ ...line, step: as(line.step) }];
    }),
    goals: lesson.goals.filter(isAsked),
    par: variant?.par ?? lesson.par,
    moves: moves.map((move) => ({ ...move, steps: move.steps.map(as) })),
    text: { en: text('en'), 'zh-CN': text('zh-CN') },
  };
}

const isOfServers = (holds: Predicate): boolean =>
  holds.kind === 'now' && holds.fact.kind === 'server';

function liveStep(step: LabStep, seats: number, variant: Variant | undefined): LabStep {
  switch (step.kind) {
    case 'openClient': {
      const { server } = step;
      const timeoutMillis = step.timeoutMillis * (variant?.timeoutTimes ?? TIMEOUT_TIMES);
      // A lesson about clients alone is played in a smaller room.
      const at = server === null ? null : ((server - 1) % seats) + 1;
      return { ...step, timeoutMillis, server: at };
    }
    case 'slowDisk':
      return { ...step, millis: step.millis * (variant?.slowTimes ?? 1) };
    default:
      return step;
  }
}
