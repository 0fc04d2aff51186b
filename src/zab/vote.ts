// Which of two votes is better, and which two are the same: the whole of FastLeaderElection's order.

import type { ServerId } from '../vocabulary/ids.ts';
import { serverId } from '../vocabulary/ids.ts';
import { LONG_MIN, type Ballot, type Vote } from '../vocabulary/packet.ts';
import type { VoteRule } from '../vocabulary/trace.ts';
import { zxidOf } from '../vocabulary/zxid.ts';

/** Positive if `a` is better: larger epoch, then larger zxid, then larger id. (totalOrderPredicate) */
export function compareVotes(a: Vote, b: Vote): number {
  if (a.peerEpoch !== b.peerEpoch) return a.peerEpoch > b.peerEpoch ? 1 : -1;
  if (a.zxid !== b.zxid) return a.zxid > b.zxid ? 1 : -1;
  return a.leader - b.leader;
}

/** The comparison that tells the two apart. */
export function decidingRule(a: Vote, b: Vote): VoteRule {
  if (a.peerEpoch !== b.peerEpoch) return 'epoch';
  if (a.zxid !== b.zxid) return 'zxid';
  return a.leader === b.leader ? 'same' : 'id';
}

export const sameVote = (a: Vote, b: Vote): boolean => compareVotes(a, b) === 0;

/** The same choice in the same round: how ballots of an election are counted. */
export const sameBallot = (a: Ballot, b: Ballot): boolean =>
  a.round === b.round && sameVote(a.vote, b.vote);

/** Two servers that have a leader agree if leader and epoch are equal: members of one ensemble may
 *  rightly report other zxids and rounds, having joined at other times. */
export const sameSettled = (a: Ballot, b: Ballot): boolean =>
  a.vote.leader === b.vote.leader && a.vote.peerEpoch === b.vote.peerEpoch;

/** The vote of one who must not win: below every other. */
export function unvoted(): Vote {
  return { leader: NOBODY, zxid: zxidOf(LONG_MIN), peerEpoch: LONG_MIN };
}

/** Long.MIN as a server id: exact as a double. */
export const NOBODY: ServerId = serverId(Number(LONG_MIN));
