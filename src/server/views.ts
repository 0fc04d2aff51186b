// Pictures of a server for people.

import { digestOf, ephemeralsOf, nodeCount, nodeViews } from '../tree/tree.ts';
import { listWatches } from '../tree/watches.ts';
import type { SessionId } from '../vocabulary/ids.ts';
import type { RoleView, ServerView, SessionView, TreeView } from '../vocabulary/view.ts';
import { FUSE_PARTS, TREE_NODES_MAX } from '../vocabulary/view.ts';
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
const EPHEMERALS_SHOWN_MAX = 50;
/** Of all paths of one list together: a picture has to fit into one frame to each other page. */
const PATH_CHARS_MAX = 12 * 1024;

/** What it is among the others. */
export function peerView({ config, peer }: ServerState) {
  const { role, ...status } = peerStatus(peer);
  const shown: RoleView = status.haltedBecause === null ? (ROLE[role] ?? 'down') : 'down';
  return { serverId: config.serverId, ...status, role: shown };
}

/** All but what its host counts. */
export function serverView(server: ServerState): Omit<ServerView, 'badFrames'> {
  return {
    ...peerView(server),
    sessions: sessionViews(server),
    watches: watchViews(server),
    nodeCount: nodeCount(server.tree),
    treeDigest: digestOf(server.tree),
  };
}

function sessionViews(server: ServerState): SessionView[] {
  const ids = [...server.tree.sessions].slice(0, SESSIONS_SHOWN_MAX);
  const room = { chars: PATH_CHARS_MAX };
  return ids.map(([id, timeoutMillis]) => ({
    id,
    timeoutMillis,
    here: server.attached.has(id),
    connection: server.attached.get(id) ?? null,
    ephemerals: ephemeralsOf(server.tree, id)
      .slice(0, EPHEMERALS_SHOWN_MAX)
      .filter((path) => fits(path, room)),
    fuse: fuseOf(server, id, timeoutMillis),
  }));
}

/** Sessions end at ticks: a full one may have a tick more than its timeout. */
function fuseOf({ sessions }: ServerState, id: SessionId, timeoutMillis: number): number | null {
  const tracked = sessions?.byId.get(id);
  if (sessions === null || tracked === undefined || tracked.closing) return null;
  const left = (tracked.expiresAt - sessions.awakeMillis) / Math.max(1, timeoutMillis);
  return Math.min(FUSE_PARTS, Math.max(0, Math.ceil(left * FUSE_PARTS)));
}

function watchViews(server: ServerState): ServerView['watches'] {
  const room = { chars: PATH_CHARS_MAX };
  return listWatches(server.watches)
    .slice(0, WATCHES_SHOWN_MAX)
    .filter(({ path }) => fits(path, room))
    .map(({ kind, path, connection }) => ({
      ...{ kind, path },
      session: server.connections.get(connection)?.session ?? 0n,
    }));
}

/** Takes the path's part of the room that is left; false when there is not so much. */
function fits(path: string, room: { chars: number }): boolean {
  if (path.length > room.chars) return false;
  room.chars -= path.length;
  return true;
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
