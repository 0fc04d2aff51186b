import { expect, test } from 'vitest';

import { isSame } from './same.ts';

test.each([
  [1n, 1n, true],
  [NaN, NaN, true],
  [null, {}, false],
  [[1, [2]], [1, [2]], true],
  [[1, 2], [1], false],
  [[1], { 0: 1 }, false],
  [{ a: 1, b: { c: [] } }, { b: { c: [] }, a: 1 }, true],
  [{ a: 1 }, { a: 1, b: undefined }, false],
  [{ a: undefined }, { b: undefined }, false],
])('%o and %o: %s', (a, b, same) => {
  expect(isSame(a, b)).toBe(same);
  expect(isSame(b, a)).toBe(same);
});

test('what is passed over may differ, at any depth, but has to be there', () => {
  const passedOver = new Set(['fuse']);
  expect(isSame([{ id: 1, fuse: 3 }], [{ id: 1, fuse: 4 }], passedOver)).toBe(true);
  expect(isSame([{ id: 1, fuse: 3 }], [{ id: 2, fuse: 3 }], passedOver)).toBe(false);
  expect(isSame([{ id: 1, fuse: 3 }], [{ id: 1 }], passedOver)).toBe(false);
});
