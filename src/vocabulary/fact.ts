// What happened, flat: one thing that a server, a client or a person did, with fields that a pattern in
// a file can name. Plain data; zxids are text as ZooKeeper prints them.

import type { Moment } from './steps.ts';

export type FactScalar = number | string | boolean | null;
export type FactValue = FactScalar | readonly (number | string)[];

export interface Fact {
  /** A trace event's kind, or started, crashed, asked, answered, watchHeard, stateHeard, did; in a
   *  picture of one moment server, client, lamp, or lit: which lamp a broken rule lit, in any future. */
  readonly kind: string;
  readonly at: Moment;
  readonly fields: Readonly<Record<string, FactValue>>;
}

/** What a field must be: equal, or as said. `same`: equal wherever that name stands in one predicate. */
export type Match =
  | FactScalar
  | { readonly min?: number; readonly max?: number }
  | { readonly oneOf: readonly FactScalar[] }
  | { readonly not: FactScalar }
  | { readonly has: number | string }
  | { readonly same: string };

export interface Pattern {
  readonly kind: string;
  readonly where: Readonly<Record<string, Match>>;
}

/** A condition over what happened since a lesson began, and over how everything is now. */
export type Predicate =
  /** It happens. With `unless`: before any of that. */
  | { readonly kind: 'eventually'; readonly fact: Pattern; readonly unless?: Pattern }
  | { readonly kind: 'never'; readonly fact: Pattern }
  /** So often; with `distinct` each value of that field counts once. */
  | {
      readonly kind: 'count';
      readonly fact: Pattern;
      readonly min: number;
      readonly max?: number;
      readonly distinct?: string;
    }
  /** These in this order, others between them. With `unless`: none of that before the last. */
  | { readonly kind: 'sequence'; readonly facts: readonly Pattern[]; readonly unless?: Pattern }
  /** Each `then` (one at least) has a `first` before it that agrees in the fields `by`. */
  | {
      readonly kind: 'before';
      readonly first: Pattern;
      readonly then: Pattern;
      readonly by: readonly string[];
    }
  /** Each such `committed` (one at least) came with the very ack that made the quorum. */
  | { readonly kind: 'commitAtQuorum'; readonly fact: Pattern }
  /** So many servers or clients are like that now. */
  | { readonly kind: 'now'; readonly fact: Pattern; readonly min: number; readonly max?: number }
  /** All servers that serve have one tree, and they are so many at least. */
  | { readonly kind: 'sameTree'; readonly min: number }
  | { readonly kind: 'all' | 'any'; readonly of: readonly Predicate[] };
