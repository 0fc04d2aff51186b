import { describe, expect, it } from 'vitest';
import oneByOne from '../../lessons/curriculum/one-by-one.ts';
import { withOwnId } from '../../lessons/own.ts';
import { isLessonLink, lessonLink, readLessonLink } from './lesson-link.ts';
import { pack } from './packed.ts';

const lesson = withOwnId(oneByOne);
const fragmentOf = (link: string | null): string => link?.slice(link.indexOf('#')) ?? '';

describe('a lesson as a link', () => {
  it('is the same lesson for whoever opens it, whatever id it claims', async () => {
    const link = fragmentOf(await lessonLink('https://page/', oneByOne));
    expect(link.length).toBeLessThan(8_000);
    expect(await readLessonLink(link)).toEqual({ lesson, error: '' });
  });

  it('is no link to a lesson of the curriculum, nor to a room', async () => {
    expect(isLessonLink('#lesson=abc')).toBe(true);
    for (const other of ['', '#lab', '#lab&lesson=one-by-one', '#room=quiet-lake&lesson=abc']) {
      expect(await readLessonLink(other)).toBeNull();
    }
  });

  it('that is damaged or holds something else is refused, and one with a mistake says where', async () => {
    for (const bad of ['', 'AAAA', '<b>', 'x'.repeat(70_000)]) {
      expect(await readLessonLink(`#lesson=${bad}`)).toEqual({ lesson: null, error: '' });
    }
    const word = await pack(JSON.stringify({ ...lesson, speed: 'fast' }));
    expect((await readLessonLink(`#lesson=${word ?? ''}`))?.error).toContain('lesson.speed');
    const bomb = await pack(' '.repeat(1_000_000));
    expect((await readLessonLink(`#lesson=${bomb ?? ''}`))?.lesson).toBeNull();
  });

  it('has a bound', async () => {
    let seed = 1;
    const noise = Array.from({ length: 200_000 }, () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return String.fromCharCode(33 + (seed % 90));
    }).join('');
    const text = { ...lesson.text, en: { ...lesson.text.en, moral: noise } };
    expect(await lessonLink('https://page/', { ...lesson, text })).toBeNull();
  });
});
