// The quiz of the curriculum: what an item is, and how answers are judged, once and twice. Pure data and
// functions; the items stand in items.ts, and are loaded when somebody comes to them.

import type { LessonLocale } from '../../vocabulary/lesson.ts';

export interface QuizText {
  /** What it is about, without saying how it is. */
  readonly topic: string;
  readonly question: string;
  readonly options: Readonly<Record<string, string>>;
  readonly explanation: string;
}

export interface QuizItem {
  readonly id: string;
  /** The lesson that shows it. */
  readonly lesson: string;
  /** In the order in which they are offered. */
  readonly options: readonly string[];
  readonly right: string;
  /** What many believe: one of the wrong ones. */
  readonly misconception: string;
  readonly text: Readonly<Record<LessonLocale, QuizText>>;
}

/** How many items there are: known before they are loaded. */
export const QUIZ_SIZE = 12;

/** The honest answer of whoever does not know. It is offered with every item, and is not right. */
export const UNKNOWN = 'unknown';

/** By the item's id: the option, or UNKNOWN. */
export type Answers = ReadonlyMap<string, string>;

export const isRight = ({ id, right }: QuizItem, answers: Answers): boolean =>
  answers.get(id) === right;

export const rightOf = (items: readonly QuizItem[], answers: Answers): number =>
  items.filter((item) => isRight(item, answers)).length;

/** The first item without an answer, from this one on and then from the beginning; null if all have one. */
export function firstOpen(items: readonly QuizItem[], answers: Answers, from = 0): number | null {
  const order = items.map((_, at) => (from + at) % items.length);
  return order.find((at) => !answers.has(items[at]?.id ?? '')) ?? null;
}

/** `open`: not right, and not right before either. `lost`: it was right before. */
export const VERDICTS = ['open', 'lost', 'learned', 'known'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Before there is a second time (null), what was right is known and the rest is open. */
export function verdictOf(item: QuizItem, before: Answers, now: Answers | null): Verdict {
  const was = isRight(item, before);
  const is = now === null ? was : isRight(item, now);
  if (is) return was ? 'known' : 'learned';
  return was && now !== null ? 'lost' : 'open';
}
