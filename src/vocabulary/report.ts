// All that one server can tell an administrator about itself, as plain data: what the four-letter words and
// the AdminServer's commands are made of.

import type { Summary } from '../base/summary.ts';
import type { ServerId, SessionId } from './ids.ts';
import type { SyncMode } from './trace.ts';
import type { RoleView } from './view.ts';
import type { Zxid } from './zxid.ts';

export interface ServerReport {
  readonly serverId: ServerId;
  readonly role: RoleView;
  /** Reads at least. */
  readonly serving: boolean;
  /** Reads alone: there is no quorum. */
  readonly readOnly: boolean;
  readonly leader: ServerId | null;
  readonly zxid: Zxid;
  /** As Apache counts: its table of nodes has the root under two names. */
  readonly nodeCount: number;
  readonly dataBytes: number;
  readonly ephemerals: readonly {
    readonly session: SessionId;
    readonly paths: readonly string[];
  }[];
  /** Of data and exists watches and lasting ones, by path: the words know no others. */
  readonly dataWatches: readonly {
    readonly path: string;
    readonly sessions: readonly SessionId[];
  }[];
  /** All of them. */
  readonly watchCount: number;
  readonly sessions: readonly { readonly id: SessionId; readonly timeoutMillis: number }[];
  /** The leader's clock of the sessions: who ends in so many milliseconds if nothing is heard. */
  readonly expiries: readonly {
    readonly inMillis: number;
    readonly sessions: readonly SessionId[];
  }[];
  readonly digests: readonly { readonly zxid: Zxid; readonly digest: bigint }[];
  readonly proposalBytes: {
    readonly last: number;
    readonly min: number;
    readonly max: number;
  } | null;
  readonly latencies: Readonly<WriteLatencies>;
  /** Of a leader: who follows and observes it, ascending. */
  readonly followers: readonly ServerId[];
  readonly observers: readonly ServerId[];
  readonly outstanding: number;
  /** How often this server, leading, brought a learner up to date by which way, since it started. */
  readonly synchronized: Readonly<Record<SyncMode, number>>;
  /** Of a leader: syncs that wait for what was proposed before them. */
  readonly pendingSyncs: number;
  readonly counts: ServerCounts;
}

/** What came to this server as a learner; and milliseconds from the time in a transaction's header, by the wall. */
export interface WriteLatencies {
  /** PROPOSALs of a follower. */
  proposalsReceived: number;
  /** COMMITs, of an observer INFORMs. */
  commitsReceived: number;
  readonly stages: {
    /** A PROPOSAL came. */
    readonly received: Summary;
    /** This server's own disk has it. */
    readonly acked: Summary;
    /** This leader commits it. */
    readonly quorumAcked: Summary;
    /** A COMMIT or an INFORM came. */
    readonly commitReceived: Summary;
    readonly applied: Summary;
  };
}

/** Counts and their times begin anew in any case. */
export interface ResetOptions {
  readonly proposalSizes: boolean;
}

/** Since this server started, or since they were reset. */
export interface ServerCounts {
  /** As a leader. */
  readonly proposals: number;
  readonly commits: number;
  readonly sessionsExpired: number;
  /** How often it looked for a leader, and in how many milliseconds one was elected. */
  readonly lookings: number;
  readonly electionMillis: Readonly<Summary>;
  /** As a leader: how often learners asked whether a session lives. */
  readonly revalidates: number;
  /** Clients that came back with a session, whatever they were answered. */
  readonly resumptions: number;
  /** How long it took to be brought up to date, as a follower and as an observer. */
  readonly followerSyncMillis: Readonly<Summary>;
  readonly observerSyncMillis: Readonly<Summary>;
  /** How long it has led, in milliseconds; 0 where it does not. */
  readonly leadingMillis: number;
  /** Writes that a hard limit refused, by the first name of their path. */
  readonly quotaRefusals: readonly (readonly [namespace: string, count: number])[];
}
