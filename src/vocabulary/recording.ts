// A recording: what was told, by which engine, and what nobody could tell of itself. As text it is a first line
// that says what it is, then one event a line. 64-bit numbers are marked, so that what is read again is the same
// trace to the last bit. Whatever comes from outside is checked to the last field, and nothing throws.

import { readRun, type LabRun } from './lab-run.ts';
import { isTraced } from './read-trace.ts';
import { isRecord } from './shapes.ts';
import type { Traced, TraceKind } from './trace.ts';

/** What happened to a server without its word, and to links (`server` null). */
export interface Turn {
  readonly atMillis: number;
  readonly kind: (typeof TURN_KINDS)[number];
  readonly server: number | null;
}

export const TURN_KINDS = ['down', 'up', 'frozen', 'thawed', 'cut', 'healed'] as const;

export interface RecordedSeat {
  readonly server: number;
  readonly role: 'participant' | 'observer';
}

export interface RecordingHead {
  /** The checksum of the engine that told it; empty: nobody wrote it down. */
  readonly engine: string;
  /** `virtual`: times of a laboratory, from its beginning; `wall`: milliseconds since 1970. */
  readonly clock: 'virtual' | 'wall';
  /** Ascending; empty: whoever told something. */
  readonly seats: readonly RecordedSeat[];
  /** Ascending by time. */
  readonly turns: readonly Turn[];
  /** Of a laboratory: how the whole world is played again. */
  readonly run: LabRun | null;
}

export interface Recording extends RecordingHead {
  readonly events: readonly Traced[];
}

export const TRACE_FORMAT = 'tabkeeper-trace';
export const TRACE_VERSION = 2;
export const EVENTS_MAX = 200_000;
const TURNS_MAX = 5_000;
const SEATS_MAX = 255;
const ENGINE = /^[0-9a-z]{0,64}$/;
const BIGINT_KEY = '$n';
/** Before this a time is a laboratory's: no world becomes as old. */
const WALL_MILLIS_MIN = 1_000_000_000_000;

const marked = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? { [BIGINT_KEY]: String(value) } : value;

function revived(_key: string, value: unknown): unknown {
  if (!isRecord(value)) return value;
  const number = value[BIGINT_KEY];
  return typeof number === 'string' && /^-?\d{1,20}$/.test(number) ? BigInt(number) : value;
}

export function recordingText({ events, ...head }: Recording): string {
  const first = JSON.stringify({ format: TRACE_FORMAT, version: TRACE_VERSION, ...head });
  return [first, ...events.map((traced) => JSON.stringify(traced, marked))].join('\n') + '\n';
}

export type ReadRecording =
  | { readonly kind: 'read'; readonly recording: Recording }
  | { readonly kind: 'refused'; readonly line: number };

/** The recording that this text is; else the first line that is none of it. */
export function readRecording(text: string): ReadRecording {
  let head: ReadHead | null = null;
  let line = 0;
  const events: Traced[] = [];
  const places = new Set<string>();
  for (const words of linesOf(text)) {
    line += 1;
    if (line > EVENTS_MAX + 1) return { kind: 'refused', line };
    const value = parsed(words);
    if (line === 1) {
      head = readHead(value);
      if (head === null) break;
      continue;
    }
    if (!isTraced(value)) return { kind: 'refused', line };
    // A server tells each thing once: what is listed by its place must not be there twice.
    const place = `${String(value.server)} ${String(value.sequence)} ${String(value.atMillis)}`;
    if (places.has(place)) return { kind: 'refused', line };
    places.add(place);
    events.push(value);
  }
  if (head === null) return { kind: 'refused', line: 1 };
  // A page hears its servers in any order.
  events.sort((a, b) => a.atMillis - b.atMillis);
  const isWall = (events[0]?.atMillis ?? 0) >= WALL_MILLIS_MIN;
  const clock = head.clock ?? (isWall ? 'wall' : 'virtual');
  return { kind: 'read', recording: { ...head, clock, events } };
}

/** Those that are not empty, one at a time: a file may have more of them than fit beside each other. */
function* linesOf(text: string): Generator<string> {
  for (let from = 0; from < text.length;) {
    const found = text.indexOf('\n', from);
    const end = found === -1 ? text.length : found;
    const line = text.slice(from, end).trim();
    if (line !== '') yield line;
    from = end + 1;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line, revived) as unknown;
  } catch {
    return undefined;
  }
}

type ReadHead = Omit<RecordingHead, 'clock'> & { readonly clock: RecordingHead['clock'] | null };

/** The first version said nothing but its name. */
const FIRST: ReadHead = { engine: '', clock: null, seats: [], turns: [], run: null };

function readHead(value: unknown): ReadHead | null {
  if (!isRecord(value) || value['format'] !== TRACE_FORMAT) return null;
  if (value['version'] === 1) return FIRST;
  if (value['version'] !== TRACE_VERSION) return null;
  const { engine, clock, seats, turns } = value;
  if (typeof engine !== 'string' || !ENGINE.test(engine)) return null;
  if (clock !== 'virtual' && clock !== 'wall') return null;
  if (!isListOf(seats, SEATS_MAX, isSeat) || !isListOf(turns, TURNS_MAX, isTurn)) return null;
  if (!isAscending(seats.map(({ server }) => server))) return null;
  const run = value['run'] === null ? null : readRun(value['run']);
  if (run === null && value['run'] !== null) return null;
  return { engine, clock, seats, turns, run };
}

const isSeat = (value: unknown): value is RecordedSeat =>
  isRecord(value) &&
  isSeatNumber(value['server']) &&
  (value['role'] === 'participant' || value['role'] === 'observer');

const isTurn = (value: unknown): value is Turn =>
  isRecord(value) &&
  typeof value['atMillis'] === 'number' &&
  Number.isFinite(value['atMillis']) &&
  TURN_KINDS.some((kind) => kind === value['kind']) &&
  (value['server'] === null || isSeatNumber(value['server']));

const isSeatNumber = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= SEATS_MAX;

const isAscending = (numbers: readonly number[]): boolean =>
  numbers.every((number, at) => at === 0 || number > (numbers[at - 1] ?? number));

const isListOf = <Item>(
  value: unknown,
  max: number,
  isItem: (item: unknown) => item is Item,
): value is readonly Item[] => Array.isArray(value) && value.length <= max && value.every(isItem);

/** What a server is now follows from the newest of each of these, since it started. */
const LASTING = new Set<TraceKind>([
  ...(['serverStarted', 'serverHalted', 'roleChanged', 'phaseChanged', 'epochAccepted'] as const),
  ...(['currentEpochSaved', 'configurationActivated', 'roundStarted', 'voteChanged'] as const),
  ...(['leaderEstablished', 'synchronised', 'snapshotInstalled', 'committed'] as const),
]);
/** Of a server's log so much is still seen. */
const APPLIED_MAX = 12;

/** The newest events, and before them those older ones without which it would not be known how things stood
 *  when they began. */
export function newestOf(events: readonly Traced[], count: number): readonly Traced[] {
  const from = Math.max(0, events.length - count);
  const kept: Traced[] = [];
  const known = new Set<string>();
  const applied = new Map<number, number>();
  for (let at = from - 1; at >= 0; at -= 1) {
    const traced = events[at];
    if (traced === undefined || known.has(`${String(traced.server)} serverStarted`)) continue;
    const { server, event } = traced;
    if (event.kind === 'applied') {
      const seen = (applied.get(server) ?? 0) + 1;
      applied.set(server, seen);
      if (seen <= APPLIED_MAX) kept.push(traced);
      continue;
    }
    const key = lastingKey(traced);
    if (key === null || known.has(key)) continue;
    known.add(key);
    if (event.kind !== 'sessionClosed' && event.kind !== 'sessionExpired') kept.push(traced);
  }
  return [...kept.reverse(), ...events.slice(from)];
}

/** Null: how things stand does not follow from it. */
function lastingKey({ server, event }: Traced): string | null {
  switch (event.kind) {
    case 'sessionOpened':
    case 'sessionResumed':
    case 'sessionClosed':
    case 'sessionExpired':
      return `session ${String(event.session)}`;
    default:
      return LASTING.has(event.kind) ? `${String(server)} ${event.kind}` : null;
  }
}
