// The trees as their servers showed them last. Pure: each change is a new map.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { TreeView } from '../../vocabulary/view.ts';

export type Trees = ReadonlyMap<ServerId, TreeView>;
export const NO_TREES: Trees = new Map();

export const withTree = (trees: Trees, tree: TreeView): Trees =>
  new Map([...trees, [tree.serverId, tree]]);

export interface TreeShown {
  readonly tree: TreeView;
  /** A moment of the past is looked at, and this is not what the tree was then. */
  readonly ofNow: boolean;
}
