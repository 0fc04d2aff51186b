import fc from 'fast-check';
import { expect, test } from 'vitest';

import { Paths } from './paths.ts';

test('a cut has no direction, and heals', () => {
  const paths = new Paths();
  expect(paths.set(3, 1, { cut: true })).toMatchObject({ closed: true, opened: false });
  expect(paths.isCut(1, 3)).toBe(true);
  expect(paths.refusal(3, 1)).toBe('the link is cut');
  expect(paths.set(1, 3, { cut: false })).toMatchObject({ closed: false, opened: true });
  expect(paths.list()).toEqual([]);
});

test('one way can be held: what stands goes on the other way, and nothing new comes', () => {
  const paths = new Paths();
  expect(paths.set(2, 1, { held: [2] })).toMatchObject({ closed: false, opened: false });
  expect([paths.isHeld(2, 1), paths.isHeld(1, 2), paths.isCut(1, 2)]).toEqual([true, false, false]);
  expect(paths.refusal(1, 2)).not.toBeNull();
  expect(paths.set(1, 2, { held: [] }).opened).toBe(true);
});

test('what is wrong with a path is told apart: slow stays slow through a cut', () => {
  const paths = new Paths();
  paths.set(1, 2, { slowMillis: 300 });
  paths.set(1, 2, { cut: true });
  paths.set(1, 2, { cut: false });
  expect(paths.slowMillis(2, 1)).toBe(300);
  expect(paths.refusal(1, 2)).toBeNull();
});

test('a page that was away does not bring a healed cut back', () => {
  const [here, away] = [new Paths(), new Paths()];
  away.merge([here.set(1, 2, { cut: true }).record]);
  here.set(1, 2, { cut: false });
  expect(here.merge(away.all())).toEqual([]);
  expect(away.merge(here.all())).toHaveLength(1);
  expect(away.isCut(1, 2)).toBe(false);
});

test('pages that hear the same words in any order agree', () => {
  const record = fc.integer({ min: 2, max: 3 }).chain((b) =>
    fc.record({
      a: fc.constant(1),
      b: fc.constant(b),
      cut: fc.boolean(),
      held: fc.subarray([1, b]),
      slowMillis: fc.constantFrom(0, 40, 300),
      stamp: fc.integer({ min: 1, max: 4 }),
    }),
  );
  fc.assert(
    fc.property(fc.array(record), fc.array(fc.nat()), (records, order) => {
      const shuffled = [...records].sort((x, y) => (order[x.stamp] ?? 0) - (order[y.stamp] ?? 0));
      const [one, two] = [new Paths(), new Paths()];
      one.merge(records);
      two.merge(shuffled.reverse());
      expect(one.all()).toEqual(two.all());
    }),
  );
});
