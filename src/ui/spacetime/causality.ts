// Which event came before which: the order within each server, and from each sending to its receiving
// (Lamport's happened-before). Pure. Matching follows the engine's own rule that a link keeps its order:
// a packet that was never received is passed over, and nothing is matched that the trace does not hold.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import { GrowingCausality, type Causality } from './growing-causality.ts';

export type { Causality } from './growing-causality.ts';

export const causalityOf = (traced: readonly Traced[]): Causality =>
  new GrowingCausality().after(traced);

/** A set of events, by their indexes. */
export interface EventSet {
  readonly size: number;
  readonly has: (index: number) => boolean;
}

/** The event itself and all that happened before it. */
export function pastOf({ previous, senderOf }: Causality, index: number): EventSet {
  const past = new Uint8Array(previous.length);
  const open = [index];
  let size = 0;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at < 0 || past[at] !== 0) continue;
    past[at] = 1;
    size += 1;
    open.push(previous[at] ?? -1, senderOf[at] ?? -1);
  }
  return { size, has: (other) => past[other] === 1 };
}

/** How many servers have an event in this set. */
export const serversIn = ({ events }: Causality, set: EventSet): number =>
  new Set(events.flatMap(({ server }, index) => (set.has(index) ? [server] : []))).size;

/** Of each event, how many steps the longest chain before it has. A receiving that the clocks put before
 *  its sending (two servers' clocks differ) still stands behind it. */
export function levelsOf({ events, previous, senderOf }: Causality): Int32Array {
  const levels = new Int32Array(events.length).fill(-1);
  /** Guards against a circle, which no true trace has. */
  const opened = new Uint8Array(events.length);
  const open: number[] = [];
  const levelAt = (index: number): number => (index < 0 ? -1 : (levels[index] ?? -1));
  const waitsFor = (index: number): boolean =>
    index >= 0 && levelAt(index) < 0 && opened[index] === 0;
  for (let start = 0; start < events.length; start += 1) {
    if (levelAt(start) >= 0) continue;
    open.push(start);
    for (let at = open.at(-1); at !== undefined; at = open.at(-1)) {
      opened[at] = 1;
      const before = previous[at] ?? -1;
      const sender = senderOf[at] ?? -1;
      if (waitsFor(before)) open.push(before);
      else if (waitsFor(sender)) open.push(sender);
      else {
        levels[at] = 1 + Math.max(levelAt(before), levelAt(sender));
        open.pop();
      }
    }
  }
  return levels;
}

/** A counter for each server, of each event: what it knows of the others (ShiViz reads these). */
export function clocksOf(
  causality: Causality,
): (index: number) => readonly (readonly [ServerId, number])[] {
  const { events, servers, previous, senderOf } = causality;
  const width = servers.length;
  const clocks = new Int32Array(events.length * width);
  const laneOf = new Map(servers.map((server, lane) => [server, lane]));
  const levels = levelsOf(causality);
  const order = [...events.keys()].sort((a, b) => (levels[a] ?? 0) - (levels[b] ?? 0));
  for (const index of order) {
    const own = index * width;
    for (const before of [previous[index] ?? -1, senderOf[index] ?? -1]) {
      if (before < 0) continue;
      for (let lane = 0; lane < width; lane += 1) {
        const known = clocks[before * width + lane] ?? 0;
        if (known > (clocks[own + lane] ?? 0)) clocks[own + lane] = known;
      }
    }
    const lane = laneOf.get((events[index] as Traced).server) ?? 0;
    clocks[own + lane] = (clocks[own + lane] ?? 0) + 1;
  }
  return (index) =>
    servers.flatMap((server, lane) => {
      const count = clocks[index * width + lane] ?? 0;
      return count === 0 ? [] : [[server, count] as const];
    });
}
