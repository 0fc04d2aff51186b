// What flies over the stage: packets, ballots, requests, answers and watch events as short flights from
// one place to another. Pure and bounded: under load, flights of one kind on one way become one with a
// count. It is a picture of what was sent, for display only.

import type { ServerId } from '../../vocabulary/ids.ts';
import { namesNobody, type Ballot } from '../../vocabulary/packet.ts';
import type { TraceEvent, Traced } from '../../vocabulary/trace.ts';
import { formatZxid } from '../../vocabulary/zxid.ts';
import { signOf, type Sign } from './glyphs.ts';

export interface Flight extends Sign {
  readonly key: number;
  readonly from: ServerId;
  /** Null: between the server and its clients. */
  readonly to: ServerId | null;
  readonly toClient: boolean;
  readonly label: string;
  readonly times: number;
  /** The first of the events that it shows. */
  readonly events: readonly Traced[];
  /** When it begins to fly: at once, or behind what left on the same way just before. */
  readonly bornMillis: number;
  /** From its being told until then. */
  readonly delayMillis: number;
  /** It was told among so many that it moves with the pictures, not between them: drawing every frame would take
   *  from the servers what they write with. */
  readonly withPictures: boolean;
}

export const FLIGHTS_MAX = 40;
export const FLIGHT_MILLIS = 720;
/** Flights of one kind on one way that begin within this time fly as one. */
const BUNDLE_MILLIS = 160;
/** With so many in the air nobody follows a single one: then one flies at a time, with its count. */
const CROWD = 14;
const BUNDLE_MILLIS_CROWDED = FLIGHT_MILLIS * 0.9;

const BUNDLED_EVENTS_MAX = 12;

/** What leaves together on one way flies one behind the other, so that shapes do not cover each other: also on
 *  the short ways of a small stage, where a shape is a quarter of the way. */
export const BEHIND_MILLIS = 160;
/** The last of many waits no longer than this. */
const BEHIND_MILLIS_MAX = 800;

export interface Flights {
  readonly nextKey: number;
  readonly list: readonly Flight[];
  /** The moment that it is a picture of. */
  readonly atMillis: number;
}

export const NO_FLIGHTS: Flights = { nextKey: 1, list: [], atMillis: 0 };

type Sketch = Omit<
  Flight,
  'key' | 'times' | 'events' | 'bornMillis' | 'delayMillis' | 'withPictures'
>;

const isSameWay = (one: Sketch, other: Sketch): boolean =>
  one.from === other.from && one.to === other.to && one.toClient === other.toClient;

/** The flights in the air after these events began to fly at `nowMillis`; landed ones are gone. `withPictures`: how
 *  those move. */
export function flightsWith(
  flights: Flights,
  events: readonly Traced[],
  nowMillis: number,
  withPictures = false,
): Flights {
  const list = flights.list.filter((flight) => nowMillis - flight.bornMillis < FLIGHT_MILLIS);
  let { nextKey } = flights;
  for (const traced of events) {
    const sketch = sketchOf(traced.server, traced.event);
    if (sketch === null) continue;
    const within = list.length < CROWD ? BUNDLE_MILLIS : BUNDLE_MILLIS_CROWDED;
    const at = list.findIndex((flight) => bundles(flight, sketch, nowMillis - within));
    const bundled = list[at];
    if (bundled !== undefined) {
      const together = bundled.events;
      const shown = together.length < BUNDLED_EVENTS_MAX ? [...together, traced] : together;
      list[at] = { ...bundled, times: bundled.times + 1, events: shown };
    } else if (list.length < FLIGHTS_MAX) {
      const delayMillis = delayOf(list, sketch, nowMillis);
      const bornMillis = nowMillis + delayMillis;
      const born = { bornMillis, delayMillis, withPictures };
      list.push({ ...sketch, key: nextKey, times: 1, events: [traced], ...born });
      nextKey += 1;
    }
  }
  return { nextKey, list, atMillis: nowMillis };
}

function bundles(flight: Flight, sketch: Sketch, sinceMillis: number): boolean {
  return (
    flight.glyph === sketch.glyph && isSameWay(flight, sketch) && flight.bornMillis > sinceMillis
  );
}

function delayOf(list: readonly Flight[], sketch: Sketch, nowMillis: number): number {
  const behind = list
    .filter((flight) => isSameWay(flight, sketch))
    .map(({ bornMillis }) => bornMillis + BEHIND_MILLIS - nowMillis);
  return Math.min(Math.max(0, ...behind), BEHIND_MILLIS_MAX);
}

/** Nobody is there any more, so it does not go on: with its link it is gone. A vote is told to every chair,
 *  whether somebody sits there or not. `isThere`: whether that server runs. */
export function isStranded(
  { from, to, glyph }: Pick<Flight, 'from' | 'to' | 'glyph'>,
  isThere: (server: ServerId) => boolean,
): boolean {
  return !isThere(from) || (to !== null && glyph !== 'ballot' && !isThere(to));
}

/** Where flights stand that do not move, by key: what is on one way stands side by side on it. */
export function standingParts(list: readonly Flight[]): ReadonlyMap<number, number> {
  const parts = new Map<number, number>();
  for (const flight of list) {
    const before = list.filter(({ key, ...other }) => parts.has(key) && isSameWay(other, flight));
    parts.set(flight.key, STANDING[before.length % STANDING.length] ?? 0.5);
  }
  return parts;
}

/** Parts of the way: from its middle outwards. */
const STANDING = [0.5, 0.36, 0.64, 0.22, 0.78] as const;

/** Pings are not drawn. Field by field: under load thousands of these are made for a few flights. */
function sketchOf(from: ServerId, event: TraceEvent): Sketch | null {
  const sign = signOf(event);
  if (sign === null) return null;
  const { glyph, epoch, mark } = sign;
  switch (event.kind) {
    case 'ballotSent': {
      const { to } = event;
      if (to === from) return null;
      return { glyph, epoch, mark, from, to, toClient: false, label: ballotLabel(event.ballot) };
    }
    case 'packetSent': {
      const { peer, type } = event;
      if (peer === null || peer === from || type === 'PING') return null;
      return { glyph, epoch, mark, from, to: peer, toClient: false, label: type };
    }
    case 'requestReceived':
      if (event.op === 'ping') return null;
      return { glyph, epoch, mark, from, to: null, toClient: false, label: event.op };
    case 'replied':
      if (event.op === 'ping') return null;
      return { glyph, epoch, mark, from, to: null, toClient: true, label: event.op };
    case 'watchFired':
      return { glyph, epoch, mark, from, to: null, toClient: true, label: event.path };
    default:
      return null;
  }
}

const ballotLabel = ({ vote }: Ballot): string =>
  namesNobody(vote)
    ? ''
    : `(${String(vote.peerEpoch)}, ${formatZxid(vote.zxid)}, ${String(vote.leader)})`;

export interface Way {
  /** Of the way that is done, 0 to 1. */
  readonly part: number;
  readonly opacity: number;
}

/** It comes into sight and out of it over so much of its way: as the animation of FlightLayer does. */
const FADE = 0.05;

/** It is seen in its first picture. */
const FIRST_SEEN = 0.04;

/** Where a flight is that moves with the pictures; null: its animation knows. */
export const wayInPicture = (
  { withPictures, bornMillis }: Pick<Flight, 'withPictures' | 'bornMillis'>,
  atMillis: number,
): Way | null => {
  if (!withPictures) return null;
  const part = (atMillis - bornMillis) / FLIGHT_MILLIS;
  return wayOf(part < 0 ? 0 : Math.max(FIRST_SEEN, part));
};

/** Where a flight is after this part of its time. */
export function wayOf(part: number): Way {
  const within = Math.min(1, Math.max(0, part));
  return { part: within, opacity: Math.min(1, within / FADE, (1 - within) / FADE) };
}

/** Colours cycle with the epoch; the number is always printed beside them. */
export const EPOCH_HUES = 4;
export const epochHue = (epoch: number): number => (Math.max(epoch, 1) - 1) % EPOCH_HUES;
