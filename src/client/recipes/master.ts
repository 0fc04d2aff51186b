// Master election (recipes.html, "Leader Election"): candidates queue by ephemeral sequential znodes, the
// lowest is the master, and each of the others watches the one before it alone. The master writes its
// candidate's name into an ephemeral `master`, and only while that candidate is there. A client never learns
// by itself that its session is over: whoever was the master must not trust it for that.

import { unreachable } from '../../base/assert.ts';
import { decodeUtf8, encodeUtf8 } from '../../base/utf8.ts';
import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import { isOver, type RecipeView } from '../../vocabulary/recipe.ts';
import { CREATE_FLAG, type MultiOperation, type Request } from '../../vocabulary/request.ts';
import type { RequestResult } from '../state.ts';
import { ask, codeOf, create, numberOf, remove, say, takeBackOwn } from './state.ts';
import type { RecipeAction, MachineInput, RecipeState } from './state.ts';

const PREFIX = 'candidate-';

/** The znode that says who the master is. */
const masterOf = (root: string): string => `${root}/master`;

type Answer = MachineInput & { readonly kind: 'answered' };

export function stepMaster(state: RecipeState, input: MachineInput): readonly RecipeAction[] {
  const { root, says, behind } = state.view;
  if (isOver(says)) return [];
  switch (input.kind) {
    case 'begin':
      return [ask(create(`${root}/${PREFIX}`, CREATE_FLAG.ephemeralSequential))];
    case 'letGo':
      return letGo(state);
    case 'watch':
      if (state.leaving || input.event.type !== 'NodeDeleted') return [];
      if (behind === null || input.event.path !== behind) return [];
      return [say(state, 'woken', { behind: null, found: [] }), ask(look(root))];
    case 'answered':
      return state.leaving ? leaving(state, input) : answered(state, input);
    default:
      return unreachable(input, 'recipe input');
  }
}

function answered(state: RecipeState, { request, result }: Answer): readonly RecipeAction[] {
  const { root, node, behind } = state.view;
  const code = codeOf(result);
  if (request.kind === 'create' && result.outcome === 'ok' && result.response.kind === 'path') {
    state.view = { ...state.view, node: result.response.path };
    return [ask(look(root))];
  }
  if (request.kind === 'getChildren' && result.outcome === 'ok') return queued(state, result);
  if (request.kind === 'multi') {
    state.claiming = false;
    if (code === null) return [say(state, 'holds', { behind: null, found: [nameOf(node ?? '')] })];
    // Somebody else's: it waits until that is gone.
    if (code === ERROR_CODE.NodeExists) return [watchOf(state, masterOf(root))];
    // Somebody has deleted its candidate.
    return [say(state, 'failed', code === ERROR_CODE.NoNode ? { node: null } : {})];
  }
  if (request.kind === 'getData' && (code === null || code === ERROR_CODE.NoNode)) {
    state.view = { ...state.view, found: writtenIn(result) };
    return behind === null ? [] : [watchOf(state, behind)];
  }
  if (request.kind === 'exists') {
    if (code === null) return [say(state, 'waits', {})];
    // What it wanted to wait for is gone already.
    if (code === ERROR_CODE.NoNode) return [ask(look(root))];
  }
  return [say(state, 'failed', {})];
}

/** The lowest claims to be the master; another one looks who that is, and watches the one before it. */
function queued(state: RecipeState, result: RequestResult): readonly RecipeAction[] {
  const { root, node } = state.view;
  const mine = numberOf(node ?? '');
  let behind: string | null = null;
  for (const child of childrenOf(result)) {
    const number = child.startsWith(PREFIX) ? numberOf(child) : null;
    if (number === null || mine === null || number >= mine) continue;
    if (behind === null || number > (numberOf(behind) ?? -Infinity)) behind = child;
  }
  if (behind === null && node !== null) {
    state.claiming = true;
    return [ask(claim(root, node))];
  }
  state.view = { ...state.view, behind: `${root}/${behind ?? ''}` };
  return [ask({ kind: 'getData', path: masterOf(root), watch: false })];
}

/** Written down only by somebody who is a candidate still, and never over another one's name. */
function claim(root: string, node: string): Request {
  const master = create(masterOf(root), CREATE_FLAG.ephemeral);
  const operations: readonly MultiOperation[] = [
    { kind: 'check', path: node, version: -1 },
    { ...master, data: encodeUtf8(nameOf(node)) },
  ];
  return { kind: 'multi', operations };
}

/** What is on its way is answered first: then it is known what there is to take back. */
function letGo(state: RecipeState): readonly RecipeAction[] {
  if (state.leaving) return [];
  state.leaving = true;
  const { node, says } = state.view;
  return state.claiming || node === null ? [] : [ask(takeBack(state.view, says === 'holds'))];
}

function leaving(state: RecipeState, { request, result }: Answer): readonly RecipeAction[] {
  const { node } = state.view;
  const code = codeOf(result);
  const isGone = code === null || code === ERROR_CODE.NoNode;
  if (request.kind === 'create') {
    const made = result.outcome === 'ok' && result.response.kind === 'path';
    return [made ? takeBackOwn(state, result.response.path) : say(state, 'released', {})];
  }
  if (state.claiming && request.kind === 'multi') {
    state.claiming = false;
    return [ask(takeBack(state.view, code === null))];
  }
  // Nobody but the master takes the name away; if somebody has, the candidate is left.
  if (request.kind === 'multi' && code === ERROR_CODE.NoNode && node !== null) {
    return [ask(remove(node))];
  }
  if (request.kind === 'multi' || request.kind === 'delete') {
    const gone = { node: null, behind: null, found: [] };
    return [say(state, isGone ? 'released' : 'failed', isGone ? gone : {})];
  }
  return [];
}

/** The name first: no other candidate is the lowest before it is gone. */
function takeBack({ root, node }: RecipeView, isMaster: boolean): Request {
  const own = remove(node ?? root);
  return isMaster ? { kind: 'multi', operations: [remove(masterOf(root)), own] } : own;
}

function watchOf(state: RecipeState, path: string): RecipeAction {
  state.view = { ...state.view, behind: path };
  return ask({ kind: 'exists', path, watch: true });
}

const look = (root: string): Request => ({ kind: 'getChildren', path: root, watch: false });

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const childrenOf = (result: RequestResult): readonly string[] =>
  result.outcome === 'ok' && result.response.kind === 'children' ? result.response.children : [];

/** Nobody's, before the first master has written. */
function writtenIn(result: RequestResult): readonly string[] {
  if (result.outcome !== 'ok' || result.response.kind !== 'data') return [];
  const { data } = result.response;
  return data === null ? [] : [decodeUtf8(data)];
}
