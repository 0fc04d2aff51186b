// Watches of the clients that are connected to this server (WatchManager): one-shot, by path, in two
// tables. The data table holds those of getData and exists, the child table those of getChildren. They
// belong to a connection, die with it, and are never replicated.

import { unreachable } from '../base/assert.ts';
import type { ConnectionId } from '../vocabulary/ids.ts';
import type { EventName } from '../vocabulary/request.ts';
import type { Acl } from '../vocabulary/stat.ts';
import type { Zxid } from '../vocabulary/zxid.ts';
import type { WatchCause } from './apply.ts';
import { parentOf } from './path.ts';
import { getNode } from './znodes.ts';
import type { Tree } from './znodes.ts';

/** `exists` goes to the data table, also for a node that is not there. */
export type WatchKind = 'data' | 'exists' | 'child';
type WatchTable = Map<string, Set<ConnectionId>>;

/** Invariant: `paths` of a connection are exactly its entries in the two tables; no empty set. */
export interface Watches {
  readonly data: WatchTable;
  readonly child: WatchTable;
  readonly byConnection: Map<ConnectionId, { data: Set<string>; child: Set<string> }>;
}

export interface FiredWatch {
  readonly connection: ConnectionId;
  readonly event: EventName;
  readonly path: string;
  /** Only who may read this is told; null: whoever watches. */
  readonly acl: readonly Acl[] | null;
}

export const makeWatches = (): Watches => ({
  data: new Map(),
  child: new Map(),
  byConnection: new Map(),
});

/** Watches once more what is already watched: no change. The caller has answered the read with success
 *  (for exists: also with NoNode), otherwise no watch is left. */
export function addWatch(
  watches: Watches,
  kind: WatchKind,
  path: string,
  connection: ConnectionId,
): void {
  const table = kind === 'child' ? 'child' : 'data';
  const watchers = watches[table].get(path);
  if (watchers === undefined) watches[table].set(path, new Set([connection]));
  else watchers.add(connection);
  let paths = watches.byConnection.get(connection);
  if (paths === undefined) {
    paths = { data: new Set(), child: new Set() };
    watches.byConnection.set(connection, paths);
  }
  paths[table].add(path);
}

/** The events of these changes, in order, and the end of the watches that they fire:
 *  created N: data(N), then child(parent); deleted N: data(N), then child(N) for those not told yet,
 *  then child(parent); data of N changed: data(N). */
export function triggerWatches(watches: Watches, causes: readonly WatchCause[]): FiredWatch[] {
  const fired: FiredWatch[] = [];
  const fire = (
    table: 'data' | 'child',
    path: string,
    event: EventName,
    acl: readonly Acl[],
    told?: ReadonlySet<ConnectionId>,
  ): ReadonlySet<ConnectionId> => {
    const watchers = takeWatchers(watches, table, path);
    for (const connection of watchers) {
      if (told?.has(connection) !== true) fired.push({ connection, event, path, acl });
    }
    return watchers;
  };
  for (const { event, path, acl, parentAcl } of causes) {
    const told = fire('data', path, event, acl);
    switch (event) {
      case 'NodeDeleted':
        fire('child', path, event, acl, told);
        fire('child', parentOf(path), 'NodeChildrenChanged', parentAcl);
        break;
      case 'NodeCreated':
        fire('child', parentOf(path), 'NodeChildrenChanged', parentAcl);
        break;
      case 'NodeDataChanged':
        break;
      default:
        unreachable(event, 'triggerWatches');
    }
  }
  return fired;
}

/** What a client that was away asks for (setWatches). */
export interface WatchesToRestore {
  /** The last zxid that the client has seen. */
  readonly relativeZxid: Zxid;
  readonly data: readonly string[];
  readonly exist: readonly string[];
  readonly child: readonly string[];
}

/** Sets the watches of a reconnected client again; those whose change it missed fire now instead. */
export function restoreWatches(
  watches: Watches,
  tree: Tree,
  connection: ConnectionId,
  { relativeZxid, data, exist, child }: WatchesToRestore,
): FiredWatch[] {
  const fired: FiredWatch[] = [];
  const settle = (kind: WatchKind, path: string, missed: EventName | null): void => {
    if (missed === null) addWatch(watches, kind, path, connection);
    else fired.push({ connection, event: missed, path, acl: null });
  };
  for (const path of data) {
    const node = getNode(tree, path);
    const changed = node !== null && node.stat.mzxid > relativeZxid ? 'NodeDataChanged' : null;
    settle('data', path, node === null ? 'NodeDeleted' : changed);
  }
  for (const path of exist) {
    settle('exists', path, getNode(tree, path) === null ? null : 'NodeCreated');
  }
  for (const path of child) {
    const node = getNode(tree, path);
    const changed = node !== null && node.stat.pzxid > relativeZxid ? 'NodeChildrenChanged' : null;
    settle('child', path, node === null ? 'NodeDeleted' : changed);
  }
  return fired;
}

/** Forgets the watches of a connection that closed. */
export function removeWatcher(watches: Watches, connection: ConnectionId): void {
  const paths = watches.byConnection.get(connection);
  if (paths === undefined) return;
  watches.byConnection.delete(connection);
  for (const table of ['data', 'child'] as const) {
    for (const path of paths[table]) {
      const watchers = watches[table].get(path);
      watchers?.delete(connection);
      if (watchers?.size === 0) watches[table].delete(path);
    }
  }
}

export interface WatchEntry {
  readonly kind: 'data' | 'child';
  readonly path: string;
  readonly connection: ConnectionId;
}

/** All watches, data before child, ascending by path. */
export function listWatches(watches: Watches): WatchEntry[] {
  const entries: WatchEntry[] = [];
  for (const kind of ['data', 'child'] as const) {
    const paths = [...watches[kind].keys()].sort();
    for (const path of paths) {
      const connections = [...(watches[kind].get(path) ?? [])].sort((a, b) => a - b);
      for (const connection of connections) entries.push({ kind, path, connection });
    }
  }
  return entries;
}

const NOBODY: ReadonlySet<ConnectionId> = new Set();

function takeWatchers(
  watches: Watches,
  table: 'data' | 'child',
  path: string,
): ReadonlySet<ConnectionId> {
  const watchers = watches[table].get(path);
  if (watchers === undefined) return NOBODY;
  watches[table].delete(path);
  for (const connection of watchers) {
    const paths = watches.byConnection.get(connection);
    if (paths === undefined) continue;
    paths[table].delete(path);
    if (paths.data.size + paths.child.size === 0) watches.byConnection.delete(connection);
  }
  return watchers;
}
