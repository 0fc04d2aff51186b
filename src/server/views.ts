// Pictures of a server for people.

import { digestOf, ephemeralsOf, nodeCount, nodeViews } from '../tree/tree.ts';
import { listWatches } from '../tree/watches.ts';
import type { RoleView, ServerView, SessionView, TreeView } from '../vocabulary/view.ts';
import { TREE_NODES_MAX } from '../vocabulary/view.ts';
import { peerStatus } from '../zab/peer.ts';
import type { ServerState } from './state.ts';

const ROLE: Readonly<Record<string, RoleView>> = {
  LOOKING: 'looking',
  FOLLOWING: 'following',
  LEADING: 'leading',
  OBSERVING: 'observing',
};

const WATCHES_SHOWN_MAX = 200;
const SESSIONS_SHOWN_MAX = 100;

export function serverView(server: ServerState): ServerView {
  const { role, ...status } = peerStatus(server.peer);
  return {
    serverId: server.config.serverId,
    ...status,
    role: status.haltedBecause === null ? (ROLE[role] ?? 'down') : 'down',
    sessions: sessionViews(server),
    watches: watchViews(server),
    nodeCount: nodeCount(server.tree),
    treeDigest: digestOf(server.tree),
  };
}

function sessionViews(server: ServerState): SessionView[] {
  const ids = [...server.tree.sessions].slice(0, SESSIONS_SHOWN_MAX);
  return ids.map(([id, timeoutMillis]) => ({
    id,
    timeoutMillis,
    here: server.attached.has(id),
    connection: server.attached.get(id) ?? null,
    ephemerals: ephemeralsOf(server.tree, id),
  }));
}

function watchViews(server: ServerState): ServerView['watches'] {
  return listWatches(server.watches)
    .slice(0, WATCHES_SHOWN_MAX)
    .map(({ kind, path, connection }) => ({
      ...{ kind, path },
      session: server.connections.get(connection)?.session ?? 0n,
    }));
}

export function treeView(server: ServerState): TreeView {
  const nodes = nodeViews(server.tree, TREE_NODES_MAX);
  nodes.sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    serverId: server.config.serverId,
    zxid: server.tree.lastZxid,
    nodes,
    omitted: nodeCount(server.tree) - nodes.length,
  };
}
