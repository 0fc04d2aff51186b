import { describe, expect, it } from 'vitest';
import { heard, isKept, keep, kept, PROGRESS, QUIZ, type Shelf } from './kept.ts';
import { forgotten, NO_QUIZ, withAnswer, withEnd } from './quiz-record.ts';
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
    const before = kept(shelf, PROGRESS);
    keep(shelf, PROGRESS, done('one-by-one'));
    const after = keep(
      shelf,
      PROGRESS,
      withDone(before, 'votes', { steps: 1, bet: 'none', hints: 0 }),
    );
    expect([...after.keys()]).toEqual(['one-by-one', 'votes']);
    expect(kept(shelf, PROGRESS)).toEqual(after);
  });

  it('keeps the way with the fewest steps, whoever writes it', () => {
    const { shelf } = makeShelf();
    keep(shelf, PROGRESS, done('votes', 3));
    expect(keep(shelf, PROGRESS, done('votes', 9)).get('votes')?.steps).toBe(3);
    expect(keep(shelf, PROGRESS, done('votes', 2)).get('votes')?.steps).toBe(2);
  });

  it('is heard, and what the other did not know is written once more', () => {
    const { shelf, items } = makeShelf();
    const theirs = writeProgress(done('votes'));
    items.set(PROGRESS.key, theirs);
    const all = heard(shelf, PROGRESS, done('one-by-one'), theirs);
    expect([...all.keys()]).toEqual(['votes', 'one-by-one']);
    expect(kept(shelf, PROGRESS)).toEqual(all);
  });

  it('comes to rest: who hears what lacks nothing writes nothing', () => {
    const { shelf, items } = makeShelf();
    const both = writeProgress(keep(shelf, PROGRESS, done('votes')));
    items.clear();
    expect(heard(shelf, PROGRESS, done('votes', 7), both)).toEqual(done('votes'));
    expect(items.size).toBe(0);
  });

  it.each([null, 'no json'])('stays as it is where another tab leaves %j', (text) => {
    const { shelf, items } = makeShelf();
    const own = done('votes');
    expect(heard(shelf, PROGRESS, own, text)).toBe(own);
    expect(items.size).toBe(0);
  });

  it('lasts as long as the page where storage is off', () => {
    const off = () => {
      throw new Error('off');
    };
    expect(keep(off, PROGRESS, done('votes'))).toEqual(done('votes'));
  });
});

describe('the quiz of two tabs of one browser', () => {
  const begun = withAnswer(NO_QUIZ, 'no-gaps', 'twice', 100);

  it('goes on in either of them, and is forgotten in both', () => {
    const { shelf } = makeShelf();
    const first = keep(shelf, QUIZ, begun);
    const second = keep(shelf, QUIZ, withAnswer(kept(shelf, QUIZ), 'two-of-five', 'value', 200));
    expect([...(second.open?.answers.keys() ?? [])]).toEqual(['no-gaps', 'two-of-five']);
    expect(keep(shelf, QUIZ, first)).toEqual(second);
    const none = keep(shelf, QUIZ, forgotten(withEnd(second, 300)));
    expect(none).toMatchObject({ before: null, now: null, open: null });
    expect(keep(shelf, QUIZ, second)).toEqual(none);
  });

  it('is kept beside the progress, which a damaged quiz does not touch', () => {
    const { shelf, items } = makeShelf();
    keep(shelf, PROGRESS, done('votes'));
    keep(shelf, QUIZ, begun);
    items.set(QUIZ.key, '{"format":"tabkeeper-quiz","version":1,"round":"x"}');
    expect(kept(shelf, QUIZ)).toBe(NO_QUIZ);
    expect(kept(shelf, PROGRESS)).toEqual(done('votes'));
    expect(keep(shelf, QUIZ, begun)).toEqual(begun);
  });

  it('lasts as long as the page where storage is full: what was kept stays, what is new is not lost', () => {
    const { shelf, items } = makeShelf();
    keep(shelf, QUIZ, begun);
    const full: Shelf = () => ({
      ...shelf(),
      setItem: () => {
        throw new DOMException('full', 'QuotaExceededError');
      },
    });
    const stood = items.get(QUIZ.key);
    const two = keep(full, QUIZ, withAnswer(begun, 'two-of-five', 'value', 200));
    const three = keep(full, QUIZ, withAnswer(two, 'votes', 'x', 300));
    expect(three.open?.answers.size).toBe(3);
    expect(items.get(QUIZ.key)).toBe(stood);
    expect(keep(shelf, QUIZ, three)).toEqual(kept(shelf, QUIZ));
  });
});

it('is known to be kept, or not where storage is off, full or was cleared', () => {
  const { shelf, items } = makeShelf();
  const own = keep(shelf, PROGRESS, done('votes'));
  expect(isKept(shelf, PROGRESS, own)).toBe(true);
  expect(isKept(shelf, PROGRESS, keep(shelf, PROGRESS, done('lock')))).toBe(true);
  items.clear();
  expect(isKept(shelf, PROGRESS, own)).toBe(false);
  expect(isKept(shelf, PROGRESS, NO_PROGRESS)).toBe(true);
  const full = (): ReturnType<typeof shelf> => ({
    ...shelf(),
    setItem: () => {
      throw new Error('full');
    },
  });
  expect(isKept(full, PROGRESS, keep(full, PROGRESS, own))).toBe(false);
  const off: Shelf = () => {
    throw new Error('off');
  };
  expect(isKept(off, PROGRESS, NO_PROGRESS)).toBe(false);
});
