// What is agreed upon: the idempotent change a leader makes of a request (zookeeper.jute, txn module).

import type { Acl } from './stat.ts';
import type { SessionId } from './ids.ts';
import type { Zxid } from './zxid.ts';

export interface TxnHeader {
  readonly clientId: SessionId;
  readonly cxid: number;
  readonly zxid: Zxid;
  /** Milliseconds since 1970, the leader's clock. */
  readonly time: number;
  /** Op code of the transaction; -1 for a failed request. */
  readonly type: number;
}

/** A part of a multi, or a whole transaction. Versions are the new, absolute values. */
export type SimpleTransaction =
  | {
      readonly kind: 'create' | 'create2';
      readonly path: string;
      readonly data: Uint8Array | null;
      readonly acl: readonly Acl[];
      readonly ephemeral: boolean;
      /** The parent's stored cversion after this creation. */
      readonly parentCVersion: number;
    }
  | {
      readonly kind: 'createContainer';
      readonly path: string;
      readonly data: Uint8Array | null;
      readonly acl: readonly Acl[];
      readonly parentCVersion: number;
    }
  | {
      readonly kind: 'createTTL';
      readonly path: string;
      readonly data: Uint8Array | null;
      readonly acl: readonly Acl[];
      readonly parentCVersion: number;
      readonly ttlMillis: bigint;
    }
  | { readonly kind: 'delete' | 'deleteContainer'; readonly path: string }
  | {
      readonly kind: 'setData';
      readonly path: string;
      readonly data: Uint8Array | null;
      readonly version: number;
    }
  | {
      readonly kind: 'setACL';
      readonly path: string;
      readonly acl: readonly Acl[];
      readonly version: number;
    }
  | { readonly kind: 'check'; readonly path: string; readonly version: number }
  | { readonly kind: 'error'; readonly err: number };

export type Transaction =
  | SimpleTransaction
  | { readonly kind: 'createSession'; readonly timeoutMillis: number }
  /** The text of the configuration becomes the data of its node. */
  | {
      readonly kind: 'reconfig';
      readonly path: string;
      readonly data: Uint8Array | null;
      readonly version: number;
    }
  /** `paths` are the session's ephemerals, as the leader saw them. */
  | { readonly kind: 'closeSession'; readonly paths: readonly string[] }
  | { readonly kind: 'multi'; readonly parts: readonly SimpleTransaction[] };

export interface TxnDigest {
  readonly version: number;
  readonly treeDigest: bigint;
}

/** A proposal's or a log entry's content. */
export interface TransactionRecord {
  readonly header: TxnHeader;
  readonly transaction: Transaction;
  readonly digest: TxnDigest | null;
}

/** One entry of the history as agreement sees it: a number and bytes it never looks into. */
export interface LogEntry {
  readonly zxid: Zxid;
  readonly bytes: Uint8Array;
}

/** The longest transaction that is proposed: packets and log files take 64 MiB. */
export const TRANSACTION_BYTES_MAX = 60 * 1024 * 1024;
