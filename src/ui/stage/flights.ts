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
  readonly bornMillis: number;
}

export const FLIGHTS_MAX = 40;
export const FLIGHT_MILLIS = 720;
/** Flights of one kind on one way that begin within this time fly as one. */
const BUNDLE_MILLIS = 160;
/** With so many in the air nobody follows a single one: then one flies at a time, with its count. */
const CROWD = 14;
const BUNDLE_MILLIS_CROWDED = FLIGHT_MILLIS * 0.9;

const BUNDLED_EVENTS_MAX = 12;

export interface Flights {
  readonly nextKey: number;
  readonly list: readonly Flight[];
}

export const NO_FLIGHTS: Flights = { nextKey: 1, list: [] };

/** With more in the air, words would lie on each other. */
const LABELLED_MAX = 6;
/** Two that follow each other closer than this on one way would write over each other. */
const LABEL_APART_MILLIS = 260;

/** The flights that have their words beside them: of a close pair the earlier one. */
export function labelledFlights(list: readonly Flight[]): ReadonlySet<number> {
  const labelled: Flight[] = [];
  if (list.length > LABELLED_MAX) return new Set();
  for (const flight of list) {
    const close = labelled.some(
      (other) =>
        other.from === flight.from &&
        other.to === flight.to &&
        other.toClient === flight.toClient &&
        Math.abs(other.bornMillis - flight.bornMillis) < LABEL_APART_MILLIS,
    );
    if (!close) labelled.push(flight);
  }
  return new Set(labelled.map(({ key }) => key));
}

type Sketch = Omit<Flight, 'key' | 'times' | 'events' | 'bornMillis'>;

/** The flights in the air after these events began to fly at `nowMillis`; landed ones are gone. */
export function flightsWith(
  flights: Flights,
  events: readonly Traced[],
  nowMillis: number,
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
      list.push({ ...sketch, key: nextKey, times: 1, events: [traced], bornMillis: nowMillis });
      nextKey += 1;
    }
  }
  return { nextKey, list };
}

function bundles(flight: Flight, sketch: Sketch, sinceMillis: number): boolean {
  return (
    flight.glyph === sketch.glyph &&
    flight.from === sketch.from &&
    flight.to === sketch.to &&
    flight.toClient === sketch.toClient &&
    flight.bornMillis > sinceMillis
  );
}

/** Pings are not drawn. */
function sketchOf(from: ServerId, event: TraceEvent): Sketch | null {
  const sign = signOf(event);
  if (sign === null) return null;
  switch (event.kind) {
    case 'ballotSent':
      if (event.to === from) return null;
      return { ...sign, from, to: event.to, toClient: false, label: ballotLabel(event.ballot) };
    case 'packetSent':
      if (event.peer === null || event.peer === from || event.type === 'PING') return null;
      return { ...sign, from, to: event.peer, toClient: false, label: event.type };
    case 'requestReceived':
      if (event.op === 'ping') return null;
      return { ...sign, from, to: null, toClient: false, label: event.op };
    case 'replied':
      if (event.op === 'ping') return null;
      return { ...sign, from, to: null, toClient: true, label: event.op };
    case 'watchFired':
      return { ...sign, from, to: null, toClient: true, label: event.path };
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
const FADE = 0.12;

/** Where a flight is after this part of its time. */
export function wayOf(part: number): Way {
  const within = Math.min(1, Math.max(0, part));
  return { part: within, opacity: Math.min(1, within / FADE, (1 - within) / FADE) };
}

/** Colours cycle with the epoch; the number is always printed beside them. */
export const EPOCH_HUES = 4;
export const epochHue = (epoch: number): number => (Math.max(epoch, 1) - 1) % EPOCH_HUES;
