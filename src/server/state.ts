// What one ZooKeeper server is made of: a member of the ensemble, the tree, its clients. Plain data;
// every function of this floor changes it inside one step and speaks through the step's outputs.

import type { Fifo } from '../base/fifo.ts';
import type { Sessions } from '../tree/sessions.ts';
import type { Tree } from '../tree/tree.ts';
import type { Watches } from '../tree/watches.ts';
import type { Output } from '../vocabulary/boundary.ts';
import type { Ensemble } from '../vocabulary/ensemble.ts';
import { sessionId, type ConnectionId, type ServerId, type SessionId } from '../vocabulary/ids.ts';
import type { Identity } from '../vocabulary/packet.ts';
import type { Request, Response } from '../vocabulary/request.ts';
import type { WriteLatencies } from '../vocabulary/report.ts';
import type { TraceEvent } from '../vocabulary/trace.ts';
import { zxidOf, type Zxid } from '../vocabulary/zxid.ts';
import type { PeerConfig, PeerContext, PeerState } from '../zab/peer.ts';
import type { Outstanding } from './outstanding.ts';
import type { Rules } from './prepare.ts';
import type { SaslExchange } from './sasl.ts';
import { localPassword, sessionPassword } from './session-password.ts';

export interface ServerConfig extends PeerConfig, Rules {
  readonly sessionTimeoutMillisMin: number;
  readonly sessionTimeoutMillisMax: number;
  /** Only the ensemble's servers know it: session passwords follow from it and from nothing else. Null: as Apache's
   *  servers make them. */
  readonly sessionSecret: Uint8Array | null;
  /** `super:<base64 of SHA-1 of super:password>`: whoever proves it may do everything. Null: nobody.
   *  (zookeeper.DigestAuthenticationProvider.superDigest) */
  readonly superDigest: string | null;
  /** SASL's users and their passwords; null: no SASL. (A JAAS section of DigestLoginModule.) */
  readonly saslPasswords: ReadonlyMap<string, string> | null;
  /** Requests under way, above which clients have to wait. (zookeeper.globalOutstandingLimit) */
  readonly outstandingMax: number;
  /** The longest frame of a client. (jute.maxbuffer) */
  readonly requestBytesMax: number;
  /** (znode.container.checkIntervalMs) */
  readonly reapEveryMillis: number;
  /** Containers and TTL nodes that go in a minute, evenly. (znode.container.maxPerMinute) */
  readonly reapsPerMinuteMax: number;
  /** How long an empty container that never had a child stays; 0: for good.
   *  (znode.container.maxNeverUsedIntervalMs) */
  readonly neverUsedMillisMax: number;
  /** Without a quorum, clients that want no more are served reads. (readonlymode.enabled) */
  readonly readOnlyMode: boolean;
  /** A server of no ensemble: there is no configuration to show. */
  readonly standalone: boolean;
  /** A sync is answered when a quorum has agreed after it came. (tabkeeper.quorumSync) */
  readonly quorumSync: boolean;
}

/** What a home may set otherwise than Apache's servers have it. */
export type ServerSettings = Rules &
  Pick<
    ServerConfig,
    | 'superDigest'
    | 'saslPasswords'
    | 'outstandingMax'
    | 'requestBytesMax'
    | 'reapEveryMillis'
    | 'reapsPerMinuteMax'
    | 'neverUsedMillisMax'
    | 'readOnlyMode'
    | 'standalone'
    | 'quorumSync'
    | 'reconfig'
  >;

export const DEFAULT_SETTINGS: ServerSettings = {
  superDigest: null,
  reconfig: null,
  saslPasswords: null,
  extendedTypes: false,
  enforceQuota: false,
  outstandingMax: 1000,
  // One byte less than a mebibyte.
  requestBytesMax: 0xf_ffff,
  reapEveryMillis: 60_000,
  reapsPerMinuteMax: 10_000,
  neverUsedMillisMax: 0,
  readOnlyMode: false,
  standalone: false,
  quorumSync: false,
};

/** The configuration of one member; `sessionSecret` is what only the ensemble's servers know, where they share a secret. */
export function defaultServerConfig(
  serverId: ServerId,
  ensemble: Ensemble,
  sessionSecret: Uint8Array | null,
  settings: Partial<ServerSettings> = {},
): ServerConfig {
  return {
    serverId,
    ensemble,
    tickMillis: ensemble.tickMillis,
    initLimit: ensemble.initLimit,
    syncLimit: ensemble.syncLimit,
    finalizeWaitMillis: ensemble.finalizeWaitMillis,
    electionBackoffMinMillis: ensemble.notificationMillisMin,
    electionBackoffMaxMillis: ensemble.notificationMillisMax,
    snapshotEvery: ensemble.snapshotEveryTransactions,
    committedLogEntriesMax: ensemble.committedLogEntriesMax,
    sessionTimeoutMillisMin: ensemble.sessionTimeoutMillisMin,
    sessionTimeoutMillisMax: ensemble.sessionTimeoutMillisMax,
    ...DEFAULT_SETTINGS,
    ...settings,
    sessionSecret,
  };
}

/** A request between its frame and its reply. */
export interface Pending {
  readonly xid: number;
  readonly type: number;
  /** Null for a type that this server does not know or bytes that are no request. */
  readonly request: Request | null;
  /** Not 0: what this server answers in its turn without looking further. */
  readonly refused: number;
  /** Who asked, when it asked. */
  readonly identities: readonly Identity[];
  /** The client's bytes behind the header, as they are forwarded. */
  readonly body: Uint8Array;
  /** Writes and syncs wait for the leader; reads for what stands before them in the queue. */
  readonly waitsForLeader: boolean;
  /** Leader: the proposal that was made of it. */
  zxid: Zxid | null;
  /** The answer, once it is known. */
  answer: Answer | null;
}

export interface Answer {
  readonly zxid: Zxid;
  readonly err: number;
  readonly response: Response | null;
}

export interface Connection {
  readonly id: ConnectionId;
  readonly address: string;
  /** The address and what was proved since; replaced, never changed. It ends with the connection. */
  identities: readonly Identity[];
  /** Begun by the first token of SASL. */
  sasl: SaslExchange | null;
  /** opening: its createSession is on the way; validating: the leader is asked about its session. */
  phase: 'new' | 'opening' | 'validating' | 'open' | 'closing';
  session: SessionId;
  timeoutMillis: number;
  /** The last sign of life, in awake milliseconds. */
  heardAtMillis: number;
  /** Transactions of this session up to here were asked for on an earlier connection, which may have
   *  used the same xids. */
  earlierUpTo: Zxid;
  /** Its closeSession is on the way: what the client sends behind it is not done. */
  ending: boolean;
  /** The client's connect request had the read-only byte, so the answer has it too. */
  saysReadOnly: boolean;
  /** In the order of arrival; answered in that order. */
  readonly queue: Fifo<Pending>;
  /** Frames that wait until fewer writes are outstanding. */
  readonly stalled: Fifo<Uint8Array>;
  stalledBytes: number;
}

export interface ServerState {
  readonly config: ServerConfig;
  readonly peer: PeerState;
  tree: Tree;
  readonly watches: Watches;
  readonly connections: Map<ConnectionId, Connection>;
  /** The connection that a session is attached to here. */
  readonly attached: Map<SessionId, ConnectionId>;
  /** Leader only: the sessions' clock and the changes that are proposed and not yet applied. */
  sessions: Sessions | null;
  outstanding: Outstanding;
  /** Null while this server does not serve. */
  role: 'leading' | 'following' | 'observing' | 'readOnly' | null;
  /** In awake milliseconds; null while this server does not look for a leader, or never serves reads only. */
  lookingSinceMillis: number | null;
  /** The tree that agreement goes on with, while reads are served from another one. */
  committedTree: Tree | null;
  /** Sessions of a server that only reads, without a connection now: when they end, in awake milliseconds. */
  readonly localSessions: Map<SessionId, number>;
  /** Learner: sessions that gave a sign of life since the leader's last PING. */
  readonly touched: Map<SessionId, number>;
  /** Syncs that wait for the leader's word, in order. */
  readonly syncs: Fifo<{ readonly connection: ConnectionId; readonly pending: Pending }>;
  /** Requests of this server's clients that are taken and not answered. Invariant: the sum of the
   *  connections' queues. */
  inFlight: number;
  /** Open connections with stalled frames, in the order of their turn. */
  readonly stalled: Set<ConnectionId>;
  latencies: WriteLatencies;
  /** Lengths of the proposals that this leader made; null before the first. */
  proposalBytes: ProposalBytes | null;
  nextSessionNumber: bigint;
  nowMillis: number;
  wallMillis: number;
  /** As nowMillis, without the time that this server slept. */
  awakeMillis: number;
  nextIdleCheckAtMillis: number;
  /** When is looked again for what has had its time. */
  nextReapAtMillis: number;
  /** What was found then and has not gone yet, the next one last; and when that may go. */
  readonly reaping: string[];
  reapNextAtMillis: number;
}

export interface ProposalBytes {
  readonly last: number;
  readonly min: number;
  readonly max: number;
}

/** One step's way out, and what agreement is given of this server. */
export interface ServerContext extends PeerContext {
  readonly emit: (output: Output) => void;
}

/** `frame`: the client's that the event tells of. */
export function trace(ctx: ServerContext, event: TraceEvent, frame?: Uint8Array): void {
  ctx.emit(frame === undefined ? { kind: 'trace', event } : { kind: 'trace', event, frame });
}

/** In the header of the answer to a request of an unknown type. */
export const UNKNOWN_REQUEST_ZXID = zxidOf(-1n);

export const passwordOf = (server: ServerState, session: SessionId): Uint8Array =>
  sessionPassword(server.config.sessionSecret, session);

export const localPasswordOf = (server: ServerState, session: SessionId): Uint8Array =>
  localPassword(server.config.sessionSecret, session);

const SERVER_SHIFT = 56n;

/** The first session id of this server's life (SessionTrackerImpl.initializeNextSessionId). */
export function firstSessionNumber(server: ServerId, wallMillis: number): bigint {
  const stamp = BigInt.asUintN(64, BigInt(Math.trunc(wallMillis)) << 24n) >> 8n;
  return BigInt.asUintN(64, stamp | (BigInt(server) << SERVER_SHIFT));
}

/** A session id that no living session has, even if the wall clock went back since the last life. */
export function takeSessionId(server: ServerState): SessionId {
  if (server.nextSessionNumber === 0n) {
    server.nextSessionNumber = firstSessionNumber(server.config.serverId, server.wallMillis);
  }
  let id = sessionId(server.nextSessionNumber);
  while (server.tree.sessions.has(id) || server.attached.has(id)) {
    server.nextSessionNumber += 1n;
    id = sessionId(server.nextSessionNumber);
  }
  server.nextSessionNumber += 1n;
  return id;
}
