// A lesson that somebody is writing: what was recorded, which of the observed things are its goals, and its
// words, as far as they are written. What is empty in one language is said in the other. Pure.

import type { Pattern, Predicate } from '../vocabulary/fact.ts';
import {
  LESSON_LOCALES,
  type Lesson,
  type LessonLocale,
  type LessonMove,
  type LessonText,
  type Rehearsed,
  type Script,
} from '../vocabulary/lesson.ts';
import type { LabOptions, LabStep } from '../vocabulary/steps.ts';
import { withOwnId } from './own.ts';
import { millisOf, stepsOf, waits } from './recording.ts';
import { all, eventually, now, serving } from './write.ts';

/** Beside the order and the serving servers. */
export const HAPPENS_MAX = 10;
export const NEVER_MAX = 12;
export const MOVES_MAX = 24;
export const HINTS_MAX = 6;
/** What a lesson is played at: slow enough to see the packets. */
const SPEED = 0.2;

export type Words = Readonly<Record<LessonLocale, string>>;

export interface DraftCheck {
  readonly pattern: Pattern;
  readonly how: 'happens' | 'never';
  readonly words: Words;
}

export interface DraftText {
  readonly title: string;
  readonly hook: string;
  readonly task: string;
  readonly moral: string;
  readonly hints: readonly string[];
}

export interface Draft {
  readonly world: LabOptions;
  readonly setup: Script;
  readonly solution: Script;
  /** Steps that are offered by no button, by `stepName`. */
  readonly movesOff: readonly string[];
  /** In the order in which they were observed. */
  readonly checks: readonly DraftCheck[];
  /** What is to happen has to happen in this order; null: in any. */
  readonly order: Words | null;
  /** In the end every server serves that is up then. */
  readonly serve: Words | null;
  readonly texts: Readonly<Record<LessonLocale, DraftText>>;
}

export const NO_TEXT: DraftText = { title: '', hook: '', task: '', moral: '', hints: [] };

export const EMPTY_DRAFT: Draft = {
  world: { seed: 1, participants: 3, observers: 0 },
  ...{ setup: [], solution: [], movesOff: [], checks: [], order: null, serve: null },
  texts: { en: NO_TEXT, 'zh-CN': NO_TEXT },
};

export const stepName = (step: LabStep): string => JSON.stringify(step);

/** What the learner is to do, each once: the buttons that can be offered. */
export function movesOf(solution: Script): readonly LabStep[] {
  const known = new Map(stepsOf(solution).map((step) => [stepName(step), step]));
  return [...known.values()].slice(0, MOVES_MAX);
}

/** The servers that are up when these steps are done. */
export function serversUpAfter(steps: readonly LabStep[]): number {
  const up = new Set<number>();
  for (const step of steps) {
    if (step.kind === 'openServer') up.add(step.server);
    else if (step.kind === 'crash') up.delete(step.server);
  }
  return up.size;
}

export const happening = (draft: Draft): readonly DraftCheck[] =>
  draft.checks.filter(({ how }) => how === 'happens');

/** What keeps it from being played. */
export type Missing = 'solution' | 'goals' | 'title' | 'task';

export function missingOf(draft: Draft): readonly Missing[] {
  const missing: Missing[] = [];
  if (stepsOf(draft.solution).length === 0) missing.push('solution');
  if (goalsOf(draft).length === 0) missing.push('goals');
  const written = (name: 'title' | 'task'): boolean =>
    LESSON_LOCALES.some((locale) => draft.texts[locale][name].trim() !== '');
  if (!written('title')) missing.push('title');
  if (!written('task')) missing.push('task');
  return missing;
}

interface Goal {
  readonly predicate: Predicate;
  readonly words: Words;
}

function goalsOf(draft: Draft): readonly Goal[] {
  const checks = happening(draft).slice(0, HAPPENS_MAX);
  const goals = checks.map(({ pattern, words }): Goal => ({
    predicate: eventually(pattern),
    words,
  }));
  if (draft.order !== null && checks.length > 1) {
    const facts = checks.map(({ pattern }) => pattern);
    goals.push({ predicate: { kind: 'sequence', facts }, words: draft.order });
  }
  if (draft.serve !== null) {
    const up = serversUpAfter([...stepsOf(draft.setup), ...stepsOf(draft.solution)]);
    // In the end: in the very future in which the rest has happened.
    const rest = goals.map(({ predicate }) => predicate);
    const parts = [rest.slice(0, 6), rest.slice(6)].filter((part) => part.length > 0);
    const predicate = all(...parts.map((part) => all(...part)), now(serving(), up));
    goals.push({ predicate, words: draft.serve });
  }
  return goals;
}

/** The lesson as it stands; `missingOf` says whether it is one. */
export function lessonOf(draft: Draft, wordsOf: (step: LabStep, locale: LessonLocale) => string) {
  const goals = goalsOf(draft);
  const never = draft.checks.filter(({ how }) => how === 'never').slice(0, NEVER_MAX);
  const moves = movesOf(draft.solution)
    .filter((step) => !draft.movesOff.includes(stepName(step)))
    .map((step, at): LessonMove => ({ id: `move-${String(at + 1)}`, steps: [step] }));
  const textIn = (locale: LessonLocale): LessonText => ({
    ...saidIn(draft, locale),
    ...{ question: '', options: {}, breakRule: null },
    moves: Object.fromEntries(
      moves.map(({ id, steps }) => [
        id,
        steps.map((step) => cut(wordsOf(step, locale), 400)).join(),
      ]),
    ),
    goals: goals.length === 0 ? [DOTS] : goals.map(({ words }) => sentence(words, locale)),
    forbidden: never.map(({ words }) => sentence(words, locale)),
  });
  const lesson: Lesson = {
    ...{ id: 'own', formatVersion: 2, world: draft.world, speed: SPEED },
    ...{ setup: draft.setup, bet: null, moves },
    // Without any it is played only to see what happens.
    goals: goals.length === 0 ? [now(serving(), 0)] : goals.map(({ predicate }) => predicate),
    forbidden: never.map(({ pattern }) => eventually(pattern)),
    breakRule: null,
    par: stepsOf(draft.solution).length,
    solution: draft.solution,
    // Who only waits has not done it.
    wrong: waits(Math.max(1, millisOf(draft.solution))),
    text: { en: textIn('en'), 'zh-CN': textIn('zh-CN') },
  };
  return withOwnId(lesson);
}

const DOTS = '…';

const cut = (text: string, max: number): string => (text.length > max ? text.slice(0, max) : text);

const otherOf = (locale: LessonLocale): LessonLocale => (locale === 'en' ? 'zh-CN' : 'en');

const sentence = (words: Words, locale: LessonLocale): string =>
  cut(words[locale].trim() || words[otherOf(locale)].trim() || DOTS, 400);

function saidIn({ texts }: Draft, locale: LessonLocale) {
  const [mine, theirs] = [texts[locale], texts[otherOf(locale)]];
  const said = (name: 'title' | 'hook' | 'task' | 'moral', max: number): string =>
    cut(mine[name].trim() || theirs[name].trim(), max);
  const hints = [mine.hints, theirs.hints]
    .map((list) => list.map((hint) => cut(hint.trim(), 800)).filter((hint) => hint !== ''))
    .find((list) => list.length > 0);
  return {
    ...{ title: said('title', 80) || DOTS, hook: said('hook', 1_200) },
    ...{ task: said('task', 1_200) || DOTS, moral: said('moral', 1_500) },
    hints: (hints ?? []).slice(0, HINTS_MAX),
  };
}

/** What a rehearsal depends on: as long as this is the same, its outcome stands. */
export const playedPartOf = ({ world, setup, solution, goals, forbidden }: Lesson): string =>
  JSON.stringify([world, setup, solution, goals, forbidden]);

export interface Tried {
  /** The solution passes and the empty way does not. */
  readonly good: boolean;
  /** The setup does not come to its end. */
  readonly stuck: boolean;
  /** Goals that the solution does not meet. */
  readonly unmet: readonly number[];
  /** Forbidden things that the solution does. */
  readonly done: readonly number[];
  /** Whoever only waits passes. */
  readonly emptyPasses: boolean;
}

export function triedBy({ setupFailedAt, solution, wrong }: Rehearsed): Tried {
  const stuck = setupFailedAt !== null || solution.failedAt !== null;
  const unmet = solution.goals.flatMap(({ state }, at) => (state === 'met' ? [] : [at]));
  const done = solution.forbidden.flatMap((met, at) => (met ? [at] : []));
  const good = !stuck && solution.passed && done.length === 0 && !wrong.passed;
  return { good, stuck, unmet, done, emptyPasses: wrong.passed };
}
