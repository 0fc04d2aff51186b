// The feed as data: bounded, newest last, with repeats of the same kind by the same server drawn into
// one line so that a thousand writes a second stay readable. Pure.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { Traced, TraceKind } from '../../vocabulary/trace.ts';
import { feedKind, type FeedKind } from '../words/event-kind.ts';
import { placeOf } from './selection.ts';

export interface FeedLine {
  readonly key: string;
  readonly kind: FeedKind;
  /** The newest of the events drawn together. */
  readonly traced: Traced;
  readonly times: number;
  readonly firstMillis: number;
}

export const FEED_LINES_MAX = 400;
/** Repeats closer than this become one line. */
const REPEAT_MILLIS = 250;
/** While lines come faster than anybody reads (this many within that time), many more become one. */
const REPEAT_MILLIS_BUSY = 2_000;
const BUSY_LINES = 40;
const BUSY_MILLIS = 2_000;
/** How far back a repeat is looked for: a write interleaves the lines of several servers. */
const REPEAT_LINES = 24;

/** Kinds that a load of writes repeats, and what stands in the way of all of them; other decisions are
 *  never drawn together. */
const REPEATING = new Set<TraceKind>([
  ...(['requestForwarded', 'proposed', 'proposalLogged', 'ackCounted', 'committed'] as const),
  ...(['applied', 'requestReceived', 'replied', 'watchSet', 'traceDropped'] as const),
  ...(['badFrame', 'quotaExceeded', 'epochAwaited', 'newLeaderAwaited'] as const),
  ...(['commitAwaited'] as const),
]);

/** What is said again and again while nothing changes: one line, which stays where it began. */
const UPKEEP = new Set<TraceKind>([
  ...(['clientRefused', 'ballotIgnored', 'quorumChecked', 'voteKept', 'voteCounted'] as const),
]);
const UPKEEP_MILLIS = 60_000;

/** Of one write, in the order in which one causes the next: clocks count whole milliseconds. */
const ORDER: readonly TraceKind[] = [
  ...(['requestReceived', 'requestForwarded', 'proposed', 'proposalLogged'] as const),
  ...(['ackCounted', 'committed', 'applied', 'watchFired', 'replied'] as const),
];
/** Servers tell in their own time; nothing is put further back than this many lines. */
const OVERTAKEN_MAX = 60;

/** The feed after these events. Told events only; the oldest lines fall out. */
export function feedWith(feed: readonly FeedLine[], events: readonly Traced[]): FeedLine[] {
  const lines = [...feed];
  const keys = new Set(lines.map(({ key }) => key));
  for (const traced of events) {
    const kind = feedKind(traced.event);
    if (kind === null) continue;
    const at = repeatedAt(lines, traced);
    const repeated = at === -1 ? undefined : lines[at];
    if (repeated === undefined) {
      const key = freeKey(keys, placeOf(traced));
      insert(lines, { key, kind, traced, times: 1, firstMillis: traced.atMillis });
    } else if (UPKEEP.has(traced.event.kind)) {
      lines[at] = { ...repeated, traced, times: repeated.times + 1 };
    } else {
      // Among the newest again: lines stand in the order of what they say last.
      lines.splice(at, 1);
      insert(lines, { ...repeated, traced, times: repeated.times + 1 });
    }
  }
  return lines.slice(-FEED_LINES_MAX);
}

/** A page may say the same thing twice, whatever its server did: it is two lines then. */
function freeKey(keys: Set<string>, place: string): string {
  let key = place;
  for (let again = 2; keys.has(key); again += 1) key = `${place}-${String(again)}`;
  keys.add(key);
  return key;
}

/** By time, and within a millisecond causes before effects. */
function insert(lines: FeedLine[], line: FeedLine): void {
  let at = lines.length;
  const oldest = Math.max(0, lines.length - OVERTAKEN_MAX);
  while (at > oldest && comesBefore(line, lines[at - 1])) at -= 1;
  lines.splice(at, 0, line);
}

function comesBefore(line: FeedLine, other: FeedLine | undefined): boolean {
  if (other === undefined || UPKEEP.has(other.traced.event.kind)) return false;
  const { atMillis, event } = line.traced;
  if (atMillis !== other.traced.atMillis) return atMillis < other.traced.atMillis;
  const mine = ORDER.indexOf(event.kind);
  const theirs = ORDER.indexOf(other.traced.event.kind);
  return mine >= 0 && theirs >= 0 && mine < theirs;
}

function repeatedAt(lines: readonly FeedLine[], traced: Traced): number {
  const upkeep = UPKEEP.has(traced.event.kind);
  if (!upkeep && !REPEATING.has(traced.event.kind)) return -1;
  const { server, event } = traced;
  let name: string | null = null;
  const oldest = upkeep ? 0 : Math.max(0, lines.length - REPEAT_LINES);
  for (let at = lines.length - 1; at >= oldest; at -= 1) {
    const line = lines[at];
    if (line === undefined) break;
    const other = line.traced;
    // Most are told apart by this, without a name.
    if (other.server !== server || other.event.kind !== event.kind) continue;
    name ??= nameOf(traced);
    if (nameOf(other) !== name) continue;
    const within = upkeep ? UPKEEP_MILLIS : repeatMillis(lines, traced);
    return traced.atMillis - line.firstMillis < within ? at : -1;
  }
  return -1;
}

/** What makes two events the same line. */
function nameOf({ server, event }: Traced): string {
  const what = 'op' in event ? event.op : 'reason' in event ? event.reason : '';
  const whom = 'leader' in event ? String(event.leader) : 'from' in event ? String(event.from) : '';
  const against = event.kind === 'voteKept' ? `${String(event.against)} ${event.rule}` : '';
  const counts = event.kind === 'voteCounted' || 'standings' in event;
  const have = counts ? String(event.have) : '';
  return `${String(server)} ${event.kind} ${what} ${whom} ${against} ${have}`;
}

/** Writes that follow each other faster than anybody reads; an election's many decisions are none. */
function repeatMillis(lines: readonly FeedLine[], { atMillis }: Traced): number {
  let repeating = 0;
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    const line = lines[at];
    if (line === undefined || atMillis - line.firstMillis >= BUSY_MILLIS) break;
    if (REPEATING.has(line.traced.event.kind)) repeating += 1;
    if (repeating >= BUSY_LINES) return REPEAT_MILLIS_BUSY;
  }
  return REPEAT_MILLIS;
}

export interface FeedFilter {
  readonly kind: FeedKind | null;
  readonly server: ServerId | null;
}

/** Newest first. */
export function feedShown(
  feed: readonly FeedLine[],
  { kind, server }: FeedFilter,
  linesMax: number,
): FeedLine[] {
  const shown: FeedLine[] = [];
  for (let at = feed.length - 1; at >= 0 && shown.length < linesMax; at -= 1) {
    const line = feed[at];
    if (line === undefined) break;
    if (kind !== null && line.kind !== kind) continue;
    if (server !== null && line.traced.server !== server) continue;
    shown.push(line);
  }
  return shown;
}
