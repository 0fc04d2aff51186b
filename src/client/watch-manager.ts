// The client's side of its one-shot watches (ZKWatchManager): which paths are watched, what an event
// ends, and how all of them are set again on a new connection.

import { ERROR_CODE } from '../vocabulary/error-code.ts';
import type { Request, WatcherEvent } from '../vocabulary/request.ts';
import type { Zxid } from '../vocabulary/zxid.ts';
import type { ClientWatches } from './state.ts';

/** Characters of paths in one setWatches: longer lists go in several, so that each fits a frame. */
export const SET_WATCHES_CHARACTERS_MAX = 128 * 1024;

export type SetWatches = Extract<Request, { kind: 'setWatches' }>;

export const makeClientWatches = (): ClientWatches => ({
  data: new Set(),
  exist: new Set(),
  child: new Set(),
});

/** Remembers the watch that the server set with this answer: getData and getChildren set one only when
 *  they succeed, exists also when the node is not there. */
export function registerWatch(watches: ClientWatches, request: Request, err: number): void {
  if (!('watch' in request) || !request.watch) return;
  const succeeded = err === ERROR_CODE.Ok;
  if (request.kind === 'exists') {
    if (succeeded) watches.data.add(request.path);
    else if (err === ERROR_CODE.NoNode) watches.exist.add(request.path);
  } else if (succeeded) {
    const table = request.kind === 'getData' ? watches.data : watches.child;
    table.add(request.path);
  }
}

/** Ends the watches that fired. False if there was none: the application has been told already (the
 *  server tells a deletion for the data and for the child watch of a path after a reconnect). */
export function materializeEvent(watches: ClientWatches, event: WatcherEvent): boolean {
  const { data, exist, child } = watches;
  const path = event.path;
  switch (event.type) {
    case 'NodeCreated':
    case 'NodeDataChanged':
      return endWatches([data, exist], path);
    case 'NodeChildrenChanged':
      return endWatches([child], path);
    case 'NodeDeleted':
      return endWatches([data, exist, child], path);
    case 'None':
      return true;
  }
}

/** The setWatches requests for a new connection, none if nothing is watched. `lastZxid` is the newest
 *  state that this client has seen: what changed after it fires at once. */
export function requestsToRestore(watches: ClientWatches, lastZxid: Zxid): SetWatches[] {
  const requests: SetWatches[] = [];
  let batch = emptyBatch();
  let characters = 0;
  for (const list of ['data', 'exist', 'child'] as const) {
    for (const path of watches[list]) {
      if (characters > 0 && characters + path.length > SET_WATCHES_CHARACTERS_MAX) {
        requests.push({ kind: 'setWatches', relativeZxid: lastZxid, ...batch });
        batch = emptyBatch();
        characters = 0;
      }
      batch[list].push(path);
      characters += path.length;
    }
  }
  if (characters > 0) requests.push({ kind: 'setWatches', relativeZxid: lastZxid, ...batch });
  return requests;
}

const emptyBatch = (): { data: string[]; exist: string[]; child: string[] } => ({
  data: [],
  exist: [],
  child: [],
});

function endWatches(tables: readonly Set<string>[], path: string): boolean {
  let ended = false;
  for (const table of tables) {
    if (table.delete(path)) ended = true;
  }
  return ended;
}
