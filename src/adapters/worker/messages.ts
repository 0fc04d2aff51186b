// What a page and its server's worker say to each other. The page owns the peer connections, the
// worker owns the engine, its clock and its disk. Links and this page's connections are numbered by the
// page, counting on over the lives of its workers, so that nothing of a killed server can be mistaken.

import type { LocalEnd } from '../local/local-channel.ts';
import type { LinkPurpose } from '../../vocabulary/boundary.ts';
import type { KnownDisk } from '../../vocabulary/known-disk.ts';
import type { Hindrance } from '../webrtc/hindered-pipe.ts';
import type { DiskReading } from './disk-reading.ts';
import type { DiskTrouble } from './troubled-disk.ts';
import type { OutsideClientView, ServerView, TreeView } from '../../vocabulary/view.ts';
import type { GatewayView } from '../../vocabulary/playground.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import type { TabHello } from '../websocket/frames.ts';

/** First message to a worker: who it is. */
export interface StartOrder {
  readonly kind: 'start';
  readonly seats: number;
  readonly seat: number;
  readonly sessionSecret: Uint8Array;
  readonly databaseName: string;
  /** Of another disk that this seat once had: the server begins as a suspect. Null when there was none. */
  readonly lostGeneration: number | null;
  /** Names this life of the server. */
  readonly life: string;
  /** What the gateway is told; null where there is none. */
  readonly gateway: TabHello | null;
}

/** Why a server stopped by itself. `diskGone`: the browser has deleted what was on its disk. */
export type HaltCause = 'diskGone' | 'diskFailed' | 'serverHalted';

export type ToWorker =
  | StartOrder
  /** A new link whose channel the worker owns from now on; it may still be connecting. */
  | {
      readonly kind: 'channel';
      readonly link: number;
      readonly purpose: LinkPurpose;
      readonly peer: number;
      readonly dialled: boolean;
      readonly channel: RTCDataChannel;
    }
  /** A new link between two tabs of this browser, whose channel the worker is to make. */
  | {
      readonly kind: 'local';
      readonly link: number;
      readonly purpose: LinkPurpose;
      readonly peer: number;
      readonly dialled: boolean;
      readonly end: LocalEnd;
    }
  /** A new link whose channel stays in the page. */
  | {
      readonly kind: 'bridged';
      readonly link: number;
      readonly purpose: LinkPurpose;
      readonly peer: number;
      readonly dialled: boolean;
    }
  | { readonly kind: 'linkOpen'; readonly link: number }
  | { readonly kind: 'linkBytes'; readonly link: number; readonly bytes: ArrayBuffer }
  /** So many bytes of what the worker sent on a bridged link have left since the last word. */
  | { readonly kind: 'linkDrained'; readonly link: number; readonly bytes: number }
  | { readonly kind: 'linkClosed'; readonly link: number; readonly reason: string }
  | {
      readonly kind: 'dialFailed';
      readonly purpose: LinkPurpose;
      readonly peer: number;
      readonly reason: string;
    }
  /** The server in the other page is gone, or ('all') the page with its clients too. */
  | {
      readonly kind: 'peerGone';
      readonly peer: number;
      readonly reason: string;
      readonly scope: 'servers' | 'all';
    }
  /** A client of this very page. */
  | { readonly kind: 'clientOpened'; readonly connection: number }
  /** Frames with their length prefixes, cut anywhere. */
  | { readonly kind: 'clientBytes'; readonly connection: number; readonly bytes: ArrayBuffer }
  | { readonly kind: 'clientClosed'; readonly connection: number }
  /** The page trusts the server that has started: clients from outside may come. */
  | { readonly kind: 'serve' }
  /** Whether the page's server can be reached, and with it the gateway. */
  | { readonly kind: 'gatewayReachable'; readonly on: boolean }
  | { readonly kind: 'freeze'; readonly on: boolean }
  /** What is sent to this peer waits from now on, or goes again. */
  | { readonly kind: 'hinder'; readonly peer: number; readonly hindrance: Hindrance }
  | { readonly kind: 'closeLinks'; readonly peer: number; readonly purpose: LinkPurpose }
  | { readonly kind: 'diskTrouble'; readonly trouble: DiskTrouble }
  /** The server's own clock goes so fast from now on, in percent. */
  | { readonly kind: 'paceClock'; readonly percent: number }
  | { readonly kind: 'watchTree'; readonly on: boolean }
  | {
      readonly kind: 'rememberDisks';
      readonly ticket: number;
      readonly disks: readonly KnownDisk[];
    }
  /** Enough others know this disk for good. */
  | { readonly kind: 'trustKnown' }
  /** What would a restart find on the disk now? Answered by diskRead, also by a frozen server's worker. */
  | { readonly kind: 'readDisk'; readonly ticket: number };

export type FromWorker =
  /** The disk is open; the server waits for `go`-ahead by links only. */
  | {
      readonly kind: 'started';
      readonly diskId: string;
      readonly diskGeneration: number;
      readonly diskTrusted: boolean;
      /** What this disk remembers of other seats'. */
      readonly remembered: readonly KnownDisk[];
    }
  /** These disks are remembered for good; the ticket is that of the order. */
  | { readonly kind: 'disksRemembered'; readonly ticket: number }
  /** A suspect has been given everything: who else knows its disk? Answered by trustKnown. */
  | { readonly kind: 'wantsTrust' }
  /** What the disk now says of its server for good: a suspect has been given everything. */
  | { readonly kind: 'diskTrust'; readonly trusted: boolean }
  /** No server came up: the database cannot be opened or read. */
  | { readonly kind: 'notStarted'; readonly reason: string }
  /** No server came up: its disk is that of another room of this name, with so many seats. */
  | { readonly kind: 'otherRoom'; readonly seats: number; readonly otherSecret: boolean }
  | { readonly kind: 'dial'; readonly purpose: LinkPurpose; readonly peer: number }
  | { readonly kind: 'linkBytes'; readonly link: number; readonly bytes: ArrayBuffer }
  | { readonly kind: 'closeLink'; readonly link: number; readonly reason: string }
  | { readonly kind: 'clientBytes'; readonly connection: number; readonly bytes: ArrayBuffer }
  | { readonly kind: 'closeClient'; readonly connection: number }
  | { readonly kind: 'gateway'; readonly gateway: GatewayView }
  /** Servers that are alive, whatever their pages' threads do. */
  | {
      readonly kind: 'heard';
      /** By the worker's own clock. */
      readonly sentAtMillis: number;
      readonly peers: readonly { readonly peer: number; readonly agoMillis: number }[];
    }
  | { readonly kind: 'trace'; readonly events: readonly Traced[] }
  | {
      readonly kind: 'view';
      readonly view: ServerView;
      readonly outside: readonly OutsideClientView[];
    }
  | { readonly kind: 'tree'; readonly tree: TreeView }
  | { readonly kind: 'diskRead'; readonly ticket: number; readonly reading: DiskReading }
  | { readonly kind: 'halted'; readonly cause: HaltCause; readonly reason: string };
