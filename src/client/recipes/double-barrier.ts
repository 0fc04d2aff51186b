// Double barrier: so many enter together and leave together. A round is a version of the root's data. `ready`
// shuts it: nobody comes in once it is there, and everybody who gathered is inside. Who leaves last raises the
// version. One that dies inside keeps nobody from leaving.

import { unreachable } from '../../base/assert.ts';
import { decodeUtf8, encodeUtf8 } from '../../base/utf8.ts';
import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import { isOver } from '../../vocabulary/recipe.ts';
import { CREATE_FLAG, type MultiOperation, type Request } from '../../vocabulary/request.ts';
import type { RequestResult } from '../state.ts';
import { ask, codeOf, create, remove, say, takeBackOwn } from './state.ts';
import type { RecipeAction, MachineInput, RecipeState, Round } from './state.ts';

/** Where the root's data is no number. */
const SIZE = 2;

type Answer = MachineInput & { readonly kind: 'answered' };

export function stepDoubleBarrier(
  state: RecipeState,
  input: MachineInput,
): readonly RecipeAction[] {
  const { root, says, behind } = state.view;
  switch (input.kind) {
    case 'begin':
      return begin(state);
    case 'letGo':
      return isOver(says) ? [] : letGo(state);
    case 'watch': {
      const { type, path } = input.event;
      const { round } = state;
      if (round === null || isOver(says)) return [];
      if (round.place === 'gathering') {
        if (type !== 'NodeCreated' || path !== readyOf(root, round)) return [];
        return [say(state, 'woken', { behind: null }), ask(exists(path))];
      }
      if (says !== 'waits' || type !== 'NodeDeleted' || path !== behind) return [];
      const woken = say(state, 'woken', { behind: null });
      return [woken, ...(round.place === 'outside' ? begin(state) : [ask(look(root))])];
    }
    case 'answered':
      return answered(state, input);
    default:
      return unreachable(input, 'recipe input');
  }
}

/** Asked of the leader: its server may know neither the root nor the round yet. */
function begin(state: RecipeState): readonly RecipeAction[] {
  state.round = null;
  return [ask({ kind: 'sync', path: state.view.root })];
}

function letGo(state: RecipeState): readonly RecipeAction[] {
  const { round, view } = state;
  if (round?.place === 'inside') {
    round.place = 'leaving';
    return [ask(look(view.root))];
  }
  if (round?.place === 'leaving') return [];
  const released = say(state, 'released', { behind: null });
  return view.node === null ? [released] : [stepBack(state, view.node), released];
}

/** Its own until it is gone, and nobody else's, though it is released already. */
function stepBack(state: RecipeState, node: string): RecipeAction {
  state.leftover = node;
  return takeBackOwn(state, node);
}

function answered(state: RecipeState, { request, result }: Answer): readonly RecipeAction[] {
  const { round, view } = state;
  const { root } = view;
  const code = codeOf(result);
  // Let go while it was entering: it steps back.
  if (isOver(view.says)) return withdraw(state, result);
  if (request.kind === 'sync' && code === null) {
    return [ask({ kind: 'getData', path: root, watch: false })];
  }
  if (result.outcome === 'ok' && result.response.kind === 'data') {
    const { data, stat } = result.response;
    const next: Round = { version: stat.version, size: sizeOf(data), place: 'outside' };
    state.round = next;
    return [ask(enter(root, next))];
  }
  if (round === null) return [say(state, 'failed', {})];
  switch (round.place) {
    case 'outside':
    case 'ending':
      return atTheDoor(state, round, { kind: 'answered', request, result });
    case 'gathering':
      return gathering(state, round, { kind: 'answered', request, result });
    case 'inside':
      // It was both told and saw that everybody is there.
      return [];
    case 'leaving':
      return leaving(state, round, { kind: 'answered', request, result });
    default:
      return unreachable(round.place, 'place at a double barrier');
  }
}

function atTheDoor(state: RecipeState, round: Round, answer: Answer): readonly RecipeAction[] {
  const { request, result } = answer;
  const { root } = state.view;
  const code = codeOf(result);
  if (request.kind === 'multi') {
    if (round.place === 'ending' || code === ERROR_CODE.BadVersion) return begin(state);
    if (code === ERROR_CODE.NodeExists) return [ask(look(root))];
    const node = enteredAs(result);
    if (node === null) return [say(state, 'failed', {})];
    round.place = 'gathering';
    state.view = { ...state.view, node };
    return [ask(exists(readyOf(root, round)))];
  }
  if (request.kind === 'getChildren' && result.outcome === 'ok') {
    const [first] = insideOf(round, result);
    if (first !== undefined) return [ask(exists(`${root}/${first}`))];
    // All of them have died there.
    round.place = 'ending';
    return [ask(end(root, round))];
  }
  if (request.kind === 'exists') return standBehind(state, answer, begin);
  return [say(state, 'failed', { behind: null })];
}

function gathering(state: RecipeState, round: Round, answer: Answer): readonly RecipeAction[] {
  const { request, result } = answer;
  const ready = readyOf(state.view.root, round);
  const code = codeOf(result);
  const isThere = code === null || code === ERROR_CODE.NodeExists;
  if ((request.kind === 'exists' && code === null) || (request.kind === 'create' && isThere)) {
    round.place = 'inside';
    return [say(state, 'holds', { behind: null })];
  }
  if (request.kind === 'exists' && code === ERROR_CODE.NoNode) return [ask(look(state.view.root))];
  if (request.kind === 'getChildren' && result.outcome === 'ok') {
    return insideOf(round, result).length < round.size
      ? [say(state, 'waits', { behind: ready })]
      : [ask(create(ready, CREATE_FLAG.persistent))];
  }
  return [say(state, 'failed', { behind: null })];
}

/** The first waits for the last, the others for the first: nobody is woken for nothing. */
function leaving(state: RecipeState, round: Round, answer: Answer): readonly RecipeAction[] {
  const { request, result } = answer;
  const { root, node } = state.view;
  const code = codeOf(result);
  if (request.kind === 'multi') return [say(state, 'released', { node: null, behind: null })];
  const isGone = code === null || code === ERROR_CODE.NoNode;
  if (request.kind === 'delete' && isGone) return [ask(look(root))];
  if (request.kind === 'exists') return standBehind(state, answer, () => [ask(look(root))]);
  if (request.kind !== 'getChildren' || result.outcome !== 'ok') {
    return [say(state, 'failed', { behind: null })];
  }
  const inside = insideOf(round, result).map((name) => `${root}/${name}`);
  const [first = null] = inside;
  const last = inside.at(-1) ?? null;
  if (first === null || last === null) return [ask(end(root, round))];
  if (node !== null && inside.includes(node)) {
    return first === node && last !== node ? [ask(exists(last))] : [ask(remove(node))];
  }
  return [ask(exists(first))];
}

/** It waits for the end of what is there, or goes on since it is gone already. */
function standBehind(
  state: RecipeState,
  { request, result }: Answer,
  goOn: (state: RecipeState) => readonly RecipeAction[],
): readonly RecipeAction[] {
  const code = codeOf(result);
  if (code === ERROR_CODE.NoNode) return goOn(state);
  const behind = request.kind === 'exists' ? request.path : null;
  return [say(state, code === null ? 'waits' : 'failed', { behind })];
}

/** Null where it was not let in. */
function enteredAs(result: RequestResult): string | null {
  if (codeOf(result) !== null || result.outcome !== 'ok') return null;
  if (result.response.kind !== 'multi') return null;
  const made = result.response.results.at(-1);
  return made?.kind === 'create' ? made.path : null;
}

function withdraw(state: RecipeState, result: RequestResult): readonly RecipeAction[] {
  const node = enteredAs(result);
  return node === null ? [] : [stepBack(state, node)];
}

function insideOf({ version }: Round, result: RequestResult): string[] {
  const names =
    result.outcome === 'ok' && result.response.kind === 'children' ? result.response.children : [];
  return names.filter((name) => name.startsWith(`${String(version)}-`)).sort();
}

const readyOf = (root: string, { version }: Round): string => `${root}/ready-${String(version)}`;

const exists = (path: string): Request => ({ kind: 'exists', path, watch: true });

const look = (root: string): Request => ({ kind: 'getChildren', path: root, watch: false });

/** Only into this round, and, as the two in the middle say together, only if it is not shut. */
function enter(root: string, round: Round): Request {
  const ready = readyOf(root, round);
  const own = `${root}/${String(round.version)}-`;
  const operations: readonly MultiOperation[] = [
    { kind: 'check', path: root, version: round.version },
    create(ready, CREATE_FLAG.persistent),
    remove(ready),
    create(own, CREATE_FLAG.ephemeralSequential),
  ];
  return { kind: 'multi', operations };
}

/** One of those who leave does it; for the others it is done. The size stays. */
function end(root: string, round: Round): Request {
  const { version, size } = round;
  const data = encodeUtf8(String(size));
  const operations: readonly MultiOperation[] = [
    { kind: 'setData', path: root, data, version },
    remove(readyOf(root, round)),
  ];
  return { kind: 'multi', operations };
}

function sizeOf(data: Uint8Array | null): number {
  const digits = /^[1-9]\d?$/.exec(data === null ? '' : decodeUtf8(data))?.[0];
  return digits === undefined ? SIZE : Number(digits);
}
