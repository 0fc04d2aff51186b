// Happened-before of a trace that grows. What is older than the newest by more than a while stands as it is
// joined; only the rest is sorted and joined anew with each look, so that a long trace costs no more than a
// short one. What comes later than that has the whole joined again, and the while is made longer.

import type { ServerId, SessionId } from '../../vocabulary/ids.ts';
import type { Traced, TraceKind } from '../../vocabulary/trace.ts';
import { clientEndOf, passingOf } from './passing.ts';

export interface Causality {
  /** Oldest first: by time, then by the server's own order. */
  readonly events: readonly Traced[];
  /** In the order of their ids. */
  readonly servers: readonly ServerId[];
  /** Clients that were heard or told something, the latest first; a bounded number. */
  readonly sessions: readonly SessionId[];
  /** Of each event: the one before it at the same server, or -1. */
  readonly previous: Int32Array;
  /** Of each receiving: its sending, or -1. */
  readonly senderOf: Int32Array;
  /** Where a server changed its phase, its round or its role, ascending. */
  readonly turns: readonly number[];
}

/** Servers tell in their own time, and their clocks differ. */
const SETTLED_MILLIS = 5_000;
const SESSIONS_MAX = 64;

const TURNS: ReadonlySet<TraceKind> = new Set<TraceKind>([
  ...(['phaseChanged', 'roundStarted', 'serverStarted', 'serverHalted'] as const),
  ...(['roleChanged', 'leaderEstablished'] as const),
]);

const order = (a: Traced, b: Traced): number =>
  a.atMillis - b.atMillis || a.server - b.server || a.sequence - b.sequence;

/** Events of one key that have no partner so far: all sendings, or all receivings. */
interface Open {
  readonly sent: boolean;
  readonly indexes: number[];
}

/** What joining has to know of the events before. A copy takes over what it touches of the original. */
class Joints {
  readonly last: Map<ServerId, number>;
  /** The latest last. */
  readonly sessions: Set<SessionId>;
  readonly #original: Joints | null;
  readonly #open = new Map<string, Open>();

  constructor(original: Joints | null) {
    this.#original = original;
    this.last = new Map(original?.last);
    this.sessions = new Set(original?.sessions);
  }

  /** The n-th sending of a key belongs to its n-th receiving. Gives the partner, or -1. */
  partnerOf(key: string, sent: boolean, index: number): number {
    const open = this.#openOf(key);
    if (open === undefined || open.indexes.length === 0 || open.sent === sent) {
      if (open === undefined || open.indexes.length === 0) {
        this.#open.set(key, { sent, indexes: [index] });
      } else open.indexes.push(index);
      return -1;
    }
    const partner = open.indexes.shift() ?? -1;
    if (open.indexes.length === 0 && this.#original === null) this.#open.delete(key);
    return partner;
  }

  seen(session: SessionId): void {
    this.sessions.delete(session);
    this.sessions.add(session);
    if (this.sessions.size <= SESSIONS_MAX) return;
    for (const oldest of this.sessions) {
      this.sessions.delete(oldest);
      return;
    }
  }

  #openOf(key: string): Open | undefined {
    const own = this.#open.get(key);
    if (own !== undefined || this.#original === null) return own;
    const there = this.#original.#open.get(key);
    if (there === undefined) return undefined;
    const copy = { sent: there.sent, indexes: [...there.indexes] };
    this.#open.set(key, copy);
    return copy;
  }
}

/** Numbers that grow in place; what is given away is a copy. */
class Column {
  #numbers = new Int32Array(1_024);
  length = 0;

  push(value: number): void {
    if (this.length === this.#numbers.length) {
      const larger = new Int32Array(this.length * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[this.length] = value;
    this.length += 1;
  }

  put(index: number, value: number): void {
    this.#numbers[index] = value;
  }

  /** With room for so many in all. */
  copy(length: number): Int32Array {
    const copied = new Int32Array(length).fill(-1, this.length);
    copied.set(this.#numbers.subarray(0, this.length));
    return copied;
  }
}

interface Given {
  readonly length: number;
  readonly first: Traced | undefined;
  readonly last: Traced | undefined;
}

export class GrowingCausality {
  #settledMillis = SETTLED_MILLIS;
  /** Of what `after` was given last: that list itself may have grown since. */
  #given: Given = { length: 0, first: undefined, last: undefined };
  #settled: Traced[] = [];
  #tail: Traced[] = [];
  #joints = new Joints(null);
  #previous = new Column();
  #senderOf = new Column();
  #turns: number[] = [];

  /** The causality of these events: quick where they are those of the last call and some more behind. */
  after(traced: readonly Traced[]): Causality {
    const goesOn = this.#goesOn(traced);
    if (!goesOn) this.#restart();
    const added = goesOn ? traced.slice(this.#given.length) : traced;
    this.#given = { length: traced.length, first: traced[0], last: traced.at(-1) };
    const lateness = this.#latenessOf(added);
    if (lateness > 0) {
      this.#settledMillis = Math.max(this.#settledMillis, (this.#settledMillis + lateness) * 2);
      this.#restart();
      this.#take(traced);
    } else this.#take(added);
    return this.#joined();
  }

  #goesOn(traced: readonly Traced[]): boolean {
    const { length, first, last } = this.#given;
    if (length === 0 || traced.length < length) return length === 0 && this.#settled.length === 0;
    return traced[0] === first && traced[length - 1] === last;
  }

  #restart(): void {
    this.#settled = [];
    this.#tail = [];
    this.#joints = new Joints(null);
    this.#previous = new Column();
    this.#senderOf = new Column();
    this.#turns = [];
  }

  /** By how much the latest comer missed what is settled; 0 where none did. */
  #latenessOf(added: readonly Traced[]): number {
    const last = this.#settled.at(-1);
    if (last === undefined) return 0;
    let lateness = 0;
    for (const traced of added) {
      if (order(traced, last) < 0)
        lateness = Math.max(lateness, last.atMillis - traced.atMillis + 1);
    }
    return lateness;
  }

  #take(added: readonly Traced[]): void {
    this.#tail = this.#tail.concat(added).sort(order);
    const newest = this.#tail.at(-1)?.atMillis ?? 0;
    let until = 0;
    while ((this.#tail[until]?.atMillis ?? Infinity) < newest - this.#settledMillis) until += 1;
    for (const traced of this.#tail.slice(0, until)) {
      const index = this.#settled.length;
      this.#settled.push(traced);
      join(this.#joints, traced, index, {
        previous: (value) => {
          this.#previous.push(value);
          this.#senderOf.push(-1);
        },
        sender: (receiving, sending) => {
          this.#senderOf.put(receiving, sending);
        },
        turn: () => this.#turns.push(index),
      });
    }
    this.#tail = this.#tail.slice(until);
  }

  #joined(): Causality {
    const from = this.#settled.length;
    const events = this.#settled.concat(this.#tail);
    const previous = this.#previous.copy(events.length);
    const senderOf = this.#senderOf.copy(events.length);
    const turns = [...this.#turns];
    const joints = new Joints(this.#joints);
    for (const [at, traced] of this.#tail.entries()) {
      const index = from + at;
      join(joints, traced, index, {
        previous: (value) => {
          previous[index] = value;
        },
        sender: (receiving, sending) => {
          senderOf[receiving] = sending;
        },
        turn: () => turns.push(index),
      });
    }
    const servers = [...joints.last.keys()].sort((a, b) => a - b);
    const sessions = [...joints.sessions].reverse();
    return { events, servers, sessions, previous, senderOf, turns };
  }
}

interface Findings {
  readonly previous: (index: number) => void;
  readonly sender: (receiving: number, sending: number) => void;
  readonly turn: () => void;
}

function join(joints: Joints, { server, event }: Traced, index: number, found: Findings): void {
  found.previous(joints.last.get(server) ?? -1);
  joints.last.set(server, index);
  if (TURNS.has(event.kind)) found.turn();
  const client = clientEndOf(event);
  if (client !== null) joints.seen(client.session);
  const pass = passingOf(server, event);
  if (pass === null) return;
  const partner = joints.partnerOf(pass.key, pass.sent, index);
  if (partner < 0) return;
  if (pass.sent) found.sender(partner, index);
  else found.sender(index, partner);
}
