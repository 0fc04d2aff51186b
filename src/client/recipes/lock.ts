// The lock recipes (recipes.html of ZooKeeper's documentation): a queue of ephemeral sequential znodes, or
// one znode that all want. A client never learns by itself that its session is over: whoever holds a lock must
// not trust it for that.

import { unreachable } from '../../base/assert.ts';
import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import { isLock, isOver, type LockName, type RecipeView } from '../../vocabulary/recipe.ts';
import { CREATE_FLAG, type Request } from '../../vocabulary/request.ts';
import type { RequestResult } from '../state.ts';
import {
  ask,
  codeOf,
  create,
  numberOf,
  remove,
  say,
  takeBackOwn,
  type RecipeAction,
  type MachineInput,
  type RecipeState,
} from './state.ts';

const PREFIXES: Readonly<Record<LockName, string>> = {
  lock: 'n-',
  herdLock: 'holder',
  readLock: 'read-',
  writeLock: 'write-',
};

export function stepLock(state: RecipeState, input: MachineInput): readonly RecipeAction[] {
  const { view } = state;
  if (isOver(view.says)) return [];
  switch (input.kind) {
    case 'begin':
      return [ask(createOf(view))];
    case 'letGo':
      if (state.leaving) return [];
      state.leaving = true;
      if (view.node !== null) return [ask(remove(view.node))];
      // Who waits without a znode of its own has nothing to take back; another one's may be on its way.
      return view.says === 'waits' ? [released(state)] : [];
    case 'watch':
      if (state.leaving || input.event.type !== 'NodeDeleted' || input.event.path !== view.behind)
        return [];
      return [say(state, 'woken', { behind: null }), ask(lookAgain(view))];
    case 'answered':
      return state.leaving
        ? leaving(state, input.request, input.result)
        : answered(state, input.request, input.result);
    default:
      return unreachable(input, 'recipe input');
  }
}

function answered(
  state: RecipeState,
  request: Request,
  result: RequestResult,
): readonly RecipeAction[] {
  const { view } = state;
  const code = result.outcome === 'ok' ? null : result.code;
  if (result.outcome === 'ok') {
    const { response } = result;
    if (response.kind === 'path') {
      const node = response.path;
      if (view.recipe === 'herdLock') return [say(state, 'holds', { node, behind: null })];
      state.view = { ...view, node };
      return [ask(lookAgain(view))];
    }
    if (response.kind === 'children') return queued(state, response.children);
    if (response.kind === 'stat') return [say(state, 'waits', {})];
  }
  if (request.kind === 'create' && code === ERROR_CODE.NodeExists) {
    return [watchOf(state, `${view.root}/${PREFIXES.herdLock}`)];
  }
  // What it wanted to wait for is gone already.
  if (request.kind === 'exists' && code === ERROR_CODE.NoNode) return [ask(lookAgain(view))];
  return [say(state, 'failed', {})];
}

/** What is on its way is answered first: then it is known what there is to take back. */
function leaving(
  state: RecipeState,
  request: Request,
  result: RequestResult,
): readonly RecipeAction[] {
  if (request.kind === 'create') {
    const made = result.outcome === 'ok' && result.response.kind === 'path';
    return [made ? takeBackOwn(state, result.response.path) : released(state)];
  }
  if (request.kind === 'delete') {
    const code = codeOf(result);
    const isGone = code === null || code === ERROR_CODE.NoNode;
    return [isGone ? released(state) : say(state, 'failed', {})];
  }
  return state.view.node === null ? [released(state)] : [];
}

const released = (state: RecipeState): RecipeAction =>
  say(state, 'released', { node: null, behind: null });

/** First in the queue, or behind the nearest that it has to wait for. */
function queued(state: RecipeState, children: readonly string[]): readonly RecipeAction[] {
  const { recipe, root, node } = state.view;
  const mine = numberOf(node ?? '');
  let behind: string | null = null;
  for (const child of children) {
    const number = numberOf(child);
    if (number === null || mine === null || number >= mine) continue;
    if (recipe === 'readLock' && !child.startsWith(PREFIXES.writeLock)) continue;
    if (behind === null || number > (numberOf(behind) ?? -1)) behind = child;
  }
  if (behind === null) return [say(state, 'holds', { behind: null })];
  return [watchOf(state, `${root}/${behind}`)];
}

function watchOf(state: RecipeState, path: string): RecipeAction {
  state.view = { ...state.view, behind: path };
  return ask({ kind: 'exists', path, watch: true });
}

const lookAgain = (view: RecipeView): Request =>
  view.recipe === 'herdLock'
    ? createOf(view)
    : { kind: 'getChildren', path: view.root, watch: false };

function createOf({ recipe, root }: RecipeView): Request {
  const flags = recipe === 'herdLock' ? CREATE_FLAG.ephemeral : CREATE_FLAG.ephemeralSequential;
  return create(`${root}/${isLock(recipe) ? PREFIXES[recipe] : ''}`, flags);
}
