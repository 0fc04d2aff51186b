// Everything one server knows about agreement, as plain data: it can be cloned, compared and kept.
// The phases (election, discovery, synchronization, broadcast) change it in place within one step.

import { makeFifo, type Fifo } from '../base/fifo.ts';
import type { Output, Recovered } from '../vocabulary/boundary.ts';
import { initialConfiguration, type Configuration, type Ensemble } from '../vocabulary/ensemble.ts';
import type { LinkId, ServerId, Ticket } from '../vocabulary/ids.ts';
import type { Ballot, QuorumPacket, ServerState, Vote } from '../vocabulary/packet.ts';
import type { Phase, Standing, SyncMode, TraceEvent } from '../vocabulary/trace.ts';
import type { LogEntry } from '../vocabulary/transaction.ts';
import type { LostCell } from '../vocabulary/view.ts';
import { epochOf, makeZxid, type Zxid } from '../vocabulary/zxid.ts';
import type { Application } from './application.ts';
import { isObserverIn, isVoter, makeConfigurations, type Configurations } from './quorums.ts';
import { makeHistory, lastLogged, type History } from './history.ts';
import type { SyncRule } from './sync-decision.ts';
import { unvoted } from './vote.ts';

/** All times in milliseconds. */
export interface PeerConfig {
  readonly serverId: ServerId;
  readonly ensemble: Ensemble;
  readonly tickMillis: number;
  /** Ticks for discovery and synchronization together. */
  readonly initLimit: number;
  /** Ticks of silence in broadcast. */
  readonly syncLimit: number;
  /** How long an election with a quorum waits for a better vote. */
  readonly finalizeWaitMillis: number;
  readonly electionBackoffMinMillis: number;
  readonly electionBackoffMaxMillis: number;
  /** A snapshot is taken after about this many transactions. */
  readonly snapshotEvery: number;
  /** Applied transactions kept in memory to serve a DIFF. */
  readonly committedLogEntriesMax: number;
  /** Null: the members are those of `ensemble` for ever. (reconfigEnabled) */
  readonly reconfig: ReconfigRules | null;
}

export interface ReconfigRules {
  /** A configuration of one voter is none of an ensemble. (standaloneEnabled) */
  readonly standalone: boolean;
}

export interface PeerContext {
  readonly application: Application;
  readonly emit: (output: Output) => void;
}

/** One write the disk has not answered yet. `generation` is the role it was asked in: the answer to
 *  an earlier role still moves what is durable, but continues nothing. */
export type PendingWrite = { readonly ticket: Ticket; readonly generation: number } & (
  | { readonly kind: 'append'; readonly end: number; readonly count: number }
  | { readonly kind: 'truncate' }
  | {
      readonly kind: 'saveSnapshot';
      readonly zxid: Zxid;
      readonly bytes: number;
      readonly replacesHistory: boolean;
    }
  | {
      readonly kind: 'saveEpochs';
      readonly acceptedEpoch: number;
      readonly currentEpoch: number;
      readonly trusted: boolean;
    }
);

export interface StorageState {
  nextTicket: number;
  /** In the order asked. */
  pending: Fifo<PendingWrite>;
  /** The newest answered one: the disk answers in order. */
  answeredTicket: number;
  appendsPending: number;
  /** True from the first piece of a snapshot until all of it is durable. */
  snapshotPending: boolean;
  /** The piece of a large snapshot that the disk has not answered. The log does not wait for it. */
  piecePending: PendingPiece | null;
  appliedSinceSnapshot: number;
}

export interface PendingPiece {
  readonly ticket: Ticket;
  readonly zxid: Zxid;
  /** Where the next piece begins. */
  readonly end: number;
  readonly isLast: boolean;
}

export interface ElectionState {
  /** The logical clock: in memory only, grows by one with each election. */
  round: bigint;
  /** False while LOOKING waits for the disk, and in every other state. */
  voting: boolean;
  /** The proposal of this round while voting. A suspect's or an observer's best seen. */
  vote: Vote;
  /** This round's ballots (recvset), the own included where this server votes. */
  received: Map<ServerId, Ballot>;
  /** Ballots of servers that have a leader, of any round (outofelection). */
  settled: Map<ServerId, Ballot>;
  /** The newest ballot of each sender that came while the disk was still busy with the last role. */
  held: Map<ServerId, Ballot>;
  resendAtMillis: number;
  resendAfterMillis: number;
  /** When silence ends the election; null while no quorum agrees. */
  finalizeAtMillis: number | null;
  /** The leader whose closed link ended the last role: nobody waits for its vote. */
  absent: ServerId | null;
  startAtMillis: number;
  /** Roles left without having served, one after the other: they slow the next round down. */
  failures: number;
  decided: {
    readonly ballot: Ballot;
    /** `designated`: without a vote, by a configuration that has just become committed. */
    readonly how: 'quorumOfLooking' | 'joinedEstablished' | 'designated';
  } | null;
}

export interface ParkedLink {
  readonly peer: ServerId | null;
  readonly packets: QuorumPacket[];
}

/** How far a learner has come, as its leader sees it. */
export type LearnerStage =
  | 'info' // linked, FOLLOWERINFO or OBSERVERINFO awaited
  | 'waitingForEpoch' // registered, LEADERINFO not sent yet
  | 'epochAck' // LEADERINFO sent
  | 'waitingForSync' // ACKEPOCH came, no quorum of them yet
  | 'newLeaderAck' // synchronised up to NEWLEADER, its ACK awaited
  | 'waitingForService' // acked NEWLEADER, this leader is not established yet
  | 'serving'; // UPTODATE sent

/** What is there of a SNAP, and where the history goes on behind it. */
export interface SnapTaking {
  readonly zxid: Zxid;
  /** A position. What comes from here on is not trimmed meanwhile. */
  readonly from: number;
  /** Why it gets one. */
  readonly rule: SyncRule;
  /** The first tick behind the one that took the last of them; null until it comes. */
  restsSinceMillis: number | null;
  readonly pieces: Uint8Array[];
}

export interface LearnerLink {
  readonly link: LinkId;
  /** As the network says; null on TCP. */
  readonly peer: ServerId | null;
  server: ServerId | null;
  stage: LearnerStage;
  /** Sent FOLLOWERINFO: it gets PROPOSALs and acks them. Whether it is counted the configurations say. */
  follower: boolean;
  acceptedEpoch: number;
  lastZxid: Zxid;
  /** While the tree is being taken for its SNAP. */
  taking: SnapTaking | null;
  /** True once live proposals (or INFORMs) go to it. */
  forwarding: boolean;
  /** Everything up to here is durable there. Never decreases. */
  acked: Zxid;
  /** Up to here it was told what is committed. */
  commitSent: Zxid;
  heardAtMillis: number;
  deadlineMillis: number;
  /** The proposal whose ack is timed (one at a time), and since when. */
  timedZxid: Zxid | null;
  timedSinceMillis: number;
}

/** How a link to this leader ended. */
export type Gone = Extract<Standing, 'linkClosed' | 'cutOff' | 'refused'>;

export interface LeaderState {
  startedAtMillis: number;
  deadlineMillis: number;
  /** Voters that registered, with what they had accepted. Invariant: has the leader itself. */
  infos: Map<ServerId, number>;
  /** The largest accepted epoch heard, observers included. */
  acceptedMax: number;
  /** The new epoch once a quorum has registered. */
  epoch: number | null;
  epochDurable: boolean;
  epochAcks: Set<ServerId>;
  epochAcked: boolean;
  currentEpochDurable: boolean;
  newLeaderAcks: Set<ServerId>;
  established: boolean;
  /** What this leader had when it was elected: followers that are ahead of it are refused. */
  initialCurrentEpoch: number;
  initialZxid: Zxid;
  learners: Map<LinkId, LearnerLink>;
  byServer: Map<ServerId, LinkId>;
  lastProposed: Zxid;
  counterUsedUp: boolean;
  /** Learners' sync requests waiting for their zxid to commit. */
  syncs: Fifo<{ readonly link: LinkId; readonly zxid: Zxid }>;
  /** This server's own syncs: answered when their zxid is applied here. */
  ownSyncs: Fifo<Zxid>;
  nextPingAtMillis: number;
  nextCheckAtMillis: number;
  /** Who leads instead, by a configuration that was committed: this leader commits nothing more. */
  designated: ServerId | null;
  /** The last configuration that this leader committed, and who was designated with it. */
  activation: { readonly zxid: Zxid; readonly designated: ServerId } | null;
  /** A proposal that waits for its quorum, since when at least. */
  timed: { readonly zxid: Zxid; sinceMillis: number } | null;
  /** Voters without a link that had one in this leadership. */
  gone: Map<ServerId, Gone>;
  /** What was told last of a quorum that is missing. */
  told: { readonly text: string; readonly atMillis: number } | null;
}

export interface LearnerState {
  readonly leader: ServerId;
  readonly observer: boolean;
  stage:
    | 'dialling'
    | 'leaderInfo' // FOLLOWERINFO sent
    | 'savingEpoch' // acceptedEpoch on its way to the disk
    | 'syncMode' // ACKEPOCH sent: DIFF, TRUNC or SNAP awaited
    | 'collecting' // up to NEWLEADER
    | 'savingHistory' // history and currentEpoch on their way to the disk
    | 'upToDate' // NEWLEADER acked, UPTODATE awaited
    | 'serving';
  link: LinkId | null;
  dialAttempts: number;
  redialAtMillis: number | null;
  deadlineMillis: number;
  heardAtMillis: number;
  epoch: number;
  /** What came with NEWLEADER: it holds once the leader is established. */
  configuration: Configuration | null;
  mode: SyncMode | null;
  /** TRUNC's target or SNAP's zxid. */
  target: Zxid;
  snapshot: Uint8Array | null;
  /** Received before NEWLEADER, ascending, without holes. */
  proposals: LogEntry[];
  /** COMMITs (or INFORMs) before UPTODATE reach up to here; held back until then. */
  commitUpTo: Zxid;
  /** How many of `proposals` have their COMMIT. */
  commitCount: number;
  /** The write whose answer lets the NEWLEADER ack go. */
  awaitedTicket: Ticket | null;
  /** Position of the next entry to be acked on its own. */
  ackNext: number;
  /** What the tree must have reached before the head SYNC is handed up. */
  syncs: Fifo<Zxid>;
}

export interface PeerState extends Configurations {
  readonly config: PeerConfig;
  started: boolean;
  haltedBecause: string | null;
  nowMillis: number;
  /** Grows with every change of role: continuations of an older one are dropped. */
  generation: number;
  role: ServerState;
  phase: Phase;
  leader: ServerId | null;
  serving: boolean;
  /** Result of the last election (currentVote) with its round. */
  settledVote: { vote: Vote; round: bigint } | null;
  /** These three are what the disk holds, never ahead of it. Invariant: current <= accepted. */
  acceptedEpoch: number;
  currentEpoch: number;
  trusted: boolean;
  /** True while the epochs above were mended at the start and the disk still holds older ones. */
  epochsMended: boolean;
  history: History;
  /** The newest that this log has lost, for people: at most LOST_CELLS_MAX. */
  lost: readonly LostCell[];
  storage: StorageState;
  election: ElectionState;
  leading: LeaderState | null;
  learning: LearnerState | null;
  parked: Map<LinkId, ParkedLink>;
  /** Handed to the application at the start, then forgotten. */
  recoveredSnapshot: { readonly zxid: Zxid; readonly bytes: Uint8Array } | null;
}

/** A stopped server with what its disk gave back. */
export function makePeer(config: PeerConfig, recovered: Recovered): PeerState {
  const history = makeHistory(recovered.snapshot?.zxid ?? makeZxid(0, 0), recovered.log);
  // A log that holds a transaction of epoch e holds the whole initial history of e (history is written
  // in order and before currentEpoch), so a crash between the two is mended here. ZOOKEEPER-1653
  const currentEpoch = Math.max(recovered.currentEpoch, epochOf(lastLogged(history)));
  return {
    config,
    ...makeConfigurations(initialConfiguration(config.ensemble)),
    started: false,
    haltedBecause: null,
    nowMillis: 0,
    generation: 0,
    role: 'LOOKING',
    phase: 'election',
    leader: null,
    serving: false,
    settledVote: null,
    acceptedEpoch: Math.max(recovered.acceptedEpoch, currentEpoch),
    currentEpoch,
    trusted: recovered.trusted,
    epochsMended: currentEpoch !== recovered.currentEpoch,
    history,
    lost: [],
    storage: makeStorage(),
    election: makeElection(config),
    leading: null,
    learning: null,
    parked: new Map(),
    recoveredSnapshot: recovered.snapshot,
  };
}

function makeStorage(): StorageState {
  return {
    nextTicket: 1,
    pending: makeFifo(),
    answeredTicket: 0,
    appendsPending: 0,
    snapshotPending: false,
    piecePending: null,
    appliedSinceSnapshot: 0,
  };
}

function makeElection(config: PeerConfig): ElectionState {
  return {
    round: 0n,
    voting: false,
    vote: unvoted(),
    received: new Map(),
    settled: new Map(),
    held: new Map(),
    resendAtMillis: 0,
    resendAfterMillis: config.electionBackoffMinMillis,
    finalizeAtMillis: null,
    absent: null,
    startAtMillis: 0,
    failures: 0,
    decided: null,
  };
}

export { haveQuorum, isVoter } from './quorums.ts';

/** May this server's ballots and acks be counted: a voter that knows all it ever promised. */
export const mayVote = (peer: PeerState): boolean =>
  peer.trusted && isVoter(peer, peer.config.serverId);

/** Does it learn without acking anything: an observer, or a suspect. An observer that is to become a voter
 *  acks already, since the change may need it. */
export const observes = (peer: PeerState): boolean => {
  const self = peer.config.serverId;
  return !peer.trusted || (isObserverIn(peer.committed, self) && !isVoter(peer, self));
};

export const initLimitMillis = (config: PeerConfig): number => config.initLimit * config.tickMillis;
export const syncLimitMillis = (config: PeerConfig): number => config.syncLimit * config.tickMillis;

export function trace(ctx: PeerContext, event: TraceEvent, packet?: QuorumPacket): void {
  ctx.emit(packet === undefined ? { kind: 'trace', event } : { kind: 'trace', event, packet });
}
