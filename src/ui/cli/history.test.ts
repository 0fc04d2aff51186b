import { expect, test } from 'vitest';

import { moved, NO_HISTORY, remembered } from './history.ts';

test('the arrows walk through the lines and come back to what was being typed', () => {
  let history = remembered(remembered(NO_HISTORY, 'ls /'), 'get /a');
  const walk = (by: -1 | 1, typed: string): string | null => {
    const step = moved(history, by, typed);
    if (step === null) return null;
    history = step.history;
    return step.line;
  };
  expect(walk(1, 'se')).toBe(null);
  expect(walk(-1, 'se')).toBe('get /a');
  expect(walk(-1, 'get /a')).toBe('ls /');
  expect(walk(-1, 'ls /')).toBe(null);
  expect(walk(1, 'ls /')).toBe('get /a');
  expect(walk(1, 'get /a')).toBe('se');
});

test('the same line twice is kept once', () => {
  expect(remembered(remembered(NO_HISTORY, 'ls /'), 'ls /').lines).toEqual(['ls /']);
});
