import { describe, expect, it } from 'vitest';
import { merged, NO_PROGRESS, readProgress, withDone, writeProgress } from './progress.ts';

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
