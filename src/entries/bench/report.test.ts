import { expect, test } from 'vitest';

import { median, runParts, type Figure, type Part, type Report } from './frame.ts';
import { markdownText, readable, reportText } from './report.ts';

test('a median is the middle sample, or lies between the two middle ones', () => {
  expect(median([5, 1, 100])).toBe(5);
  expect(median([4, 1, 100, 2])).toBe(3);
  expect(() => median([])).toThrow('nothing');
});

const figure = (subject: string, better: Figure['better'], samples: number[]): Figure => ({
  ...{ part: 'p', measure: 'm', point: 'at 1', subject, unit: 'u', better, samples },
});
const report = (figures: Figure[]): Report => ({
  machine: {
    ...{ cpu: 'c', cores: 2, memoryGiB: 4, system: 's', node: 'n', java: null, commit: null },
    date: 'd',
  },
  ...{ quick: false, figures, missing: ['p: nobody there'] },
});

test('above 1 the first subject is ahead, whichever way is better', () => {
  const higher = [figure('a', 'higher', [20]), figure('b', 'higher', [10])];
  expect(reportText(report(higher))).toContain('a 20 u  b 10 u  x 2.00');
  const many = (value: number) => Array.from({ length: 15 }, () => value);
  const lower = [figure('a', 'lower', many(20)), figure('b', 'lower', many(10))];
  expect(reportText(report(lower))).toContain('a 20 u  b 10 u  x 0.50');
});

test('a latency of few samples says so, and what is missing is said', () => {
  const text = reportText(report([figure('a', 'lower', [1, 2])]));
  expect(text).toContain('(2 samples only)');
  expect(text).toContain('p: nobody there');
});

test('a table for a document has a column for each subject and says how far the first is ahead', () => {
  const figures = [figure('a', 'lower', [2]), figure('b', 'lower', [5])];
  const text = markdownText(report(figures));
  expect(text).toContain('| what | at | a | b | better than b |');
  expect(text).toContain('| m | at 1 | 2 u | 5 u | x 2.50 |');
  expect(text).toContain('Not measured: p: nobody there');
});

test('numbers have three digits, or all of them from a thousand on', () => {
  expect([0.01234, 7.456, 123.4, 12345.6].map(readable)).toEqual([
    '0.0123',
    '7.46',
    '123',
    '12,346',
  ]);
});

test('a part that fails is missing; the others are measured', async () => {
  const bad: Part = {
    name: 'bad',
    about: '',
    run: () => Promise.reject(new Error('no such thing')),
  };
  const good: Part = {
    ...{ name: 'good', about: '' },
    run: (bench) => {
      bench.add(figure('a', 'higher', [1]));
      return Promise.resolve();
    },
  };
  const { figures, missing } = await runParts([bad, good], true, () => undefined);
  expect(figures.map(({ part }) => part)).toEqual(['good']);
  expect(missing).toHaveLength(1);
  expect(missing[0]).toContain('bad stopped: Error: no such thing');
});
