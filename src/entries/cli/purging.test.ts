import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { startPurging } from './purging.ts';

const HOUR_MILLIS = 3_600_000;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('purges at the start and every so many hours, also after a failure, until it is ended', () => {
  const purge = vi.fn(() => Promise.reject(new Error('no')));
  const stop = startPurging({ purge }, { snapshotsKept: 4, everyHours: 3 });
  expect(purge.mock.calls).toEqual([[4]]);
  vi.advanceTimersByTime(3 * HOUR_MILLIS - 1);
  expect(purge).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1 + 3 * HOUR_MILLIS);
  expect(purge).toHaveBeenCalledTimes(3);
  stop();
  vi.advanceTimersByTime(9 * HOUR_MILLIS);
  expect(purge).toHaveBeenCalledTimes(3);
});

test('never purges unless it is asked to', () => {
  const purge = vi.fn(() => Promise.resolve());
  startPurging({ purge }, null)();
  expect(purge).not.toHaveBeenCalled();
});
