// The whole tree as plain data, and a tree of what a snapshot file or a SNAP carries (DataTree.deserialize).
// The same tree always gives the same image, whatever order its changes came in.

import { CodecError } from '../jute/reader.ts';
import { sessionId } from '../vocabulary/ids.ts';
import type { NodeImage, TreeImage, TreeSource } from '../vocabulary/tree-image.ts';
import type { Zxid } from '../vocabulary/zxid.ts';
import { checkPath, nameOf, parentOf } from './path.ts';
import { setUpQuotas } from './quota.ts';
import { sessionsOf } from './taking.ts';
import { ROOT_KEY, emptyTree, getNode, putNode } from './znodes.ts';
import type { Tree, ZNode } from './znodes.ts';

/** Sessions ascending; nodes parents first, siblings ascending by name. Data is shared, not copied. */
export function treeToImage(tree: Tree): TreeImage {
  const nodes: NodeImage[] = [];
  const waiting: string[] = [ROOT_KEY];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const node = getNode(tree, path);
    if (node === null) continue;
    nodes.push(imageOf(path, node));
    // Last pushed is first taken, hence descending.
    for (const child of [...(node.children ?? [])].sort().reverse()) waiting.push(child);
  }
  return { sessions: sessionsOf(tree), nodes };
}

/** The tree of an image whose last transaction was `zxid`. For an image that no tree has, throws {@link CodecError}. */
export function treeFromImage(image: TreeSource, zxid: Zxid): Tree {
  const tree = emptyTree();
  for (const node of image.nodes) {
    const problem = problemOf(tree, node);
    if (problem !== null) throw new CodecError(`not a tree: ${problem}`);
    putNode(tree, node.path, node.data, node.acl, node.stat);
  }
  if (getNode(tree, ROOT_KEY) === null) throw new CodecError('not a tree: it has no root');
  for (const { id, timeoutMillis } of image.sessions) {
    tree.sessions.set(sessionId(id), timeoutMillis);
  }
  tree.lastZxid = zxid;
  setUpQuotas(tree);
  return tree;
}

function imageOf(path: string, node: ZNode): NodeImage {
  return { path, data: node.data, acl: node.acl?.acl ?? null, stat: { ...node.stat } };
}

function problemOf(tree: Tree, { path }: NodeImage): string | null {
  if (tree.nodes.has(path)) return `node ${JSON.stringify(path)} is there twice`;
  if (path === ROOT_KEY) return null;
  const problem = path === '/' ? 'the root is named ""' : checkPath(path);
  if (problem !== null) return `node ${JSON.stringify(path)}: ${problem}`;
  if (getNode(tree, parentOf(path)) === null) {
    return `node ${JSON.stringify(nameOf(path))} stands before its parent ${parentOf(path)}`;
  }
  return null;
}
