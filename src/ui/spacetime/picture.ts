// The space-time diagram as numbers: one lane a server, time to the right, a mark an event, a line from
// each sending to its receiving, a band for each phase. Pure. Only what is in sight is worked out, so a
// trace may be long.

import { isDecision } from '../../vocabulary/decisions.ts';
import type { ServerId } from '../../vocabulary/ids.ts';
import type { Phase, Traced } from '../../vocabulary/trace.ts';
import { levelsOf, type Causality } from './causality.ts';

export type Spacing = 'time' | 'causal';

export interface Sight {
  readonly spacing: Spacing;
  /** In milliseconds, or in steps where the spacing is causal. `to` is the right edge. */
  readonly span: number;
  readonly to: number;
  readonly width: number;
  readonly height: number;
  readonly messages: boolean;
  readonly locals: boolean;
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

export interface Band {
  readonly server: ServerId;
  readonly phase: Phase | 'down';
  readonly epoch: number;
  readonly x: number;
  readonly width: number;
  readonly y: number;
}

export interface SpaceTimePicture {
  readonly lanes: readonly { readonly server: ServerId; readonly y: number }[];
  readonly marks: readonly Mark[];
  readonly arrows: readonly Arrow[];
  readonly bands: readonly Band[];
  /** Events in sight that were left out to keep the bound. */
  readonly omitted: number;
}

const MARKS_MAX = 1_500;
export const LANE_HEAD_WIDTH = 46;
const MARGIN = 14;

/** Pings and the upkeep of sessions say nothing to people. */
export function isShown(
  { event }: Traced,
  sight: { readonly messages: boolean; readonly locals: boolean },
): boolean {
  if ('op' in event && event.op === 'ping') return false;
  switch (event.kind) {
    case 'packetSent':
    case 'packetReceived':
      return sight.messages && event.type !== 'PING';
    case 'ballotSent':
    case 'ballotReceived':
      return sight.messages;
    case 'phaseChanged':
    case 'quorumChecked':
    case 'currentEpochSaved':
      return false;
    default:
      return sight.locals || isDecision(event.kind);
  }
}

/** Where each event stands on the axis that was asked for. Causal steps that nothing is drawn at (pings)
 *  take no room. */
export function positionsOf(
  causality: Causality,
  sight: Pick<Sight, 'spacing' | 'messages' | 'locals'>,
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
  const { events, servers, senderOf } = causality;
  const from = sight.to - sight.span;
  const scale = (sight.width - LANE_HEAD_WIDTH - MARGIN) / sight.span;
  const xOf = (position: number): number => LANE_HEAD_WIDTH + (position - from) * scale;
  const lanes = servers.map((server, at) => ({
    server,
    y: (sight.height * (at + 0.5)) / servers.length,
  }));
  const yOf = new Map(lanes.map(({ server, y }) => [server, y]));
  const marks: Mark[] = [];
  const placed = new Map<number, Mark>();
  let omitted = 0;
  for (const [index, traced] of events.entries()) {
    const position = positions[index] ?? 0;
    if (position < from || position > sight.to || !isShown(traced, sight)) continue;
    if (marks.length >= MARKS_MAX) {
      omitted += 1;
      continue;
    }
    const y = yOf.get(traced.server) ?? 0;
    const mark = { index, x: xOf(position), y, decision: isDecision(traced.event.kind) };
    marks.push(mark);
    placed.set(index, mark);
  }
  const arrows = marks.flatMap(({ index, x, y }): Arrow[] => {
    const sender = placed.get(senderOf[index] ?? -1);
    if (sender === undefined) return [];
    return [{ from: sender.index, to: index, x1: sender.x, y1: sender.y, x2: x, y2: y }];
  });
  const bands = bandsOf(causality, positions, { from, to: sight.to, xOf, yOf });
  return { lanes, marks, arrows, bands, omitted };
}

interface Axis {
  readonly from: number;
  readonly to: number;
  readonly xOf: (position: number) => number;
  readonly yOf: ReadonlyMap<ServerId, number>;
}

function bandsOf({ events }: Causality, positions: ArrayLike<number>, axis: Axis): Band[] {
  const bands: Band[] = [];
  const standing = new Map<ServerId, { phase: Phase | 'down'; epoch: number; since: number }>();
  const end = (server: ServerId, until: number): void => {
    const band = standing.get(server);
    if (band === undefined) return;
    const left = Math.max(band.since, axis.from);
    const right = Math.min(until, axis.to);
    if (right <= left) return;
    const x = axis.xOf(left);
    const y = axis.yOf.get(server) ?? 0;
    const { phase, epoch } = band;
    bands.push({ server, phase, epoch, x, width: axis.xOf(right) - x, y });
  };
  for (const [index, { server, event }] of events.entries()) {
    const next = bandFrom(event);
    if (next === null) continue;
    const since = positions[index] ?? 0;
    end(server, since);
    standing.set(server, { ...next, since });
  }
  for (const server of standing.keys()) end(server, axis.to);
  return bands;
}

function bandFrom(event: Traced['event']): { phase: Phase | 'down'; epoch: number } | null {
  if (event.kind === 'phaseChanged') return { phase: event.phase, epoch: event.epoch };
  if (event.kind === 'serverStarted') return { phase: 'election', epoch: event.currentEpoch };
  return event.kind === 'serverHalted' ? { phase: 'down', epoch: 0 } : null;
}
