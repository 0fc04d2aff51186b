// Recipes (recipes.html of ZooKeeper's documentation) as value machines over the client library: what was
// answered or heard goes in, requests and what a recipe says of itself come out. It knows no time. What is
// missing above its own znode is made first; what was lost with a connection is asked again on the next one; and
// who cannot go on takes its own znode back.

import { assert, unreachable } from '../../base/assert.ts';
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
import {
  askAgain,
  forgetLost,
  isLookUp,
  keepIfLost,
  onLookUp,
  type Answer,
  type FoundOut,
} from './lost-answers.ts';
import { ask, codeOf, create, remove, say } from './state.ts';
import type { MachineInput, RecipeAction, RecipeInput, RecipeState } from './state.ts';

export { makeRecipe, type RecipeInput, type RecipeState } from './state.ts';

type Machine = (state: RecipeState, input: MachineInput) => readonly RecipeAction[];

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
  if (input.kind === 'answered') state.open = Math.max(0, state.open - 1);
  else if (input.kind === 'ended') state.open = 0;
  const actions = advance(state, input);
  state.open += actions.filter(({ kind }) => kind === 'ask').length;
  return actions;
}

function advance(state: RecipeState, input: RecipeInput): readonly RecipeAction[] {
  switch (input.kind) {
    case 'connected':
      return afterwards(state, askAgain(state));
    case 'ended':
      return forgetLost(state) && !isOver(state.view.says) ? [say(state, 'failed', {})] : [];
    case 'answered':
      if (isLookUp(state, input.request)) return afterwards(state, onLookUp(state, input));
      return keepIfLost(state, input) ? [] : onAnswer(state, input);
    case 'letGo':
      if (isOver(state.view.says) && state.leftover !== null) {
        return [ask(remove(state.leftover))];
      }
      return MACHINES[state.view.recipe](state, input);
    case 'begin':
    case 'watch':
      return MACHINES[state.view.recipe](state, input);
    default:
      return unreachable(input, 'recipe input');
  }
}

/** The nodes of these are elements of a queue, and nobody's own. */
const WITHOUT_OWN: ReadonlySet<RecipeName> = new Set(['queuePut', 'queueTake']);

const afterwards = (state: RecipeState, { actions, answers }: FoundOut): RecipeAction[] => [
  ...actions,
  ...answers.flatMap((answer) => onAnswer(state, answer)),
];

function onAnswer(state: RecipeState, answer: Answer): readonly RecipeAction[] {
  const { request, result } = answer;
  const code = codeOf(result);
  if (request.kind === 'delete' && request.path === state.leftover) {
    if (code !== null && code !== ERROR_CODE.NoNode) return [];
    state.leftover = null;
    state.view = { ...state.view, node: null };
    return [];
  }
  const wasOver = isOver(state.view.says);
  const making = wasOver ? null : makeMissing(state, answer);
  const actions = making ?? MACHINES[state.view.recipe](state, answer);
  const { says, node, recipe } = state.view;
  const hasFailed = !wasOver && says === 'failed' && !WITHOUT_OWN.has(recipe);
  if (!hasFailed || node === null || code === ERROR_CODE.SessionExpired) return actions;
  // It would stand in the others' way for as long as the session lives.
  state.leftover = node;
  return [...actions, ask(remove(node))];
}

/** Nothing more comes of it: no answer that has a znode for it to take back, and not even the end of what it had. */
export const isSettled = ({ view, lost, doubts, leftover, open }: RecipeState): boolean =>
  isOver(view.says) && lost.length + doubts.length + open === 0 && leftover === null;

/** The znodes that a client's recipes have, but for one of them. */
export const nodesOfOthers = (recipes: readonly RecipeState[], one: RecipeState): string[] =>
  recipes.flatMap((other) => (other === one || other.view.node === null ? [] : [other.view.node]));

/** Null where nothing is missing, or nothing can be done about it. */
function makeMissing(state: RecipeState, answer: Answer): readonly RecipeAction[] | null {
  const { request, result } = answer;
  const code = codeOf(result);
  const isMade = request.kind === 'create' && request.path === state.making;
  if (isMade && state.leaving) {
    state.making = null;
    return [say(state, 'released', {})];
  }
  if (isMade && (code === null || code === ERROR_CODE.NodeExists)) {
    state.making = null;
    return MACHINES[state.view.recipe](state, { kind: 'begin' });
  }
  // Who is about to leave has no use for it.
  if (state.leaving && !isMade) return null;
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
