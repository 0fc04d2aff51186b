import { expect, test } from 'vitest';
import { serverId } from '../../vocabulary/ids.ts';
import type { Flight } from './flights.ts';
import { countedFlights, labelledFlights, type Drawn } from './labels.ts';
import type { Point } from './layout.ts';

const drawn = (key: number, from: Point, to: Point, bornMillis = 0): Drawn => ({
  flight: {
    ...{ key, bornMillis, delayMillis: 0, withPictures: false, times: 1, events: [] },
    ...{ from: serverId(3), to: serverId(1), toClient: false, label: 'PROPOSAL' },
    ...{ glyph: 'PROPOSAL', epoch: 1, mark: '7' },
  } as Flight,
  path: { from, to, side: { x: 0, y: 1 } },
});
const HERE = { x: 100, y: 100 };

test('of two whose words would lie on each other, wherever they are then, the earlier one has them', () => {
  const first = drawn(1, HERE, { x: 400, y: 100 });
  // Beside it all the way, away from it at once, and across its way at the same time.
  const beside = drawn(2, { x: 110, y: 104 }, { x: 400, y: 108 });
  const away = drawn(3, { x: 100, y: 140 }, { x: 100, y: 400 });
  const across = drawn(4, { x: 400, y: 108 }, { x: 100, y: 108 });
  expect(labelledFlights([first, beside, away])).toEqual(new Set([1, 3]));
  expect(labelledFlights([first, across])).toEqual(new Set([1]));
  expect(labelledFlights([first, drawn(5, HERE, { x: 400, y: 100 }, 450)])).toEqual(
    new Set([1, 5]),
  );
  expect(labelledFlights([first, drawn(6, HERE, { x: 400, y: 100 }, 100)])).toEqual(new Set([1]));
});

test('in a crowd nobody has words', () => {
  const crowd = Array.from({ length: 7 }, (_, at) =>
    drawn(at, { x: 0, y: at * 100 }, { x: 300, y: at * 100 }),
  );
  expect(labelledFlights(crowd).size).toBe(0);
  expect(labelledFlights(crowd.slice(1)).size).toBe(6);
});

test('of two whose numbers would lie on each other the earlier one has it, however many fly', () => {
  const many = (one: Drawn): Drawn => ({ ...one, flight: { ...one.flight, times: 3 } });
  const first = many(drawn(1, HERE, { x: 400, y: 100 }));
  const beside = many(drawn(2, { x: 110, y: 104 }, { x: 400, y: 108 }));
  const below = many(drawn(3, { x: 100, y: 118 }, { x: 400, y: 118 }));
  const single = drawn(4, { x: 100, y: 180 }, { x: 400, y: 180 });
  expect(countedFlights([single, first, beside, below])).toEqual(new Set([1, 3]));
});
