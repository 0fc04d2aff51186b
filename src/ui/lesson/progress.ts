// Which lessons were done, as this browser keeps it and as a file carries it, there beside the quiz. Pure;
// foreign text is checked field by field, and what is not known of it is left out.

import { isTouched, NO_QUIZ, quizFrom, quizValue, type QuizRecord } from './quiz-record.ts';

/** `none`: the lesson asks for no bet. */
const BETS = ['right', 'wrong', 'none'] as const;

export interface DoneLesson {
  /** The fewest steps so far. */
  readonly steps: number;
  readonly bet: (typeof BETS)[number];
  readonly hints: number;
}

export type Progress = ReadonlyMap<string, DoneLesson>;

export const NO_PROGRESS: Progress = new Map();

const FORMAT = 'tabkeeper-lessons';
/** 2: a file that carries the quiz too. */
const VERSIONS: readonly unknown[] = [1, 2];
const LESSONS_MAX = 200;
const COUNT_MAX = 100_000;

/** The better of what was and what is: fewer steps, and with them their bet and hints. */
export function withDone(progress: Progress, id: string, done: DoneLesson): Progress {
  const known = progress.get(id);
  if (known !== undefined && known.steps <= done.steps) return progress;
  return new Map([...progress, [id, done]]);
}

export const merged = (one: Progress, other: Progress): Progress =>
  [...other].reduce((all, [id, done]) => withDone(all, id, done), one);

const progressValue = (progress: Progress): object => {
  const done = [...progress].map(([id, one]) => ({ id, ...one }));
  return { format: FORMAT, version: 1, done };
};

export const writeProgress = (progress: Progress): string =>
  JSON.stringify(progressValue(progress), null, 2);

/** Null if this text is no progress at all. */
export const readProgress = (text: string): Progress | null => progressFrom(parsed(text));

/** What a file carries from one browser to another. */
export interface Carried {
  readonly progress: Progress;
  readonly quiz: QuizRecord;
}

/** Without a quiz it is a file as there were before the quiz was. */
export function writeCarried({ progress, quiz }: Carried): string {
  const value = progressValue(progress);
  const all = isTouched(quiz) ? { ...value, version: 2, quiz: quizValue(quiz) } : value;
  return JSON.stringify(all, null, 2);
}

/** Or what of it cannot be read: then nothing of it is taken. */
export function readCarried(text: string): Carried | 'progress' | 'quiz' {
  const value = parsed(text);
  const progress = progressFrom(value);
  if (!isObject(value) || progress === null) return 'progress';
  const quiz = value['version'] === 1 ? NO_QUIZ : quizFrom(value['quiz']);
  return quiz === null ? 'quiz' : { progress, quiz };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function progressFrom(value: unknown): Progress | null {
  if (!isObject(value) || value['format'] !== FORMAT) return null;
  if (!VERSIONS.includes(value['version'])) return null;
  const list = value['done'];
  if (!Array.isArray(list) || list.length > LESSONS_MAX) return null;
  let progress = NO_PROGRESS;
  for (const one of list as unknown[]) {
    const read = readDone(one);
    if (read !== null) progress = withDone(progress, ...read);
  }
  return progress;
}

function readDone(value: unknown): readonly [string, DoneLesson] | null {
  if (!isObject(value)) return null;
  const { id, steps, bet, hints } = value;
  if (typeof id !== 'string' || !/^[a-z][a-z0-9-]{1,40}$/.test(id)) return null;
  const known = BETS.find((one) => one === bet);
  if (!isCount(steps) || !isCount(hints) || known === undefined) return null;
  return [id, { steps, bet: known, hints }];
}

const isCount = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= COUNT_MAX;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
