// A room's tape is made of what its page saw, which is later than what happened. Where the servers' own events are
// told, its turns stand with them, as the diagram's marks do. Pure.

import type { Traced } from '../../vocabulary/trace.ts';
import { endsLead, type Stretch, type Tape } from './tape.ts';

/** A page that sees something later than this has another clock. */
const LATE_MILLIS_MAX = 1_000;

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
  const seenFrom = (at: number): number => tape.stretches[at]?.from ?? 0;
  const stretches: Stretch[] = [];
  for (const [at, stretch] of tape.stretches.entries()) {
    const { from, epoch } = stretch;
    const before = stretches.at(-1);
    const told = before === undefined ? undefined : toldOf(stretch, before, turns, begins);
    const next = tape.stretches[at + 1]?.from ?? Infinity;
    if (told !== undefined && before?.epoch === null && !moved.has(seenFrom(at - 1))) {
      leaveEarlier(stretches, told, from);
    }
    const fits = told !== undefined && told > (stretches.at(-1)?.from ?? 0) && told < next;
    if (fits) moved.set(from, told);
    stretches.push(fits ? { from: told, epoch } : stretch);
  }
  const marks = tape.marks.map((mark) => {
    const atMillis = mark.kind === 'leader' ? moved.get(mark.atMillis) : undefined;
    return atMillis === undefined ? mark : { ...mark, atMillis };
  });
  return { stretches, marks };
}

/** A page may see that nobody leads when somebody does again. Where that is told and the other is not, as of a leader
 *  that was killed, nobody led for as long as it was seen, but before. */
function leaveEarlier(stretches: Stretch[], told: number, seen: number): void {
  const [reign, nobody] = stretches.slice(-2);
  if (reign === undefined || nobody === undefined) return;
  if (told > nobody.from || nobody.from - told > LATE_MILLIS_MAX) return;
  const from = told - Math.min(seen - nobody.from, (told - reign.from) / 2);
  if (from > reign.from && from < told) stretches[stretches.length - 1] = { ...nobody, from };
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
