// The trees as their servers showed them last. Pure: each change is a new map.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { RoomView } from '../../vocabulary/playground.ts';
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

/** Whose tree is shown, and whose paths are completed and tapped: the chosen one, else the page's own. In the
 *  laboratory nobody sits: the leader stands for all, else the first. */
export const treeServer = (
  chosen: ServerId | null,
  { seat, quorum, servers, sessions }: Pick<RoomView, 'seat' | 'quorum' | 'servers' | 'sessions'>,
  session = 1,
): ServerId | null =>
  chosen ??
  seat ??
  sessions.find(({ number }) => number === session)?.attachedTo ??
  quorum.leader ??
  servers[0]?.serverId ??
  null;
