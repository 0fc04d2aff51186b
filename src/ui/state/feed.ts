// The feed as data: bounded, newest last, with repeats of the same kind by the same server drawn into
// one line so that a thousand writes a second stay readable. Pure.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import { feedKind, type FeedKind } from '../words/event-kind.ts';

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

/** Kinds that a load of writes repeats; decisions are never drawn together. */
const REPEATING = new Set<Traced['event']['kind']>([
  ...(['requestForwarded', 'proposed', 'proposalLogged', 'ackCounted', 'committed'] as const),
  ...(['applied', 'requestReceived', 'replied', 'watchSet', 'traceDropped'] as const),
  ...(['quorumChecked', 'ballotIgnored', 'clientRefused', 'badFrame'] as const),
]);

/** The feed after these events. Told events only; the oldest lines fall out. */
export function feedWith(feed: readonly FeedLine[], events: readonly Traced[]): FeedLine[] {
  const lines = [...feed];
  for (const traced of events) {
    const kind = feedKind(traced.event);
    if (kind === null) continue;
    const at = repeatedAt(lines, traced);
    const repeated = at === -1 ? undefined : lines[at];
    if (repeated !== undefined) {
      // Among the newest again: lines stand in the order of what they say last.
      lines.splice(at, 1);
      lines.push({ ...repeated, traced, times: repeated.times + 1 });
      continue;
    }
    const key = `${String(traced.server)}-${String(traced.sequence)}-${String(traced.atMillis)}`;
    lines.push({ key, kind, traced, times: 1, firstMillis: traced.atMillis });
  }
  return lines.slice(-FEED_LINES_MAX);
}

function repeatedAt(lines: readonly FeedLine[], traced: Traced): number {
  if (!REPEATING.has(traced.event.kind)) return -1;
  const oldest = Math.max(0, lines.length - REPEAT_LINES);
  for (let at = lines.length - 1; at >= oldest; at -= 1) {
    const line = lines[at];
    if (line === undefined) break;
    const same =
      line.traced.server === traced.server && line.traced.event.kind === traced.event.kind;
    if (!same) continue;
    return traced.atMillis - line.firstMillis < repeatMillis(lines, traced) ? at : -1;
  }
  return -1;
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
