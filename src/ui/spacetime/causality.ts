// Which event came before which: the order within each server, and from each sending to its receiving
// (Lamport's happened-before). Pure. Matching follows the engine's own rule that a link keeps its order:
// a packet that was never received is passed over, and nothing is matched that the trace does not hold.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { Traced, TraceEvent } from '../../vocabulary/trace.ts';

export interface Causality {
  /** Oldest first: by time, then by the server's own order. */
  readonly events: readonly Traced[];
  /** In the order of their ids. */
  readonly servers: readonly ServerId[];
  /** Of each event: the one before it at the same server, or -1. */
  readonly previous: Int32Array;
  /** Of each receiving: its sending, or -1. */
  readonly senderOf: Int32Array;
}

export function causalityOf(traced: readonly Traced[]): Causality {
  const events = [...traced].sort(
    (a, b) => a.atMillis - b.atMillis || a.server - b.server || a.sequence - b.sequence,
  );
  const previous = new Int32Array(events.length).fill(-1);
  const last = new Map<ServerId, number>();
  for (const [index, { server }] of events.entries()) {
    previous[index] = last.get(server) ?? -1;
    last.set(server, index);
  }
  const servers = [...last.keys()].sort((a, b) => a - b);
  return { events, servers, previous, senderOf: sendersOf(events) };
}

interface Passing {
  readonly from: ServerId;
  readonly to: ServerId;
  readonly what: string;
}

/** What a sending and its receiving have in common; null for everything else. */
function passingOf(server: ServerId, event: TraceEvent): (Passing & { sent: boolean }) | null {
  switch (event.kind) {
    case 'packetSent':
      if (event.peer === null) return null;
      return passing(server, event.peer, `${event.type} ${String(event.zxid)}`, true);
    case 'packetReceived':
      if (event.peer === null) return null;
      return passing(event.peer, server, `${event.type} ${String(event.zxid)}`, false);
    case 'ballotSent':
      return passing(server, event.to, ballotName(event), true);
    case 'ballotReceived':
      return passing(event.from, server, ballotName(event), false);
    default:
      return null;
  }
}

const passing = (from: ServerId, to: ServerId, what: string, sent: boolean) =>
  from === to ? null : { from, to, what, sent };

function ballotName({ ballot }: TraceEvent & { kind: 'ballotSent' | 'ballotReceived' }): string {
  const { vote, round, state } = ballot;
  return `${state} ${String(round)} ${String(vote.leader)} ${String(vote.zxid)} ${String(vote.peerEpoch)}`;
}

function sendersOf(events: readonly Traced[]): Int32Array {
  const senderOf = new Int32Array(events.length).fill(-1);
  const sent = new Map<string, { readonly indexes: number[]; next: number }>();
  const found = events.map(({ server, event }) => passingOf(server, event));
  for (const [index, pass] of found.entries()) {
    if (pass?.sent !== true) continue;
    const key = keyOf(pass);
    const known = sent.get(key);
    if (known === undefined) sent.set(key, { indexes: [index], next: 0 });
    else known.indexes.push(index);
  }
  for (const [index, pass] of found.entries()) {
    if (pass === null || pass.sent) continue;
    const queue = sent.get(keyOf(pass));
    const sender = queue?.indexes[queue.next];
    if (queue === undefined || sender === undefined) continue;
    queue.next += 1;
    senderOf[index] = sender;
  }
  return senderOf;
}

const keyOf = ({ from, to, what }: Passing): string => `${String(from)}>${String(to)} ${what}`;

/** The event itself and all that happened before it. */
export function pastOf({ previous, senderOf }: Causality, index: number): ReadonlySet<number> {
  const past = new Set<number>();
  const open = [index];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at < 0 || past.has(at)) continue;
    past.add(at);
    open.push(previous[at] ?? -1, senderOf[at] ?? -1);
  }
  return past;
}

/** Of each event, how many steps the longest chain before it has. A receiving that the clocks put before
 *  its sending (two servers' clocks differ) still stands behind it. */
export function levelsOf({ events, previous, senderOf }: Causality): Int32Array {
  const levels = new Int32Array(events.length).fill(-1);
  const open: number[] = [];
  for (let start = 0; start < events.length; start += 1) {
    open.push(start);
    for (let at = open.at(-1); at !== undefined; at = open.at(-1)) {
      const before = [previous[at] ?? -1, senderOf[at] ?? -1].filter((index) => index >= 0);
      const waits = before.filter((index) => (levels[index] ?? 0) < 0 && !open.includes(index));
      if ((levels[at] ?? 0) >= 0 || waits.length === 0) {
        if ((levels[at] ?? 0) < 0) {
          levels[at] = 1 + Math.max(-1, ...before.map((index) => levels[index] ?? -1));
        }
        open.pop();
      } else open.push(...waits);
    }
  }
  return levels;
}

/** A counter for each server, of each event: what it knows of the others (ShiViz reads these). */
export function clocksOf(causality: Causality): ReadonlyMap<ServerId, number>[] {
  const { events, previous, senderOf } = causality;
  const clocks: Map<ServerId, number>[] = [];
  const order = [...events.keys()];
  const levels = levelsOf(causality);
  order.sort((a, b) => (levels[a] ?? 0) - (levels[b] ?? 0));
  for (const index of order) {
    const clock = new Map<ServerId, number>();
    for (const before of [previous[index] ?? -1, senderOf[index] ?? -1]) {
      for (const [server, count] of clocks[before] ?? []) {
        clock.set(server, Math.max(count, clock.get(server) ?? 0));
      }
    }
    const { server } = events[index] as Traced;
    clock.set(server, (clock.get(server) ?? 0) + 1);
    clocks[index] = clock;
  }
  return clocks;
}
