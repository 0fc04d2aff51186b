// Watches of the clients that are connected to this server (WatchManager), by path, in two tables: data
// for getData and exists, child for getChildren. Those are one-shot; a persistent watch stands in both
// tables and a recursive one, which hears of everything below its path but of no lists of children, in
// the data table. Modes live side by side as since 3.9 (in 3.8 the last one replaces the others). They
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
export type WatchKind = 'data' | 'exists' | 'child' | 'persistent' | 'persistentRecursive';
type TableName = 'data' | 'child';
/** By path and connection: a sum of MODE. Invariant: never 0, and no empty map. */
type WatchTable = Map<string, Map<ConnectionId, number>>;

const MODE = { standard: 1, persistent: 2, recursive: 4 } as const;
const ALL_MODES = MODE.standard | MODE.persistent | MODE.recursive;

/** Where a watch stands. */
const PLACES: Readonly<Record<WatchKind, readonly (readonly [TableName, number])[]>> = {
  data: [['data', MODE.standard]],
  exists: [['data', MODE.standard]],
  child: [['child', MODE.standard]],
  persistent: [
    ['data', MODE.persistent],
    ['child', MODE.persistent],
  ],
  persistentRecursive: [['data', MODE.recursive]],
};

/** Invariant: `paths` of a connection are exactly its entries in the two tables; no empty set. */
export interface Watches {
  readonly data: WatchTable;
  readonly child: WatchTable;
  /** How many recursive watches there are: without one nobody looks at ancestors. */
  recursive: number;
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
  recursive: 0,
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
  for (const [table, mode] of PLACES[kind]) {
    const watchers = watches[table].get(path) ?? new Map<ConnectionId, number>();
    setModes(watches, table, path, connection, (watchers.get(connection) ?? 0) | mode);
  }
}

/** The one place that changes the tables. `modes` 0 takes the watch away. */
function setModes(
  watches: Watches,
  table: TableName,
  path: string,
  connection: ConnectionId,
  modes: number,
): void {
  let watchers = watches[table].get(path);
  const before = watchers?.get(connection) ?? 0;
  if (before === modes) return;
  watches.recursive += Number((modes & MODE.recursive) !== 0);
  watches.recursive -= Number((before & MODE.recursive) !== 0);
  let paths = watches.byConnection.get(connection);
  if (modes === 0) {
    watchers?.delete(connection);
    if (watchers?.size === 0) watches[table].delete(path);
    paths?.[table].delete(path);
    if (paths?.data.size === 0 && paths.child.size === 0) watches.byConnection.delete(connection);
    return;
  }
  watchers ??= new Map();
  watches[table].set(path, watchers.set(connection, modes));
  paths ??= { data: new Set(), child: new Set() };
  watches.byConnection.set(connection, paths);
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
    const watchers = takeWatchers(watches, table, path, event);
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
  /** Set again without a word on what was missed. */
  readonly persistent?: readonly string[];
  readonly persistentRecursive?: readonly string[];
}

/** Sets the watches of a reconnected client again; those whose change it missed fire now instead. */
export function restoreWatches(
  watches: Watches,
  tree: Tree,
  connection: ConnectionId,
  { relativeZxid, data, exist, child, ...lasting }: WatchesToRestore,
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
  for (const path of lasting.persistent ?? []) settle('persistent', path, null);
  for (const path of lasting.persistentRecursive ?? []) settle('persistentRecursive', path, null);
  return fired;
}

/** Which watches checkWatches and removeWatches mean. */
export type WatchSelection = 'children' | 'data' | 'any' | 'persistent' | 'persistentRecursive';

const SELECTED: Readonly<Record<WatchSelection, readonly (readonly [TableName, number])[]>> = {
  children: PLACES.child,
  data: PLACES.data,
  any: [
    ['data', ALL_MODES],
    ['child', ALL_MODES],
  ],
  persistent: PLACES.persistent,
  persistentRecursive: PLACES.persistentRecursive,
};

export const hasWatch = (
  watches: Watches,
  selection: WatchSelection,
  path: string,
  connection: ConnectionId,
): boolean =>
  SELECTED[selection].some(
    ([table, modes]) => ((watches[table].get(path)?.get(connection) ?? 0) & modes) !== 0,
  );

/** False if there was none. */
export function removeWatches(
  watches: Watches,
  selection: WatchSelection,
  path: string,
  connection: ConnectionId,
): boolean {
  const had = hasWatch(watches, selection, path, connection);
  for (const [table, modes] of SELECTED[selection]) {
    const present = watches[table].get(path)?.get(connection) ?? 0;
    setModes(watches, table, path, connection, present & ~modes);
  }
  return had;
}

/** Forgets the watches of a connection that closed. */
export function removeWatcher(watches: Watches, connection: ConnectionId): void {
  const paths = watches.byConnection.get(connection);
  if (paths === undefined) return;
  for (const table of ['data', 'child'] as const) {
    for (const path of [...paths[table]]) setModes(watches, table, path, connection, 0);
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
      const connections = [...(watches[kind].get(path)?.keys() ?? [])].sort((a, b) => a - b);
      for (const connection of connections) entries.push({ kind, path, connection });
    }
  }
  return entries;
}

/** Who hears of this, each once; one-shot watches of the path itself are used up by it. */
function takeWatchers(
  watches: Watches,
  table: TableName,
  path: string,
  event: EventName,
): ReadonlySet<ConnectionId> {
  const heard = new Set<ConnectionId>();
  for (const [connection, modes] of [...(watches[table].get(path) ?? [])]) {
    if (modes === MODE.recursive && event === 'NodeChildrenChanged') continue;
    heard.add(connection);
    setModes(watches, table, path, connection, modes & ~MODE.standard);
  }
  if (table !== 'data' || watches.recursive === 0) return heard;
  for (let at = path; at !== '/' && at.includes('/');) {
    at = parentOf(at);
    for (const [connection, modes] of watches.data.get(at) ?? []) {
      if ((modes & MODE.recursive) !== 0) heard.add(connection);
    }
  }
  return heard;
}
