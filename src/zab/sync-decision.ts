// How a leader brings a learner to its own history: DIFF, TRUNC or SNAP, by the rows of
// LearnerHandler.syncFollower. A pure function of numbers.

import type { SyncMode, TraceEvent } from '../vocabulary/trace.ts';
import { counterOf, epochOf, ZXID_ZERO, type Zxid } from '../vocabulary/zxid.ts';

export type SyncRule = Extract<TraceEvent, { kind: 'syncDecided' }>['rule'];

export interface SyncQuestion {
  /** Zxids of the window of committed entries, ascending. */
  readonly committed: readonly Zxid[];
  /** The zxid directly before the window. */
  readonly floor: Zxid;
  /** The leader's last processed zxid. */
  readonly leaderZxid: Zxid;
  readonly learnerZxid: Zxid;
}

export interface SyncDecision {
  readonly mode: SyncMode;
  readonly rule: SyncRule;
  /** DIFF: the leader's last zxid (says nothing to the learner); TRUNC: the last entry to keep; SNAP:
   *  as DIFF, the caller knows the tree's zxid. */
  readonly target: Zxid;
  /** Index in `committed` of the first entry to send. */
  readonly from: number;
}

/** First match wins, as in Apache, with one row made safer: see {@link insideWindow}. */
export function decideSync(question: SyncQuestion): SyncDecision {
  const { committed, floor, leaderZxid, learnerZxid } = question;
  const min = committed[0] ?? leaderZxid;
  const max = committed[committed.length - 1] ?? leaderZxid;
  const isEpochStart = counterOf(learnerZxid) === 0;
  if (learnerZxid === leaderZxid) {
    return { mode: 'DIFF', rule: 'sameZxid', target: learnerZxid, from: committed.length };
  }
  if (learnerZxid > max && !isEpochStart) {
    return { mode: 'TRUNC', rule: 'aheadOfLeader', target: max, from: committed.length };
  }
  if (learnerZxid > max) return snap('notInHistory', max);
  if (learnerZxid >= min) return insideWindow(question, max);
  // The window begins right after the learner's last entry: Apache finds this in its log files. A
  // server with nothing at all gets the tree, not the whole past.
  if (learnerZxid === floor && floor !== ZXID_ZERO) {
    return { mode: 'DIFF', rule: 'insideWindow', target: max, from: 0 };
  }
  return snap('behindWindow', max);
}

/** The learner's zxid lies in the window's range, but it has to be found there (ZOOKEEPER-1154).
 *  Danger: an epoch's zero (epoch << 32) stands for the whole history its leader began with. If our
 *  history has nothing of that epoch, that leader may have had entries that were dropped since, so the
 *  learner gets a SNAP where Apache sends a DIFF (ZOOKEEPER-2832). */
function insideWindow(question: SyncQuestion, max: Zxid): SyncDecision {
  const { committed, learnerZxid } = question;
  const next = committed.findIndex((zxid) => zxid >= learnerZxid);
  const found = committed[next];
  if (found === undefined) return snap('notInHistory', max);
  if (found === learnerZxid) {
    return { mode: 'DIFF', rule: 'insideWindow', target: max, from: next + 1 };
  }
  if (counterOf(learnerZxid) === 0) {
    return found === learnerZxid + 1n
      ? { mode: 'DIFF', rule: 'newEpochOnly', target: max, from: next }
      : snap('notInHistory', max);
  }
  const previous = committed[next - 1];
  if (epochOf(found) !== epochOf(learnerZxid) || previous === undefined) {
    return snap('notInHistory', max);
  }
  return { mode: 'TRUNC', rule: 'divergedInsideWindow', target: previous, from: next };
}

const snap = (rule: SyncRule, target: Zxid): SyncDecision => ({
  mode: 'SNAP',
  rule,
  target,
  from: 0,
});
