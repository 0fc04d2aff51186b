// The quiz as this browser keeps it and as a file carries it: the first attempt, the newest one after it,
// and the one that is under way. Pure; foreign values are checked, and one that is no record is refused whole.

import type { Answers } from '../../lessons/quiz/quiz.ts';

export interface Attempt {
  /** Milliseconds since 1970: they say which of two attempts was first. */
  readonly began: number;
  readonly ended: number;
  readonly answers: Answers;
}

export interface OpenAttempt {
  readonly began: number;
  /** When the newest answer was given. */
  readonly changed: number;
  readonly answers: Answers;
}

export interface QuizRecord {
  /** How often the results were forgotten: what another tab still knows of an earlier round is void. */
  readonly round: number;
  /** The first attempt of this round. */
  readonly before: Attempt | null;
  /** The newest one since. Invariant: null if `before` is, and ended no earlier. */
  readonly now: Attempt | null;
  /** Invariant: it began after the others ended. */
  readonly open: OpenAttempt | null;
}

export const NO_QUIZ: QuizRecord = { round: 0, before: null, now: null, open: null };

export const isTouched = ({ before, open }: QuizRecord): boolean =>
  before !== null || open !== null;

const endOf = ({ before, now }: QuizRecord): number => (now ?? before)?.ended ?? 0;

/** The first answer begins an attempt. A clock that was set back changes nothing in the order of things. */
export function withAnswer(
  record: QuizRecord,
  item: string,
  option: string,
  at: number,
): QuizRecord {
  const began = record.open?.began ?? Math.max(at, endOf(record) + 1);
  const changed = Math.max(at, (record.open?.changed ?? began - 1) + 1);
  const answers = new Map([...(record.open?.answers ?? []), [item, option]]);
  return { ...record, open: { began, changed, answers } };
}

/** The attempt that is under way is over. */
export function withEnd(record: QuizRecord, at: number): QuizRecord {
  const { open, before } = record;
  if (open === null) return record;
  const attempt = {
    began: open.began,
    ended: Math.max(at, open.changed),
    answers: open.answers,
  };
  return before === null
    ? { ...record, before: attempt, open: null }
    : { ...record, now: attempt, open: null };
}

export const forgotten = ({ round }: QuizRecord): QuizRecord => ({
  ...{ ...NO_QUIZ, round: Math.min(round + 1, ROUND_MAX) },
});

/** What two tabs know, as one; the very first of them if the other adds nothing. */
export function mergedQuiz(one: QuizRecord, other: QuizRecord): QuizRecord {
  if (one.round !== other.round) return one.round > other.round ? one : other;
  const ended = [one.before, one.now, other.before, other.now]
    .filter((attempt) => attempt !== null)
    .sort((a, b) => a.ended - b.ended || a.began - b.began);
  const before = ended[0] ?? null;
  const last = ended.at(-1) ?? null;
  const now = last === null || last.began === before?.began ? null : last;
  const all = { round: one.round, before, now, open: null };
  const open =
    [one.open, other.open]
      .filter((attempt) => attempt !== null)
      .filter(({ began }) => began > endOf(all))
      .sort((a, b) => b.changed - a.changed)[0] ?? null;
  const merged = { ...all, open };
  return isSame(one, merged) ? one : merged;
}

/** What a file carries belongs to the round that is being played, whatever it was there; an attempt that is
 *  under way here goes on. */
export function takenQuiz(own: QuizRecord, file: QuizRecord): QuizRecord {
  const all = mergedQuiz({ ...own, open: null }, { ...file, round: own.round });
  if (own.open === null) return isSame(own, all) ? own : all;
  const began = Math.max(own.open.began, endOf(all) + 1);
  return { ...all, open: { ...own.open, began, changed: Math.max(began, own.open.changed) } };
}

const isSame = (one: QuizRecord, other: QuizRecord): boolean =>
  JSON.stringify(quizValue(one)) === JSON.stringify(quizValue(other));

/** Plain data for JSON. */
export function quizValue({ round, before, now, open }: QuizRecord): object {
  return { round, before: plain(before), now: plain(now), open: plain(open) };
}

function plain(attempt: Attempt | OpenAttempt | null): object | null {
  if (attempt === null) return null;
  const answers = [...attempt.answers].map(([item, option]) => ({ item, option }));
  return { ...attempt, answers };
}

const FORMAT = 'tabkeeper-quiz';
const VERSION = 1;

export const writeQuiz = (record: QuizRecord): string =>
  JSON.stringify({ format: FORMAT, version: VERSION, ...quizValue(record) });

/** Null if this text is no record of the quiz. */
export function readQuiz(text: string): QuizRecord | null {
  try {
    const value: unknown = JSON.parse(text);
    const known = isObject(value) && value['format'] === FORMAT && value['version'] === VERSION;
    return known ? quizFrom(value, FILE_TIME_MAX) : null;
  } catch {
    return null;
  }
}

const ROUND_MAX = 1_000_000;
const ANSWERS_MAX = 100;
/** The last moment that a Date knows. */
const TIME_MAX = 8_640_000_000_000_000;
/** A file knows none after the year 3000: what is answered here comes after all that it knows. */
const FILE_TIME_MAX = 32_503_680_000_000;
const ID = /^[a-z][a-z0-9-]{0,40}$/;

/** Null if this is no record: nothing is taken of one that is wrong anywhere. */
export function quizFrom(value: unknown, timeMax = TIME_MAX): QuizRecord | null {
  if (!isObject(value) || !isCount(value['round'], ROUND_MAX)) return null;
  const { round, before, now, open } = value;
  const [first, newest, current] = [
    spanFrom(before, 'ended', timeMax),
    spanFrom(now, 'ended', timeMax),
    spanFrom(open, 'changed', timeMax),
  ];
  if (first === undefined || newest === undefined || current === undefined) return null;
  const record: QuizRecord = {
    round,
    before: first && { began: first.began, ended: first.until, answers: first.answers },
    now: newest && { began: newest.began, ended: newest.until, answers: newest.answers },
    open: current && { began: current.began, changed: current.until, answers: current.answers },
  };
  return isInOrder(record) ? record : null;
}

function isInOrder(record: QuizRecord): boolean {
  const { before, now, open } = record;
  if (now !== null && (before === null || now.ended < before.ended)) return false;
  return open === null || open.began > endOf(record);
}

interface Span {
  readonly began: number;
  readonly until: number;
  readonly answers: Answers;
}

/** Undefined if it is neither an attempt nor null. */
function spanFrom(
  value: unknown,
  end: 'ended' | 'changed',
  timeMax: number,
): Span | null | undefined {
  if (value === null) return null;
  if (!isObject(value)) return undefined;
  const { began, [end]: until } = value;
  if (!isCount(began, timeMax) || !isCount(until, timeMax) || until < began) return undefined;
  const answers = answersFrom(value['answers']);
  return answers === null ? undefined : { began, until, answers };
}

function answersFrom(value: unknown): Answers | null {
  if (!Array.isArray(value) || value.length === 0 || value.length > ANSWERS_MAX) return null;
  const answers = new Map<string, string>();
  for (const one of value as unknown[]) {
    if (!isObject(one)) return null;
    const { item, option } = one;
    if (!isId(item) || !isId(option) || answers.has(item)) return null;
    answers.set(item, option);
  }
  return answers;
}

const isId = (value: unknown): value is string => typeof value === 'string' && ID.test(value);

const isCount = (value: unknown, max: number): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
