// What the page has seen of a live room, as moments: the room, the feed, and how much had been told until
// then. Pure and bounded: where there are too many, the older half becomes coarser, and only then is the
// oldest part forgotten. A frame is a function of these and of a time, so looking back shows the same again.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { RoomView } from '../../vocabulary/playground.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import type { TreeView } from '../../vocabulary/view.ts';
import { FLIGHT_MILLIS, flightsWith, NO_FLIGHTS, type Flight } from '../stage/flights.ts';
import { turnsOf } from '../tape/tape.ts';
import type { FeedLine } from './feed.ts';

export interface Moment {
  readonly atMillis: number;
  readonly room: RoomView;
  readonly feed: readonly FeedLine[];
  /** Events that the page had been told since it was opened. */
  readonly told: number;
}

export interface TreeShot {
  readonly atMillis: number;
  readonly tree: TreeView;
}

/** The newest events; `forgotten` came before them. */
export interface ToldEvents {
  readonly events: readonly Traced[];
  readonly forgotten: number;
}

export const MOMENTS_MAX = 2_000;
/** A crowd in the air decides what begins to fly with it: so far back a frame's flights are worked out. */
const FLIGHTS_BEFORE_MILLIS = FLIGHT_MILLIS * 3;
/** Of all trees together: one takes at least the second number. */
const TREE_COST_MAX = 30_000;
const TREE_COST_MIN = 20;

export function momentsWith(moments: readonly Moment[], moment: Moment): readonly Moment[] {
  const all = [...moments, moment];
  if (all.length <= MOMENTS_MAX) return all;
  const half = MOMENTS_MAX / 2;
  const thinned = [...coarser(all.slice(0, half)), ...all.slice(half)];
  return thinned.length <= MOMENTS_MAX ? thinned : thinned.slice(-Math.floor(half * 1.5));
}

/** Without every second one, but never without one at which something turned. */
function coarser(moments: readonly Moment[]): Moment[] {
  return moments.filter((moment, at) => {
    const before = moments[at - 1];
    return before === undefined || at % 2 === 0 || turnsOf(before.room, moment).length > 0;
  });
}

/** Index of what was seen last at this time; the oldest for a time before all; -1 where nothing is. */
export function momentIndexAt(moments: readonly Moment[], millis: number): number {
  let low = 0;
  let high = moments.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((moments[middle]?.atMillis ?? 0) <= millis) low = middle + 1;
    else high = middle;
  }
  return Math.min(Math.max(low - 1, 0), moments.length - 1);
}

/** The first picture of a room that shows an event: it was told by then, and its line stands in the feed, which
 *  is behind where much happens at once. By its place in what was told, since other servers have other clocks.
 *  Null where it is not known any more. */
export function pictureOf(
  moments: readonly Moment[],
  { events, forgotten }: ToldEvents,
  traced: Traced,
): Moment | null {
  const at = events.lastIndexOf(traced);
  if (at === -1) return null;
  const told = moments.filter((moment) => moment.told > forgotten + at);
  const read = told.find(({ feed }) => feed.some((line) => line.traced === traced));
  return read ?? told[0] ?? null;
}

/** What was in the air at this time, as the page draws it live: what was told at once begins at once. */
export function flightsAt(
  moments: readonly Moment[],
  told: ToldEvents,
  millis: number,
): readonly Flight[] {
  const last = momentIndexAt(moments, millis);
  let flights = NO_FLIGHTS;
  let at = momentIndexAt(moments, millis - FLIGHTS_BEFORE_MILLIS);
  for (; at <= last; at += 1) {
    const moment = moments[at];
    const before = moments[at - 1];
    if (moment === undefined || before === undefined || moment.atMillis > millis) continue;
    const from = Math.max(0, before.told - told.forgotten);
    const events = told.events.slice(from, Math.max(0, moment.told - told.forgotten));
    flights = flightsWith(flights, events, moment.atMillis);
  }
  return flights.list.filter(({ bornMillis }) => millis - bornMillis < FLIGHT_MILLIS);
}

/** What is in the air at a moment of a laboratory run that is seen at this speed. */
export function flightsOfRun(
  events: readonly Traced[],
  millis: number,
  speed: number,
): readonly Flight[] {
  const now = millis / speed;
  let flights = NO_FLIGHTS;
  let together: Traced[] = [];
  // What was told in one millisecond begins at once.
  const begin = (): void => {
    const [first] = together;
    if (first !== undefined) flights = flightsWith(flights, together, first.atMillis / speed);
    together = [];
  };
  for (const traced of events) {
    const { atMillis } = traced;
    if (atMillis > millis || now - atMillis / speed >= FLIGHTS_BEFORE_MILLIS) continue;
    if (together[0]?.atMillis !== atMillis) begin();
    together.push(traced);
  }
  begin();
  return flights.list.filter(({ bornMillis }) => now - bornMillis < FLIGHT_MILLIS);
}

/** Oldest first. */
export function treesWith(shots: readonly TreeShot[], shot: TreeShot): readonly TreeShot[] {
  const all = [...shots, shot];
  let cost = 0;
  let from = all.length;
  while (from > 0 && cost < TREE_COST_MAX) {
    from -= 1;
    cost += Math.max(TREE_COST_MIN, all[from]?.tree.nodes.length ?? 0);
  }
  return from === 0 ? all : all.slice(from);
}

/** Null where nothing is kept of that server's tree at that time. */
export const treeAt = (
  shots: readonly TreeShot[],
  server: ServerId,
  millis: number,
): TreeView | null =>
  shots.findLast(({ atMillis, tree }) => tree.serverId === server && atMillis <= millis)?.tree ??
  null;
