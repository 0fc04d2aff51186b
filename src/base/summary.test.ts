import { expect, test } from 'vitest';
import { makeSummary, meanOf, observe } from './summary.ts';

test('a summary knows how often, how much, and between what', () => {
  const summary = makeSummary();
  expect([meanOf(summary), summary]).toEqual([0, { count: 0, sum: 0, min: 0, max: 0 }]);
  for (const value of [5, 2, 11]) observe(summary, value);
  expect([meanOf(summary), summary]).toEqual([6, { count: 3, sum: 18, min: 2, max: 11 }]);
});
