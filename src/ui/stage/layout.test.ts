import { describe, expect, it } from 'vitest';
import { flightPath, stageLayout, type Point, type StageLayout } from './layout.ts';

const SIZES = [
  { width: 800, height: 640 },
  { width: 680, height: 530 },
  { width: 390, height: 500 },
  { width: 320, height: 420 },
];
const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);

describe('stageLayout', () => {
  for (const size of SIZES) {
    for (const count of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
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

  it('stands on nobody’s words on a phone, also in the small stage above its sheet', () => {
    const below = ({ tight }: StageLayout): number => (tight ? 22 : 60);
    for (const height of [304, 480]) {
      for (const [voters, observers] of [
        ...[
          [5, 0],
          [3, 6],
          [1, 8],
          [5, 4],
        ],
      ] as [number, number][]) {
        if (height === 304 && observers > 0) continue;
        const layout = stageLayout(voters, { width: 390, height }, observers);
        for (const [at, seat] of layout.seats.entries()) {
          for (const other of layout.seats.slice(at + 1)) {
            const apart = Math.abs(other.y - seat.y) - 2 * layout.radius - 8 - below(layout);
            const beside = Math.abs(other.x - seat.x) >= 76;
            expect([height, voters, observers, at, beside || apart >= 0]).toEqual([
              ...[height, voters, observers, at, true],
            ]);
          }
        }
      }
    }
    // Where there is room all of it is said.
    expect(stageLayout(3, { width: 390, height: 480 }).tight).toBe(false);
    expect(stageLayout(5, { width: 390, height: 480 }).tight).toBe(false);
  });

  it.each([
    // A phone above its sheet, a tablet under an open command line, and a projector on it.
    ...[5, 6, 7, 8, 9].map((voters) => ({ voters, width: 390, height: 292 })),
    ...[5, 6, 7, 8, 9].map((voters) => ({ voters, width: 680, height: 314 })),
    ...[3, 5, 7].map((voters) => ({ voters, width: 444, height: 222 })),
  ])('$voters on a low stage, $width x $height: no word is under a disc', (world) => {
    const { voters, width, height } = world;
    const { seats, radius, tight } = stageLayout(voters, { width, height });
    expect(new Set(seats.map(({ x, y }) => `${String(x)} ${String(y)}`)).size).toBe(voters);
    for (const [at, seat] of seats.entries()) {
      for (const other of seats.slice(at + 1)) {
        const apart = Math.abs(other.y - seat.y) - 2 * radius - 8 - (tight ? 22 : 60);
        expect([at, Math.abs(other.x - seat.x) >= 76 || apart >= 0]).toEqual([at, true]);
      }
    }
    // Clockwise, the first one above.
    const top = Math.min(...seats.map(({ y }) => y));
    expect(seats[0]?.y).toBe(top);
    expect(seats[1]?.x ?? 0).toBeGreaterThan(seats[0]?.x ?? 0);
  });

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
  const layout = { radius: 30, compact: false, tight: false };
  const seat = { x: 100, y: 300 };
  const other = { x: 500, y: 300 };

  it('ends at the rims, and what meets on a link passes on different sides', () => {
    const there = flightPath({ seat, other, toClient: false, cut: false }, size, layout);
    const back = flightPath(
      { seat: other, other: seat, toClient: false, cut: false },
      size,
      layout,
    );
    expect(there?.from).toEqual({ x: 140, y: 311 });
    expect(there?.to).toEqual({ x: 460, y: 311 });
    expect(back?.from.y).toBe(289);
  });

  it('begins and ends clear of the words below a disc', () => {
    for (const [dx, dy] of [
      [0, 300],
      [120, 300],
      [200, 200],
      [-300, 120],
    ] as [number, number][]) {
      const below = { x: seat.x + dx, y: seat.y + dy };
      const down = flightPath({ seat, other: below, toClient: false, cut: false }, size, layout)!;
      const up = flightPath(
        { seat: below, other: seat, toClient: false, cut: false },
        size,
        layout,
      )!;
      for (const { x, y } of [down.from, up.to]) {
        const clear = Math.abs(x - seat.x) >= 60 || y - seat.y >= 92 || y - seat.y <= 30;
        expect([dx, dy, clear]).toEqual([dx, dy, true]);
      }
      expect(distance(down.to, below)).toBeLessThan(42);
    }
    // Where two stand close a part of the way is left, over the words.
    const close = { x: seat.x, y: seat.y + 130 };
    const short = flightPath({ seat, other: close, toClient: false, cut: false }, size, layout)!;
    expect(distance(short.from, short.to)).toBeCloseTo(0.3 * 130);
    expect(short.from.y - seat.y).toBeGreaterThan(40);
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
          ...{ radius, compact, tight: false },
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
