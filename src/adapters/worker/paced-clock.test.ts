import { expect, test } from 'vitest';
import { PacedClock } from './paced-clock.ts';

test('goes as fast as it is told from then on, and neither jumps nor goes back', () => {
  let millis = 1_000;
  const clock = new PacedClock(() => millis);
  const after = (passed: number): number => {
    millis += passed;
    return clock.nowMillis();
  };
  expect(after(0)).toBe(1_000);
  expect(after(50)).toBe(1_050);
  clock.pace(200);
  expect(after(0)).toBe(1_050);
  expect(after(100)).toBe(1_250);
  clock.pace(10);
  expect(after(100)).toBe(1_260);
  clock.pace(100);
  expect(after(5)).toBe(1_265);
});
