// Recipes (recipes.html of ZooKeeper's documentation) as value machines over the client library: what was
// answered or heard goes in, requests and what a recipe says of itself come out. It knows no time. What is
// missing above its own znode is made first.

import { assert } from '../../base/assert.ts';
import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import { isOver, type RecipeName, type RecipeView } from '../../vocabulary/recipe.ts';
import { CREATE_FLAG } from '../../vocabulary/request.ts';
import { stepBarrier } from './barrier.ts';
import { providersOf, stepConsumer, stepProvider } from './discovery.ts';
import { stepDoubleBarrier } from './double-barrier.ts';
import { stepLock } from './lock.ts';
import { stepMaster } from './master.ts';
import { stepMember, stepNextId } from './member.ts';
import { itemsOf, stepQueuePut, stepQueueTake } from './queue.ts';
import { ask, codeOf, create, say } from './state.ts';
import type { RecipeAction, RecipeInput, RecipeState } from './state.ts';

export { makeRecipe, type RecipeInput, type RecipeState } from './state.ts';

type Machine = (state: RecipeState, input: RecipeInput) => readonly RecipeAction[];
type Answer = RecipeInput & { readonly kind: 'answered' };

/** Each making stands for a level of the path, or for somebody who deletes at the same time. */
const MAKINGS_MAX = 32;

const MACHINES: Readonly<Record<RecipeName, Machine>> = {
  lock: stepLock,
  herdLock: stepLock,
  readLock: stepLock,
  writeLock: stepLock,
  master: stepMaster,
  barrier: stepBarrier,
  doubleBarrier: stepDoubleBarrier,
  queuePut: stepQueuePut,
  queueTake: stepQueueTake,
  member: stepMember,
  provider: stepProvider,
  consumer: stepConsumer,
  nextId: stepNextId,
};

/** Of all that one client follows: what goes on, and the newest even if it is over. */
export const shownOf = (recipes: readonly RecipeState[]): readonly RecipeView[] =>
  recipes.flatMap(({ view }, at) =>
    at === recipes.length - 1 || !isOver(view.says) ? [view] : [],
  );

/** The newest that it holds or waits in, else the newest. */
export function newestOf(recipes: readonly RecipeState[]): RecipeView | null {
  const views = recipes.map(({ view }) => view).reverse();
  return views.find(({ says }) => says !== 'released' && says !== 'done') ?? views[0] ?? null;
}

export function stepRecipe(state: RecipeState, input: RecipeInput): readonly RecipeAction[] {
  const making = input.kind === 'answered' ? makeMissing(state, input) : null;
  return making ?? MACHINES[state.view.recipe](state, input);
}

/** Null where nothing is missing, or nothing can be done about it. */
function makeMissing(state: RecipeState, answer: Answer): readonly RecipeAction[] | null {
  const { request, result } = answer;
  const code = codeOf(result);
  const isMade = request.kind === 'create' && request.path === state.making;
  if (isMade && (code === null || code === ERROR_CODE.NodeExists)) {
    state.making = null;
    return MACHINES[state.view.recipe](state, { kind: 'begin' });
  }
  if (code !== ERROR_CODE.NoNode) return isMade ? [say(state, 'failed', {})] : null;
  const missing = missingOf(state, answer);
  if (missing === null || state.makings === MAKINGS_MAX) return null;
  state.makings += 1;
  state.making = missing;
  assert(missing.startsWith('/'), 'a recipe makes znodes with a path');
  return [ask(create(missing, CREATE_FLAG.persistent))];
}

function missingOf({ view }: RecipeState, { request }: Answer): string | null {
  const { recipe, root } = view;
  if (request.kind === 'create') {
    const parent = request.path.slice(0, Math.max(0, request.path.lastIndexOf('/')));
    return parent === '' ? null : parent;
  }
  if (request.kind === 'getChildren' && recipe === 'queueTake') return itemsOf(root);
  if (request.kind === 'getChildren' && recipe === 'consumer') return providersOf(root);
  if (request.kind === 'getData' && recipe === 'doubleBarrier') return root;
  return null;
}
