// What the invariants lamp shows, in a room and in a laboratory: rules by name, how often each was judged,
// and the event that broke one.

import type { RequestKind } from './request.ts';
import type { Moment } from './steps.ts';
import type { Traced } from './trace.ts';
import type { Zxid } from './zxid.ts';

/** As Apache ZooKeeper's own TLA+ specification calls them (zookeeper-specifications, Zab.tla). */
export const SPECIFIED = [
  ...(['Leadership1', 'Leadership2', 'PrefixConsistency', 'Integrity', 'Agreement'] as const),
  ...(['TotalOrder', 'LocalPrimaryOrder', 'GlobalPrimaryOrder', 'PrimaryIntegrity'] as const),
] as const;

/** What ZooKeeper's documentation promises to clients. */
export const PROMISED = [
  ...(['SequentialConsistency', 'Atomicity', 'SingleSystemImage', 'Reliability'] as const),
  'Timeliness',
] as const;

export type InvariantName = (typeof SPECIFIED)[number] | (typeof PROMISED)[number];

export interface BreachView {
  /** The rule that spoke: an invariant's name, or number and name of a finer one, e.g. "Z1 integrity". */
  readonly rule: string;
  readonly says: string;
  readonly server: number | null;
  /** A place to go to. In a room: this page's clock when it heard of it, and no event's number. */
  readonly moment: Moment;
  /** What a server told that proves it; null where no server's event does. */
  readonly traced: Traced | null;
  /** The answer that proves it, where it is one that a client got. */
  readonly answer: {
    readonly client: number;
    readonly request: RequestKind;
    readonly zxid: Zxid;
  } | null;
}

export interface InvariantView {
  /** An invariant's name, or number and name of a rule of the laboratory's own. */
  readonly rule: string;
  readonly group: 'specification' | 'clients' | 'laboratory';
  /** How often there was something to judge, and it was seen whole. */
  readonly checked: number;
  /** How often part of what it asks about was not seen. */
  readonly unjudged: number;
  readonly breach: BreachView | null;
}

export interface LampView {
  readonly invariants: readonly InvariantView[];
  /** The first breach of any rule. */
  readonly first: BreachView | null;
  /** By how much later than the first server another one applied the same transaction: the newest that was
   *  measured, and the most. By the servers' own clocks. */
  readonly lagMillis: { readonly newest: number; readonly most: number } | null;
}

export const NO_LAMP: LampView = { invariants: [], first: null, lagMillis: null };
