// What an outsider sees of a run: what the servers said of themselves, what really left them, what is
// really durable, what clients asked and heard. Checkers read a list of these and nothing else.

import type { Carried, DiskOutput, Recovered } from '../vocabulary/boundary.ts';
import type { ServerId } from '../vocabulary/ids.ts';
import type { Ensemble } from '../vocabulary/ensemble.ts';
import type { RecipeView } from '../vocabulary/recipe.ts';
import type { QuorumPacket } from '../vocabulary/packet.ts';
import type { Request, WatcherEvent, KeeperStateName } from '../vocabulary/request.ts';
import type { TraceEvent } from '../vocabulary/trace.ts';
import type { ServerView } from '../vocabulary/view.ts';
import type { RequestResult } from '../client/client.ts';
import type { Disks } from './disk-image.ts';

export type Happening =
  /** A server process began with what its disk held. */
  | { readonly kind: 'started'; readonly recovered: Recovered }
  | { readonly kind: 'crashed' }
  /** Its disk fails every write from now on, or was emptied. */
  | { readonly kind: 'diskBroken' | 'diskLost' }
  | { readonly kind: 'halted'; readonly reason: string }
  /** What crossed with it is no part of the run's hash. */
  | ({
      readonly kind: 'traced';
      readonly event: TraceEvent;
      readonly sequence: number;
    } & Carried)
  /** A quorum packet left the server, as its bytes say. */
  | { readonly kind: 'packetLeft'; readonly to: ServerId; readonly packet: QuorumPacket }
  /** The disk now holds this for good; it may not have been answered yet. */
  | { readonly kind: 'durable'; readonly change: DiskOutput }
  | { readonly kind: 'viewed'; readonly view: ServerView };

export type ClientHappening =
  | { readonly kind: 'asked'; readonly ticket: number; readonly request: Request }
  | {
      readonly kind: 'answered';
      readonly ticket: number;
      readonly request: Request;
      readonly result: RequestResult;
    }
  /** What a client that follows a recipe says of itself. */
  | { readonly kind: 'recipe'; readonly view: RecipeView }
  /** A consumer called a provider, and no server has a part in it. `provider`: the client that answered. */
  | {
      readonly kind: 'called';
      readonly root: string;
      readonly address: string | null;
      readonly provider: number | null;
    }
  | { readonly kind: 'watchHeard'; readonly event: WatcherEvent }
  | {
      readonly kind: 'stateHeard';
      readonly state: KeeperStateName;
      readonly session: bigint;
      readonly server: ServerId | null;
    };

export type Observation =
  | {
      readonly at: 'server';
      readonly millis: number;
      readonly server: ServerId;
      readonly what: Happening;
    }
  | {
      readonly at: 'client';
      readonly millis: number;
      readonly client: number;
      readonly what: ClientHappening;
    };

export interface History {
  readonly ensemble: Ensemble;
  readonly observations: readonly Observation[];
  /** What the disks held before it. */
  readonly disks?: Disks;
}

/** One breach of one rule, in words. */
export interface Violation {
  readonly rule: string;
  readonly millis: number;
  readonly says: string;
}
