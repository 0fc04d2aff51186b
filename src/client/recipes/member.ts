// Membership: who is there has an ephemeral znode below the root, and sees who
// else has. Ids: the number of a sequential znode, which goes as soon as it is read.

import { unreachable } from '../../base/assert.ts';
import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import { isOver } from '../../vocabulary/recipe.ts';
import { CREATE_FLAG, type Request } from '../../vocabulary/request.ts';
import { ask, codeOf, create, remove, say, takeBackOwn } from './state.ts';
import type { RecipeAction, MachineInput, RecipeState } from './state.ts';

export function stepMember(state: RecipeState, input: MachineInput): readonly RecipeAction[] {
  const { root, node, says } = state.view;
  switch (input.kind) {
    case 'begin':
      return [ask(create(`${root}/member-`, CREATE_FLAG.ephemeralSequential))];
    case 'letGo':
      if (state.leaving || isOver(says)) return [];
      // Its znode may be on its way.
      state.leaving = true;
      return node === null ? [] : [ask(remove(node))];
    case 'watch': {
      const { type, path } = input.event;
      return says === 'holds' && !state.leaving && type === 'NodeChildrenChanged' && path === root
        ? [ask(look(root))]
        : [];
    }
    case 'answered': {
      const { request, result } = input;
      if (result.outcome === 'ok' && result.response.kind === 'path') {
        const { path } = result.response;
        if (state.leaving) return [takeBackOwn(state, path)];
        return [say(state, 'holds', { node: path }), ask(look(root))];
      }
      const code = codeOf(result);
      if (state.leaving && request.kind === 'create') return [say(state, 'released', {})];
      if (request.kind === 'delete' && (code === null || code === ERROR_CODE.NoNode)) {
        return [say(state, 'released', { node: null })];
      }
      const isRead = request.kind === 'getChildren';
      if (code === null || isOver(says) || (state.leaving && isRead)) return [];
      return [say(state, 'failed', {})];
    }
    default:
      return unreachable(input, 'recipe input');
  }
}

const look = (root: string): Request => ({ kind: 'getChildren', path: root, watch: true });

export function stepNextId(state: RecipeState, input: MachineInput): readonly RecipeAction[] {
  switch (input.kind) {
    case 'begin':
      return [ask(create(`${state.view.root}/id-`, CREATE_FLAG.ephemeralSequential))];
    case 'answered': {
      const { request, result } = input;
      if (result.outcome === 'ok' && result.response.kind === 'path') {
        state.view = { ...state.view, node: result.response.path };
        return [ask(remove(result.response.path))];
      }
      const code = codeOf(result);
      const isGone = code === null || code === ERROR_CODE.NoNode;
      return [say(state, request.kind === 'delete' && isGone ? 'done' : 'failed', {})];
    }
    case 'letGo':
    case 'watch':
      return [];
    default:
      return unreachable(input, 'recipe input');
  }
}
