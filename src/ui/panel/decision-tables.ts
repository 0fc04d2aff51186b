// The table by which something was decided, with the row that decided it. Pure; what stands in it are names of
// the protocol, formulas and numbers, the same in every language.

import type { ServerId } from '../../vocabulary/ids.ts';
import { namesNobody, type Vote } from '../../vocabulary/packet.ts';
import type { SyncMode, TraceEvent, VoterStanding, VoteRule } from '../../vocabulary/trace.ts';
import { formatZxid } from '../../vocabulary/zxid.ts';

/** One comparison of two votes. */
export interface VoteRow {
  readonly rule: Exclude<VoteRule, 'same'>;
  readonly mine: string;
  readonly theirs: string;
  readonly decides: boolean;
}

/** In the order in which they are compared (totalOrderPredicate); none decides between two that are the same. */
const VOTE_ROWS = ['epoch', 'zxid', 'id'] as const;

export function voteTableOf(event: TraceEvent): readonly VoteRow[] | null {
  switch (event.kind) {
    case 'voteChanged':
      return voteRows(event.from, event.to, event.rule);
    case 'voteKept':
      return voteRows(event.mine, event.theirs, event.rule);
    default:
      return null;
  }
}

function voteRows(mine: Vote, theirs: Vote, decider: VoteRule): VoteRow[] {
  const [own, other] = [voteTexts(mine), voteTexts(theirs)];
  return VOTE_ROWS.map((rule) => ({
    ...{ rule, mine: own[rule], theirs: other[rule], decides: rule === decider },
  }));
}

const voteTexts = (vote: Vote): Readonly<Record<VoteRow['rule'], string>> =>
  namesNobody(vote)
    ? { epoch: '–', zxid: '–', id: '–' }
    : {
        epoch: String(vote.peerEpoch),
        zxid: formatZxid(vote.zxid),
        id: String(vote.leader),
      };

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

/** The quorum that is missing: what was asked for, who answered, and the count that decided. */
export interface QuorumTable {
  readonly asked: 'FOLLOWERINFO' | 'ACKEPOCH' | 'ACK NEWLEADER' | 'ACK';
  readonly rows: readonly VoterStanding[];
  readonly have: number;
  readonly need: number;
  readonly waitedMillis: number;
}

export function quorumTableOf(event: TraceEvent): QuorumTable | null {
  if (!('standings' in event)) return null;
  const { have, need, waitedMillis, standings: rows } = event;
  return { asked: askedFor(event), rows, have, need, waitedMillis };
}

function askedFor(
  event: Extract<TraceEvent, { readonly standings: unknown }>,
): QuorumTable['asked'] {
  switch (event.kind) {
    case 'epochAwaited':
      return event.epoch === null ? 'FOLLOWERINFO' : 'ACKEPOCH';
    case 'newLeaderAwaited':
      return 'ACK NEWLEADER';
    case 'commitAwaited':
      return 'ACK';
  }
}

/** The quorum that was reached: who answered what. Each of these events is told when the last one had. */
export interface ReachedTable {
  readonly asked: 'notification' | 'ACK' | 'ACK NEWLEADER' | 'PING';
  readonly servers: readonly ServerId[];
}

export function reachedTableOf(event: TraceEvent): ReachedTable | null {
  switch (event.kind) {
    case 'voteCounted':
      return { asked: 'notification', servers: event.voters };
    case 'leaderEstablished':
      return { asked: 'ACK NEWLEADER', servers: event.supporters };
    case 'committed':
      return { asked: 'ACK', servers: event.voters };
    case 'quorumChecked':
      return { asked: 'PING', servers: event.servers };
    default:
      return null;
  }
}

/** What each had accepted when an epoch was proposed. The highest decides: the new one is the next. (It may be
 *  an observer's, which is not listed.) */
export interface EpochTable {
  readonly rows: readonly {
    readonly server: ServerId;
    readonly epoch: number;
    readonly decides: boolean;
  }[];
  readonly proposed: number;
}

export function epochTableOf(event: TraceEvent): EpochTable | null {
  if (event.kind !== 'epochProposed') return null;
  const decider = event.accepted.findIndex(({ epoch }) => epoch === event.epoch - 1);
  const rows = event.accepted.map((row, at) => ({ ...row, decides: at === decider }));
  return { rows, proposed: event.epoch };
}
