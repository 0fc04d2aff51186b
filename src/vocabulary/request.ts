// What a client can ask, with ZooKeeper's op codes (ZooDefs.OpCode), and the answers.

import type { Acl, Stat } from './stat.ts';
import type { SessionId } from './ids.ts';
import type { Zxid } from './zxid.ts';

export const OP_CODE = {
  notification: 0,
  create: 1,
  delete: 2,
  exists: 3,
  getData: 4,
  setData: 5,
  getACL: 6,
  setACL: 7,
  getChildren: 8,
  sync: 9,
  ping: 11,
  getChildren2: 12,
  check: 13,
  multi: 14,
  create2: 15,
  reconfig: 16,
  checkWatches: 17,
  removeWatches: 18,
  createContainer: 19,
  deleteContainer: 20,
  createTTL: 21,
  multiRead: 22,
  auth: 100,
  setWatches: 101,
  sasl: 102,
  getEphemerals: 103,
  getAllChildrenNumber: 104,
  setWatches2: 105,
  addWatch: 106,
  whoAmI: 107,
  createSession: -10,
  closeSession: -11,
  error: -1,
} as const;

export type OpName = keyof typeof OP_CODE;

const OP_NAMES = new Map<number, OpName>(
  (Object.keys(OP_CODE) as OpName[]).map((name) => [OP_CODE[name], name]),
);

export const opName = (code: number): OpName | null => OP_NAMES.get(code) ?? null;

/** CreateMode flags. */
export const CREATE_FLAG = {
  persistent: 0,
  ephemeral: 1,
  persistentSequential: 2,
  ephemeralSequential: 3,
  container: 4,
  persistentTTL: 5,
  persistentSequentialTTL: 6,
} as const;

/** AddWatchMode. */
export const ADD_WATCH_MODE = { persistent: 0, persistentRecursive: 1 } as const;

/** Watcher.WatcherType; the last two since 3.9. */
export const WATCHER_TYPE = {
  children: 1,
  data: 2,
  any: 3,
  persistent: 4,
  persistentRecursive: 5,
} as const;

export const XID = { notification: -1, ping: -2, auth: -4, setWatches: -8 } as const;

export interface ConnectRequest {
  readonly protocolVersion: number;
  readonly lastZxidSeen: Zxid;
  readonly timeoutMillis: number;
  readonly sessionId: SessionId;
  readonly password: Uint8Array | null;
  /** Null when the client did not send the byte (then the response has none either). */
  readonly readOnly: boolean | null;
}

/** timeoutMillis 0 and sessionId 0 mean: expired, unknown, or a wrong password. */
export interface ConnectResponse {
  readonly protocolVersion: number;
  readonly timeoutMillis: number;
  readonly sessionId: SessionId;
  readonly password: Uint8Array;
  readonly readOnly: boolean | null;
}

export interface CreateFields {
  readonly path: string;
  readonly data: Uint8Array | null;
  readonly acl: readonly Acl[];
  readonly flags: number;
}

/** One operation inside a multi. */
export type MultiOperation =
  | ({ readonly kind: 'create' | 'create2' | 'createContainer' } & CreateFields)
  | ({ readonly kind: 'createTTL'; readonly ttlMillis: bigint } & CreateFields)
  | { readonly kind: 'delete'; readonly path: string; readonly version: number }
  | {
      readonly kind: 'setData';
      readonly path: string;
      readonly data: Uint8Array | null;
      readonly version: number;
    }
  | { readonly kind: 'check'; readonly path: string; readonly version: number };

/** One operation inside a multiRead: its watch flag means nothing there. */
export interface ReadOperation {
  readonly kind: 'getData' | 'getChildren';
  readonly path: string;
}

/** The body of a request, its kind named after the op code. */
export type Request =
  | MultiOperation
  | {
      readonly kind: 'exists' | 'getData' | 'getChildren' | 'getChildren2';
      readonly path: string;
      readonly watch: boolean;
    }
  | { readonly kind: 'getACL' | 'sync' | 'getAllChildrenNumber'; readonly path: string }
  | { readonly kind: 'getEphemerals'; readonly prefix: string }
  | {
      readonly kind: 'setACL';
      readonly path: string;
      readonly acl: readonly Acl[];
      readonly version: number;
    }
  | { readonly kind: 'multi'; readonly operations: readonly MultiOperation[] }
  | { readonly kind: 'multiRead'; readonly operations: readonly ReadOperation[] }
  | {
      readonly kind: 'reconfig';
      readonly joining: string | null;
      readonly leaving: string | null;
      /** Not null: all members anew; the other two are not looked at. */
      readonly newMembers: string | null;
      /** The version that it was made for; -1: any. */
      readonly configId: bigint;
    }
  | { readonly kind: 'ping' | 'closeSession' | 'whoAmI' }
  | { readonly kind: 'createSession'; readonly timeoutMillis: number }
  | {
      readonly kind: 'setWatches';
      readonly relativeZxid: Zxid;
      readonly data: readonly string[];
      readonly exist: readonly string[];
      readonly child: readonly string[];
    }
  | {
      readonly kind: 'setWatches2';
      readonly relativeZxid: Zxid;
      readonly data: readonly string[];
      readonly exist: readonly string[];
      readonly child: readonly string[];
      readonly persistent: readonly string[];
      readonly persistentRecursive: readonly string[];
    }
  | { readonly kind: 'addWatch'; readonly path: string; readonly mode: number }
  | {
      readonly kind: 'checkWatches' | 'removeWatches';
      readonly path: string;
      readonly type: number;
    }
  | { readonly kind: 'auth'; readonly scheme: string; readonly auth: Uint8Array | null }
  | { readonly kind: 'sasl'; readonly token: Uint8Array };

export type RequestKind = Request['kind'];

export interface RequestHeader {
  readonly xid: number;
  readonly type: number;
}

export interface ReplyHeader {
  readonly xid: number;
  readonly zxid: Zxid;
  readonly err: number;
}

/** One result of a multi; `error` carries 0 for operations that were rolled back. */
export type MultiResult =
  | { readonly kind: 'create'; readonly path: string }
  | { readonly kind: 'create2'; readonly path: string; readonly stat: Stat }
  | { readonly kind: 'delete' }
  | { readonly kind: 'check' }
  | { readonly kind: 'setData'; readonly stat: Stat }
  | { readonly kind: 'getData'; readonly data: Uint8Array | null; readonly stat: Stat }
  | { readonly kind: 'getChildren'; readonly children: readonly string[] }
  | { readonly kind: 'error'; readonly err: number };

/** One identity of a connection as whoAmI tells it. */
export interface ClientInfo {
  readonly scheme: string;
  readonly user: string;
}

/** The body of a reply with err 0. */
export type Response =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'pathAndStat'; readonly path: string; readonly stat: Stat }
  | { readonly kind: 'stat'; readonly stat: Stat }
  | { readonly kind: 'data'; readonly data: Uint8Array | null; readonly stat: Stat }
  | { readonly kind: 'children'; readonly children: readonly string[] }
  | { readonly kind: 'childrenAndStat'; readonly children: readonly string[]; readonly stat: Stat }
  | { readonly kind: 'acl'; readonly acl: readonly Acl[]; readonly stat: Stat }
  | { readonly kind: 'count'; readonly count: number }
  /** What sasl answers. */
  | { readonly kind: 'token'; readonly token: Uint8Array | null }
  /** addWatch answers with an error record that says none. */
  | { readonly kind: 'watchAdded' }
  | { readonly kind: 'whoAmI'; readonly clients: readonly ClientInfo[] }
  | { readonly kind: 'multi'; readonly results: readonly MultiResult[] };

export const EVENT_TYPE = {
  None: -1,
  NodeCreated: 1,
  NodeDeleted: 2,
  NodeDataChanged: 3,
  NodeChildrenChanged: 4,
  /** These three are a client library's own: no server sends them. */
  DataWatchRemoved: 5,
  ChildWatchRemoved: 6,
  PersistentWatchRemoved: 7,
} as const;

export type EventName = keyof typeof EVENT_TYPE;

export const KEEPER_STATE = {
  Disconnected: 0,
  SyncConnected: 3,
  AuthFailed: 4,
  /** With a server that has no quorum: reads alone. */
  ConnectedReadOnly: 5,
  Closed: 7,
  Expired: -112,
} as const;

export type KeeperStateName = keyof typeof KEEPER_STATE;

export interface WatcherEvent {
  readonly type: EventName;
  readonly state: KeeperStateName;
  readonly path: string;
}
