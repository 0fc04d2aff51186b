// What agreement asks of the replicated data above it. zab/ never looks inside a transaction: it hands
// over numbered bytes, in order, each exactly once per incarnation of the tree, and only after they
// are committed and durable here.

import type { Configuration } from '../vocabulary/ensemble.ts';
import type { LinkId, ServerId, SnapshotName } from '../vocabulary/ids.ts';
import type { Identity } from '../vocabulary/packet.ts';
import type { LogEntry } from '../vocabulary/transaction.ts';
import type { Zxid } from '../vocabulary/zxid.ts';

/** A learner as the leader's request stage needs it: where answers go. */
export interface Learner {
  readonly link: LinkId;
  readonly server: ServerId;
}

/** How far a proposal has come: at a learner, at any voter, at the leader, at a learner. */
export type ProposalStage = 'received' | 'acked' | 'quorumAcked' | 'commitReceived';

export interface Application {
  /** The configuration that this entry makes, null for every other entry. Throws a CodecError if it cannot
   *  be read. Asked for only where reconfiguration is enabled. */
  readonly configurationOf: (entry: LogEntry) => Configuration | null;
  /** The configuration that the tree keeps, or null. */
  readonly keptConfiguration: () => Configuration | null;
  /** The tree at the last applied entry, in ZooKeeper's stream form (without the signature), in pieces, each of a
   *  bounded number of nodes: of the tree as it is at the beginning, whatever is applied before the last piece.
   *  Those of several names are taken side by side. A null piece: the tree was replaced since. */
  readonly beginSnapshot: (name: SnapshotName) => void;
  readonly nextSnapshotPiece: (
    name: SnapshotName,
  ) => { readonly bytes: Uint8Array; readonly isLast: boolean } | null;
  /** Nobody asks for the rest of it, if it is still being taken. */
  readonly endSnapshot: (name: SnapshotName) => void;
  /** Replaces the tree. Throws a CodecError for bytes that are no tree; then nothing has changed. */
  readonly restore: (zxid: Zxid, bytes: Uint8Array) => void;
  readonly apply: (entry: LogEntry) => void;
  /** For whoever measures how long that takes. Of what is live alone: not of a history that is brought up to date. */
  readonly onStage: (stage: ProposalStage, entry: LogEntry) => void;
  /** This server now serves clients. As a leader it also prepares requests from now on. */
  readonly startServing: (role: 'leading' | 'following' | 'observing') => void;
  /** Clients are to be closed; no request is answered until the next startServing. */
  readonly stopServing: () => void;
  /** Leader: a REQUEST of a learner (data as in the packet, sync excluded). */
  readonly onRequest: (
    from: Learner,
    data: Uint8Array,
    authinfo: readonly Identity[] | null,
  ) => void;
  /** Leader: a PING reply's touched sessions, or REVALIDATE's data; the answer of the latter. */
  readonly onTouch: (from: Learner, data: Uint8Array) => void;
  readonly onRevalidate: (from: Learner, data: Uint8Array) => Uint8Array;
  /** Leader: a sync has come. False: what it has to wait for cannot be proposed any more, and it gets no answer. */
  readonly beforeSync: () => boolean;
  /** Learner: the data for the answer to the leader's PING (may be null for none). */
  readonly takeTouched: () => Uint8Array | null;
  /** Learner: a SYNC came for the oldest waiting sync; a REVALIDATE answer came. */
  readonly onSynced: () => void;
  readonly onRevalidated: (data: Uint8Array) => void;
}
