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
interface Room {
  readonly wide: number;
  readonly tall: number;
}

/** What the words of two need between their middles, in pixels; and what their numbers do. */
const WORDS: Room = { wide: 80, tall: 15 };
const NUMBERS: Room = { wide: 26, tall: 13 };
/** Parts of a way at which two are compared. */
const PARTS = [0, 0.2, 0.4, 0.6, 0.8, 1] as const;

/** Keys of flights; of a close pair the earlier one. */
export function labelledFlights(drawn: readonly Drawn[]): ReadonlySet<number> {
  return drawn.length > LABELLED_MAX ? new Set() : apart(drawn, WORDS);
}

/** Of those that stand for several, whose number is beside them. */
export const countedFlights = (drawn: readonly Drawn[]): ReadonlySet<number> =>
  apart(
    drawn.filter(({ flight }) => flight.times > 1),
    NUMBERS,
  );

function apart(drawn: readonly Drawn[], room: Room): ReadonlySet<number> {
  const kept: Drawn[] = [];
  for (const one of drawn) {
    if (!kept.some((other) => comesClose(one, other, room))) kept.push(one);
  }
  return new Set(kept.map(({ flight }) => flight.key));
}

function comesClose(one: Drawn, other: Drawn, { wide, tall }: Room): boolean {
  const ahead = (one.flight.bornMillis - other.flight.bornMillis) / FLIGHT_MILLIS;
  return PARTS.some((part) => {
    const theirs = part + ahead;
    if (theirs < 0 || theirs > 1) return false;
    const [a, b] = [wordsAt(one.path, part), wordsAt(other.path, theirs)];
    return Math.abs(a.x - b.x) < wide && Math.abs(a.y - b.y) < tall;
  });
}

const wordsAt = ({ from, to, side }: FlightPath, part: number) => ({
  x: from.x + (to.x - from.x) * part + side.x * 16,
  y: from.y + (to.y - from.y) * part + side.y * 19,
});
