// A whole tree as plain data: what a snapshot or a SNAP carries (DataTree.serialize), before bytes.

import type { Acl } from './stat.ts';
import type { SessionId } from './ids.ts';
import type { Zxid } from './zxid.ts';

/** StatPersisted: `cversion` is the stored one (children ever created), `ephemeralOwner` the stored one
 *  (a container is LONG_MIN, a TTL node has 0xff as its top byte). */
export interface StatPersisted {
  readonly czxid: Zxid;
  readonly mzxid: Zxid;
  readonly ctime: number;
  readonly mtime: number;
  readonly version: number;
  readonly cversion: number;
  readonly aversion: number;
  readonly ephemeralOwner: bigint;
  readonly pzxid: Zxid;
}

export interface NodeImage {
  /** The root is "". */
  readonly path: string;
  readonly data: Uint8Array | null;
  /** Null is ZooKeeper's "open" reference (-1), used by the built-in nodes. */
  readonly acl: readonly Acl[] | null;
  readonly stat: StatPersisted;
}

export interface TreeImage {
  /** Ascending by id. */
  readonly sessions: readonly { readonly id: SessionId; readonly timeoutMillis: number }[];
  /** Parents before children. */
  readonly nodes: readonly NodeImage[];
}

/** A tree as it is read: its nodes once, in their order. */
export interface TreeSource {
  readonly sessions: TreeImage['sessions'];
  readonly nodes: Iterable<NodeImage>;
}
