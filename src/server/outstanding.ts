// The leader's view of the near future (PrepRequestProcessor.outstandingChanges): nodes as they will be
// when every proposal on the way is applied. Requests are judged against it, never against the tree
// alone, so that pipelined requests see each other.

import { getNode, type Tree } from '../tree/tree.ts';
import type { SessionId } from '../vocabulary/ids.ts';
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
  readonly ephemeralOwner: bigint;
}

export interface Outstanding {
  /** The newest change of each path. */
  readonly byPath: Map<string, Change>;
  /** All changes in the order of their zxids; those before `head` are applied. */
  order: Change[];
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
    ephemeralOwner: node.stat.ephemeralOwner,
  };
}

export function addChange(outstanding: Outstanding, change: Change): void {
  outstanding.byPath.set(change.path, change);
  outstanding.order.push(change);
}

/** Takes back what a multi that fails has added since `mark` (an index into `order`). */
export function rollBack(outstanding: Outstanding, mark: number): void {
  const taken = new Set(outstanding.order.splice(mark).map((change) => change.path));
  for (const path of taken) outstanding.byPath.delete(path);
  for (let at = outstanding.head; at < mark; at += 1) {
    const change = outstanding.order[at];
    if (change !== undefined && taken.has(change.path)) outstanding.byPath.set(change.path, change);
  }
}

/** Everything up to this zxid is in the tree now. */
export function forgetApplied(outstanding: Outstanding, zxid: Zxid): void {
  for (;;) {
    const change = outstanding.order[outstanding.head];
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
    if (!change.exists) paths.delete(change.path);
    else if (change.ephemeralOwner === session) paths.add(change.path);
  }
  return [...paths].sort();
}
