// Barrier: everybody waits while the root is there. Whoever creates it raises the barrier, whoever deletes it
// lets all of them through.

import { unreachable } from '../../base/assert.ts';
import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import { isOver } from '../../vocabulary/recipe.ts';
import {
  ask,
  codeOf,
  say,
  type RecipeAction,
  type MachineInput,
  type RecipeState,
} from './state.ts';

export function stepBarrier(state: RecipeState, input: MachineInput): readonly RecipeAction[] {
  const { root, says } = state.view;
  if (isOver(says)) return [];
  switch (input.kind) {
    case 'begin':
      // Its server may not have heard yet of a barrier that was raised elsewhere.
      return [ask({ kind: 'sync', path: root })];
    case 'letGo':
      return [say(state, 'released', { behind: null })];
    case 'watch':
      if (input.event.type !== 'NodeDeleted' || input.event.path !== state.view.behind) return [];
      return [say(state, 'done', { behind: null })];
    case 'answered': {
      const code = codeOf(input.result);
      if (input.request.kind === 'sync' && code === null) {
        return [ask({ kind: 'exists', path: root, watch: true })];
      }
      if (input.request.kind !== 'exists') return [say(state, 'failed', {})];
      if (code === ERROR_CODE.NoNode) return [say(state, 'done', { behind: null })];
      return code === null
        ? [say(state, 'waits', { behind: root })]
        : [say(state, 'failed', { behind: null })];
    }
    default:
      return unreachable(input, 'recipe input');
  }
}
