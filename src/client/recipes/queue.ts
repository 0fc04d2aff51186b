// Queue: elements are persistent sequential znodes below `items`. Consumers try the first one; its delete
// succeeds for one of them, and that one has the element.

import { unreachable } from '../../base/assert.ts';
import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import { isOver } from '../../vocabulary/recipe.ts';
import { CREATE_FLAG, type Request } from '../../vocabulary/request.ts';
import { ask, codeOf, create, remove, say } from './state.ts';
import type { RecipeAction, MachineInput, RecipeState } from './state.ts';

const PREFIX = 'item-';

export const itemsOf = (root: string): string => `${root}/items`;

export function stepQueuePut(state: RecipeState, input: MachineInput): readonly RecipeAction[] {
  switch (input.kind) {
    case 'begin': {
      const path = `${itemsOf(state.view.root)}/${PREFIX}`;
      return [ask(create(path, CREATE_FLAG.persistentSequential))];
    }
    case 'answered': {
      const { result } = input;
      if (result.outcome !== 'ok' || result.response.kind !== 'path') {
        return [say(state, 'failed', {})];
      }
      return [say(state, 'done', { node: result.response.path })];
    }
    case 'letGo':
    case 'watch':
      return [];
    default:
      return unreachable(input, 'recipe input');
  }
}

export function stepQueueTake(state: RecipeState, input: MachineInput): readonly RecipeAction[] {
  const { view } = state;
  if (isOver(view.says)) return [];
  switch (input.kind) {
    case 'begin':
      return state.leaving ? [stop(state)] : [ask(look(view.root))];
    case 'letGo':
      if (view.says === 'waits') return [stop(state)];
      // An element may be on its way into its hands: it says so before it stops.
      state.leaving = true;
      return [];
    case 'watch': {
      const { type, path } = input.event;
      if (view.says !== 'waits' || type !== 'NodeChildrenChanged' || path !== view.behind)
        return [];
      return [say(state, 'woken', { behind: null }), ask(look(view.root))];
    }
    case 'answered':
      return answered(state, input);
    default:
      return unreachable(input, 'recipe input');
  }
}

function answered(
  state: RecipeState,
  { request, result }: MachineInput & { readonly kind: 'answered' },
): readonly RecipeAction[] {
  const { root } = state.view;
  const code = codeOf(result);
  if (request.kind === 'delete' && code === null) {
    const took = say(state, 'took', { node: request.path, behind: null });
    return [took, state.leaving ? stop(state) : ask(look(root))];
  }
  if (state.leaving) return [stop(state)];
  if (request.kind === 'getChildren' && result.outcome === 'ok') {
    const names = result.response.kind === 'children' ? result.response.children : [];
    const [first] = names.filter((name) => name.startsWith(PREFIX)).sort();
    if (first === undefined) return [say(state, 'waits', { behind: itemsOf(root) })];
    return [ask({ kind: 'getData', path: `${itemsOf(root)}/${first}`, watch: false })];
  }
  if (request.kind === 'getData' && code === null) return [ask(remove(request.path))];
  // Another one was quicker.
  const isElement = request.kind === 'getData' || request.kind === 'delete';
  if (isElement && code === ERROR_CODE.NoNode) return [ask(look(root))];
  return [say(state, 'failed', { behind: null })];
}

const stop = (state: RecipeState): RecipeAction => say(state, 'released', { behind: null });

const look = (root: string): Request => ({
  ...{ kind: 'getChildren', path: itemsOf(root), watch: true },
});
