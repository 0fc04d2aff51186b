// Membership: who is there has an ephemeral znode below the root, and sees who
// else has. Ids: the number of a sequential znode, which goes as soon as it is read.

import { unreachable } from '../../base/assert.ts';
import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import { CREATE_FLAG, type Request } from '../../vocabulary/request.ts';
import { ask, codeOf, create, remove, say } from './state.ts';
import type { RecipeAction, RecipeInput, RecipeState } from './state.ts';

export function stepMember(state: RecipeState, input: RecipeInput): readonly RecipeAction[] {
  const { root, node, says } = state.view;
  switch (input.kind) {
    case 'begin':
      return [ask(create(`${root}/member-`, CREATE_FLAG.ephemeralSequential))];
    case 'letGo':
      return says === 'holds' && node !== null ? [ask(remove(node))] : [];
    case 'watch': {
      const { type, path } = input.event;
      return says === 'holds' && type === 'NodeChildrenChanged' && path === root
        ? [ask(look(root))]
        : [];
    }
    case 'answered': {
      const { request, result } = input;
      if (result.outcome === 'ok' && result.response.kind === 'path') {
        return [say(state, 'holds', { node: result.response.path }), ask(look(root))];
      }
      const code = codeOf(result);
      if (request.kind === 'delete' && (code === null || code === ERROR_CODE.NoNode)) {
        return [say(state, 'released', { node: null })];
      }
      return code === null || says === 'released' ? [] : [say(state, 'failed', {})];
    }
    default:
      return unreachable(input, 'recipe input');
  }
}

const look = (root: string): Request => ({ kind: 'getChildren', path: root, watch: true });

export function stepNextId(state: RecipeState, input: RecipeInput): readonly RecipeAction[] {
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
