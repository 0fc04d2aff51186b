// Service discovery as Dubbo does it: a provider's address is the name of an ephemeral znode below the
// service's `providers`; consumers list those with a watch, and list again on every change. (Kafka's brokers wrote theirs into the data of /brokers/ids/<id>.)

import { unreachable } from '../../base/assert.ts';
import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import { isOver } from '../../vocabulary/recipe.ts';
import { CREATE_FLAG, type Request } from '../../vocabulary/request.ts';
import { ask, codeOf, create, remove, say, takeBackOwn } from './state.ts';
import type { RecipeAction, MachineInput, RecipeState } from './state.ts';

/** Each provider runs on a machine of its own: the first address that nobody has. */
const ADDRESSES_MAX = 200;
const PORT = 20_880;

export const providersOf = (root: string): string => `${root}/providers`;

const addressOf = (machine: number): string => `10.0.0.${String(machine)}:${String(PORT)}`;

export function stepProvider(state: RecipeState, input: MachineInput): readonly RecipeAction[] {
  const { root, node, says } = state.view;
  if (isOver(says)) return [];
  switch (input.kind) {
    case 'begin':
      return [ask(register(root, 1))];
    case 'letGo':
      if (state.leaving) return [];
      state.leaving = true;
      return node === null ? [] : [ask(remove(node))];
    case 'watch':
      return [];
    case 'answered': {
      const { request, result } = input;
      const code = codeOf(result);
      if (request.kind === 'delete') {
        const isGone = code === null || code === ERROR_CODE.NoNode;
        return [say(state, isGone ? 'released' : 'failed', isGone ? { node: null } : {})];
      }
      if (result.outcome === 'ok' && result.response.kind === 'path') {
        const { path } = result.response;
        return [state.leaving ? takeBackOwn(state, path) : say(state, 'holds', { node: path })];
      }
      if (state.leaving) return [say(state, 'released', {})];
      const next = request.kind === 'create' ? machineOf(request.path) + 1 : ADDRESSES_MAX + 1;
      if (code !== ERROR_CODE.NodeExists || next > ADDRESSES_MAX) return [say(state, 'failed', {})];
      return [ask(register(root, next))];
    }
    default:
      return unreachable(input, 'recipe input');
  }
}

const register = (root: string, machine: number): Request =>
  create(`${providersOf(root)}/${addressOf(machine)}`, CREATE_FLAG.ephemeral);

const machineOf = (path: string): number => Number(/\.(\d+):\d+$/.exec(path)?.[1] ?? ADDRESSES_MAX);

export function stepConsumer(state: RecipeState, input: MachineInput): readonly RecipeAction[] {
  const { root, says } = state.view;
  if (isOver(says)) return [];
  switch (input.kind) {
    case 'begin':
      return [ask(look(root))];
    case 'letGo':
      return [say(state, 'released', { behind: null, found: [] })];
    case 'watch': {
      const { type, path } = input.event;
      if (type !== 'NodeChildrenChanged' && type !== 'NodeDeleted') return [];
      if (path !== providersOf(root) || (says !== 'holds' && says !== 'waits')) return [];
      return [say(state, 'woken', { behind: null }), ask(look(root))];
    }
    case 'answered': {
      const { result } = input;
      if (result.outcome !== 'ok' || result.response.kind !== 'children') {
        return [say(state, 'failed', { behind: null })];
      }
      const found = [...result.response.children].sort();
      return found.length === 0
        ? [say(state, 'waits', { behind: providersOf(root), found })]
        : [say(state, 'holds', { behind: null, found })];
    }
    default:
      return unreachable(input, 'recipe input');
  }
}

const look = (root: string): Request => ({
  ...{ kind: 'getChildren', path: providersOf(root), watch: true },
});
