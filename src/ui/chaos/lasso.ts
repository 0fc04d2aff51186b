// Which seats a drawn line goes round. Pure geometry in pixels.

import type { Point } from '../stage/layout.ts';

/** A line that is no longer than this is a click. */
const CLICK_LENGTH = 8;

/** Even-odd: whether a ray from the point crosses the closed line an odd number of times. */
export function isInside(point: Point, line: readonly Point[]): boolean {
  let inside = false;
  line.forEach((from, at) => {
    const to = line[(at + 1) % line.length] ?? from;
    if (from.y > point.y === to.y > point.y) return;
    const x = from.x + ((point.y - from.y) / (to.y - from.y)) * (to.x - from.x);
    if (point.x < x) inside = !inside;
  });
  return inside;
}

export function isClick(line: readonly Point[]): boolean {
  const [first] = line;
  return line.every(
    ({ x, y }) => first === undefined || Math.hypot(x - first.x, y - first.y) < CLICK_LENGTH,
  );
}

/** The nearest place within reach of a click, or null. */
export function nearest<Id>(
  places: ReadonlyMap<Id, Point>,
  { x, y }: Point,
  reach: number,
): Id | null {
  let best: { id: Id; far: number } | null = null;
  for (const [id, place] of places) {
    const far = Math.hypot(place.x - x, place.y - y);
    if (far <= reach && (best === null || far < best.far)) best = { id, far };
  }
  return best?.id ?? null;
}
