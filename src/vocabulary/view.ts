// Plain pictures of a server for people: made by the host, shown by the page. They decide nothing.

import type { Phase } from './trace.ts';
import type { ConnectionId, ServerId } from './ids.ts';
import type { Acl, Stat } from './stat.ts';
import type { Vote } from './packet.ts';
import type { Zxid } from './zxid.ts';

export type RoleView = 'looking' | 'following' | 'leading' | 'observing' | 'down';

export interface LogCell {
  readonly zxid: Zxid;
  /** In the order of its life; `committed` is known at this server. */
  readonly state: 'proposed' | 'logged' | 'committed';
}

/** What a log held and holds no more. With a log that a SNAP replaced may also go what is in the leader's
 *  tree: who lost it cannot tell. */
export interface LostCell {
  readonly zxid: Zxid;
  readonly by: 'TRUNC' | 'SNAP';
}

export interface SessionView {
  readonly id: bigint;
  readonly timeoutMillis: number;
  /** True where a connection of this session is attached to this very server. */
  readonly here: boolean;
  /** That connection, null where there is none: what else is known of it, its home knows. */
  readonly connection: ConnectionId | null;
  readonly ephemerals: readonly string[];
  /** How much of its timeout is left before it expires, in parts of FUSE_PARTS, as the leader counts; null at
   *  every other server. */
  readonly fuse: number | null;
}

export const FUSE_PARTS = 8;

/** A session of a client from outside, which came through a client port: attached to this server. */
export interface OutsideClientView {
  readonly session: bigint;
  readonly address: string;
}

export interface ServerView {
  readonly serverId: ServerId;
  readonly role: RoleView;
  readonly phase: Phase;
  readonly round: bigint;
  readonly vote: Vote | null;
  readonly acceptedEpoch: number;
  readonly currentEpoch: number;
  readonly leader: ServerId | null;
  readonly serving: boolean;
  readonly trusted: boolean;
  readonly lastLogged: Zxid;
  readonly lastDurable: Zxid;
  readonly lastCommitted: Zxid;
  readonly lastApplied: Zxid;
  /** The newest part of the log, ascending, at most LOG_CELLS_MAX. */
  readonly log: readonly LogCell[];
  /** The newest LOST_CELLS_MAX that this log has lost since the server started. */
  readonly lost: readonly LostCell[];
  readonly sessions: readonly SessionView[];
  readonly watches: readonly {
    readonly path: string;
    readonly kind: 'data' | 'child';
    readonly session: bigint;
  }[];
  readonly nodeCount: number;
  readonly treeDigest: bigint;
  /** Peers heard over a live quorum or election link. */
  readonly peers: readonly ServerId[];
  readonly haltedBecause: string | null;
  readonly queuedDiskWrites: number;
  /** Frames that it could not read since it started: each ended its link. */
  readonly badFrames: number;
}

/** What its disk still has when it has gone: what was on its way there may not have arrived, and what of it is
 *  committed, a disk does not say. */
export const cellsOnDisk = ({ log, lastDurable }: ServerView): LogCell[] =>
  log.filter(({ zxid }) => zxid <= lastDurable).map(({ zxid }) => ({ zxid, state: 'logged' }));

export const LOG_CELLS_MAX = 24;
export const LOST_CELLS_MAX = 8;

export interface NodeView {
  readonly path: string;
  readonly data: Uint8Array | null;
  readonly stat: Stat;
  readonly acl: readonly Acl[];
  readonly kind: 'persistent' | 'ephemeral' | 'container' | 'ttl';
}

/** Ascending by path; at most TREE_NODES_MAX, `omitted` says how many more there are. */
export interface TreeView {
  readonly serverId: ServerId;
  readonly zxid: Zxid;
  readonly nodes: readonly NodeView[];
  readonly omitted: number;
}

export const TREE_NODES_MAX = 500;
