// addWatch, checkWatches and removeWatches (FinalRequestProcessor): of the calling connection alone. They
// need no permission and no node.

import { addWatch, hasWatch, removeWatches, type WatchSelection } from '../tree/watches.ts';
import { ERROR_CODE } from '../vocabulary/error-code.ts';
import {
  ADD_WATCH_MODE,
  WATCHER_TYPE,
  type Request,
  type Response,
} from '../vocabulary/request.ts';
import { trace, type Connection, type ServerContext, type ServerState } from './state.ts';

type WatchRequest = Extract<
  Request,
  { readonly kind: 'addWatch' | 'checkWatches' | 'removeWatches' }
>;

interface Outcome {
  readonly err: number;
  readonly response: Response | null;
}

const MODES = new Map<number, 'persistent' | 'persistentRecursive'>([
  [ADD_WATCH_MODE.persistent, 'persistent'],
  [ADD_WATCH_MODE.persistentRecursive, 'persistentRecursive'],
]);

const SELECTIONS = new Map<number, WatchSelection>(
  (Object.keys(WATCHER_TYPE) as WatchSelection[]).map((name) => [WATCHER_TYPE[name], name]),
);

const failed = (err: number): Outcome => ({ err, response: null });

export function watchRequest(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  request: WatchRequest,
): Outcome {
  const { watches } = server;
  const { path } = request;
  if (request.kind === 'addWatch') {
    const mode = MODES.get(request.mode);
    if (mode === undefined) return failed(ERROR_CODE.MarshallingError);
    addWatch(watches, mode, path, connection.id);
    trace(ctx, { kind: 'watchSet', session: connection.session, path, watch: mode });
    return { err: ERROR_CODE.Ok, response: { kind: 'watchAdded' } };
  }
  if (request.kind === 'checkWatches' && hasNoRoot(path, watches.recursive > 0)) {
    return failed(ERROR_CODE.MarshallingError);
  }
  const selection = SELECTIONS.get(request.type);
  if (selection === undefined) return failed(ERROR_CODE.MarshallingError);
  const act = request.kind === 'checkWatches' ? hasWatch : removeWatches;
  if (!act(watches, selection, path, connection.id)) return failed(ERROR_CODE.NoWatcher);
  return { err: ERROR_CODE.Ok, response: { kind: 'nothing' } };
}

/** WatchManager.containsWatcher stumbles over a path that has no parent; if anybody watches recursively, it
 *  goes up to the root, and over one that never comes there. */
function hasNoRoot(path: string, goesUp: boolean): boolean {
  return path !== '' && (goesUp ? !path.startsWith('/') : !path.includes('/'));
}
