// Which flights have their words beside them, so that no words lie on others: those of one way keep apart in
// time, those of different ways in place, wherever the two are then. Pure.

import { FLIGHT_MILLIS, type Flight } from './flights.ts';
import type { FlightPath } from './layout.ts';

export interface Drawn {
  readonly flight: Flight;
  readonly path: FlightPath;
}

/** With more in the air, words would lie on each other wherever they stand. */
const LABELLED_MAX = 6;
/** Half of what words need around their middle, in pixels: their width and their height. */
const WIDE = 80;
const TALL = 15;
/** Parts of a way at which two are compared. */
const PARTS = [0, 0.2, 0.4, 0.6, 0.8, 1] as const;

/** Keys of flights; of a close pair the earlier one. */
export function labelledFlights(drawn: readonly Drawn[]): ReadonlySet<number> {
  if (drawn.length > LABELLED_MAX) return new Set();
  const labelled: Drawn[] = [];
  for (const one of drawn) {
    if (!labelled.some((other) => comesClose(one, other))) labelled.push(one);
  }
  return new Set(labelled.map(({ flight }) => flight.key));
}

function comesClose(one: Drawn, other: Drawn): boolean {
  const ahead = (one.flight.bornMillis - other.flight.bornMillis) / FLIGHT_MILLIS;
  return PARTS.some((part) => {
    const theirs = part + ahead;
    if (theirs < 0 || theirs > 1) return false;
    const [a, b] = [wordsAt(one.path, part), wordsAt(other.path, theirs)];
    return Math.abs(a.x - b.x) < WIDE && Math.abs(a.y - b.y) < TALL;
  });
}

const wordsAt = ({ from, to, side }: FlightPath, part: number) => ({
  x: from.x + (to.x - from.x) * part + side.x * 16,
  y: from.y + (to.y - from.y) * part + side.y * 19,
});
