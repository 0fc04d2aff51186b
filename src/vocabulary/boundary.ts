// The one entry and the one exit of a server: step(input) -> outputs, done in order; nothing waits.
// A home (tab, edge, simulator) turns outputs into calls and answers by inputs.

import type { Configuration } from './ensemble.ts';
import type { ConnectionId, LinkId, ServerId, Ticket } from './ids.ts';
import type { Ballot, QuorumPacket } from './packet.ts';
import type { LogEntry } from './transaction.ts';
import type { TraceEvent } from './trace.ts';
import type { Zxid } from './zxid.ts';

/** The ports: election is 3888, quorum 2888, client 2181, trace our own. */
export type LinkPurpose = 'election' | 'quorum' | 'client' | 'trace';

export type Input =
  /** Monotonic milliseconds for deadlines, wall milliseconds for ctime and mtime only. The host sends
   *  one before it hands over whatever else arrived. */
  | { readonly kind: 'tick'; readonly nowMillis: number; readonly wallMillis: number }
  /** The election channel to `peer` has come up: the last ballot is due again. */
  | { readonly kind: 'electionOpened'; readonly peer: ServerId }
  | { readonly kind: 'ballot'; readonly from: ServerId; readonly ballot: Ballot }
  /** A quorum link. `peer` is null where the network does not know who dialled (TCP). */
  | {
      readonly kind: 'linkUp';
      readonly link: LinkId;
      readonly peer: ServerId | null;
      readonly dialled: boolean;
    }
  | { readonly kind: 'linkDown'; readonly link: LinkId; readonly reason: string }
  | { readonly kind: 'dialFailed'; readonly peer: ServerId; readonly reason: string }
  | { readonly kind: 'packet'; readonly link: LinkId; readonly packet: QuorumPacket }
  | {
      readonly kind: 'clientOpened';
      readonly connection: ConnectionId;
      /** The client's address for the ip scheme, e.g. 127.0.0.1. */
      readonly address: string;
    }
  /** One frame without its length prefix. */
  | {
      readonly kind: 'clientFrame';
      readonly connection: ConnectionId;
      readonly frame: Uint8Array;
    }
  | { readonly kind: 'clientClosed'; readonly connection: ConnectionId }
  | { readonly kind: 'diskDone'; readonly ticket: Ticket }
  | { readonly kind: 'diskFailed'; readonly ticket: Ticket; readonly reason: string };

export type DiskOutput =
  /** Appends in order. Durable, all of it, before diskDone. */
  | { readonly kind: 'append'; readonly ticket: Ticket; readonly entries: readonly LogEntry[] }
  /** Forgets every log entry and every snapshot with a zxid above this one. */
  | { readonly kind: 'truncate'; readonly ticket: Ticket; readonly zxid: Zxid }
  /** Keeps a snapshot. `replacesHistory`: in the same atomic write the whole log and all other
   *  snapshots go (after a SNAP); otherwise the disk may drop what this snapshot covers. */
  | {
      readonly kind: 'saveSnapshot';
      readonly ticket: Ticket;
      readonly zxid: Zxid;
      readonly bytes: Uint8Array;
      readonly replacesHistory: boolean;
    }
  /** A part of a snapshot that is taken while the server goes on: its bytes from `offset` on, in order; 0 begins
   *  another one. All of it is durable before diskDone of the last; a crash before that leaves nothing of it. The
   *  log goes on meanwhile, so it may be answered before what was asked for earlier, and after what was later. */
  | {
      readonly kind: 'snapshotPiece';
      readonly ticket: Ticket;
      readonly zxid: Zxid;
      readonly offset: number;
      readonly bytes: Uint8Array;
      readonly isLast: boolean;
    }
  | {
      readonly kind: 'saveEpochs';
      readonly ticket: Ticket;
      readonly acceptedEpoch: number;
      readonly currentEpoch: number;
      /** False while this server is a suspect (its history was lost). */
      readonly trusted: boolean;
    };

export type NetworkOutput =
  /** To a peer's election port: only the newest ballot to each peer matters. Dials if needed. */
  | { readonly kind: 'sendBallot'; readonly to: ServerId; readonly ballot: Ballot }
  /** Opens a quorum link: answered by linkUp (dialled) or dialFailed. */
  | { readonly kind: 'dial'; readonly peer: ServerId }
  | { readonly kind: 'hangUp'; readonly link: LinkId; readonly reason: string }
  | { readonly kind: 'sendPacket'; readonly link: LinkId; readonly packet: QuorumPacket };

export type ClientOutput =
  /** One frame without its length prefix. */
  | { readonly kind: 'reply'; readonly connection: ConnectionId; readonly frame: Uint8Array }
  | { readonly kind: 'closeClient'; readonly connection: ConnectionId; readonly reason: string };

export type Output =
  | DiskOutput
  | NetworkOutput
  | ClientOutput
  /** The members have changed, or will: `lastSeen` is the other one's next, or the same. Where to find
   *  them is in both. Only where reconfiguration is enabled. */
  | {
      readonly kind: 'configured';
      readonly committed: Configuration;
      readonly lastSeen: Configuration;
    }
  /** The server stops for good and says why: its disk failed, or a rule would be broken. */
  | { readonly kind: 'halt'; readonly reason: string }
  | ({ readonly kind: 'trace'; readonly event: TraceEvent } & Carried);

/** What crossed with a trace event, for whoever wants to show its bytes: a packet between servers, or a
 *  client's frame without its length. */
export interface Carried {
  readonly packet?: QuorumPacket;
  readonly frame?: Uint8Array;
}

/** What the disk gave back at the start of a server. */
export interface Recovered {
  readonly acceptedEpoch: number;
  readonly currentEpoch: number;
  readonly snapshot: { readonly zxid: Zxid; readonly bytes: Uint8Array } | null;
  /** Ascending, no holes, all above the snapshot's zxid. */
  readonly log: readonly LogEntry[];
  /** False when this server once had a history that is gone: it may not vote until a leader that
   *  does not need it has synchronised it. */
  readonly trusted: boolean;
}
