// Walking the diagram by keyboard: which event comes next. Pure.

import type { Causality } from './causality.ts';

/** Left and right along a server, or up and down to the server beside it. */
export type Direction = 'earlier' | 'later' | 'up' | 'down';

/** The event to go to, or -1. `candidates` are indexes in the order of time; with nothing chosen it is the
 *  newest of them. */
export function nextEvent(
  { events, servers }: Causality,
  positions: ArrayLike<number>,
  candidates: readonly number[],
  chosen: number,
  direction: Direction,
): number {
  const now = events[chosen];
  if (now === undefined) return candidates.at(-1) ?? -1;
  const acrossLanes = { earlier: 0, later: 0, up: -1, down: 1 }[direction];
  const server = servers[servers.indexOf(now.server) + acrossLanes];
  const lane = candidates.filter((index) => events[index]?.server === server);
  if (direction === 'earlier') return lane.findLast((index) => index < chosen) ?? -1;
  if (direction === 'later') return lane.find((index) => index > chosen) ?? -1;
  const distance = (index: number): number =>
    Math.abs((positions[index] ?? 0) - (positions[chosen] ?? 0));
  return lane.toSorted((a, b) => distance(a) - distance(b))[0] ?? -1;
}
