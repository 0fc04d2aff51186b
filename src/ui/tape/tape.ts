// The epoch tape as data: stretches of time, each with the epoch that served or with nobody who did, and
// the turns as marks. Pure and bounded; made from what a room showed, or from what a laboratory run told.

import type { StepAt } from '../../vocabulary/lab.ts';
import type { RoomView, SeatView } from '../../vocabulary/playground.ts';
import type { Turn } from '../../vocabulary/recording.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import type { Traced } from '../../vocabulary/trace.ts';

export interface Stretch {
  /** It ends where the next one begins. */
  readonly from: number;
  /** Null: no leader serves. */
  readonly epoch: number | null;
}

export type MarkKind = 'leader' | Turn['kind'];

export interface TapeMark {
  readonly atMillis: number;
  readonly kind: MarkKind;
  /** Null: links. */
  readonly server: number | null;
}

export interface Tape {
  readonly stretches: readonly Stretch[];
  readonly marks: readonly TapeMark[];
}

export const NO_TAPE: Tape = { stretches: [], marks: [] };
export const STRETCHES_MAX = 400;
export const MARKS_MAX = 400;

interface Seen {
  readonly atMillis: number;
  readonly room: RoomView;
}

const epochServing = ({ quorum }: RoomView): number | null =>
  quorum.serving ? quorum.epoch : null;

/** The tape after the room showed itself so. */
export function tapeWith(tape: Tape, before: RoomView | null, seen: Seen): Tape {
  const marks = before === null ? [] : turnsOf(before, seen);
  const epoch = epochServing(seen.room);
  const last = tape.stretches.at(-1);
  const turned = last === undefined || last.epoch !== epoch;
  if (marks.length === 0 && !turned) return tape;
  const stretch = { from: seen.atMillis, epoch };
  return {
    stretches: turned ? [...tape.stretches, stretch].slice(-STRETCHES_MAX) : tape.stretches,
    marks: [...tape.marks, ...marks].slice(-MARKS_MAX),
  };
}

/** What is another in this room than in the one before. */
export function turnsOf(before: RoomView, { room, atMillis }: Seen): TapeMark[] {
  const marks: TapeMark[] = [];
  const { leader } = room.quorum;
  const led = before.quorum.serving && before.quorum.epoch === room.quorum.epoch;
  if (room.quorum.serving && leader !== null && !led) {
    marks.push({ atMillis, kind: 'leader', server: leader });
  }
  const known = new Map(before.servers.map((seat) => [seat.serverId, seat]));
  for (const seat of room.servers) {
    const kind = turnOf(known.get(seat.serverId), seat);
    if (kind !== null) marks.push({ atMillis, kind, server: seat.serverId });
  }
  const cuts = room.cuts.length - before.cuts.length;
  if (cuts !== 0) marks.push({ atMillis, kind: cuts > 0 ? 'cut' : 'healed', server: null });
  return marks;
}

function turnOf(before: SeatView | undefined, now: SeatView): MarkKind | null {
  const ran = before?.present === true && !before.killed;
  const runs = now.present && !now.killed;
  if (ran !== runs) return runs ? 'up' : 'down';
  if (before?.frozen !== now.frozen && runs) return now.frozen ? 'frozen' : 'thawed';
  return null;
}

/** The tape of a run: what its servers told, and what was done to them. A server that is crashed tells
 *  nothing of it. */
export function tapeOfRun(
  beganAtMillis: number,
  events: readonly Traced[],
  steps: readonly StepAt[],
  serving: Serving = NOBODY,
): Tape {
  const stretches: Stretch[] = [{ from: beganAtMillis, epoch: serving.epoch }];
  const marks: TapeMark[] = [];
  let { leader } = serving;
  const serve = (from: number, epoch: number | null): void => {
    if (stretches.at(-1)?.epoch !== epoch) stretches.push({ from, epoch });
  };
  const step = ({ at, step: done }: StepAt): void => {
    const mark = markOf(done);
    if (mark !== null) marks.push({ atMillis: at.millis, ...mark });
    if (done.kind !== 'crash' || done.server !== leader) return;
    leader = null;
    serve(at.millis, null);
  };
  let next = 0;
  for (const { server, atMillis, event } of events) {
    for (; next < steps.length; next += 1) {
      const due = steps[next];
      if (due === undefined || due.at.millis > atMillis) break;
      step(due);
    }
    if (event.kind === 'leaderEstablished') {
      leader = server;
      serve(atMillis, event.epoch);
      marks.push({ atMillis, kind: 'leader', server });
    } else if (server === leader && endsLead(event)) {
      leader = null;
      serve(atMillis, null);
    }
  }
  for (const due of steps.slice(next)) step(due);
  return { stretches: stretches.slice(-STRETCHES_MAX), marks: marks.slice(-MARKS_MAX) };
}

export interface Serving {
  readonly epoch: number | null;
  readonly leader: number | null;
}

const NOBODY: Serving = { epoch: null, leader: null };

/** The tape of a run whose older events are forgotten: up to the first one that is still there it is as it was
 *  known. Where nothing was known, and nobody tells of a leader, it begins there with who serves `now`. */
export function tapeOnwards(
  known: Tape | null,
  events: readonly Traced[],
  steps: readonly StepAt[],
  now: Serving,
): Tape {
  const from = events[0]?.atMillis ?? 0;
  if (known === null) {
    const all = tapeOfRun(0, events, steps);
    const isSilent = all.stretches.length === 1 && now.epoch !== null && from > 0;
    return isSilent ? { ...all, stretches: [{ from, epoch: now.epoch }] } : all;
  }
  const before = known.stretches.filter((stretch) => stretch.from < from);
  if (before.length === 0) return tapeOfRun(0, events, steps);
  const epoch = before.at(-1)?.epoch ?? null;
  const marks = known.marks.filter(({ atMillis }) => atMillis < from);
  const leader = marks.findLast(({ kind }) => kind === 'leader')?.server ?? null;
  const due = steps.filter(({ at }) => at.millis >= from);
  const on = tapeOfRun(from, events, due, epoch === null ? NOBODY : { epoch, leader });
  return {
    stretches: [...before, ...on.stretches.slice(1)].slice(-STRETCHES_MAX),
    marks: [...marks, ...on.marks].slice(-MARKS_MAX),
  };
}

/** If it is the leader's. */
export const endsLead = (event: Traced['event']): boolean =>
  event.kind === 'serverHalted' || (event.kind === 'roleChanged' && event.from === 'LEADING');

/** What was done to servers and links. */
export const turnsOfSteps = (steps: readonly StepAt[]): Turn[] =>
  steps.flatMap(({ at, step }) => {
    const mark = markOf(step);
    return mark === null ? [] : [{ atMillis: at.millis, ...mark }];
  });

function markOf(step: LabStep): Pick<Turn, 'kind' | 'server'> | null {
  switch (step.kind) {
    case 'openServer':
      return { kind: 'up', server: step.server };
    case 'crash':
      return { kind: 'down', server: step.server };
    case 'freeze':
      return { kind: step.on ? 'frozen' : 'thawed', server: step.server };
    case 'cut':
    case 'partition':
      return { kind: 'cut', server: null };
    case 'heal':
    case 'healAll':
      return { kind: 'healed', server: null };
    case 'cutWay':
      return { kind: step.on ? 'cut' : 'healed', server: null };
    default:
      return null;
  }
}

export interface DrawnStretch {
  readonly from: number;
  readonly to: number;
  readonly epoch: number | null;
}

/** The parts of the tape between two times. */
export function drawnStretches(tape: Tape, from: number, to: number): DrawnStretch[] {
  return tape.stretches.flatMap((stretch, at) => {
    const start = Math.max(stretch.from, from);
    const end = Math.min(tape.stretches[at + 1]?.from ?? to, to);
    return end > start ? [{ from: start, to: end, epoch: stretch.epoch }] : [];
  });
}

/** The next mark on this side of a time. */
export const markBeside = (tape: Tape, millis: number, side: 1 | -1): TapeMark | null =>
  (side > 0
    ? tape.marks.find(({ atMillis }) => atMillis > millis)
    : tape.marks.findLast(({ atMillis }) => atMillis < millis)) ?? null;

/** Of more than these the oldest are left out. */
export const TICKS_EVENTS_MAX = 2_000;

export interface Ticks {
  /** Whole pixels, each once: what lies on each other is one mark. */
  readonly xs: readonly number[];
  /** So many events are marked by them. */
  readonly count: number;
}

/** Where events of what is selected are marked between two times. */
export function ticksOf(
  events: readonly Traced[],
  { from, to }: { readonly from: number; readonly to: number },
  xOf: (millis: number) => number,
): Ticks {
  const seen = events
    .slice(-TICKS_EVENTS_MAX)
    .filter(({ atMillis }) => atMillis >= from && atMillis <= to);
  return {
    xs: [...new Set(seen.map(({ atMillis }) => Math.round(xOf(atMillis))))],
    count: seen.length,
  };
}

/** The marks that are drawn: of those of one kind that lie nearer to each other than `width` pixels the first one.
 *  Those of leaders come last. */
export function marksApart(
  marks: readonly TapeMark[],
  xOf: (millis: number) => number,
  width: number,
): TapeMark[] {
  const last = new Map<TapeMark['kind'], number>();
  const apart = marks.filter(({ kind, atMillis }) => {
    const x = xOf(atMillis);
    const before = last.get(kind);
    if (before !== undefined && Math.abs(x - before) < width) return false;
    last.set(kind, x);
    return true;
  });
  const leads = ({ kind }: TapeMark): boolean => kind === 'leader';
  return [...apart.filter((mark) => !leads(mark)), ...apart.filter(leads)];
}
