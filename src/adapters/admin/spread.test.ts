import { expect, test } from 'vitest';

import { makeSummary } from '../../base/summary.ts';
import { makeSpread, observeSpread, quantileOf } from './spread.ts';

const of = (...values: number[]) => {
  const spread = makeSpread();
  for (const value of values) observeSpread(spread, value);
  return spread;
};

test('quantiles lie between measures; beyond them are the least and the most', () => {
  expect(quantileOf(of(), 0.5)).toBe(0);
  expect(quantileOf(of(7), 0.999)).toBe(7);
  expect(quantileOf(of(6, 1), 0.5)).toBe(3.5);
  expect(quantileOf(of(6, 1), 0.95)).toBe(6);
  const hundred = of(...Array.from({ length: 100 }, (_, at) => 100 - at));
  expect(
    [0.001, 0.5, 0.95, 0.99].map((each) => Number(quantileOf(hundred, each).toFixed(2))),
  ).toEqual([...[1, 50.5, 95.95, 99.99]]);
});

test('the newest count, and none from before it was reset', () => {
  const long = of(...Array.from({ length: 10_000 }, (_, at) => at));
  expect(quantileOf(long, 0)).toBe(10_000 - 4_096);
  expect([long.count, long.min, long.max]).toEqual([10_000, 0, 9_999]);
  Object.assign(long, makeSummary());
  expect(quantileOf(long, 0.5)).toBe(0);
  observeSpread(long, 3);
  expect(quantileOf(long, 0.5)).toBe(3);
});
