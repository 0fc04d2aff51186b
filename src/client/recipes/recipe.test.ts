import { describe, expect, it } from 'vitest';
import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import type { RecipeName } from '../../vocabulary/recipe.ts';
import type { Request, Response } from '../../vocabulary/request.ts';
import { ZXID_ZERO } from '../../vocabulary/zxid.ts';
import { makeRecipe, stepRecipe, type RecipeInput, type RecipeState } from './recipe.ts';

const does = (state: RecipeState, input: RecipeInput): string[] =>
  stepRecipe(state, input).map((action) => {
    if (action.kind === 'says') {
      const { says, behind } = action.view;
      return behind === null ? says : `${says} behind ${behind}`;
    }
    const { request } = action;
    return `${request.kind} ${'path' in request ? request.path : ''}`;
  });

const ok = (request: Request, response: Response): RecipeInput => ({
  ...{ kind: 'answered', request, result: { outcome: 'ok', zxid: ZXID_ZERO, response } },
});
const failed = (request: Request, code: number): RecipeInput => ({
  ...{ kind: 'answered', request, result: { outcome: 'failed', code, sent: true } },
});
const create: Request = { kind: 'create', path: '', data: null, acl: [], flags: 3 };
const look: Request = { kind: 'getChildren', path: '/l', watch: false };
const exists: Request = { kind: 'exists', path: '/l/n', watch: true };
const stat = { kind: 'stat' } as Response;
const gone = (path: string): RecipeInput => ({
  ...{ kind: 'watch', event: { type: 'NodeDeleted', state: 'SyncConnected', path } },
});

/** A recipe that has its znode and has just asked for the children. */
function inQueue(recipe: RecipeName, node: string): RecipeState {
  const state = makeRecipe(recipe, '/l');
  expect(does(state, { kind: 'begin' })[0]).toContain('create /l/');
  expect(does(state, ok(create, { kind: 'path', path: `/l/${node}` }))).toEqual(['getChildren /l']);
  return state;
}

const sees = (state: RecipeState, ...children: readonly string[]): string[] =>
  does(state, ok(look, { kind: 'children', children }));

describe('the lock recipe', () => {
  it('holds if it is first in the queue', () => {
    const state = inQueue('lock', 'n-0000000001');
    expect(sees(state, 'n-0000000002', 'n-0000000001', 'other')).toEqual(['holds']);
  });

  it('watches the one before it and nothing else, and looks again when that is gone', () => {
    const state = inQueue('lock', 'n-0000000012');
    expect(sees(state, 'n-0000000003', 'n-0000000011', 'n-0000000012')).toEqual([
      'exists /l/n-0000000011',
    ]);
    expect(does(state, ok(exists, stat))).toEqual(['waits behind /l/n-0000000011']);
    expect(does(state, gone('/l/n-0000000003'))).toEqual([]);
    expect(does(state, gone('/l/n-0000000011'))).toEqual(['woken', 'getChildren /l']);
  });

  it('looks again if the one before it went before it was watched', () => {
    const state = inQueue('lock', 'n-0000000002');
    sees(state, 'n-0000000001', 'n-0000000002');
    expect(does(state, failed(exists, ERROR_CODE.NoNode))).toEqual(['getChildren /l']);
  });

  it('sorts by the number, also where the count has turned negative', () => {
    const state = inQueue('lock', 'n-0000000001');
    expect(sees(state, 'n--2147483648', 'n-0000000001')).toEqual(['exists /l/n--2147483648']);
  });

  it('lets go once', () => {
    const state = inQueue('lock', 'n-0000000001');
    sees(state, 'n-0000000001');
    expect(does(state, { kind: 'letGo' })).toEqual(['delete /l/n-0000000001']);
    const request: Request = { kind: 'delete', path: '/l/n-0000000001', version: -1 };
    expect(does(state, ok(request, { kind: 'nothing' }))).toEqual(['released']);
    expect(does(state, { kind: 'letGo' })).toEqual([]);
  });

  it('says so when it cannot go on', () => {
    const state = makeRecipe('lock', '/l');
    expect(does(state, failed(create, ERROR_CODE.NoNode))).toEqual(['failed']);
  });
});

describe('the read and the write lock', () => {
  const queue = ['read-0000000000', 'write-0000000001', 'read-0000000002', 'read-0000000003'];

  it.each<[RecipeName, string, string]>([
    ['readLock', 'read-0000000000', 'holds'],
    ['writeLock', 'write-0000000001', 'exists /l/read-0000000000'],
    ['readLock', 'read-0000000002', 'exists /l/write-0000000001'],
    ['readLock', 'read-0000000003', 'exists /l/write-0000000001'],
  ])('%s at %s: %s', (recipe, node, next) => {
    expect(sees(inQueue(recipe, node), ...queue)).toEqual([next]);
  });
});

describe('the lock that wakes the herd', () => {
  it('waits for the one znode, and tries again with everybody else', () => {
    const state = makeRecipe('herdLock', '/l');
    does(state, { kind: 'begin' });
    expect(does(state, failed(create, ERROR_CODE.NodeExists))).toEqual(['exists /l/holder']);
    expect(does(state, ok(exists, stat))).toEqual(['waits behind /l/holder']);
    expect(does(state, gone('/l/holder'))).toEqual(['woken', 'create /l/holder']);
    expect(does(state, ok(create, { kind: 'path', path: '/l/holder' }))).toEqual(['holds']);
  });
});
