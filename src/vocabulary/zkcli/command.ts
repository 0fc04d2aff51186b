// What can be asked of a server in zkCli's words, as plain data: the same from a typed line, a button, a
// lesson and a link. What requests it becomes is the client library's; nothing here knows any.

/** `setquota` and `delquota`: number of znodes or bytes, as a warning or (capital) as a bound. */
export type QuotaLimit = 'n' | 'b' | 'N' | 'B';
export const QUOTA_LIMITS: readonly QuotaLimit[] = ['n', 'b', 'N', 'B'];

export const ADD_WATCH_MODES = ['PERSISTENT', 'PERSISTENT_RECURSIVE'] as const;
export type AddWatchModeName = (typeof ADD_WATCH_MODES)[number];

export type WatcherTypeName = 'any' | 'children' | 'data';

/** A flag that is not there is one that was not given. Versions: -1 is any. */
export type ClientCommand =
  | {
      readonly kind: 'create';
      readonly path: string;
      /** Null: none at all, which is not the same as none in it. */
      readonly data: string | null;
      readonly ephemeral: boolean;
      readonly sequential: boolean;
      readonly container?: true;
      readonly ttlMillis?: number;
      /** scheme:id:perms, several with commas. */
      readonly acl?: string;
    }
  | { readonly kind: 'get'; readonly path: string; readonly watch: boolean; readonly stat?: true }
  | {
      readonly kind: 'ls';
      readonly path: string;
      readonly watch: boolean;
      readonly stat?: true;
      readonly recursive?: true;
    }
  | {
      readonly kind: 'set';
      readonly path: string;
      readonly data: string;
      readonly version: number;
      readonly stat?: true;
    }
  | { readonly kind: 'stat'; readonly path: string; readonly watch: boolean }
  | { readonly kind: 'delete'; readonly path: string; readonly version: number }
  | { readonly kind: 'deleteall'; readonly path: string; readonly batch?: number }
  | { readonly kind: 'sync' | 'getAllChildrenNumber' | 'listquota'; readonly path: string }
  | { readonly kind: 'getAcl'; readonly path: string; readonly stat?: true }
  | {
      readonly kind: 'setAcl';
      readonly path: string;
      readonly acl: string;
      readonly version: number;
      readonly stat?: true;
      readonly recursive?: true;
    }
  | { readonly kind: 'addauth'; readonly scheme: string; readonly auth: string | null }
  /** `path` null: of the whole session. */
  | { readonly kind: 'getEphemerals'; readonly path: string | null }
  | { readonly kind: 'whoami' | 'version' }
  | {
      readonly kind: 'config';
      readonly watch: boolean;
      /** The clients' addresses alone. */
      readonly client?: true;
      readonly stat?: true;
    }
  | { readonly kind: 'addWatch'; readonly path: string; readonly mode: AddWatchModeName }
  | { readonly kind: 'removewatches'; readonly path: string; readonly type: WatcherTypeName }
  | {
      readonly kind: 'setquota';
      readonly path: string;
      readonly limit: QuotaLimit;
      readonly value: number;
    }
  /** `limit` null: all of them. */
  | { readonly kind: 'delquota'; readonly path: string; readonly limit: QuotaLimit | null }
  | {
      readonly kind: 'reconfig';
      readonly joining: string;
      readonly leaving: string;
      readonly members: string;
      /** Of the configuration that it is to follow, in hex; -1 is any. */
      readonly version: string;
      readonly stat?: true;
    }
  /** All of it in one transaction, or none. zkCli 3.8 has no line for it: it cannot be typed, only be done
   *  by a button, a lesson or a link. */
  | { readonly kind: 'multi'; readonly parts: readonly MultiPart[] };

/** One operation of a multi. `check`: the znode is there and has that version; -1 is any. */
export type MultiPart =
  | {
      readonly kind: 'create';
      readonly path: string;
      readonly data: string | null;
      readonly ephemeral: boolean;
      readonly sequential: boolean;
    }
  | {
      readonly kind: 'set';
      readonly path: string;
      readonly data: string;
      readonly version: number;
    }
  | { readonly kind: 'delete'; readonly path: string; readonly version: number }
  | { readonly kind: 'check'; readonly path: string; readonly version: number };

export type CommandKind = ClientCommand['kind'];

/** One line that zkCli prints, and where. */
export interface CliLine {
  readonly to: 'out' | 'err';
  readonly text: string;
}

export const outLine = (text: string): CliLine => ({ to: 'out', text });
export const errLine = (text: string): CliLine => ({ to: 'err', text });
