// The znodes themselves and what is kept beside them so that nothing has to be searched: ephemerals by
// session, containers, TTL nodes, shared ACL lists, the digest. Every change of a node goes through
// putNode, removeNode and changeNode here; what a transaction means is decided in apply.ts.
// Plain data throughout: it can be cloned and compared.

import { assert, present } from '../base/assert.ts';
import { copyOf, makeSlab } from '../base/slab.ts';
import type { SessionId } from '../vocabulary/ids.ts';
import { OPEN_ACL, type Acl, type Stat } from '../vocabulary/stat.ts';
import type { StatPersisted } from '../vocabulary/tree-image.ts';
import { ZXID_ZERO } from '../vocabulary/zxid.ts';
import type { Zxid } from '../vocabulary/zxid.ts';
import { releaseAcl, shareAcl } from './acl-table.ts';
import type { AclTable, SharedAcl } from './acl-table.ts';
import { addDigest, contentChecksum, isCounted, nodeDigest } from './digest.ts';
import { kindOfOwner, sessionOfOwner } from './owner.ts';
import { ROOT, childPath, nameOf, parentOf } from './path.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface ZNode {
  data: Uint8Array | null;
  /** Null is ZooKeeper's "open" reference of the built-in nodes. */
  acl: SharedAcl | null;
  /** As stored: `cversion` counts creations of children only. */
  readonly stat: Mutable<StatPersisted>;
  /** Names. Null until the first child, since most nodes are leaves. */
  children: Set<string> | null;
  /** Running checksum of path and data, and the node's part of the tree digest. */
  content: number;
  digest: number;
}

export interface Tree {
  /** By path; the root is under "". Invariant: every other node's parent is here and lists it. */
  readonly nodes: Map<string, ZNode>;
  /** Paths by owner. Invariant: exactly the nodes whose owner is a session; no empty set. */
  readonly ephemerals: Map<SessionId, Set<string>>;
  readonly containers: Set<string>;
  readonly ttls: Set<string>;
  /** Paths under a quota of their own: exactly those that have a zookeeper_limits. */
  readonly quotas: Set<string>;
  readonly acls: AclTable;
  /** Global sessions and their timeouts in milliseconds, as createSession transactions made them. */
  readonly sessions: Map<SessionId, number>;
  /** The highest zxid applied. */
  lastZxid: Zxid;
  /** Characters of the paths and bytes of the data, all nodes together. */
  dataBytes: number;
  /** The digest at every zxid that 128 divides, the newest last (DataTree.digestLog). */
  digestLog: { readonly zxid: Zxid; readonly digest: bigint }[];
  /** Sum of the counted nodes' digests, modulo 2^64. */
  digest: bigint;
}

export const ROOT_KEY = '';

const DATA_SLAB_BYTES = 4 * 1024;
const dataSlab = makeSlab(DATA_SLAB_BYTES);

/** A node's data stays for long: it must not keep alive the frame or the slab that it came in. */
const kept = (data: Uint8Array | null): Uint8Array | null =>
  data === null ? null : copyOf(data, 0, data.length, dataSlab);

export const keyOf = (path: string): string => (path === ROOT ? ROOT_KEY : path);

export function emptyTree(): Tree {
  return {
    nodes: new Map(),
    ephemerals: new Map(),
    containers: new Set(),
    ttls: new Set(),
    quotas: new Set(),
    acls: new Map(),
    sessions: new Map(),
    lastZxid: ZXID_ZERO,
    dataBytes: 0,
    digestLog: [],
    digest: 0n,
  };
}

/** The node, or null. "" and "/" are both the root. */
export const getNode = (tree: Tree, path: string): ZNode | null =>
  tree.nodes.get(keyOf(path)) ?? null;

export const aclOf = (node: ZNode): readonly Acl[] => node.acl?.acl ?? OPEN_ACL;

/** Stat as clients see it. */
export function statOf(node: ZNode): Stat {
  const { stat } = node;
  const numChildren = node.children?.size ?? 0;
  return {
    czxid: stat.czxid,
    mzxid: stat.mzxid,
    ctime: stat.ctime,
    mtime: stat.mtime,
    version: stat.version,
    cversion: (stat.cversion * 2 - numChildren) | 0,
    aversion: stat.aversion,
    ephemeralOwner: sessionOfOwner(stat.ephemeralOwner),
    dataLength: node.data?.length ?? 0,
    numChildren,
    pzxid: stat.pzxid,
  };
}

/** Adds a node under a parent that is there (the root has none). */
export function putNode(
  tree: Tree,
  path: string,
  data: Uint8Array | null,
  acl: readonly Acl[] | null,
  stat: StatPersisted,
): ZNode {
  const key = keyOf(path);
  assert(!tree.nodes.has(key), 'a node is added only where none is');
  if (key !== ROOT_KEY) {
    const parent = present(getNode(tree, parentOf(key)), 'a node is added under its parent');
    parent.children ??= new Set();
    parent.children.add(nameOf(key));
  }
  const content = contentChecksum(key, data);
  const node: ZNode = {
    data: kept(data),
    acl: shareAcl(tree.acls, acl),
    stat: { ...stat },
    children: null,
    content,
    digest: isCounted(key) ? nodeDigest(content, stat) : 0,
  };
  tree.nodes.set(key, node);
  tree.dataBytes += sizeOf(key, data);
  tree.digest = addDigest(tree.digest, node.digest);
  indexOwner(tree, key, stat.ephemeralOwner);
  return node;
}

/** Takes away a node and all below it. Below a deleted node there is nothing, except while the tail of
 *  a snapshot that was written during changes is applied again: what is dropped then was made later and
 *  is made again. */
export function removeNode(tree: Tree, path: string): void {
  assert(keyOf(path) !== ROOT_KEY, 'the root stays');
  const top = present(getNode(tree, path), 'a node is removed only where one is');
  getNode(tree, parentOf(path))?.children?.delete(nameOf(path));
  const waiting: [string, ZNode][] = [[path, top]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [key, node] = next;
    for (const name of node.children ?? []) {
      const child = childPath(key, name);
      waiting.push([child, present(getNode(tree, child), 'a listed child is there')]);
    }
    tree.nodes.delete(key);
    tree.dataBytes -= sizeOf(key, node.data);
    tree.digest = addDigest(tree.digest, -node.digest);
    releaseAcl(tree.acls, node.acl);
    forgetOwner(tree, key, node.stat.ephemeralOwner);
  }
}

/** Brings the digest up to date after the stat of `node` changed in place. */
export function statChanged(tree: Tree, path: string, node: ZNode): void {
  if (!isCounted(path)) return;
  const digest = nodeDigest(node.content, node.stat);
  tree.digest = addDigest(tree.digest, digest - node.digest);
  node.digest = digest;
}

/** Replaces the data; the caller then changes the stat and calls {@link statChanged}. */
export function replaceData(tree: Tree, path: string, node: ZNode, data: Uint8Array | null): void {
  tree.dataBytes += (data?.length ?? 0) - (node.data?.length ?? 0);
  node.data = kept(data);
  node.content = contentChecksum(keyOf(path), data);
}

const sizeOf = (key: string, data: Uint8Array | null): number => key.length + (data?.length ?? 0);

const DIGEST_LOG_EVERY = 128n;
const DIGEST_LOG_MAX = 1024;

/** A transaction was applied as a whole. */
export function logDigest(tree: Tree): void {
  if (tree.lastZxid % DIGEST_LOG_EVERY !== 0n) return;
  tree.digestLog.push({ zxid: tree.lastZxid, digest: tree.digest });
  if (tree.digestLog.length > DIGEST_LOG_MAX) tree.digestLog.shift();
}

export function replaceAcl(tree: Tree, node: ZNode, acl: readonly Acl[] | null): void {
  // Shared first: a list that is replaced by itself must not leave the table in between.
  const shared = shareAcl(tree.acls, acl);
  releaseAcl(tree.acls, node.acl);
  node.acl = shared;
}

function indexOwner(tree: Tree, path: string, owner: bigint): void {
  switch (kindOfOwner(owner)) {
    case 'ephemeral': {
      const session = sessionOfOwner(owner);
      const paths = tree.ephemerals.get(session);
      if (paths === undefined) tree.ephemerals.set(session, new Set([path]));
      else paths.add(path);
      return;
    }
    case 'container':
      tree.containers.add(path);
      return;
    case 'ttl':
      tree.ttls.add(path);
      return;
    case 'persistent':
      return;
  }
}

function forgetOwner(tree: Tree, path: string, owner: bigint): void {
  switch (kindOfOwner(owner)) {
    case 'ephemeral': {
      const session = sessionOfOwner(owner);
      const paths = tree.ephemerals.get(session);
      paths?.delete(path);
      if (paths?.size === 0) tree.ephemerals.delete(session);
      return;
    }
    case 'container':
      tree.containers.delete(path);
      return;
    case 'ttl':
      tree.ttls.delete(path);
      return;
    case 'persistent':
      return;
  }
}
