// The vertical axis of a chart and the places of what is written beside its lines. Pure.

const STEPS = [1, 2, 5, 10] as const;

/** The smallest round number that is not below `value`: 1, 2 or 5 times a power of ten. */
export function roundAbove(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return (STEPS.find((step) => step * power >= value) ?? 10) * power;
}

/** The same order, with at least `gap` between two neighbours, as near to where each wants to be as a walk
 *  from the top allows, and none below `bottom`. */
export function spread(wanted: readonly number[], gap: number, bottom: number): number[] {
  const order = [...wanted.keys()].sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const places = [...wanted];
  let last = -Infinity;
  for (const index of order) {
    last = Math.max(places[index] ?? 0, last + gap);
    places[index] = last;
  }
  let limit = bottom;
  for (const index of order.toReversed()) {
    places[index] = Math.min(places[index] ?? 0, limit);
    limit = (places[index] ?? 0) - gap;
  }
  return places;
}

/** Where a moment stands, in buckets from the left, on an axis of so many of them; a bucket's own value stands in its
 *  middle, at `bucket + 0.5`. */
export const along = (at: number, buckets: number, left: number, right: number): number =>
  left + (at / buckets) * (right - left);
