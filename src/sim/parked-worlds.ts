// Worlds that stand on the way behind the end of a branch, so that any moment that is kept is a short replay away.
// A world cannot be copied, it only goes on: whoever takes one leaves a gap, and a gap is filled by another one that
// comes from behind. So the older ones are led after the end as it moves, and two stand before all that is kept.

import type { StepAt } from '../vocabulary/lab.ts';
import { KEPT_MILLIS } from '../vocabulary/lab.ts';
import type { Moment } from '../vocabulary/steps.ts';
import { follows, isBefore, type Player } from './player.ts';

/** Of a short world: places at rest. */
export const PLACES_MAX = 24;
const PARK_EVERY_MILLIS = 2_500;
/** Of a long one, and of any that runs: places in all that is kept, and nearer ones behind the end. */
export const FAR_MILLIS = KEPT_MILLIS / 4;
const NEAR_MILLIS = FAR_MILLIS / 4;
/** Worlds that stand before what is kept: one can be taken, and another is still there. */
const RESERVES = 2;
/** All that are parked, those at the ends of other branches with them. */
export const PARKED_MAX = 40;

/** A branch, as far as worlds follow it. */
export interface Way {
  readonly steps: readonly StepAt[];
  readonly end: Moment;
}

export interface Preparing {
  readonly eventsMax: number;
  /** Nothing runs meanwhile: a short world can be prepared more closely. */
  readonly rests: boolean;
}

interface Job {
  /** Null: another one, from the very beginning. */
  readonly player: Player | null;
  readonly toMillis: number;
}

export class ParkedWorlds {
  readonly #make: () => Player;
  #players: Player[] = [];
  /** Filling a gap and leading after take turns. */
  #fills = false;

  /** `make`: a world at the very beginning. */
  constructor(make: () => Player) {
    this.#make = make;
  }

  /** Where they stand, those of other branches too; ascending. */
  get places(): readonly number[] {
    return this.#players.map(({ now }) => now.millis).sort((a, b) => a - b);
  }

  /** `ways`: of all branches; `way`: of the present one. */
  park(player: Player, way: Way, ways: readonly Way[]): void {
    if (!this.#players.some((one) => isSame(one, player))) this.#add(player, way, ways);
  }

  /** The nearest before a moment; it stays here. */
  nearest(way: Way, to: Moment): Player | null {
    const good = this.#players.filter((one) => !isPast(one.now, to) && follows(one, way.steps));
    return good.reduce<Player | null>(later, null);
  }

  /** Takes it away; null: a world at the very beginning. */
  take(player: Player | null): Player {
    this.#players = this.#players.filter((one) => one !== player);
    return player ?? this.#make();
  }

  /** Replays a little of what makes going back short. True if there is more of that to do. */
  prepare(way: Way, ways: readonly Way[], { eventsMax, rests }: Preparing): boolean {
    const { steps, end } = way;
    const mine = this.#players
      .filter((one) => follows(one, steps) && isBefore(one.now, end))
      .sort((a, b) => a.now.events - b.now.events);
    const found = this.#jobOf(mine, end.millis, placesBehind(end.millis, rests));
    if (found === null) return false;
    const job = { ...found, player: found.player ?? this.#make() };
    if (found.player === null) this.#add(job.player, way, ways);
    const to = { millis: job.toMillis, events: Number.MAX_SAFE_INTEGER };
    for (let count = 0; count < eventsMax; count += 1) {
      if (job.player.replay(steps, to) === null) break;
    }
    return true;
  }

  #jobOf(mine: readonly Player[], endMillis: number, places: readonly number[]): Job | null {
    const base = endMillis - KEPT_MILLIS;
    const standing = new Map(places.map((place) => [place, playerAt(mine, place)]));
    const gaps = places.filter((place) => standing.get(place) === null);
    // One at each place: another there is on its way.
    const free = mine.filter((one) => standing.get(one.now.millis) !== one);
    const reserves = free.filter(({ now }) => now.millis <= base);
    const [kept, ...others] = reserves.filter(({ now }) => now.millis >= leadOf(base) - FAR_MILLIS);
    const fillers = free.filter(
      (one) => one !== kept && (one.now.millis > base || others.includes(one)),
    );
    const filling = fillingOf(gaps, fillers);
    const isShort = gaps.length > 0 && filling === null;
    if (isShort && base <= 0) return { player: null, toMillis: gaps[0] ?? 0 };
    if (base > 0 && reserves.length < RESERVES + (isShort ? 1 : 0)) {
      return { player: null, toMillis: leadOf(base) };
    }
    // Who is nearest first: on a machine that has no time for all of them some are near at least.
    const late = reserves.findLast(
      (one) => one !== filling?.player && one.now.millis < leadOf(base),
    );
    const leading = late === undefined ? null : { player: late, toMillis: leadOf(base) };
    this.#fills = !this.#fills;
    return this.#fills ? (filling ?? leading) : (leading ?? filling);
  }

  #add(player: Player, way: Way, ways: readonly Way[]): void {
    if (this.#players.length >= PARKED_MAX) this.#drop(way, ways);
    this.#players.push(player);
  }

  /** The ends of branches are kept: to look at one again, or to compare it, is no replay. */
  #drop(way: Way, ways: readonly Way[]): void {
    const places = placesBehind(way.end.millis, false);
    const others = this.#players.filter((one) => !ways.some((each) => isAtEnd(one, each)));
    const worst =
      others.find((one) => !follows(one, way.steps)) ??
      others.findLast(({ now }) => !places.includes(now.millis)) ??
      others[0];
    this.#players = this.#players.filter((one) => one !== worst);
  }
}

/** Where worlds should stand behind an end. */
export function placesBehind(endMillis: number, rests: boolean): number[] {
  if (rests && endMillis <= KEPT_MILLIS) {
    const every = Math.max(PARK_EVERY_MILLIS, Math.ceil(endMillis / PLACES_MAX));
    return multiples(every, 0, endMillis);
  }
  const far = multiples(FAR_MILLIS, Math.max(0, endMillis - KEPT_MILLIS), endMillis);
  const near = multiples(NEAR_MILLIS, Math.max(0, endMillis - FAR_MILLIS), endMillis);
  return [...new Set([...far, ...near])].sort((a, b) => a - b);
}

/** Between the two, neither of them. */
function multiples(every: number, after: number, before: number): number[] {
  const first = Math.floor(after / every) + 1;
  const count = Math.max(0, Math.ceil(before / every) - first);
  return Array.from({ length: count }, (_, at) => (first + at) * every);
}

/** The first gap that somebody behind it is free to fill. */
function fillingOf(gaps: readonly number[], fillers: readonly Player[]): Job | null {
  for (const toMillis of gaps) {
    const player = fillers.findLast(({ now }) => now.millis < toMillis);
    if (player !== undefined) return { player, toMillis };
  }
  return null;
}

/** Where a world stands that all that is kept can be reached from: it moves in strides. */
const leadOf = (base: number): number => Math.floor(base / FAR_MILLIS) * FAR_MILLIS;

const playerAt = (players: readonly Player[], millis: number): Player | null =>
  players.find(({ now }) => now.millis === millis) ?? null;

const later = (best: Player | null, one: Player): Player =>
  best === null || best.now.events <= one.now.events ? one : best;

const isSame = (one: Player, other: Player): boolean =>
  one.now.events === other.now.events &&
  one.now.millis === other.now.millis &&
  one.done.length === other.done.length &&
  one.done.at(-1) === other.done.at(-1);

const isAtEnd = (player: Player, { steps, end }: Way): boolean =>
  player.now.events === end.events && player.now.millis === end.millis && follows(player, steps);

/** A place that was named loosely: a player that is past either of its numbers is past it. */
export const isPast = (now: Moment, to: Moment): boolean =>
  now.millis > to.millis || now.events > to.events;
