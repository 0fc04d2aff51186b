// The spine: every decision of the engine as one typed event, past tense, with its cause and its
// numbers. The page animates it, the checkers judge it, the transcripts print it. Nobody parses prose.

import type { Ballot, PacketName, ServerState, Vote } from './packet.ts';
import type { ConnectionId, ServerId, SessionId } from './ids.ts';
import type { EventName, OpName } from './request.ts';
import type { Zxid } from './zxid.ts';

export type Phase = 'election' | 'discovery' | 'synchronization' | 'broadcast';
export type SyncMode = 'DIFF' | 'TRUNC' | 'SNAP';

/** Which of the three comparisons decided between two votes (totalOrderPredicate). */
export type VoteRule = 'epoch' | 'zxid' | 'id' | 'same';

/** Why a server left its role. */
export type LeaveReason =
  | 'quorumLost'
  | 'leaderSilent'
  | 'leaderLinkClosed'
  | 'leaderUnreachable'
  | 'initLimitExceeded'
  | 'counterUsedUp'
  | 'oldEpoch'
  | 'protocolError'
  | 'trustRegained'
  /** A new configuration gave it another leader or another role. */
  | 'reconfigured';

/** What keeps a voter from being counted, as far as the leader knows. */
export type Standing =
  | 'answered'
  /** The leader's own disk has not kept it yet. */
  | 'ownDisk'
  /** It was asked and was heard lately. */
  | 'asked'
  /** Linked, and not heard for longer than a tick. */
  | 'silent'
  /** Linked, and not yet where it can be asked. */
  | 'joining'
  /** It follows without acking: a suspect, or an observer that does not know yet that it is to vote. */
  | 'notCounted'
  | 'notLinked'
  | 'linkClosed'
  | 'cutOff'
  | 'refused';

export interface VoterStanding {
  readonly server: ServerId;
  readonly standing: Standing;
  /** Since it was heard over its link; null where there is none. */
  readonly silentMillis: number | null;
}

/** A quorum that is not there yet. Invariant: have < need. */
export interface QuorumWait {
  readonly have: number;
  readonly need: number;
  /** At least so long. */
  readonly waitedMillis: number;
  /** All voters of that quorum, ascending. */
  readonly standings: readonly VoterStanding[];
}

export type TraceEvent =
  // Life of the server
  | {
      readonly kind: 'serverStarted';
      readonly acceptedEpoch: number;
      readonly currentEpoch: number;
      readonly lastZxid: Zxid;
      readonly snapshotZxid: Zxid | null;
      readonly logEntries: number;
      readonly trusted: boolean;
    }
  | { readonly kind: 'serverHalted'; readonly reason: string }
  /** No quorum for so long: reads are served from what this disk has, up to `zxid`; and the end of it. */
  | { readonly kind: 'readOnlyStarted'; readonly zxid: Zxid }
  | { readonly kind: 'readOnlyEnded' }
  | {
      readonly kind: 'roleChanged';
      readonly from: ServerState;
      readonly to: ServerState;
      readonly leader: ServerId | null;
      readonly reason: LeaveReason | 'electionWon' | 'electionLost' | 'started';
    }
  | { readonly kind: 'phaseChanged'; readonly phase: Phase; readonly epoch: number }
  | { readonly kind: 'epochAccepted'; readonly epoch: number }
  | { readonly kind: 'currentEpochSaved'; readonly epoch: number }
  /** From now on quorums are counted among these. */
  | {
      readonly kind: 'configurationActivated';
      readonly version: bigint;
      readonly voters: readonly ServerId[];
      readonly observers: readonly ServerId[];
    }
  // Election
  | { readonly kind: 'roundStarted'; readonly round: bigint; readonly vote: Vote }
  | { readonly kind: 'ballotSent'; readonly to: ServerId; readonly ballot: Ballot }
  | { readonly kind: 'ballotReceived'; readonly from: ServerId; readonly ballot: Ballot }
  | {
      readonly kind: 'ballotIgnored';
      readonly from: ServerId;
      /** `suspect`: a voter that votes for nobody since its disk was lost. */
      readonly reason: 'oldRound' | 'notAVoter' | 'suspect' | 'observer';
      readonly round: bigint;
      readonly theirRound: bigint;
    }
  | {
      readonly kind: 'voteChanged';
      readonly because: ServerId;
      readonly from: Vote;
      readonly to: Vote;
      readonly rule: VoteRule;
      readonly round: bigint;
    }
  | {
      readonly kind: 'voteKept';
      readonly against: ServerId;
      readonly mine: Vote;
      readonly theirs: Vote;
      readonly rule: VoteRule;
    }
  | {
      readonly kind: 'voteCounted';
      readonly leader: ServerId;
      readonly have: number;
      readonly need: number;
      readonly voters: readonly ServerId[];
    }
  | {
      readonly kind: 'electionDecided';
      readonly leader: ServerId;
      readonly round: bigint;
      readonly how: 'quorumOfLooking' | 'joinedEstablished';
      readonly vote: Vote;
    }
  // Packets of the quorum port, sent and received, as they cross
  | {
      readonly kind: 'packetSent' | 'packetReceived';
      readonly peer: ServerId | null;
      readonly type: PacketName;
      readonly zxid: Zxid;
      readonly bytes: number;
    }
  // Discovery
  | {
      readonly kind: 'epochProposed';
      readonly epoch: number;
      readonly have: number;
      readonly need: number;
      readonly accepted: readonly { readonly server: ServerId; readonly epoch: number }[];
    }
  | {
      readonly kind: 'epochAcked';
      readonly server: ServerId;
      readonly currentEpoch: number;
      readonly lastZxid: Zxid;
      readonly counted: boolean;
      readonly have: number;
      readonly need: number;
    }
  /** `epoch` null: too few have registered for one to be proposed; else too few have promised it. */
  | ({ readonly kind: 'epochAwaited'; readonly epoch: number | null } & QuorumWait)
  | {
      readonly kind: 'learnerRefused';
      readonly server: ServerId;
      readonly reason: string;
    }
  // Synchronization
  | {
      readonly kind: 'syncDecided';
      readonly server: ServerId;
      readonly mode: SyncMode;
      readonly learnerZxid: Zxid;
      readonly leaderZxid: Zxid;
      readonly committedMin: Zxid;
      readonly committedMax: Zxid;
      readonly target: Zxid;
      readonly proposals: number;
      /** The row of the decision table (LearnerHandler.syncFollower). */
      readonly rule:
        | 'sameZxid'
        | 'aheadOfLeader'
        | 'insideWindow'
        | 'divergedInsideWindow'
        | 'newEpochOnly'
        | 'behindWindow'
        | 'notInHistory';
    }
  | { readonly kind: 'historyTruncated'; readonly to: Zxid; readonly removed: readonly Zxid[] }
  | { readonly kind: 'snapshotInstalled'; readonly zxid: Zxid; readonly bytes: number }
  | {
      readonly kind: 'newLeaderAcked';
      readonly server: ServerId;
      readonly have: number;
      readonly need: number;
    }
  | ({ readonly kind: 'newLeaderAwaited'; readonly epoch: number } & QuorumWait)
  | {
      readonly kind: 'leaderEstablished';
      readonly epoch: number;
      readonly lastZxid: Zxid;
      readonly supporters: readonly ServerId[];
    }
  | { readonly kind: 'synchronised'; readonly leader: ServerId; readonly epoch: number }
  // Broadcast
  | {
      readonly kind: 'requestForwarded';
      readonly session: SessionId;
      readonly cxid: number;
      readonly op: OpName;
    }
  | {
      readonly kind: 'proposed';
      readonly zxid: Zxid;
      readonly session: SessionId;
      readonly cxid: number;
      readonly op: OpName;
      readonly path: string | null;
    }
  | { readonly kind: 'proposalLogged'; readonly zxid: Zxid; readonly count: number }
  | {
      readonly kind: 'ackCounted';
      readonly zxid: Zxid;
      readonly server: ServerId;
      readonly have: number;
      readonly need: number;
    }
  /** The oldest proposal that waits, and why it is not committed. */
  | ({ readonly kind: 'commitAwaited'; readonly zxid: Zxid } & QuorumWait)
  | { readonly kind: 'committed'; readonly zxid: Zxid; readonly voters: readonly ServerId[] }
  | {
      readonly kind: 'applied';
      readonly zxid: Zxid;
      readonly session: SessionId;
      readonly op: OpName;
      readonly path: string | null;
      readonly err: number;
    }
  | { readonly kind: 'snapshotTaken'; readonly zxid: Zxid; readonly bytes: number }
  | {
      readonly kind: 'quorumChecked';
      readonly have: number;
      readonly need: number;
      readonly servers: readonly ServerId[];
    }
  | { readonly kind: 'learnerCutOff'; readonly server: ServerId; readonly reason: string }
  // Clients
  | { readonly kind: 'clientConnected'; readonly connection: ConnectionId }
  | {
      readonly kind: 'clientRefused';
      readonly connection: ConnectionId;
      readonly reason:
        | 'notServing'
        | 'aheadOfServer'
        /** It did not say that it is content with a server that only reads. */
        | 'readOnlyServer'
        | 'expired'
        | 'wrongPassword'
        | 'badFrame'
        /** It went on sending although too many requests waited. */
        | 'overloaded';
    }
  | {
      readonly kind: 'sessionOpened' | 'sessionResumed';
      readonly session: SessionId;
      readonly connection: ConnectionId;
      readonly timeoutMillis: number;
    }
  | { readonly kind: 'sessionExpired'; readonly session: SessionId; readonly silentMillis: number }
  | {
      readonly kind: 'sessionClosed';
      readonly session: SessionId;
      readonly ephemerals: readonly string[];
    }
  | { readonly kind: 'sessionMoved'; readonly session: SessionId }
  | {
      readonly kind: 'requestReceived';
      readonly session: SessionId;
      readonly xid: number;
      readonly op: OpName;
      readonly path: string | null;
    }
  | {
      readonly kind: 'replied';
      readonly session: SessionId;
      readonly xid: number;
      readonly op: OpName;
      readonly zxid: Zxid;
      readonly err: number;
    }
  | {
      readonly kind: 'watchSet';
      readonly session: SessionId;
      readonly path: string;
      readonly watch: 'data' | 'exists' | 'child' | 'persistent' | 'persistentRecursive';
    }
  | {
      readonly kind: 'watchFired';
      readonly session: SessionId;
      readonly path: string;
      readonly event: EventName;
      readonly zxid: Zxid;
    }
  /** A write goes past the quota of `subject`, or would if it were not refused. */
  | {
      readonly kind: 'quotaExceeded';
      readonly subject: string;
      readonly path: string;
      readonly what: 'count' | 'bytes';
      readonly limit: number;
      /** What it comes to with this write. */
      readonly value: number;
      readonly isHard: boolean;
      /** Hard limits are obeyed only where enforceQuota says so. */
      readonly refused: boolean;
    }
  // What went wrong outside
  | { readonly kind: 'badFrame'; readonly from: string; readonly reason: string }
  | { readonly kind: 'diskFailed'; readonly reason: string }
  /** The host left out events to keep its bound. */
  | { readonly kind: 'traceDropped'; readonly count: number };

export type TraceKind = TraceEvent['kind'];

/** An event with its place: which server, its how-manieth, when (milliseconds since 1970 by that
 *  server's clock; virtual time in the simulator). */
export interface Traced {
  readonly server: ServerId;
  readonly sequence: number;
  readonly atMillis: number;
  readonly event: TraceEvent;
  /** Of a packet, or of a client's frame with its length: its first bytes as they crossed, in hex; `??` where
   *  one is a secret. */
  readonly wire?: string;
}
