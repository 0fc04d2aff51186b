import { describe, expect, it } from 'vitest';
import {
  merged,
  NO_PROGRESS,
  readCarried,
  readProgress,
  withDone,
  writeCarried,
  writeProgress,
} from './progress.ts';
import { NO_QUIZ, withAnswer, withEnd } from './quiz-record.ts';

const five = { steps: 5, bet: 'right', hints: 1 } as const;

describe('the progress in the lessons', () => {
  it('keeps the way with the fewest steps', () => {
    const progress = withDone(NO_PROGRESS, 'one-by-one', five);
    expect(withDone(progress, 'one-by-one', { ...five, steps: 9 })).toBe(progress);
    expect(withDone(progress, 'one-by-one', { ...five, steps: 3 }).get('one-by-one')?.steps).toBe(
      3,
    );
  });

  it('survives a file, and two files become one', () => {
    const one = withDone(NO_PROGRESS, 'one-by-one', five);
    const other = withDone(NO_PROGRESS, 'votes', { ...five, steps: 2 });
    expect(readProgress(writeProgress(one))).toEqual(one);
    expect([...merged(one, other).keys()]).toEqual(['one-by-one', 'votes']);
  });

  it.each(['', 'no json', '[]', '{"format":"other","version":1,"done":[]}', '{"done":null}'])(
    '%j is no progress',
    (text) => {
      expect(readProgress(text)).toBeNull();
    },
  );

  it('leaves out what it does not know', () => {
    const good = { id: 'good', ...five };
    const done = [good, null, 7, { id: '__proto__', ...five }, { ...good, id: 'x', steps: -1 }];
    const text = JSON.stringify({ format: 'tabkeeper-lessons', version: 1, done });
    expect([...(readProgress(text) ?? [])]).toEqual([['good', five]]);
  });
});

describe('a file of progress', () => {
  const progress = withDone(NO_PROGRESS, 'votes', five);
  const quiz = withAnswer(
    withEnd(withAnswer(NO_QUIZ, 'no-gaps', 'unknown', 100), 200),
    ...(['two-of-five', 'value', 300] as const),
  );

  it('carries the quiz, also in the middle of it', () => {
    expect(readCarried(writeCarried({ progress, quiz }))).toEqual({ progress, quiz });
  });

  it('is read that was written before there was a quiz; without one it is still written so', () => {
    const old = writeProgress(progress);
    expect(readCarried(old)).toEqual({ progress, quiz: NO_QUIZ });
    expect(writeCarried({ progress, quiz: NO_QUIZ })).toBe(old);
  });

  it.each([
    ['progress', 'no json'],
    ['progress', '{"format":"tabkeeper-lessons","version":3,"done":[]}'],
    ['progress', '{"format":"tabkeeper-lessons","version":2,"quiz":null}'],
    ['quiz', '{"format":"tabkeeper-lessons","version":2,"done":[]}'],
    ['quiz', '{"format":"tabkeeper-lessons","version":2,"done":[],"quiz":{"round":-1}}'],
  ])('says what of it is damaged: %s in %j', (what, text) => {
    expect(readCarried(text)).toBe(what);
  });
});
