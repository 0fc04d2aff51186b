// What the judge knows of the ensemble by what it was told: of each server the part of its story that was
// heard without a gap, what was delivered, what was broadcast, who led. All of it is bounded.

import type { ServerId, SessionId } from '../vocabulary/ids.ts';
import type { OpName } from '../vocabulary/request.ts';
import { counterOf, ZXID_ZERO, type Zxid } from '../vocabulary/zxid.ts';
import { insert } from './bounded.ts';
import { makeLedger, type Ledger } from './ledger.ts';

/** Transactions that are remembered, the newest: delivered, broadcast and acknowledged ones. */
export const TRANSACTIONS_MAX = 4_096;
export const EPOCHS_MAX = 64;
/** Of one server, and of the page's own clients. */
export const SESSIONS_MAX = 1_000;

/** Of one connection: the last answer that left, and the last write among them. */
export interface Answers {
  xid: number;
  zxid: Zxid;
  write: Zxid;
}

/** What one server told, since the last gap in it. */
export interface Stream {
  readonly server: ServerId;
  /** The number that its next event has; null before the first. */
  next: number | null;
  /** Counts up when its tree is another, or part of its story was missed. */
  life: number;
  /** What its tree was given last; null: not known. */
  applied: Zxid | null;
  /** Its tree has just begun anew, and that was heard: there is nothing before what comes next. */
  begins: boolean;
  /** Null: not known. */
  leading: boolean | null;
  /** As a leader in synchronization or broadcast. */
  leads: number | null;
  /** The last that it broadcast; null: not known whether there are others. */
  proposed: Zxid | null;
  /** Since when, by its own clock, it takes part in broadcast. */
  broadcastMillis: number | null;
  readonly answers: Map<SessionId, Answers>;
}

/** A transaction that at least one server delivered. */
export interface Delivered {
  readonly zxid: Zxid;
  readonly session: SessionId;
  readonly op: OpName;
  readonly path: string | null;
  readonly err: number;
  readonly first: ServerId;
  /** The earliest of all, each by its server's clock. */
  millis: number;
  /** Who delivered it, in which life. */
  readonly by: Map<ServerId, number>;
  /** What stood directly before it where that is known, and whose story says so. */
  before: { readonly zxid: Zxid; readonly server: ServerId } | null;
}

export interface Broadcast {
  readonly server: ServerId;
  readonly session: SessionId;
  readonly op: OpName;
}

export interface Established {
  readonly server: ServerId;
  /** All that it had when it was established. */
  readonly last: Zxid;
}

export interface JudgeState {
  readonly ledger: Ledger;
  /** Everything is told in the order in which it happened: what was not told yet has not happened. */
  readonly ordered: boolean;
  readonly streams: Map<ServerId, Stream>;
  readonly delivered: Map<Zxid, Delivered>;
  /** Ascending: the keys of `delivered`. */
  readonly order: Zxid[];
  /** What is at most this may have been forgotten. */
  floor: Zxid;
  readonly broadcast: Map<Zxid, Broadcast>;
  readonly established: Map<number, Established>;
  /** By epoch: the last that its leader broadcast, once it leads no more. */
  readonly finals: Map<number, Zxid>;
  /** Ascending: writes whose client was told that they are done. */
  readonly acknowledged: Zxid[];
  /** What a server went past that another delivered, the newest. */
  readonly skipped: Map<ServerId, Zxid[]>;
  /** Multis that failed as a whole: nothing of them may be seen. */
  readonly failedMultis: Map<Zxid, true>;
  lag: { newest: number; most: number } | null;
}

export const makeState = (ordered: boolean): JudgeState => ({
  ...{ ledger: makeLedger(), ordered, streams: new Map(), delivered: new Map(), order: [] },
  ...{ floor: ZXID_ZERO, broadcast: new Map(), established: new Map(), finals: new Map() },
  ...{ acknowledged: [], skipped: new Map(), failedMultis: new Map(), lag: null },
});

export function streamOf({ streams }: JudgeState, server: ServerId): Stream {
  let stream = streams.get(server);
  if (stream === undefined) {
    stream = {
      ...{ server, next: null, life: 0, applied: null, leading: null, leads: null },
      begins: false,
      ...{ proposed: null, broadcastMillis: null, answers: new Map<SessionId, Answers>() },
    };
    streams.set(server, stream);
  }
  return stream;
}

/** Part of its story is missing: nothing that came before says anything about what comes. */
export function forget(stream: Stream): void {
  restart(stream, null);
  stream.begins = false;
  stream.leading = null;
}

/** Its tree begins anew with this; null: not known. The zero of an epoch is no transaction, and says only
 *  that everything before that epoch is in it. */
export function restart(stream: Stream, zxid: Zxid | null): void {
  stream.life += 1;
  stream.begins = true;
  stream.applied = zxid === null || counterOf(zxid) === 0 ? null : zxid;
  stream.leads = null;
  stream.proposed = null;
  stream.broadcastMillis = null;
  stream.answers.clear();
}

/** Remembers it; gives what is forgotten for it. */
export function addDelivered(state: JudgeState, record: Delivered): Delivered[] {
  state.delivered.set(record.zxid, record);
  const gone = insert(state.order, record.zxid, TRANSACTIONS_MAX);
  const last = gone.at(-1);
  if (last !== undefined && last > state.floor) state.floor = last;
  return gone.flatMap((zxid) => {
    const old = state.delivered.get(zxid);
    state.delivered.delete(zxid);
    return old === undefined ? [] : [old];
  });
}
