import { describe, expect, it } from 'vitest';

import { along, roundAbove, spread } from './scale.ts';

describe('a chart', () => {
  it.each([
    [0, 1],
    [0.3, 0.5],
    [1, 1],
    [1.2, 2],
    [4, 5],
    [7, 10],
    [120, 200],
    [999, 1_000],
  ])('its axis for %d ends at %d', (value, end) => {
    expect(roundAbove(value)).toBeCloseTo(end, 10);
  });

  it('labels keep their order and their distance, and stay above the bottom', () => {
    expect(spread([10, 10, 50], 12, 100)).toEqual([10, 22, 50]);
    expect(spread([95, 96, 97], 12, 100)).toEqual([76, 88, 100]);
    expect(spread([60, 10], 12, 100)).toEqual([60, 10]);
  });
});

it('has a leader of the first half of a bucket left of what was committed in that bucket', () => {
  const leader = along(58.26, 60, 42, 642);
  expect(leader).toBeCloseTo(624.6);
  expect(leader).toBeLessThan(along(58 + 0.5, 60, 42, 642));
});
