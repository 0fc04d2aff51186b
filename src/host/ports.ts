// What a home supplies: a network, a disk, a clock. Bytes in, bytes out; every answer is an event, and
// no adapter throws past this boundary.

import type { DiskOutput, LinkPurpose, Recovered } from '../vocabulary/boundary.ts';
import type { ConnectionId, LinkId, ServerId } from '../vocabulary/ids.ts';

export type NetworkEvent =
  | {
      readonly kind: 'linkUp';
      readonly link: LinkId;
      readonly purpose: LinkPurpose;
      /** Null where the network cannot know who dialled. */
      readonly peer: ServerId | null;
      readonly dialled: boolean;
    }
  /** A piece of the link's byte stream: FIFO, reliable, cut anywhere. */
  | { readonly kind: 'linkBytes'; readonly link: LinkId; readonly bytes: Uint8Array }
  | { readonly kind: 'linkDown'; readonly link: LinkId; readonly reason: string }
  | {
      readonly kind: 'dialFailed';
      readonly purpose: LinkPurpose;
      readonly peer: ServerId;
      readonly reason: string;
    };

/** Links are FIFO and reliable until they break; a healed link is a new LinkId, and nothing of the old
 *  one comes after its linkDown. Between two servers at most one election link lives at a time. */
export interface Network {
  readonly dial: (purpose: LinkPurpose, peer: ServerId) => void;
  /** A send to a link that is down is ignored. */
  readonly send: (link: LinkId, bytes: Uint8Array) => void;
  /** Answered by linkDown. */
  readonly close: (link: LinkId, reason: string) => void;
  /** Bytes accepted by send and not yet gone: the host cuts a link that passes its bound. */
  readonly bufferedBytes: (link: LinkId) => number;
}

export type ClientEvent =
  | {
      readonly kind: 'clientOpened';
      readonly connection: ConnectionId;
      readonly address: string;
    }
  /** One frame without its length prefix; the adapter refuses longer ones than FRAME_BYTES_MAX. */
  | {
      readonly kind: 'clientFrame';
      readonly connection: ConnectionId;
      readonly frame: Uint8Array;
    }
  /** What came is no frame, or a longer one than there may be: the adapter closes this connection now. */
  | {
      readonly kind: 'clientBadFrame';
      readonly connection: ConnectionId;
      readonly reason: string;
    }
  | { readonly kind: 'clientClosed'; readonly connection: ConnectionId };

export interface ClientDoor {
  readonly reply: (connection: ConnectionId, frame: Uint8Array) => void;
  readonly close: (connection: ConnectionId) => void;
}

/** Writes are done in the order they were asked for, each durable before its done is called. After the
 *  first failure every later write fails too. */
export interface Disk {
  readonly write: (output: DiskOutput, done: (failure: string | null) => void) => void;
}

/** The disk's other half, used once before the server starts. */
export interface DiskRecovery {
  readonly recover: () => Promise<Recovered>;
}

export interface Clock {
  /** Monotonic milliseconds. */
  readonly nowMillis: () => number;
  /** Milliseconds since 1970. */
  readonly wallMillis: () => number;
}

/** jute.maxbuffer: the longest client frame. */
export const FRAME_BYTES_MAX = 0xf_ffff;
