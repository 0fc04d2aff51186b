// The table by which something was decided, with the row that decided it. Pure, and the same in every
// language: names of the protocol and formulas.

import type { SyncMode, TraceEvent } from '../../vocabulary/trace.ts';
import { formatZxid } from '../../vocabulary/zxid.ts';

type SyncRule = Extract<TraceEvent, { kind: 'syncDecided' }>['rule'];

export interface DecisionRow {
  readonly when: string;
  readonly then: SyncMode;
  readonly decides: boolean;
}

/** In the order in which they are asked (H: the leader's history). */
const SYNC_ROWS: readonly (readonly [SyncRule, string, SyncMode])[] = [
  ['sameZxid', 'learner = leader', 'DIFF'],
  ['aheadOfLeader', 'learner > max', 'TRUNC'],
  ['insideWindow', 'min ≤ learner ≤ max, learner ∈ H', 'DIFF'],
  ['newEpochOnly', 'learner ∉ H, counter 0, learner + 1 ∈ H', 'DIFF'],
  ['divergedInsideWindow', 'min ≤ learner ≤ max, learner ∉ H', 'TRUNC'],
  ['notInHistory', 'learner ∉ H', 'SNAP'],
  ['behindWindow', 'learner < min', 'SNAP'],
];

export interface SyncTable {
  readonly values: readonly (readonly [string, string])[];
  readonly rows: readonly DecisionRow[];
}

export function syncTableOf(event: TraceEvent): SyncTable | null {
  if (event.kind !== 'syncDecided') return null;
  return {
    values: [
      ['learner', formatZxid(event.learnerZxid)],
      ['leader', formatZxid(event.leaderZxid)],
      ['min', formatZxid(event.committedMin)],
      ['max', formatZxid(event.committedMax)],
    ],
    rows: SYNC_ROWS.map(([rule, when, then]) => ({ when, then, decides: rule === event.rule })),
  };
}
