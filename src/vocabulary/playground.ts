// What the page's owner (entries) offers to its interface (ui): the room as it is, what happens in it,
// and the steps that a person can take. Interface and engine meet only here.

import type { LogCell, NodeView, OutsideClientView, ServerView, TreeView } from './view.ts';
import type { KeeperStateName, WatcherEvent } from './request.ts';
import type { RecipeName, RecipeView } from './recipe.ts';
import type { ServerId } from './ids.ts';
import type { LampView } from './lamp.ts';
import type { ClientCommand } from './zkcli/command.ts';
import type { CommandResult } from './zkcli/outcome.ts';
import type { Traced } from './trace.ts';
import type { WireView } from './wire.ts';

/** One chair of the room. `present`: somebody holds it and this page has a channel to it (or it is
 *  this page's own). `server` is the last picture heard, null before the first. */
export interface SeatView {
  readonly serverId: ServerId;
  readonly role: 'participant' | 'observer';
  readonly own: boolean;
  readonly present: boolean;
  readonly frozen: boolean;
  readonly killed: boolean;
  /** Its history was lost: it votes only after a leader that does not need it has synchronised it. */
  readonly lostDisk: boolean;
  readonly server: ServerView | null;
  /** Of a server that is down: the newest part of the log that its disk keeps, as far as is known. What of it is
   *  committed, no disk says. */
  readonly onDisk: readonly LogCell[];
  /** Clients from outside whose sessions are attached here. */
  readonly outside: readonly OutsideClientView[];
}

/** The gateway, which forwards client ports of its machine to the tabs of one room. `none`: this page was
 *  not served with one. `otherRoom`: another room has the ports. `refused`: it does not take this tab. */
export interface GatewayView {
  readonly state: 'none' | 'connecting' | 'open' | 'otherRoom' | 'refused';
  /** By server, as a client takes them: `127.0.0.1:2181`. */
  readonly ports: readonly { readonly server: ServerId; readonly address: string }[];
}

export interface CutView {
  readonly a: ServerId;
  readonly b: ServerId;
}

/** What is made worse at a server or a link now, beside a server that is down or frozen and a link that
 *  is cut. `from`, `to`: what is sent that way waits. */
export type FaultView =
  | { readonly kind: 'slowDisk'; readonly server: ServerId; readonly millis: number }
  | { readonly kind: 'fullDisk'; readonly server: ServerId }
  | { readonly kind: 'skewClock'; readonly server: ServerId; readonly percent: number }
  | { readonly kind: 'cutWay'; readonly from: ServerId; readonly to: ServerId }
  | {
      readonly kind: 'slowLink';
      readonly a: ServerId;
      readonly b: ServerId;
      readonly millis: number;
    };

/** `held`: the server answers, and another page has our name there. `here`: it does not, and tabs of this
 *  browser find each other without it. */
export type SignallingState = 'connecting' | 'open' | 'held' | 'gone' | 'here';

/** Of a tab while it does not answer. `waits`: a tab elsewhere may have the seat. `here`: the whole room is in
 *  this browser. `linked`: what is linked goes on, and tabs of this browser can join. */
export type Meanwhile = 'waits' | 'here' | 'linked';

export interface LinkField {
  readonly field: string;
  readonly value: string;
}

/** Why this tab could not do what its link asked, in a form that the interface words. */
export type RoomProblem =
  | { readonly kind: 'seatTaken'; readonly seat: number; readonly got: number }
  | { readonly kind: 'roomFull'; readonly seats: number; readonly observer: number }
  /** Another page took it while this one could not be reached; this one has stopped. */
  | { readonly kind: 'seatLost'; readonly seat: number }
  /** It has a page that the others can talk to; this one has stopped. */
  | { readonly kind: 'seatHeld'; readonly seat: number }
  /** Another page sits there, too, linked with others than this one: there are two rooms. This tab goes on. */
  | { readonly kind: 'roomApart'; readonly seat: number }
  | { readonly kind: 'wrongKey' }
  /** Somebody who is in a room of this name, but not in this one. This tab goes on. */
  | { readonly kind: 'strangers'; readonly reason: 'wrongKey' | 'otherSeats' }
  | { readonly kind: 'badLink'; readonly field: string; readonly value: string }
  /** Of a laboratory's link: the usual stands in the place of each. */
  | { readonly kind: 'labFields'; readonly fields: readonly LinkField[] }
  /** It says neither room nor laboratory: it was read as a laboratory's. */
  | { readonly kind: 'strangeLink'; readonly link: string }
  /** A lesson that a link holds whole, with the complaint of who read it; '': nothing could be read. */
  | { readonly kind: 'badLesson'; readonly complaint: string }
  | { readonly kind: 'otherSeats'; readonly mine: number; readonly theirs: number }
  | { readonly kind: 'noWebRtc' }
  | { readonly kind: 'noSignalling'; readonly meanwhile: Meanwhile }
  /** Another page has the seat's name at the signalling server. This tab goes on. */
  | { readonly kind: 'nameHeld'; readonly seat: number }
  | { readonly kind: 'browserTooOld'; readonly missing: string }
  /** Plain http from another machine: browsers keep from such a page what a server needs. */
  | { readonly kind: 'insecure'; readonly origin: string }
  | { readonly kind: 'diskUnavailable'; readonly reason: string }
  | { readonly kind: 'diskFailed'; readonly reason: string }
  /** This browser keeps no data for this page. */
  | { readonly kind: 'storageBlocked' }
  /** What was on this server's disk is gone. */
  | { readonly kind: 'diskGone'; readonly reason: string }
  | { readonly kind: 'serverHalted'; readonly reason: string }
  | { readonly kind: 'pageBroke'; readonly reason: string }
  /** Something threw in the laboratory's worker: its world stands still. */
  | { readonly kind: 'labBroke'; readonly reason: string }
  /** Pages that sent what this one cannot read, and how often: the channel it came on was closed each time. */
  | {
      readonly kind: 'unreadable';
      readonly pages: readonly { readonly seat: number; readonly times: number }[];
    }
  /** A laboratory asks a live room for its state. */
  | { readonly kind: 'taking' }
  /** The disks of these servers were there once and could not be read. */
  | { readonly kind: 'takenUnread'; readonly servers: readonly number[] }
  /** So many sessions have no client in the laboratory. */
  | { readonly kind: 'takenSessions'; readonly count: number }
  | { readonly kind: 'takenTooLarge'; readonly bytes: number; readonly most: number }
  | { readonly kind: 'takenUnsteady' | 'takenUnanswered' | 'takenDamaged' };

export interface ClientSessionView {
  /** 1 is the page's own session; the others were opened by the user. */
  readonly number: number;
  readonly sessionId: bigint;
  readonly state: KeeperStateName | 'Connecting';
  readonly attachedTo: ServerId | null;
  /** Where it is attached, or was last. */
  readonly lastAt: ServerId | null;
  readonly timeoutMillis: number;
  /** What the client follows by itself, in the order in which it began, and what came of the newest. */
  readonly recipes: readonly RecipeView[];
}

export interface RoomView {
  readonly room: string;
  readonly seats: number;
  readonly seat: ServerId | null;
  /** The whole link that invites others, secret included. */
  readonly link: string;
  readonly signalling: SignallingState;
  readonly servers: readonly SeatView[];
  readonly cuts: readonly CutView[];
  readonly faults: readonly FaultView[];
  readonly quorum: {
    readonly have: number;
    readonly need: number;
    readonly serving: boolean;
    readonly leader: ServerId | null;
    readonly epoch: number;
  };
  readonly sessions: readonly ClientSessionView[];
  readonly problems: readonly RoomProblem[];
  readonly gateway: GatewayView;
}

export type Step =
  | { readonly kind: 'kill' | 'restart'; readonly server: ServerId }
  | { readonly kind: 'freeze'; readonly server: ServerId; readonly on: boolean }
  | { readonly kind: 'cut' | 'heal'; readonly a: ServerId; readonly b: ServerId }
  | { readonly kind: 'healAll' }
  /** Every one of these from every other server. */
  | { readonly kind: 'cutOff'; readonly servers: readonly ServerId[] }
  | { readonly kind: 'killAll' }
  /** Its server is killed if it runs; it comes back as a suspect. */
  | { readonly kind: 'wipe'; readonly server: ServerId }
  /** 0 is the disk's own time. */
  | { readonly kind: 'slowDisk'; readonly server: ServerId; readonly millis: number }
  | { readonly kind: 'fullDisk'; readonly server: ServerId; readonly on: boolean }
  | {
      readonly kind: 'cutWay';
      readonly from: ServerId;
      readonly to: ServerId;
      readonly on: boolean;
    }
  /** So much more each way; 0 is the link's own time. */
  | {
      readonly kind: 'slowLink';
      readonly a: ServerId;
      readonly b: ServerId;
      readonly millis: number;
    }
  | {
      readonly kind: 'closeChannel';
      readonly a: ServerId;
      readonly b: ServerId;
      readonly channel: ChannelName;
    }
  /** 100 is the usual pace. A tab cannot do it. */
  | { readonly kind: 'skewClock'; readonly server: ServerId; readonly percent: number };

/** The channels between two tabs; two servers of a laboratory have the first two. */
export const CHANNEL_NAMES = ['election', 'quorum', 'client', 'trace'] as const;
export type ChannelName = (typeof CHANNEL_NAMES)[number];

/** A delay of a link or a disk in a tab, at most: everything else waits for it. */
export const FAULT_MILLIS_MAX = 60_000;

export type PlaygroundChange =
  | { readonly kind: 'room'; readonly room: RoomView }
  | { readonly kind: 'trace'; readonly events: readonly Traced[] }
  | { readonly kind: 'tree'; readonly tree: TreeView }
  /** Of a room; a laboratory's lamp is part of its own view. */
  | { readonly kind: 'lamp'; readonly lamp: LampView }
  | { readonly kind: 'watch'; readonly session: number; readonly event: WatcherEvent }
  /** A request was sent, or its end is known: the page lists those that are still open. */
  | {
      readonly kind: 'command';
      readonly number: number;
      readonly session: number;
      readonly command: ClientCommand;
      readonly result: CommandResult | null;
      readonly tookMillis: number | null;
    };

export interface Playground {
  readonly room: () => RoomView;
  /** Calls back for every change; the first call carries the present room. Returns the way out. */
  readonly subscribe: (listener: (change: PlaygroundChange) => void) => () => void;
  readonly step: (step: Step) => void;
  readonly run: (session: number, command: ClientCommand) => Promise<CommandResult>;
  /** Resolves with the new session's number. `server`: the one to try first. */
  readonly openSession: (timeoutMillis: number, server?: ServerId) => Promise<number>;
  readonly closeSession: (number: number) => Promise<void>;
  /** From now on the session's client follows a recipe under this znode by itself. */
  readonly follow: (session: number, recipe: RecipeName, root: string) => void;
  /** It gives up what it holds, or waits for, there. */
  readonly letGo: (session: number, root: string) => void;
  /** The tree as one server has it (not a ZooKeeper read): of the own server, else of a peer. */
  readonly watchTree: (server: ServerId) => void;
  /** The bytes that crossed with this event and their fields; null where none did or none are kept. */
  readonly inspect: (traced: Traced) => WireView | null;
  /** Opens the next free seat in a new tab. */
  readonly openAnother: () => void;
  /** Opens a new room of the same size in a new tab. */
  readonly openNewRoom: () => void;
  /** Opens this very seat in a new tab; if somebody takes it meanwhile, that tab gets another. */
  readonly openSeat: (server: ServerId) => void;
}

export type { ClientCommand, CommandResult, NodeView, OutsideClientView };
