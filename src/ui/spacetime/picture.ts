// The space-time diagram as numbers: one lane a server and, below, one a client; time to the right, a mark
// an event, a line from each sending to its receiving. Pure. Only what is in sight is worked out, so a
// trace may be long.

import { isDecision } from '../../vocabulary/decisions.ts';
import type { ServerId, SessionId } from '../../vocabulary/ids.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import { axisOf, UNDER_LANES, xOn } from '../tape/axis.ts';
import type { FeedKind } from '../words/event-kind.ts';
import { bandsOf, type Band } from './bands.ts';
import { levelsOf, type Causality } from './causality.ts';
import { diagramKind, isPing } from './diagram-kind.ts';
import { Folding, type Fold, type Ticks } from './folded.ts';
import { lanesOf, type Lane } from './lanes.ts';
import { clientEndOf } from './passing.ts';

export type Spacing = 'time' | 'causal';

/** What of the events is drawn. */
export interface Shown {
  readonly messages: boolean;
  readonly locals: boolean;
  /** Of links and of clients: they say nothing but that somebody is there. */
  readonly pings: boolean;
  /** One part of the protocol alone; null: all of it. */
  readonly kind: FeedKind | null;
}

export interface Sight extends Shown {
  readonly spacing: Spacing;
  /** In milliseconds, or in steps where the spacing is causal. `to` is the right edge. */
  readonly span: number;
  readonly to: number;
  /** Of what comes later nothing is told: no stretch goes on there. */
  readonly told: number;
  readonly width: number;
  readonly height: number;
  /** Whether clients have lanes. */
  readonly clients: boolean;
}

export interface Mark {
  readonly index: number;
  readonly x: number;
  readonly y: number;
  readonly decision: boolean;
}

export interface Arrow {
  readonly from: number;
  readonly to: number;
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** The client's end of what a server heard or told: where it stands in time, only the server knows. */
export interface ClientMark {
  readonly index: number;
  readonly asked: boolean;
  readonly x: number;
  readonly y: number;
  readonly serverY: number;
}

export interface SpaceTimePicture {
  readonly lanes: readonly Lane[];
  readonly marks: readonly Mark[];
  readonly arrows: readonly Arrow[];
  readonly clientMarks: readonly ClientMark[];
  readonly bands: readonly Band[];
  /** Local events that are not drawn each. */
  readonly folds: readonly Fold[];
  /** Pings that are not drawn each. */
  readonly ticks: readonly Ticks[];
  /** Room between two lanes of servers. */
  readonly pitch: number;
  /** Events in sight that were left out to keep the bound. */
  readonly omitted: number;
  /** Pings in sight that are not shown. */
  readonly pingsHidden: number;
  /** Clients that have no lane. */
  readonly otherClients: number;
}

const MARKS_MAX = 1_500;
/** Pixels from a lane to what is folded there: marks and bands stay in sight. */
const FOLD_BELOW = 20;

export function isShown({ event }: Traced, shown: Shown): boolean {
  if (isPing(event)) return shown.pings && shown.messages && shown.kind === null;
  const kind = diagramKind(event);
  if (kind === null || (shown.kind !== null && kind !== shown.kind)) return false;
  switch (event.kind) {
    case 'packetSent':
    case 'packetReceived':
    case 'ballotSent':
    case 'ballotReceived':
      return shown.messages;
    case 'currentEpochSaved':
      return false;
    default:
      return shown.locals || isDecision(event.kind);
  }
}

/** Where each event stands on the axis that was asked for. Causal steps that nothing is drawn at
 *  (pings) take no room. */
export function positionsOf(
  causality: Causality,
  sight: Shown & { readonly spacing: Spacing },
): ArrayLike<number> {
  const { events } = causality;
  if (sight.spacing === 'time') return events.map(({ atMillis }) => atMillis);
  const levels = levelsOf(causality);
  const drawn = new Set<number>();
  for (const [index, traced] of events.entries()) {
    if (isShown(traced, sight)) drawn.add(levels[index] ?? 0);
  }
  const steps = new Int32Array(highest(levels) + 1);
  let step = 0;
  for (const level of steps.keys()) {
    steps[level] = step;
    if (drawn.has(level)) step += 1;
  }
  return levels.map((level) => steps[level] ?? 0);
}

const highest = (levels: Int32Array): number =>
  levels.reduce((high, level) => Math.max(high, level), 0);

export function spaceTimePicture(
  causality: Causality,
  positions: ArrayLike<number>,
  sight: Sight,
): SpaceTimePicture {
  const from = sight.to - sight.span;
  const axis = axisOf({ from, to: sight.to }, sight.width, UNDER_LANES);
  const xOf = (position: number): number => xOn(axis, position);
  const { lanes, pitch, otherClients } = lanesOf(causality, sight);
  const yOfServer = new Map<ServerId, number>();
  const yOfSession = new Map<SessionId, number>();
  for (const { owner, y } of lanes) {
    if (owner.kind === 'server') yOfServer.set(owner.server, y);
    else yOfSession.set(owner.session, y);
  }
  const placed = new Map<number, Mark>();
  let omitted = 0;
  let pingsHidden = 0;
  const folding = new Folding();
  const below = Math.min(FOLD_BELOW, pitch * 0.4);
  const unfolded = { ...sight, locals: true };
  const [first, last] = inSight(positions, from, sight);
  for (let index = first; index < last; index += 1) {
    const traced = causality.events[index];
    const position = positions[index] ?? 0;
    if (traced === undefined || position < from || position > sight.to) continue;
    const y = yOfServer.get(traced.server) ?? 0;
    if (!isShown(traced, sight)) {
      if (isPing(traced.event)) {
        pingsHidden += 1;
        if (sight.messages && sight.kind === null) folding.ping(xOf(position), y);
      } else if (isShown(traced, unfolded)) folding.local(index, xOf(position), y + below);
      continue;
    }
    if (placed.size >= MARKS_MAX) {
      omitted += 1;
      continue;
    }
    const decision = isDecision(traced.event.kind);
    placed.set(index, { index, x: xOf(position), y, decision });
  }
  const marks = [...placed.values()];
  const arrows = marks.flatMap(({ index, x, y }): Arrow[] => {
    const sender = placed.get(causality.senderOf[index] ?? -1);
    if (sender === undefined) return [];
    return [{ from: sender.index, to: index, x1: sender.x, y1: sender.y, x2: x, y2: y }];
  });
  const clientMarks = marks.flatMap(({ index, x, y: serverY }): ClientMark[] => {
    const traced = causality.events[index];
    const end = traced === undefined ? null : clientEndOf(traced.event);
    const y = end === null ? undefined : yOfSession.get(end.session);
    return end === null || y === undefined ? [] : [{ index, asked: end.asked, x, y, serverY }];
  });
  const to = Math.min(sight.to, sight.told);
  const bands = bandsOf(causality, positions, { from, to, xOf, yOf: yOfServer });
  const leftOut = { omitted, pingsHidden, otherClients };
  const { folds, ticks } = folding;
  return { lanes, marks, arrows, clientMarks, bands, folds, ticks, pitch, ...leftOut };
}

/** Of which indexes what is in sight may be found: events are in the order of time. */
function inSight(
  positions: ArrayLike<number>,
  from: number,
  { spacing, to }: Sight,
): readonly [number, number] {
  if (spacing === 'causal') return [0, positions.length];
  const before = (limit: (position: number) => boolean): number => {
    let low = 0;
    let high = positions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (limit(positions[middle] ?? 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return [before((position) => position < from), before((position) => position <= to)];
}
