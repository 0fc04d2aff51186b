// Where this browser keeps the progress in the lessons and the quiz, for all of its tabs at once: each writes
// down what any of them did, so what was done in one is never lost by another.

import { merged, NO_PROGRESS, readProgress, writeProgress, type Progress } from './progress.ts';
import { mergedQuiz, NO_QUIZ, readQuiz, writeQuiz, type QuizRecord } from './quiz-record.ts';

/** Throws where storage is off: what was done lasts as long as the page then. */
export type Shelf = () => Pick<Storage, 'getItem' | 'setItem'>;

export interface Kind<Value> {
  readonly key: string;
  readonly nothing: Value;
  /** Null if the text is no such value. */
  readonly read: (text: string) => Value | null;
  readonly write: (value: Value) => string;
  /** The very first of them if the other adds nothing. */
  readonly merged: (one: Value, other: Value) => Value;
}

export const PROGRESS: Kind<Progress> = {
  ...{ key: 'tabkeeper-lessons', nothing: NO_PROGRESS },
  ...{ read: readProgress, write: writeProgress, merged },
};

export const QUIZ: Kind<QuizRecord> = {
  ...{ key: 'tabkeeper-quiz', nothing: NO_QUIZ },
  ...{ read: readQuiz, write: writeQuiz, merged: mergedQuiz },
};

export function kept<Value>(shelf: Shelf, { key, nothing, read }: Kind<Value>): Value {
  try {
    return read(shelf().getItem(key) ?? '') ?? nothing;
  } catch {
    return nothing;
  }
}

/** Whether it will be there when the page is loaded again: storage may be off, full, or cleared. */
export function isKept<Value>(
  shelf: Shelf,
  { key, nothing, read, merged: joined }: Kind<Value>,
  value: Value,
): boolean {
  try {
    const before = read(shelf().getItem(key) ?? '') ?? nothing;
    return joined(before, value) === before;
  } catch {
    return false;
  }
}

/** Gives what is known by now: this, and what other tabs wrote down meanwhile. */
export function keep<Value>(shelf: Shelf, kind: Kind<Value>, value: Value): Value {
  const before = kept(shelf, kind);
  const all = kind.merged(before, value);
  if (all === before) return before;
  try {
    shelf().setItem(kind.key, kind.write(all));
  } catch {
    return all;
  }
  return all;
}

/** Another tab wrote this over what was kept, or (null) took everything away: that is not undone, and what
 *  this page knows lasts as long as it. */
export function heard<Value>(
  shelf: Shelf,
  kind: Kind<Value>,
  value: Value,
  text: string | null,
): Value {
  const theirs = text === null ? null : kind.read(text);
  if (theirs === null) return value;
  // Two that wrote at once: whoever hears what lacks something writes it once more.
  return kind.merged(theirs, value) === theirs ? theirs : keep(shelf, kind, value);
}
