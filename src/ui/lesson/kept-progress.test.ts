import { describe, expect, it } from 'vitest';
import {
  isProgressKept,
  keepProgress,
  keptProgress,
  PROGRESS_KEY,
  progressHeard,
} from './kept-progress.ts';
import { NO_PROGRESS, withDone, writeProgress, type Progress } from './progress.ts';

const done = (id: string, steps = 5): Progress =>
  withDone(NO_PROGRESS, id, { steps, bet: 'right', hints: 0 });

function makeShelf() {
  const items = new Map<string, string>();
  const store = {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, text: string) => void items.set(key, text),
  };
  return { items, shelf: () => store };
}

describe('the progress of two tabs of one browser', () => {
  it('is never lost by the one that was opened before and writes last', () => {
    const { shelf } = makeShelf();
    const before = keptProgress(shelf);
    keepProgress(shelf, done('one-by-one'));
    const after = keepProgress(
      shelf,
      withDone(before, 'votes', { steps: 1, bet: 'none', hints: 0 }),
    );
    expect([...after.keys()]).toEqual(['one-by-one', 'votes']);
    expect(keptProgress(shelf)).toEqual(after);
  });

  it('keeps the way with the fewest steps, whoever writes it', () => {
    const { shelf } = makeShelf();
    keepProgress(shelf, done('votes', 3));
    expect(keepProgress(shelf, done('votes', 9)).get('votes')?.steps).toBe(3);
    expect(keepProgress(shelf, done('votes', 2)).get('votes')?.steps).toBe(2);
  });

  it('is heard, and what the other did not know is written once more', () => {
    const { shelf, items } = makeShelf();
    const theirs = writeProgress(done('votes'));
    items.set(PROGRESS_KEY, theirs);
    const all = progressHeard(shelf, done('one-by-one'), theirs);
    expect([...all.keys()]).toEqual(['votes', 'one-by-one']);
    expect(keptProgress(shelf)).toEqual(all);
  });

  it('comes to rest: who hears what lacks nothing writes nothing', () => {
    const { shelf, items } = makeShelf();
    const both = writeProgress(keepProgress(shelf, done('votes')));
    items.clear();
    expect(progressHeard(shelf, done('votes', 7), both)).toEqual(done('votes'));
    expect(items.size).toBe(0);
  });

  it.each([null, 'no json'])('stays as it is where another tab leaves %j', (text) => {
    const { shelf, items } = makeShelf();
    const own = done('votes');
    expect(progressHeard(shelf, own, text)).toBe(own);
    expect(items.size).toBe(0);
  });

  it('lasts as long as the page where storage is off', () => {
    const off = () => {
      throw new Error('off');
    };
    expect(keepProgress(off, done('votes'))).toEqual(done('votes'));
    expect(isProgressKept(off, NO_PROGRESS)).toBe(false);
  });

  it('is known to be kept, or not where storage is full or was cleared', () => {
    const { shelf, items } = makeShelf();
    const own = keepProgress(shelf, done('votes'));
    expect(isProgressKept(shelf, own)).toBe(true);
    expect(isProgressKept(shelf, keepProgress(shelf, done('lock')))).toBe(true);
    items.clear();
    expect(isProgressKept(shelf, own)).toBe(false);
    expect(isProgressKept(shelf, NO_PROGRESS)).toBe(true);
    const full = (): ReturnType<typeof shelf> => ({
      ...shelf(),
      setItem: () => {
        throw new Error('full');
      },
    });
    expect(isProgressKept(full, keepProgress(full, own))).toBe(false);
  });
});
