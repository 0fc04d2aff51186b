import { describe, expect, it } from 'vitest';
import { flightPath, stageLayout, type Point } from './layout.ts';

const SIZES = [
  { width: 800, height: 640 },
  { width: 680, height: 530 },
  { width: 390, height: 500 },
  { width: 320, height: 420 },
];
const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

describe('stageLayout', () => {
  for (const size of SIZES) {
    for (const count of [1, 2, 3, 4, 5, 6, 7]) {
      it(`${String(count)} seats lie inside ${String(size.width)} x ${String(size.height)}, apart`, () => {
        const { seats, radius } = stageLayout(count, size);
        expect(seats).toHaveLength(count);
        for (const [at, seat] of seats.entries()) {
          expect(seat.x).toBeGreaterThanOrEqual(radius);
          expect(seat.x).toBeLessThanOrEqual(size.width - radius);
          expect(seat.y).toBeGreaterThanOrEqual(radius);
          expect(seat.y).toBeLessThanOrEqual(size.height - radius);
          for (const other of seats.slice(at + 1)) {
            expect(distance(seat, other)).toBeGreaterThan(2 * radius + 6);
          }
        }
      });
    }
  }

  for (const size of SIZES) {
    for (const [voters, observers] of [
      ...[
        [3, 1],
        [3, 3],
        [5, 4],
        [1, 8],
        [8, 1],
        [3, 6],
      ],
    ] as [number, number][]) {
      const world = `${String(voters)} + ${String(observers)}`;
      it(`${world} observers outside, in ${String(size.width)} x ${String(size.height)}`, () => {
        const { seats, radius, cardWidth } = stageLayout(voters, size, observers);
        expect(seats).toHaveLength(voters + observers);
        for (const [at, seat] of seats.entries()) {
          expect(seat.x).toBeGreaterThanOrEqual(radius);
          expect(seat.x).toBeLessThanOrEqual(size.width - radius);
          expect(seat.y).toBeGreaterThanOrEqual(radius);
          expect(seat.y).toBeLessThanOrEqual(size.height - radius);
          for (const other of seats.slice(at + 1)) {
            expect(distance(seat, other)).toBeGreaterThan(2 * radius + 6);
          }
        }
        // None of them is between voters: all are to one side of the whole oval, or below it.
        const ring = seats.slice(0, voters);
        const [left, right] = [
          Math.min(...ring.map(({ x }) => x)),
          Math.max(...ring.map(({ x }) => x)),
        ];
        const low = Math.max(...ring.map(({ y }) => y));
        for (const { x, y } of seats.slice(voters)) {
          expect(x >= right + cardWidth || x <= left - cardWidth || y > low + 2 * radius).toBe(
            true,
          );
        }
      });
    }
  }

  it('a world without observers is drawn as before', () => {
    for (const size of SIZES) {
      expect(stageLayout(5, size, 0)).toEqual(stageLayout(5, size));
      expect(stageLayout(5, size).ring).toEqual(size);
    }
  });

  it('an absent server keeps its place: places follow the number alone', () => {
    const size = { width: 800, height: 640 };
    expect(stageLayout(5, size)).toEqual(stageLayout(5, size));
    expect(stageLayout(5, size).seats[0]).toMatchObject({ x: 400 });
  });

  it('clients on their cords stay on the stage beside the outer seats', () => {
    const { seats, radius } = stageLayout(3, { width: 680, height: 530 });
    for (const { x } of seats) {
      expect(x - radius - 100).toBeGreaterThan(0);
      expect(x + radius + 100).toBeLessThan(680);
    }
  });
});

describe('flightPath', () => {
  const size = { width: 800, height: 640 };
  const layout = { radius: 30, compact: false };
  const seat = { x: 100, y: 300 };
  const other = { x: 500, y: 300 };

  it('ends at the rims, and what meets on a link passes on different sides', () => {
    const there = flightPath({ seat, other, toClient: false, cut: false }, size, layout);
    const back = flightPath(
      { seat: other, other: seat, toClient: false, cut: false },
      size,
      layout,
    );
    expect(there?.from).toEqual({ x: 140, y: 309 });
    expect(there?.to).toEqual({ x: 460, y: 309 });
    expect(back?.from.y).toBe(291);
  });

  it('ends in the middle of a cut link', () => {
    const path = flightPath({ seat, other, toClient: false, cut: true }, size, layout);
    expect(path?.to.x).toBe(300);
  });

  it('goes out to the clients or comes from them', () => {
    const out = flightPath({ seat, other: null, toClient: true, cut: false }, size, layout);
    const home = flightPath({ seat, other: null, toClient: false, cut: false }, size, layout);
    expect(distance(out!.from, seat)).toBeCloseTo(36);
    expect(distance(out!.to, seat)).toBeGreaterThan(36);
    expect(home?.to).toEqual(out?.from);
    for (const radius of [16, 24, 44]) {
      for (const compact of [false, true]) {
        const path = flightPath({ seat, other: null, toClient: true, cut: false }, size, {
          radius,
          compact,
        })!;
        expect(distance(path.from, seat)).toBeCloseTo(radius + 6);
        expect(distance(path.to, seat)).toBeGreaterThan(radius + 6);
      }
    }
    expect(home?.from).toEqual(out?.to);
  });

  it('has no way from a place to itself', () => {
    expect(flightPath({ seat, other: seat, toClient: false, cut: false }, size, layout)).toBeNull();
  });
});
