// Where a sign stands on the way between two seats that passes behind others: beside their discs and words.

import { middle, wordsOf, type Point, type StageLayout } from './layout.ts';

/** Of the way, from its middle outwards. */
const PARTS = [0.5, 0.4, 0.6, 0.32, 0.68, 0.25, 0.75, 0.18, 0.82] as const;
/** Half of what a sign takes, with some air. */
const SIGN = { half: 46, tall: 14 };
const SIGN_COMPACT = { half: 18, tall: 20 };

/** The middle, or the free place that is nearest to it; the middle where none is free. */
export function freePlace(from: Point, to: Point, layout: StageLayout): Point {
  const place = PARTS.map((part) => ({
    x: from.x + (to.x - from.x) * part,
    y: from.y + (to.y - from.y) * part,
  })).find((at) => !layout.seats.some((seat) => covers(seat, at, layout)));
  return place ?? middle(from, to);
}

function covers(seat: Point, { x, y }: Point, layout: StageLayout): boolean {
  const words = wordsOf(layout);
  const sign = layout.compact ? SIGN_COMPACT : SIGN;
  if (Math.abs(x - seat.x) >= words.half + sign.half) return false;
  const top = seat.y - layout.radius - sign.tall;
  return y > top && y < seat.y + layout.radius + words.below + sign.tall;
}
