// The replicated data of one server: znodes and the table of global sessions (DataTree, ZKDatabase).
// It changes by applyTransaction alone, in zxid order; everything else here only reads. It knows
// nothing of peers, connections or requests.

import type { SessionId } from '../vocabulary/ids.ts';
import { PERMISSION } from '../vocabulary/stat.ts';
import type { Acl } from '../vocabulary/stat.ts';
import type { StatPersisted } from '../vocabulary/tree-image.ts';
import type { NodeView } from '../vocabulary/view.ts';
import { ZXID_ZERO, type Zxid } from '../vocabulary/zxid.ts';
import { kindOfOwner } from './owner.ts';
import { CONFIG_PATH, ROOT } from './path.ts';
import {
  ROOT_KEY,
  aclOf,
  changeStat,
  emptyTree,
  getNode,
  putNode,
  replaceData,
  sortedNames,
  statOf,
} from './znodes.ts';
import type { Tree, ZNode } from './znodes.ts';

export { applyTransaction } from './apply.ts';
export type { Applied, WatchCause } from './apply.ts';
export { treeFromImage, treeToImage } from './image.ts';
export { beginTaking, endTaking, takePiece, wholeSnapshot, type Piece } from './taking.ts';
export { aclOf, getNode, statOf } from './znodes.ts';
export type { Tree, ZNode } from './znodes.ts';

const FRESH_STAT: StatPersisted = {
  czxid: ZXID_ZERO,
  mzxid: ZXID_ZERO,
  ctime: 0,
  mtime: 0,
  version: 0,
  cversion: 0,
  aversion: 0,
  ephemeralOwner: 0n,
  pzxid: ZXID_ZERO,
};
const CONFIG_ACL: readonly Acl[] = [{ perms: PERMISSION.READ, scheme: 'world', id: 'anyone' }];
/** Of the configuration node in an ensemble; its aversion is -1 always. */
const CONFIG_VERSION = -1;

/** A fresh tree: the four built-in nodes, no session, zxid 0. */
export function makeTree(): Tree {
  const tree = emptyTree();
  for (const path of [ROOT_KEY, '/zookeeper', '/zookeeper/quota']) {
    putNode(tree, path, new Uint8Array(0), null, FRESH_STAT);
  }
  putConfigNode(tree);
  return tree;
}

/** Writes the ensemble's configuration into /zookeeper/config, as a server does when it starts: not a
 *  transaction, and outside of the digest. Makes the node if an old snapshot lacks it. */
export function setConfigNode(
  tree: Tree,
  text: Uint8Array,
  { wallMillis, mzxid }: { readonly wallMillis: number; readonly mzxid: Zxid },
): void {
  const node = getNode(tree, CONFIG_PATH) ?? putConfigNode(tree);
  replaceData(tree, CONFIG_PATH, node, text);
  changeStat(tree, CONFIG_PATH, node, (stat) => {
    stat.version = CONFIG_VERSION;
    stat.mzxid = mzxid;
    stat.mtime = wallMillis;
  });
}

function putConfigNode(tree: Tree): ZNode {
  if (getNode(tree, '/zookeeper') === null) {
    putNode(tree, '/zookeeper', new Uint8Array(0), null, FRESH_STAT);
  }
  const stat = { ...FRESH_STAT, aversion: CONFIG_VERSION };
  return putNode(tree, CONFIG_PATH, new Uint8Array(0), CONFIG_ACL, stat);
}

/** Names of the children, ascending; null if the node is not there. */
export function childrenOf(tree: Tree, path: string): readonly string[] | null {
  const node = getNode(tree, path);
  return node === null ? null : sortedNames(node);
}

/** Paths of the session's ephemeral nodes, ascending. */
export const ephemeralsOf = (tree: Tree, session: SessionId): string[] =>
  [...(tree.ephemerals.get(session) ?? [])].sort();

/** How many nodes lie below this one, null if it is not there. Costs as many steps, but for the root. Under its other name
 *  the root counts itself, since Apache's table of nodes has it twice. */
export function countDescendants(tree: Tree, path: string): number | null {
  const top = getNode(tree, path);
  if (top === null) return null;
  if (path === ROOT_KEY) return tree.nodes.size;
  if (path === ROOT) return tree.nodes.size - 1;
  let count = 0;
  const waiting: [string, ZNode][] = [[path, top]];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const child of next[1].children ?? []) {
      const node = getNode(tree, child);
      count += 1;
      if (node !== null) waiting.push([child, node]);
    }
  }
  return count;
}

/** The digest of ZooKeeper 3.6 and later: equal on all servers that applied the same transactions. */
export const digestOf = (tree: Tree): bigint => tree.digest;

/** All nodes, the built-in ones included; a fresh tree has 4. (Apache's srvr and mntr say one more,
 *  since the root is in their table under two names.) */
export const nodeCount = (tree: Tree): number => tree.nodes.size;

/** The first `max` nodes for people to look at: parents before children, siblings ascending by name. */
export function nodeViews(tree: Tree, max: number): NodeView[] {
  const views: NodeView[] = [];
  const waiting: string[] = [ROOT];
  for (let path = waiting.pop(); path !== undefined && views.length < max; path = waiting.pop()) {
    const node = getNode(tree, path);
    if (node === null) continue;
    views.push(viewOf(path, node));
    // Paths of siblings compare as their names do.
    const children = smallest(node.children ?? [], max - views.length);
    for (const child of children.reverse()) waiting.push(child);
  }
  return views;
}

export function viewOf(path: string, node: ZNode): NodeView {
  const kind = kindOfOwner(node.stat.ephemeralOwner);
  // A picture leaves the engine: its bytes must not be a piece of what the tree keeps.
  const data = node.data?.slice() ?? null;
  return { path, data, stat: statOf(node), acl: aclOf(node), kind };
}

/** The `count` smallest, ascending. A node may have a hundred thousand children of which a handful is
 *  shown, so not all are sorted. */
function smallest(paths: Iterable<string>, count: number): string[] {
  let kept: string[] = [];
  let bound: string | null = null;
  for (const path of paths) {
    if (bound !== null && path >= bound) continue;
    kept.push(path);
    if (kept.length < 2 * count) continue;
    kept = kept.sort().slice(0, count);
    bound = kept[kept.length - 1] ?? null;
  }
  return kept.sort().slice(0, count);
}
