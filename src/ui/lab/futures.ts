// Two futures of a laboratory laid beside each other: passages that both told, and passages that only one
// or the other did. An event is the same if the same server said the same; it may be at another moment.
// Pure.

import type { BranchView, StepAt, TracedAt } from '../../vocabulary/lab.ts';
import { feedKind, type FeedKind } from '../words/event-kind.ts';

export interface FutureLine {
  readonly key: string;
  readonly kind: FeedKind;
  readonly traced: TracedAt;
}

export interface Pair {
  readonly left: FutureLine;
  readonly right: FutureLine;
}

export type Passage =
  | { readonly kind: 'same'; readonly key: string; readonly pairs: readonly Pair[] }
  | {
      readonly kind: 'differs';
      readonly key: string;
      readonly left: readonly FutureLine[];
      readonly right: readonly FutureLine[];
    };

export const SIDES = ['left', 'right'] as const;
export type Side = (typeof SIDES)[number];

export interface BranchPair {
  readonly left: number;
  readonly right: number;
}

/** What is compared unasked: the branch one is in with the one that it left, else with the newest. Null
 *  while there is only one. */
export function firstPair(branches: readonly BranchView[], current: number): BranchPair | null {
  const here = branches.find(({ id }) => id === current);
  const parent = here?.parent?.branch ?? null;
  if (parent !== null) return { left: parent, right: current };
  const newest = branches.findLast(({ id }) => id !== current);
  return newest === undefined ? null : { left: current, right: newest.id };
}

export const isPairOf = ({ left, right }: BranchPair, branches: readonly BranchView[]): boolean =>
  [left, right].every((id) => branches.some((branch) => branch.id === id));

/** What was done in one branch and not in the other: steps of a common past are the same, moment and all. */
export function stepsApart(
  branches: readonly BranchView[],
  { left, right }: BranchPair,
): Readonly<Record<Side, readonly StepAt[]>> {
  const stepsOf = (id: number) => branches.find((branch) => branch.id === id)?.steps ?? [];
  const [a, b] = [stepsOf(left), stepsOf(right)];
  let shared = 0;
  while (shared < Math.min(a.length, b.length) && textOf(a[shared]) === textOf(b[shared])) {
    shared += 1;
  }
  return { left: a.slice(shared), right: b.slice(shared) };
}

/** In order, each event of either side once. */
export function passagesOf(left: readonly TracedAt[], right: readonly TracedAt[]): Passage[] {
  const mine = linesOf(left);
  const theirs = linesOf(right);
  const passages: Passage[] = [];
  let at = { mine: 0, theirs: 0 };
  const upTo = (next: { readonly mine: number; readonly theirs: number }): void => {
    const key = `${String(at.mine)} ${String(at.theirs)}`;
    const differs = {
      left: mine.slice(at.mine, next.mine),
      right: theirs.slice(at.theirs, next.theirs),
    };
    if (differs.left.length + differs.right.length > 0) {
      passages.push({ kind: 'differs', key: `differs ${key}`, ...differs });
    }
  };
  for (const run of sharedRuns(mine, theirs)) {
    upTo(run);
    const pairs = mine.slice(run.mine, run.mine + run.length).flatMap((line, index): Pair[] => {
      const other = theirs[run.theirs + index];
      return other === undefined ? [] : [{ left: line, right: other }];
    });
    passages.push({ kind: 'same', key: `same ${String(run.mine)}`, pairs });
    at = { mine: run.mine + run.length, theirs: run.theirs + run.length };
  }
  upTo({ mine: mine.length, theirs: theirs.length });
  return passages;
}

/** What the feed tells in words, in the order in which it was told. */
const linesOf = (told: readonly TracedAt[]): FutureLine[] =>
  told.flatMap((traced, index): FutureLine[] => {
    const kind = feedKind(traced.event);
    return kind === null ? [] : [{ key: String(index), kind, traced }];
  });

interface Run {
  readonly mine: number;
  readonly theirs: number;
  length: number;
}

/** The longest common subsequence, as runs of neighbours. Both sides are bounded by whoever gave them. */
function sharedRuns(mine: readonly FutureLine[], theirs: readonly FutureLine[]): Run[] {
  const a = mine.map(saidBy);
  const b = theirs.map(saidBy);
  const width = b.length + 1;
  /** Of what is left of both from here on. */
  const longest = new Uint16Array((a.length + 1) * width);
  const best = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] =
        a[i] === b[j] ? best(i + 1, j + 1) + 1 : Math.max(best(i + 1, j), best(i, j + 1));
    }
  }
  const runs: Run[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      const last = runs.at(-1);
      if (last?.mine === i - (last?.length ?? 0) && last.theirs === j - last.length) {
        last.length += 1;
      } else runs.push({ mine: i, theirs: j, length: 1 });
      i += 1;
      j += 1;
    } else if (best(i + 1, j) >= best(i, j + 1)) i += 1;
    else j += 1;
  }
  return runs;
}

const saidBy = ({ traced: { server, event } }: FutureLine): string =>
  `${String(server)} ${textOf(event)}`;

const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'bigint' ? `${inner.toString()}n` : inner,
  );
