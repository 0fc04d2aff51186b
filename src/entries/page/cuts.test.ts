import fc from 'fast-check';
import { expect, test } from 'vitest';

import { Cuts } from './cuts.ts';

test('a cut has no direction, and heals', () => {
  const cuts = new Cuts();
  cuts.set(3, 1, true);
  expect(cuts.isCut(1, 3)).toBe(true);
  cuts.set(1, 3, false);
  expect(cuts.list()).toEqual([]);
});

test('a page that was away does not bring a healed cut back', () => {
  const [here, away] = [new Cuts(), new Cuts()];
  away.merge([here.set(1, 2, true)]);
  here.set(1, 2, false);
  expect(here.merge(away.all())).toEqual([]);
  expect(away.merge(here.all())).toHaveLength(1);
  expect(away.isCut(1, 2)).toBe(false);
});

test('pages that hear the same words in any order agree', () => {
  const record = fc.record({
    a: fc.constant(1),
    b: fc.integer({ min: 2, max: 3 }),
    cut: fc.boolean(),
    stamp: fc.integer({ min: 1, max: 4 }),
  });
  fc.assert(
    fc.property(fc.array(record), fc.array(fc.nat()), (records, order) => {
      const shuffled = [...records].sort((x, y) => (order[x.stamp] ?? 0) - (order[y.stamp] ?? 0));
      const [one, two] = [new Cuts(), new Cuts()];
      one.merge(records);
      two.merge(shuffled.reverse());
      expect(one.all()).toEqual(two.all());
    }),
  );
});
