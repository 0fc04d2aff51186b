// A room's tape is made of what its page saw, which is later than what happened. Where the servers' own events are
// told, its turns stand with them, as the diagram's marks do. Pure.

import type { Traced } from '../../vocabulary/trace.ts';
import { endsLead, type Stretch, type Tape } from './tape.ts';

/** `turns`: events in which a server changed its role, oldest first; others are passed over. */
export function tapeAsTold(tape: Tape, turns: readonly Traced[]): Tape {
  const reigns = new Map<number, Traced[]>();
  for (const traced of turns) {
    if (traced.event.kind !== 'leaderEstablished') continue;
    const { epoch } = traced.event;
    reigns.set(epoch, [...(reigns.get(epoch) ?? []), traced]);
  }
  const begins = (epoch: number, near: number): Traced | undefined =>
    nearest(reigns.get(epoch) ?? [], near);
  const moved = new Map<number, number>();
  const stretches: Stretch[] = [];
  for (const [at, stretch] of tape.stretches.entries()) {
    const { from, epoch } = stretch;
    const before = stretches.at(-1);
    const told = before === undefined ? undefined : toldOf(stretch, before, turns, begins);
    const next = tape.stretches[at + 1]?.from ?? Infinity;
    const fits = told !== undefined && told > (before?.from ?? 0) && told < next;
    if (fits) moved.set(from, told);
    stretches.push(fits ? { from: told, epoch } : stretch);
  }
  const marks = tape.marks.map((mark) => {
    const atMillis = mark.kind === 'leader' ? moved.get(mark.atMillis) : undefined;
    return atMillis === undefined ? mark : { ...mark, atMillis };
  });
  return { stretches, marks };
}

/** When it began, as the leader told it. */
function toldOf(
  { from, epoch }: Stretch,
  before: Stretch,
  turns: readonly Traced[],
  begins: (epoch: number, near: number) => Traced | undefined,
): number | undefined {
  if (epoch !== null) return begins(epoch, from)?.atMillis;
  const reign = before.epoch === null ? undefined : begins(before.epoch, before.from);
  if (reign === undefined) return undefined;
  const { server, atMillis } = reign;
  const ends = turns.filter((turn) => turn.server === server && endsLead(turn.event));
  return ends.find((end) => end.atMillis > atMillis)?.atMillis;
}

const nearest = (events: readonly Traced[], millis: number): Traced | undefined =>
  events.toSorted((a, b) => Math.abs(a.atMillis - millis) - Math.abs(b.atMillis - millis))[0];
