// The leader's view of the near future (PrepRequestProcessor.outstandingChanges): nodes as they will be
// when every proposal on the way is applied. Requests are judged against it, never against the tree
// alone, so that pipelined requests see each other.

import { aclOf, getNode, type Tree } from '../tree/tree.ts';
import type { SessionId } from '../vocabulary/ids.ts';
import type { Acl } from '../vocabulary/stat.ts';
import type { Zxid } from '../vocabulary/zxid.ts';

/** A ChangeRecord. `exists` false: deleted on the way. */
export interface Change {
  readonly zxid: Zxid;
  readonly path: string;
  readonly exists: boolean;
  readonly version: number;
  /** The stored one: children ever created. */
  readonly cversion: number;
  readonly aversion: number;
  readonly children: number;
  readonly dataLength: number;
  readonly ephemeralOwner: bigint;
  readonly acl: readonly Acl[];
}

export interface Outstanding {
  /** The newest change of each path. */
  readonly byPath: Map<string, Change>;
  /** All changes in the order of their zxids, each with the one it took the place of in `byPath`;
   *  those before `head` are applied. */
  order: { readonly change: Change; readonly replaced: Change | null }[];
  head: number;
}

const COMPACT_AFTER = 1024;

export const makeOutstanding = (): Outstanding => ({ byPath: new Map(), order: [], head: 0 });

/** The node as it will be, or null. */
export function future(outstanding: Outstanding, tree: Tree, path: string): Change | null {
  const change = outstanding.byPath.get(path);
  if (change !== undefined) return change.exists ? change : null;
  const node = getNode(tree, path);
  if (node === null) return null;
  return {
    zxid: node.stat.mzxid,
    path,
    exists: true,
    version: node.stat.version,
    cversion: node.stat.cversion,
    aversion: node.stat.aversion,
    children: node.children?.size ?? 0,
    dataLength: node.data?.length ?? 0,
    ephemeralOwner: node.stat.ephemeralOwner,
    acl: aclOf(node),
  };
}

export function addChange(outstanding: Outstanding, change: Change): void {
  const replaced = outstanding.byPath.get(change.path) ?? null;
  outstanding.byPath.set(change.path, change);
  outstanding.order.push({ change, replaced });
}

/** Takes back what a multi that fails has added since `mark` (an index into `order`): the last first,
 *  so that counters of parents do not leak. */
export function rollBack(outstanding: Outstanding, mark: number): void {
  for (const { change, replaced } of outstanding.order.splice(mark).reverse()) {
    if (replaced === null) outstanding.byPath.delete(change.path);
    else outstanding.byPath.set(change.path, replaced);
  }
}

/** Everything up to this zxid is in the tree now. */
export function forgetApplied(outstanding: Outstanding, zxid: Zxid): void {
  for (;;) {
    const change = outstanding.order[outstanding.head]?.change;
    if (change === undefined || change.zxid > zxid) break;
    outstanding.head += 1;
    if (outstanding.byPath.get(change.path) === change) outstanding.byPath.delete(change.path);
  }
  if (outstanding.head >= COMPACT_AFTER) {
    outstanding.order = outstanding.order.slice(outstanding.head);
    outstanding.head = 0;
  }
}

/** The session's ephemerals as they will be: ascending. */
export function futureEphemerals(
  outstanding: Outstanding,
  tree: Tree,
  session: SessionId,
): string[] {
  const paths = new Set(tree.ephemerals.get(session) ?? []);
  for (const change of outstanding.byPath.values()) {
    if (change.exists && change.ephemeralOwner === session) paths.add(change.path);
    else paths.delete(change.path);
  }
  return [...paths].sort();
}
