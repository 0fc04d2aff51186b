// Which container and TTL nodes have had their time (ContainerManager). It only names them: the leader
// asks for a deleteContainer of each and checks again that it is empty when it prepares that.

import { kindOfOwner, ttlMillisOf } from './owner.ts';
import { getNode } from './znodes.ts';
import type { Tree, ZNode } from './znodes.ts';

/** At most `max` paths, ascending: empty containers that once had a child, or never had one for longer than
 *  `neverUsedMillis` (0: these stay), and empty TTL nodes whose last change of data is longer ago than their
 *  time. Costs the containers and TTL nodes there are. */
export function reapCandidates(
  tree: Tree,
  wallMillis: number,
  max: number,
  neverUsedMillis = 0,
): string[] {
  const due: string[] = [];
  for (const paths of [tree.containers, tree.ttls]) {
    for (const path of paths) {
      if (isReapable(tree, path, wallMillis, neverUsedMillis)) due.push(path);
    }
  }
  return due.sort().slice(0, max);
}

/** Still true of one that was named a while ago? Its data may have changed since. */
export function isReapable(
  tree: Tree,
  path: string,
  wallMillis: number,
  neverUsedMillis = 0,
): boolean {
  const node = getNode(tree, path);
  return node !== null && isDue(node, wallMillis, neverUsedMillis);
}

function isDue(node: ZNode, wallMillis: number, neverUsedMillis: number): boolean {
  if ((node.children?.size ?? 0) > 0) return false;
  const { ephemeralOwner, cversion, mtime } = node.stat;
  if (kindOfOwner(ephemeralOwner) === 'container') {
    return cversion > 0 || (neverUsedMillis > 0 && wallMillis - mtime > neverUsedMillis);
  }
  return BigInt(Math.trunc(wallMillis - mtime)) > ttlMillisOf(ephemeralOwner);
}
