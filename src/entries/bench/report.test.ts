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
  ...{ quick: false, notes: ['peer: a heap of 1,000 MB.'], figures, missing: ['p: nobody there'] },
});

const many = (value: number, length = 15): number[] => Array.from({ length }, () => value);

test('above 1 the first subject is ahead, whichever way is better', () => {
  const higher = [figure('a', 'higher', many(20)), figure('b', 'higher', many(10))];
  expect(reportText(report(higher))).toContain('a 20 u  b 10 u  x 2.00');
  const lower = [figure('a', 'lower', many(20)), figure('b', 'lower', many(10))];
  expect(reportText(report(lower))).toContain('a 20 u  b 10 u  x 0.50');
});

test.each([reportText, markdownText])(
  'a median of few samples says of how few, whether it is a rate or a time (%o)',
  (textOf) => {
    const few = [figure('a', 'lower', [1, 2]), figure('b', 'lower', many(5, 14))];
    const rates = [figure('c', 'higher', [7, 8, 9]), figure('d', 'higher', many(4))];
    const text = textOf(report([...few, ...rates]));
    for (const told of ['1.5 u (n = 2)', '5 u (n = 14)', '8 u (n = 3)'])
      expect(text).toContain(told);
    expect(text).toContain('Medians of 15 samples and more; of fewer where (n = ...) says so.');
    expect(text).not.toMatch(/ 4 u \(/);
  },
);

test.each([reportText, markdownText])('what was taken a second time says so (%o)', (textOf) => {
  const figures = [
    figure('a', 'lower', many(1)),
    { ...figure('b', 'lower', many(2)), repeated: true },
  ];
  expect(textOf(report(figures))).toContain('2 u (repeated)');
  expect(textOf(report(figures))).not.toContain('1 u (');
});

test.each([reportText, markdownText])(
  'under which conditions it was measured stands before the figures, and what is missing behind (%o)',
  (textOf) => {
    const text = textOf(report([figure('a', 'lower', [1, 2])]));
    const places = ['peer: a heap of 1,000 MB.', '1.5 u', 'p: nobody there'].map((told) =>
      text.indexOf(told),
    );
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((one, other) => one - other));
  },
);

test('a table for a document has a column for each subject and says how far the first is ahead', () => {
  const figures = [figure('a', 'lower', [2]), figure('b', 'lower', [5])];
  const text = markdownText(report(figures));
  expect(text).toContain('| what | at | a | b | better than b |');
  expect(text).toContain('| m | at 1 | 2 u (n = 1) | 5 u (n = 1) | x 2.50 |');
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
      bench.note('twice');
      bench.note('twice');
      bench.add(figure('a', 'higher', [1]));
      return Promise.resolve();
    },
  };
  const { notes, figures, missing } = await runParts([bad, good], true, () => undefined);
  expect(figures.map(({ part }) => part)).toEqual(['good']);
  expect(notes).toEqual(['twice']);
  expect(missing).toHaveLength(1);
  expect(missing[0]).toContain('bad stopped: Error: no such thing');
});
