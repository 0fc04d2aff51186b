// The client's side of its watches (ZKWatchManager): which paths are watched, what an event
// ends, and how all of them are set again on a new connection.

import { utf8Length } from '../base/utf8.ts';
import { encodeRequest } from '../jute/client.ts';
import { ERROR_CODE } from '../vocabulary/error-code.ts';
import {
  ADD_WATCH_MODE,
  WATCHER_TYPE,
  XID,
  type EventName,
  type Request,
  type WatcherEvent,
} from '../vocabulary/request.ts';
import { ZXID_ZERO, type Zxid } from '../vocabulary/zxid.ts';
import type { ClientWatches } from './state.ts';

/** Characters of paths in one setWatches: longer lists go in several, so that each fits a frame. Each costs up to 3
 *  bytes, and each path 4 more. */
const SET_WATCHES_CHARACTERS_MAX = 128 * 1024;
const FRAME_BYTES_PER_CHARACTER = 8;

/** setWatches2 only where there is a lasting watch: older servers do not know it. */
export type SetWatches = Extract<Request, { kind: 'setWatches' | 'setWatches2' }>;

export const makeClientWatches = (): ClientWatches => ({
  data: new Set(),
  exist: new Set(),
  child: new Set(),
  persistent: new Set(),
  persistentRecursive: new Set(),
});

/** The longest frame that sets the watch of this request again when there is another connection: its path alone
 *  in a setWatches2, which is longer than the request itself. 0 if it sets no watch. */
export function bytesToRestore(request: Request): number {
  const watches = request.kind === 'addWatch' || ('watch' in request && request.watch);
  return watches ? BYTES_AROUND_PATH + utf8Length(request.path) : 0;
}

/** Remembers the watch that the server set with this answer: getData and getChildren set one only when
 *  they succeed, exists also when the node is not there. */
export function registerWatch(watches: ClientWatches, request: Request, err: number): void {
  const succeeded = err === ERROR_CODE.Ok;
  if (request.kind === 'addWatch') {
    if (succeeded) keepLasting(watches, request);
    return;
  }
  if (!('watch' in request) || !request.watch) return;
  if (request.kind === 'exists') {
    if (succeeded) watches.data.add(request.path);
    else if (err === ERROR_CODE.NoNode) watches.exist.add(request.path);
  } else if (succeeded) {
    const table = request.kind === 'getData' ? watches.data : watches.child;
    table.add(request.path);
  }
}

function keepLasting(
  watches: ClientWatches,
  { path, mode }: Extract<Request, { kind: 'addWatch' }>,
): void {
  const recursive = mode === ADD_WATCH_MODE.persistentRecursive;
  watches[recursive ? 'persistentRecursive' : 'persistent'].add(path);
}

/** Forgets what the server has removed, and tells of each kind of watch that there was one. */
export function removeWatches(
  watches: ClientWatches,
  { path, type }: { readonly path: string; readonly type: number },
): WatcherEvent[] {
  const removed = (REMOVED.get(type) ?? []).filter((list) => watches[list].delete(path));
  const types = new Set(removed.map((list) => REMOVED_EVENT[list]));
  return [...types].map((each) => ({ type: each, state: 'SyncConnected', path }));
}

const REMOVED_EVENT: Readonly<Record<keyof ClientWatches, EventName>> = {
  child: 'ChildWatchRemoved',
  data: 'DataWatchRemoved',
  exist: 'DataWatchRemoved',
  persistent: 'PersistentWatchRemoved',
  persistentRecursive: 'PersistentWatchRemoved',
};

const REMOVED = new Map<number, readonly (keyof ClientWatches)[]>([
  [WATCHER_TYPE.children, ['child']],
  [WATCHER_TYPE.data, ['data', 'exist']],
  [WATCHER_TYPE.any, ['child', 'data', 'exist', 'persistent', 'persistentRecursive']],
  [WATCHER_TYPE.persistent, ['persistent']],
  [WATCHER_TYPE.persistentRecursive, ['persistentRecursive']],
]);

/** Ends the one-shot watches that fired. False if there was none: the application has been told already (the
 *  server tells a deletion for the data and for the child watch of a path after a reconnect). */
export function materializeEvent(watches: ClientWatches, event: WatcherEvent): boolean {
  const { data, exist, child } = watches;
  const path = event.path;
  switch (event.type) {
    case 'NodeCreated':
    case 'NodeDataChanged':
      return endWatches([data, exist], path) || isLasting(watches, path, true);
    case 'NodeChildrenChanged':
      return endWatches([child], path) || isLasting(watches, path, false);
    case 'NodeDeleted':
      return endWatches([data, exist, child], path) || isLasting(watches, path, true);
    case 'None':
      return true;
    case 'DataWatchRemoved':
    case 'ChildWatchRemoved':
    case 'PersistentWatchRemoved':
      return false;
  }
}

/** Is there a persistent watch of the path, or a recursive one of it or of what is above it? */
function isLasting(watches: ClientWatches, path: string, recursive: boolean): boolean {
  if (watches.persistent.has(path)) return true;
  if (!recursive || watches.persistentRecursive.size === 0) return false;
  for (let at = path; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    if (watches.persistentRecursive.has(at)) return true;
  }
  return watches.persistentRecursive.has('/');
}

/** The setWatches requests for a new connection, none if nothing is watched. `lastZxid` is the newest
 *  state that this client has seen: what changed after it fires at once. */
export function requestsToRestore(
  watches: ClientWatches,
  lastZxid: Zxid,
  frameBytesMax: number,
): SetWatches[] {
  const charactersMax = Math.min(
    SET_WATCHES_CHARACTERS_MAX,
    Math.floor(frameBytesMax / FRAME_BYTES_PER_CHARACTER),
  );
  const requests: SetWatches[] = [];
  let batch = emptyBatch();
  let characters = 0;
  const send = (): void => {
    const { persistent, persistentRecursive, ...lists } = batch;
    const lasting = persistent.length + persistentRecursive.length > 0;
    requests.push(
      lasting
        ? { kind: 'setWatches2', relativeZxid: lastZxid, ...batch }
        : { kind: 'setWatches', relativeZxid: lastZxid, ...lists },
    );
    batch = emptyBatch();
    characters = 0;
  };
  for (const list of ['data', 'exist', 'child', 'persistent', 'persistentRecursive'] as const) {
    for (const path of watches[list]) {
      if (characters > 0 && characters + path.length > charactersMax) send();
      batch[list].push(path);
      characters += path.length;
    }
  }
  if (characters > 0) send();
  return requests;
}

const emptyBatch = (): Record<keyof ClientWatches, string[]> => ({
  ...{ data: [], exist: [], child: [], persistent: [], persistentRecursive: [] },
});

const BYTES_AROUND_PATH = encodeRequest(XID.setWatches, {
  ...{ kind: 'setWatches2', relativeZxid: ZXID_ZERO, ...emptyBatch(), data: [''] },
}).length;

function endWatches(tables: readonly Set<string>[], path: string): boolean {
  let ended = false;
  for (const table of tables) {
    if (table.delete(path)) ended = true;
  }
  return ended;
}
