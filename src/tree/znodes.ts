// The znodes themselves and what is kept beside them so that nothing has to be searched: ephemerals by
// session, containers, TTL nodes, shared ACL lists, the digest. Every change of a node goes through
// putNode, removeNode and changeNode here; what a transaction means is decided in apply.ts.
// Plain data throughout: it can be cloned and compared.

import { assert, present } from '../base/assert.ts';
import { copyOf, makeSlab } from '../base/slab.ts';
import type { SessionId, SnapshotName } from '../vocabulary/ids.ts';
import { OPEN_ACL, type Acl, type Stat } from '../vocabulary/stat.ts';
import type { StatPersisted } from '../vocabulary/tree-image.ts';
import { ZXID_ZERO } from '../vocabulary/zxid.ts';
import type { Zxid } from '../vocabulary/zxid.ts';
import { releaseAcl, shareAcl } from './acl-table.ts';
import type { AclTable, SharedAcl } from './acl-table.ts';
import { addDigest, contentChecksum, isCounted, nodeDigest } from './digest.ts';
import { kindOfOwner, sessionOfOwner } from './owner.ts';
import { ROOT, nameOf, parentOf } from './path.ts';
import { keepForTaking, type Taking } from './taking.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface ZNode {
  data: Uint8Array | null;
  /** Null is ZooKeeper's "open" reference of the built-in nodes. */
  acl: SharedAcl | null;
  /** As stored: `cversion` counts creations of children only. */
  readonly stat: Mutable<StatPersisted>;
  /** Their paths, which are the keys of `nodes` again and cost nothing more. Null until the first child, since
   *  most nodes are leaves. */
  children: Set<string> | null;
  /** Running checksum of path and data, and the node's part of the tree digest: the bits as signed numbers,
   *  which V8 keeps in place. */
  content: number;
  digest: number;
  /** Of the newest snapshot that has this node, or that began before it: see taking.ts. */
  mark: number;
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
  /** The snapshots that are being taken, and how many were begun. */
  readonly taking: Map<SnapshotName, Taking>;
  takings: number;
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
    taking: new Map(),
    takings: 0,
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

/** Fewer are sorted as quickly as they are found. */
const NAMES_KEPT_MIN = 32;

/** Names in order, of nodes whose children were read and have not changed since: who reads a hundred thousand of them
 *  again and again waits for one sort. Follows from the sets alone, and goes with them. */
const namesRead = new WeakMap<ReadonlySet<string>, readonly string[]>();

/** Names of the children, ascending. */
export function sortedNames({ children }: ZNode): readonly string[] {
  if (children === null) return [];
  const known = namesRead.get(children);
  if (known !== undefined) return known;
  const names = Array.from(children, nameOf).sort();
  if (names.length >= NAMES_KEPT_MIN) namesRead.set(children, names);
  return names;
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
    parent.children.add(key);
    namesRead.delete(parent.children);
  }
  const content = contentChecksum(key, data) | 0;
  const node: ZNode = {
    data: kept(data),
    acl: shareAcl(tree.acls, acl),
    stat: { ...stat },
    children: null,
    content,
    digest: isCounted(key) ? nodeDigest(content, stat) | 0 : 0,
    mark: tree.takings,
  };
  tree.nodes.set(key, node);
  tree.dataBytes += sizeOf(key, data);
  tree.digest = addDigest(tree.digest, node.digest >>> 0);
  indexOwner(tree, key, stat.ephemeralOwner);
  return node;
}

/** Takes away a node and all below it. Below a deleted node there is nothing, except while the tail of
 *  a snapshot that was written during changes is applied again: what is dropped then was made later and
 *  is made again. */
export function removeNode(tree: Tree, path: string): void {
  assert(keyOf(path) !== ROOT_KEY, 'the root stays');
  const top = present(getNode(tree, path), 'a node is removed only where one is');
  const siblings = getNode(tree, parentOf(path))?.children ?? null;
  siblings?.delete(path);
  if (siblings !== null) namesRead.delete(siblings);
  const waiting: [string, ZNode][] = [[path, top]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [key, node] = next;
    for (const child of node.children ?? []) {
      waiting.push([child, present(getNode(tree, child), 'a listed child is there')]);
    }
    keepForTaking(tree, key, node);
    tree.nodes.delete(key);
    tree.dataBytes -= sizeOf(key, node.data);
    tree.digest = addDigest(tree.digest, -(node.digest >>> 0));
    releaseAcl(tree.acls, node.acl);
    forgetOwner(tree, key, node.stat.ephemeralOwner);
  }
}

/** Changes parts of the stat in place, and the digest with it. */
export function changeStat(
  tree: Tree,
  path: string,
  node: ZNode,
  change: (stat: ZNode['stat']) => void,
): void {
  keepForTaking(tree, path, node);
  change(node.stat);
  if (!isCounted(path)) return;
  const digest = nodeDigest(node.content, node.stat);
  tree.digest = addDigest(tree.digest, digest - (node.digest >>> 0));
  node.digest = digest | 0;
}

/** Replaces the data; the caller then calls {@link changeStat}. */
export function replaceData(tree: Tree, path: string, node: ZNode, data: Uint8Array | null): void {
  keepForTaking(tree, path, node);
  tree.dataBytes += (data?.length ?? 0) - (node.data?.length ?? 0);
  node.data = kept(data);
  node.content = contentChecksum(keyOf(path), data) | 0;
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

export function replaceAcl(
  tree: Tree,
  path: string,
  node: ZNode,
  acl: readonly Acl[] | null,
): void {
  keepForTaking(tree, path, node);
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
