// Answers that never came. When the session has a connection again, a recipe goes on from there: it asks again
// what changes nothing, or what was not even sent. Whether its own znode was made, or is gone, it looks up: behind a
// sync, so that all is decided that its earlier connection had sent, and among the ephemerals of its own session,
// which no other client has. (Curator's protected names, and kazoo's, serve the same end.)

import { present } from '../../base/assert.ts';
import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import { isOver } from '../../vocabulary/recipe.ts';
import {
  CREATE_FLAG,
  type CreateFields,
  type Request,
  type Response,
} from '../../vocabulary/request.ts';
import { ZXID_ZERO } from '../../vocabulary/zxid.ts';
import type { RequestResult } from '../state.ts';
import { ask, type MachineInput, type RecipeAction, type RecipeState } from './state.ts';

export type Answer = MachineInput & { readonly kind: 'answered' };

/** Each stands behind a connection that broke. */
const LOSSES_MAX = 1_000;

/** Keeps the request for the next connection if its answer was lost. False: it has one, or nothing can tell any
 *  more whether it was done. */
export function keepIfLost(state: RecipeState, { request, result }: Answer): boolean {
  if (!isLost(result) || state.losses === LOSSES_MAX) return false;
  const mayBeDone = result.outcome === 'unknown';
  if (mayBeDone && isUntold(state, request)) return false;
  state.losses += 1;
  state.lost.push({ request, mayBeDone });
  return true;
}

/** An answer that is longer than a frame may be is none that comes another time. */
const isLost = (result: RequestResult): boolean =>
  result.outcome !== 'ok' &&
  (result.outcome === 'unknown' || !result.sent) &&
  result.code === ERROR_CODE.ConnectionLoss;

/** An element of a queue is nobody's: who put it there, or took it, cannot be found out. */
const isUntold = ({ view }: RecipeState, { kind }: Request): boolean =>
  (view.recipe === 'queuePut' && kind === 'create') ||
  (view.recipe === 'queueTake' && kind === 'delete');

/** What is asked, and answers that are known without asking. */
export interface FoundOut {
  readonly actions: readonly RecipeAction[];
  readonly answers: readonly Answer[];
}

/** There is a connection. */
export function askAgain(state: RecipeState): FoundOut {
  const actions: RecipeAction[] = [];
  const answers: Answer[] = [];
  for (const { request, mayBeDone } of state.lost.splice(0)) {
    if (mayBeDone && prefixOf(request) !== null) state.doubts.push(request);
    else if (isEnding(state) && !takesBack(request)) answers.push(answerOf(request, NOT_DONE));
    else actions.push(ask(request));
  }
  if (state.doubts.length > 0) actions.push(ask({ kind: 'sync', path: state.view.root }));
  return { actions, answers };
}

/** The session is over: nobody answers any more. True if something was still to be asked. */
export function forgetLost(state: RecipeState): boolean {
  const had = state.lost.length + state.doubts.length > 0;
  state.lost = [];
  state.doubts = [];
  return had;
}

/** Is it a step of the looking up? No recipe asks for these itself while it waits for that. */
export const isLookUp = ({ doubts }: RecipeState, { kind }: Request): boolean =>
  doubts.length > 0 && (kind === 'sync' || kind === 'getEphemerals');

export function onLookUp(state: RecipeState, { request, result, others }: Answer): FoundOut {
  if (isLost(result)) {
    const doubts = state.doubts.splice(0);
    state.lost.push(...doubts.map((doubt) => ({ request: doubt, mayBeDone: true })));
    return { actions: [], answers: [] };
  }
  if (request.kind === 'sync' && result.outcome === 'ok') {
    return { actions: lookUpNext(state), answers: [] };
  }
  const doubt = present(state.doubts.shift(), 'what is looked up is in doubt');
  const actions = lookUpNext(state);
  if (result.outcome !== 'ok' || result.response.kind !== 'children') {
    return { actions, answers: [answerOf(doubt, UNKNOWN)] };
  }
  const found = ownOf(state, doubt, result.response.children, others ?? []);
  if (doubt.kind === 'delete') {
    if (found !== null) return { actions: [ask(doubt), ...actions], answers: [] };
    return { actions, answers: [answerOf(doubt, GONE)] };
  }
  if (found !== null) return { actions, answers: [answerOf(doubt, madeAs(doubt, found))] };
  // It was not made, and nobody who is about to leave makes it now.
  if (isEnding(state)) return { actions, answers: [answerOf(doubt, NOT_DONE)] };
  return { actions: [ask(doubt), ...actions], answers: [] };
}

function lookUpNext({ doubts }: RecipeState): readonly RecipeAction[] {
  const [doubt] = doubts;
  const prefix = doubt === undefined ? null : prefixOf(doubt);
  return prefix === null ? [] : [ask({ kind: 'getEphemerals', prefix })];
}

/** Of the session's ephemerals the one that the request was about. */
function ownOf(
  { view }: RecipeState,
  doubt: Request,
  paths: readonly string[],
  others: readonly string[],
): string | null {
  const taken = new Set(doubt.kind === 'delete' ? others : [...others, view.node]);
  return paths.find((path) => isMadeBy(doubt, path) && !taken.has(path)) ?? null;
}

const isEnding = ({ view, leaving }: RecipeState): boolean => leaving || isOver(view.says);

const takesBack = (request: Request): boolean =>
  request.kind === 'delete' || (request.kind === 'multi' && ephemeralOf(request) === null);

const UNKNOWN: RequestResult = { outcome: 'unknown', code: ERROR_CODE.ConnectionLoss };
const NOT_DONE: RequestResult = {
  ...{ outcome: 'failed', code: ERROR_CODE.ConnectionLoss, sent: true },
};
const GONE: RequestResult = { outcome: 'failed', code: ERROR_CODE.NoNode, sent: true };

const answerOf = (request: Request, result: RequestResult): Answer => ({
  ...{ kind: 'answered', request, result },
});

/** As far as recipes read an answer. */
function madeAs(request: Request, path: string): RequestResult {
  const response: Response =
    request.kind === 'multi'
      ? { kind: 'multi', results: [{ kind: 'create', path }] }
      : { kind: 'path', path };
  return { outcome: 'ok', zxid: ZXID_ZERO, response };
}

/** The beginning of the ephemeral's path that it makes or deletes; null if it is about none. */
function prefixOf(request: Request): string | null {
  if (request.kind === 'delete') return request.path;
  return ephemeralOf(request)?.path ?? null;
}

function isMadeBy(request: Request, path: string): boolean {
  const prefix = prefixOf(request) ?? '';
  if (ephemeralOf(request)?.flags !== CREATE_FLAG.ephemeralSequential) return path === prefix;
  return path.startsWith(prefix) && /^-?\d{10,11}$/.test(path.slice(prefix.length));
}

function ephemeralOf(request: Request): CreateFields | null {
  const operations: readonly Request[] = request.kind === 'multi' ? request.operations : [request];
  for (const operation of operations) {
    if (operation.kind !== 'create') continue;
    const { flags } = operation;
    if (flags === CREATE_FLAG.ephemeral || flags === CREATE_FLAG.ephemeralSequential) {
      return operation;
    }
  }
  return null;
}
