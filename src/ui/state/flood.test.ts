import { expect, test } from 'vitest';

import { Flood } from './flood.ts';

/** Pictures of so many events each, ten a second, for so many seconds: what was said with the last. */
const after = (flood: Flood, events: number, seconds: number, fromMillis: number): boolean => {
  let is = false;
  for (let at = 1; at <= seconds * 10; at += 1) is = flood.with(events, fromMillis + at * 100);
  return is;
};

test('a flood is more than a thousand events a second, for a second', () => {
  const flood = new Flood();
  expect(flood.with(500, 900)).toBe(false);
  expect(after(flood, 90, 3, 900)).toBe(false);
  expect(after(flood, 200, 2, 3_900)).toBe(true);
  expect(after(flood, 20, 2, 5_900)).toBe(false);
});

test('a burst is none', () => {
  const flood = new Flood();
  expect(after(flood, 0, 5, 0)).toBe(false);
  expect(flood.with(900, 5_050)).toBe(false);
  expect(after(flood, 0, 2, 5_050)).toBe(false);
});
