// What a server was at, as stretches of its lane: a phase with its epoch; an election with its round. Pure.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { Phase, TraceEvent } from '../../vocabulary/trace.ts';
import type { Causality } from './causality.ts';

interface Doing {
  readonly phase: Phase | 'down';
  readonly epoch: number;
  /** Of an election; null before its first round, and in every other phase. */
  readonly round: bigint | null;
}

export interface Band extends Doing {
  readonly server: ServerId;
  readonly x: number;
  readonly width: number;
  readonly y: number;
}

interface Axis {
  readonly from: number;
  readonly to: number;
  readonly xOf: (position: number) => number;
  readonly yOf: ReadonlyMap<ServerId, number>;
}

export function bandsOf(
  { events, turns }: Causality,
  positions: ArrayLike<number>,
  axis: Axis,
): Band[] {
  const bands: Band[] = [];
  const standing = new Map<ServerId, Doing & { readonly since: number }>();
  const end = (server: ServerId, until: number): void => {
    const band = standing.get(server);
    if (band === undefined) return;
    const left = Math.max(band.since, axis.from);
    const right = Math.min(until, axis.to);
    if (right <= left) return;
    const { phase, epoch, round } = band;
    const x = axis.xOf(left);
    const y = axis.yOf.get(server) ?? 0;
    bands.push({ server, phase, epoch, round, x, width: axis.xOf(right) - x, y });
  };
  for (const index of turns) {
    const traced = events[index];
    if (traced === undefined) continue;
    const { server, event } = traced;
    const next = doingAfter(event, standing.get(server));
    if (next === null) continue;
    const since = positions[index] ?? 0;
    end(server, since);
    standing.set(server, { ...next, since });
  }
  for (const server of standing.keys()) end(server, axis.to);
  return bands;
}

const roundIn = (phase: Phase, before: Doing | undefined): bigint | null =>
  phase === 'election' && before?.phase === 'election' ? before.round : null;

function doingAfter(event: TraceEvent, before: Doing | undefined): Doing | null {
  switch (event.kind) {
    case 'phaseChanged':
      return { phase: event.phase, epoch: event.epoch, round: roundIn(event.phase, before) };
    case 'serverStarted':
      return { phase: 'election', epoch: event.currentEpoch, round: null };
    case 'serverHalted':
      return { phase: 'down', epoch: 0, round: null };
    case 'roundStarted':
      return { phase: 'election', epoch: before?.epoch ?? 0, round: event.round };
    default:
      return null;
  }
}
