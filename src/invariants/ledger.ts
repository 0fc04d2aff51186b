// What was judged: how often each invariant had something to judge, how often what it asks about was not
// seen whole, and its first breach with what proved it. Bounded by the number of invariants.

import {
  PROMISED,
  SPECIFIED,
  type BreachView,
  type InvariantName,
  type InvariantView,
} from '../vocabulary/lamp.ts';

/** What is being looked at: the proof of whatever is found now. */
export type Proof = Pick<BreachView, 'server' | 'moment' | 'traced' | 'answer'>;

interface Count {
  checked: number;
  unjudged: number;
  breach: BreachView | null;
}

export interface Ledger {
  readonly counts: ReadonlyMap<InvariantName, Count>;
  /** The first breach of each invariant, in the order in which they were found. */
  readonly breaches: BreachView[];
  proof: Proof;
  /** Grows with everything that is counted. */
  version: number;
}

const NO_PROOF: Proof = {
  ...{ server: null, moment: { millis: 0, events: 0 }, traced: null, answer: null },
};

export const makeLedger = (): Ledger => ({
  counts: new Map(
    [...SPECIFIED, ...PROMISED].map((name) => [name, { checked: 0, unjudged: 0, breach: null }]),
  ),
  breaches: [],
  proof: NO_PROOF,
  version: 0,
});

/** There was something to judge, and it was seen whole. `says` is asked only where it does not hold. */
export function check(
  ledger: Ledger,
  rule: InvariantName,
  holds: boolean,
  says: () => string,
): void {
  const count = ledger.counts.get(rule);
  if (count === undefined) return;
  ledger.version += 1;
  count.checked += 1;
  if (holds || count.breach !== null) return;
  count.breach = { rule, says: says(), ...ledger.proof };
  ledger.breaches.push(count.breach);
}

/** There was something to judge, and part of it was not seen: that breaks nothing. */
export function pass(ledger: Ledger, ...rules: readonly InvariantName[]): void {
  ledger.version += 1;
  for (const rule of rules) {
    const count = ledger.counts.get(rule);
    if (count !== undefined) count.unjudged += 1;
  }
}

export const rowsOf = (ledger: Ledger): InvariantView[] =>
  [...SPECIFIED, ...PROMISED].map((rule): InvariantView => {
    const count = ledger.counts.get(rule) ?? { checked: 0, unjudged: 0, breach: null };
    const group = SPECIFIED.some((name) => name === rule) ? 'specification' : 'clients';
    return { rule, group, ...count };
  });
