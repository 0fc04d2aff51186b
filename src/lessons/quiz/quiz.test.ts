import { describe, expect, it } from 'vitest';
import { LESSON_LOCALES } from '../../vocabulary/lesson.ts';
import { entryOf } from '../catalogue.ts';
import { ITEMS } from './items.ts';
import { firstOpen, QUIZ_SIZE, rightOf, UNKNOWN, verdictOf, type Answers } from './quiz.ts';

const rightAt = ITEMS.map(({ options, right }) => options.indexOf(right));
const allRight: Answers = new Map(ITEMS.map(({ id, right }) => [id, right]));
const common: Answers = new Map(ITEMS.map(({ id, misconception }) => [id, misconception]));
const EVERY_TEXT = ITEMS.flatMap((item) =>
  LESSON_LOCALES.map((locale) => [item.id, locale, item, item.text[locale]] as const),
);

describe('the items of the quiz', () => {
  it('are twelve, each by a lesson of its own that there is', () => {
    expect(ITEMS).toHaveLength(QUIZ_SIZE);
    expect(new Set(ITEMS.map(({ id }) => id)).size).toBe(QUIZ_SIZE);
    expect(new Set(ITEMS.map(({ lesson }) => lesson)).size).toBe(QUIZ_SIZE);
    for (const { lesson } of ITEMS) expect(entryOf(lesson)?.id).toBe(lesson);
  });

  it.each(ITEMS)('have three or four options, one right, and what many believe: $id', (item) => {
    expect([3, 4]).toContain(item.options.length);
    expect(new Set(item.options).size).toBe(item.options.length);
    expect(item.options).toEqual(expect.arrayContaining([item.right, item.misconception]));
    expect(item.misconception).not.toBe(item.right);
    expect(item.options).not.toContain(UNKNOWN);
    for (const id of [item.id, ...item.options]) expect(id).toMatch(/^[a-z][a-z0-9-]{1,40}$/);
  });

  it.each(EVERY_TEXT)('say everything, and nothing else: %s in %s', (_, __, item, text) => {
    expect(Object.keys(text.options).sort()).toEqual([...item.options].sort());
    const said = [text.topic, text.question, text.explanation, ...Object.values(text.options)];
    for (const words of said) expect(words.trim()).toMatch(/^\S.+$/);
    expect(new Set(said).size).toBe(said.length);
    expect(text.question).toMatch(/[?？]$/);
    expect(text.explanation.match(/[.。](?=\s|$|[^.0-9a-z])/g)?.length ?? 0).toBeLessThanOrEqual(2);
  });

  it.each(EVERY_TEXT)('are not to be guessed by their length: %s in %s', (_, __, item, text) => {
    const lengths = item.options.map((option) => text.options[option]?.length ?? 0);
    expect(Math.max(...lengths) / Math.min(...lengths)).toBeLessThan(1.35);
  });

  it('have the right one at every place equally often, and never at one place three times', () => {
    for (const at of [0, 1, 2]) expect(rightAt.filter((one) => one === at)).toHaveLength(4);
    const row = rightAt.some((at, i) => at === rightAt[i + 1] && at === rightAt[i + 2]);
    expect(row).toBe(false);
  });

  it.each(LESSON_LOCALES)('have the right one not longest as a rule: %s', (locale) => {
    const longest = ITEMS.filter(({ right, options, text }) => {
      const own = text[locale].options[right]?.length ?? 0;
      return options.every(
        (one) => one === right || own > (text[locale].options[one]?.length ?? 0),
      );
    });
    expect(longest.length).toBeLessThanOrEqual(QUIZ_SIZE / 3);
  });

  it('keep the English beside the Chinese where a term comes first', () => {
    const terms = ['领导者', '跟随者', '纪元', '法定人数', '观察者', '投票者', '会话', '临时节点'];
    for (const { text } of ITEMS) {
      const { question, options, explanation } = text['zh-CN'];
      const all = [question, ...Object.values(options), explanation].join('\n');
      for (const term of terms) {
        const first = all.indexOf(term);
        if (first !== -1) expect(all.slice(first)).toMatch(new RegExp(`^${term} [a-z]`));
      }
    }
  });
});

describe('answers', () => {
  it('are right where they are, and "I do not know" is not', () => {
    expect(rightOf(ITEMS, allRight)).toBe(12);
    expect(rightOf(ITEMS, common)).toBe(0);
    expect(rightOf(ITEMS, new Map(ITEMS.map(({ id }) => [id, UNKNOWN])))).toBe(0);
    expect(rightOf(ITEMS, new Map([...allRight, ['no-such-item', 'x'], ['no-gaps', 'x']]))).toBe(
      11,
    );
  });

  it('that are missing are found from a place on, and then from the beginning', () => {
    expect(firstOpen(ITEMS, new Map())).toBe(0);
    expect(firstOpen(ITEMS, new Map(), 5)).toBe(5);
    const but = (...gone: number[]): Answers =>
      new Map([...allRight].filter((_, at) => !gone.includes(at)));
    expect(firstOpen(ITEMS, but(3), 5)).toBe(3);
    expect(firstOpen(ITEMS, but(3, 7), 5)).toBe(7);
    expect(firstOpen(ITEMS, allRight)).toBeNull();
  });

  it.each([
    ['open', common, null],
    ['known', allRight, null],
    ['open', common, common],
    ['learned', common, allRight],
    ['known', allRight, allRight],
    ['lost', allRight, common],
    ['lost', allRight, new Map()],
  ] as const)('before and now make of an item: %s', (verdict, before, now) => {
    for (const item of ITEMS) expect(verdictOf(item, before, now)).toBe(verdict);
  });
});
