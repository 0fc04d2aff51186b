import { describe, expect, it } from 'vitest';
import { keepLesson, keptLesson, type TabShelf } from './kept-lesson.ts';

const shelf = (): TabShelf => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
  };
  return () => storage;
};
const KEPT = {
  ...{ room: 'a', id: 'lock', bet: 'ten', met: [0, 2], hints: 1 },
  ...{ steps: 7, answer: 'ten' },
};

describe('a room’s lesson that outlives its page', () => {
  it('is known again in the same room, and in no other', () => {
    const one = shelf();
    keepLesson(one, KEPT);
    expect(keptLesson(one, 'a', 'lock')).toEqual(KEPT);
    expect(keptLesson(one, 'b', 'lock')).toBeNull();
    expect(keptLesson(one, 'a', 'votes')).toBeNull();
  });

  it('is nothing where the text is not its own, or nothing can be kept', () => {
    for (const text of [
      '',
      '{',
      'null',
      '[]',
      '{"room":"a","id":"lock","bet":1,"met":[],"hints":0,"steps":0,"answer":null}',
      '{"room":"a","id":"lock","bet":"x","met":[],"hints":0,"steps":-1,"answer":null}',
    ]) {
      expect(
        keptLesson(() => ({ getItem: () => text, setItem: () => undefined }), 'a', 'lock'),
      ).toBe(null);
    }
    const off: TabShelf = () => {
      throw new Error('storage is off');
    };
    keepLesson(off, KEPT);
    expect(keptLesson(off, 'a', 'lock')).toBeNull();
  });
});
