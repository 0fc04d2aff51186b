import { describe, expect, it } from 'vitest';
import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import type { RecipeName } from '../../vocabulary/recipe.ts';
import type { Request, Response } from '../../vocabulary/request.ts';
import { ZXID_ZERO } from '../../vocabulary/zxid.ts';
import {
  isSettled,
  makeRecipe,
  nodesOfOthers,
  stepRecipe,
  type RecipeInput,
  type RecipeState,
} from './recipe.ts';

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

describe('master election', () => {
  const master = '/l/master';
  const claim: Request = { kind: 'multi', operations: [] };
  const asks: Request = { kind: 'getData', path: master, watch: false };
  const watches = (name: string): Request => ({ kind: 'exists', path: `/l/${name}`, watch: true });
  const claimed: Response = { kind: 'multi', results: [{ kind: 'check' }] };
  const refused = (err: number): Response => ({
    ...{ kind: 'multi', results: [{ kind: 'error', err }] },
  });
  const candidate = (number: number): RecipeState =>
    inQueue('master', `candidate-000000000${String(number)}`);
  const names = ['candidate-0000000002', 'candidate-0000000010', 'candidate-0000000001', 'master'];

  it('the lowest claims to be it, in one transaction with a look at its own candidate', () => {
    const state = candidate(1);
    const [action] = stepRecipe(state, ok(look, { kind: 'children', children: names }));
    expect(action).toMatchObject({
      ...{ kind: 'ask', request: { kind: 'multi' } },
      request: {
        operations: [
          { kind: 'check', path: '/l/candidate-0000000001' },
          { kind: 'create', path: master, flags: 1 },
        ],
      },
    });
    expect(does(state, ok(claim, claimed))).toEqual(['holds']);
    expect(state.view.found).toEqual(['candidate-0000000001']);
  });

  it('another looks who is the master, and watches the one before it and nobody else', () => {
    const state = inQueue('master', 'candidate-0000000010');
    expect(sees(state, ...names)).toEqual([`getData ${master}`]);
    const data = new TextEncoder().encode('candidate-0000000001');
    const written = { kind: 'data', data, stat: {} } as unknown as Response;
    expect(does(state, ok(asks, written))).toEqual(['exists /l/candidate-0000000002']);
    expect(does(state, ok(watches('candidate-0000000002'), stat))).toEqual([
      'waits behind /l/candidate-0000000002',
    ]);
    expect(state.view.found).toEqual(['candidate-0000000001']);
    expect(does(state, gone('/l/candidate-0000000001'))).toEqual([]);
    expect(does(state, gone('/l/candidate-0000000002'))).toEqual(['woken', 'getChildren /l']);
  });

  it('looks again if the one before it went before it was watched, also with no master yet', () => {
    const state = candidate(2);
    expect(sees(state, ...names)).toEqual([`getData ${master}`]);
    expect(does(state, failed(asks, ERROR_CODE.NoNode))).toEqual([
      'exists /l/candidate-0000000001',
    ]);
    expect(does(state, failed(watches('candidate-0000000001'), ERROR_CODE.NoNode))).toEqual([
      'getChildren /l',
    ]);
  });

  it('writes over nobody’s name: it waits until that is gone', () => {
    const state = candidate(1);
    sees(state, ...names);
    expect(does(state, ok(claim, refused(ERROR_CODE.NodeExists)))).toEqual([`exists ${master}`]);
    expect(does(state, ok(watches('master'), stat))).toEqual([`waits behind ${master}`]);
    expect(does(state, gone(master))).toEqual(['woken', 'getChildren /l']);
  });

  it('is none whose candidate is gone', () => {
    const state = candidate(1);
    sees(state, ...names);
    expect(does(state, ok(claim, refused(ERROR_CODE.NoNode)))).toEqual(['failed']);
  });

  it('lets go of the name and of its place together; who only waits, of its place', () => {
    const state = candidate(1);
    sees(state, ...names);
    does(state, ok(claim, claimed));
    const [action] = stepRecipe(state, { kind: 'letGo' });
    expect(action).toMatchObject({
      request: {
        operations: [
          { kind: 'delete', path: master },
          { kind: 'delete', path: '/l/candidate-0000000001' },
        ],
      },
    });
    expect(does(state, { kind: 'letGo' })).toEqual([]);
    expect(does(state, ok(claim, claimed))).toEqual(['released']);
    const other = candidate(2);
    expect(does(other, { kind: 'letGo' })).toEqual(['delete /l/candidate-0000000002']);
  });

  it('told to let go while it claims, it takes back what the claim has become', () => {
    const [won, lost] = [candidate(1), candidate(1)];
    for (const state of [won, lost]) {
      sees(state, ...names);
      expect(does(state, { kind: 'letGo' })).toEqual([]);
    }
    expect(does(won, ok(claim, claimed))).toEqual(['multi ']);
    expect(does(lost, ok(claim, refused(ERROR_CODE.NodeExists)))).toEqual([
      'delete /l/candidate-0000000001',
    ]);
  });
});

describe('service discovery', () => {
  const FIRST = '/s/providers/10.0.0.1:20880';
  const SECOND = '/s/providers/10.0.0.2:20880';
  const making = (path: string): Request => ({
    ...{ kind: 'create', path, data: null, acl: [], flags: 1 },
  });
  const list: Request = { kind: 'getChildren', path: '/s/providers', watch: true };
  const changed = (path: string): RecipeInput => ({
    ...{ kind: 'watch', event: { type: 'NodeChildrenChanged', state: 'SyncConnected', path } },
  });

  it('a provider makes what is missing, and takes the first address that nobody has', () => {
    const state = makeRecipe('provider', '/s');
    expect(does(state, { kind: 'begin' })).toEqual([`create ${FIRST}`]);
    expect(does(state, failed(making(FIRST), ERROR_CODE.NoNode))).toEqual(['create /s/providers']);
    const made = ok(making('/s/providers'), { kind: 'path', path: '/s/providers' });
    expect(does(state, made)).toEqual([`create ${FIRST}`]);
    expect(does(state, failed(making(FIRST), ERROR_CODE.NodeExists))).toEqual([`create ${SECOND}`]);
    expect(does(state, ok(making(SECOND), { kind: 'path', path: SECOND }))).toEqual(['holds']);
    expect(does(state, { kind: 'letGo' })).toEqual([`delete ${SECOND}`]);
  });

  it('a provider that is told to stop while it registers takes that back', () => {
    const state = makeRecipe('provider', '/s');
    does(state, { kind: 'begin' });
    expect(does(state, { kind: 'letGo' })).toEqual([]);
    const made = ok(making(FIRST), { kind: 'path', path: FIRST });
    expect(does(state, made)).toEqual([`delete ${FIRST}`]);
  });

  it('a consumer lists with a watch, and lists again on every change', () => {
    const state = makeRecipe('consumer', '/s');
    expect(does(state, { kind: 'begin' })).toEqual(['getChildren /s/providers']);
    expect(does(state, ok(list, { kind: 'children', children: [] }))).toEqual([
      'waits behind /s/providers',
    ]);
    expect(does(state, changed('/s'))).toEqual([]);
    expect(does(state, changed('/s/providers'))).toEqual(['woken', 'getChildren /s/providers']);
    expect(does(state, ok(list, { kind: 'children', children: ['b:1', 'a:1'] }))).toEqual([
      'holds',
    ]);
    expect(state.view.found).toEqual(['a:1', 'b:1']);
    expect(does(state, { kind: 'letGo' })).toEqual(['released']);
    expect(does(state, changed('/s/providers'))).toEqual([]);
  });
});

describe('an answer that was lost with its connection', () => {
  /** The first request that comes of it. */
  const asked = (state: RecipeState, input: RecipeInput): Request => {
    for (const action of stepRecipe(state, input)) if (action.kind === 'ask') return action.request;
    throw new Error('it asks for nothing');
  };
  const lost = (request: Request): RecipeInput => ({
    ...{ kind: 'answered', request },
    result: { outcome: 'unknown', code: ERROR_CODE.ConnectionLoss },
  });
  const unsent = (request: Request): RecipeInput => ({
    ...{ kind: 'answered', request },
    result: { outcome: 'failed', code: ERROR_CODE.ConnectionLoss, sent: false },
  });
  const CONNECTED = { kind: 'connected' } as const;
  const SYNCED: Response = { kind: 'path', path: '/l' };
  /** Looks up what was in doubt: these are the session's ephemerals. */
  const finds = (state: RecipeState, own: readonly string[], others: string[] = []): string[] => {
    const sync = asked(state, CONNECTED);
    expect(sync).toEqual({ kind: 'sync', path: '/l' });
    const look = asked(state, ok(sync, SYNCED));
    expect(look.kind).toBe('getEphemerals');
    return does(state, { ...ok(look, { kind: 'children', children: own }), others } as RecipeInput);
  };
  const begun = (recipe: RecipeName): [RecipeState, Request] => {
    const state = makeRecipe(recipe, '/l');
    return [state, asked(state, { kind: 'begin' })];
  };
  const ADDRESS = '/l/providers/10.0.0.1:20880';

  it('a reading is done again, once there is a connection', () => {
    const [state, look] = begun('consumer');
    expect(does(state, lost(look))).toEqual([]);
    expect(does(state, CONNECTED)).toEqual(['getChildren /l/providers']);
    expect(does(state, ok(look, { kind: 'children', children: ['a:1'] }))).toEqual(['holds']);
    expect(does(state, CONNECTED)).toEqual([]);
  });

  it('what never left is said again as it is', () => {
    for (const recipe of ['master', 'provider', 'queuePut'] as const) {
      const [state, create] = begun(recipe);
      expect(does(state, unsent(create))).toEqual([]);
      expect(asked(state, CONNECTED)).toEqual(create);
    }
  });

  it('a znode that was made all the same is found by its name, and not made a second time', () => {
    const [state, create] = begun('master');
    expect(does(state, lost(create))).toEqual([]);
    const own = ['/l/candidate-0000000003', '/l/candidate-x', '/l/candidate-00000000034/x'];
    expect(finds(state, own)).toEqual(['getChildren /l']);
    expect(state.view.node).toBe('/l/candidate-0000000003');
  });

  it('one that was not made is made, and what another recipe of the session has is not taken for it', () => {
    const [state, create] = begun('lock');
    does(state, lost(create));
    expect(finds(state, ['/l/n-0000000003'], ['/l/n-0000000003'])).toEqual(['create /l/n-']);
  });

  it('its own address is known again; another one’s is not', () => {
    const [state, create] = begun('provider');
    does(state, lost(create));
    expect(finds(state, [ADDRESS])).toEqual(['holds']);
    const [other, again] = begun('provider');
    does(other, lost(again));
    expect(finds(other, [])).toEqual([`create ${ADDRESS}`]);
    expect(does(other, failed(again, ERROR_CODE.NodeExists))).toEqual([
      'create /l/providers/10.0.0.2:20880',
    ]);
  });

  it('a claim that came through makes a master', () => {
    const state = inQueue('master', 'candidate-0000000001');
    const children = ['candidate-0000000001'];
    const claim = asked(state, ok(look, { kind: 'children', children }));
    does(state, lost(claim));
    expect(finds(state, ['/l/master'])).toEqual(['holds']);
    expect(does(state, { kind: 'letGo' })).toEqual(['multi ']);
  });

  it('who lets go meanwhile takes back what was made, and makes nothing', () => {
    for (const recipe of ['lock', 'master', 'member', 'provider'] as const) {
      const [state, create] = begun(recipe);
      const path = 'path' in create ? create.path : '';
      const own = path.endsWith('-') ? `${path}0000000007` : path;
      does(state, lost(create));
      expect(does(state, { kind: 'letGo' })).toEqual([]);
      expect(finds(state, [own])).toEqual([`delete ${own}`]);
      // Until it is gone no other recipe of this session may take it for its own.
      expect(nodesOfOthers([state, makeRecipe('lock', '/l')], makeRecipe('lock', '/l'))).toContain(
        own,
      );
      const request: Request = { kind: 'delete', path: own, version: -1 };
      expect(does(state, ok(request, { kind: 'nothing' }))).toEqual(['released']);
      for (const again of [lost, unsent]) {
        const [other, second] = begun(recipe);
        does(other, again(second));
        does(other, { kind: 'letGo' });
        expect(again === lost ? finds(other, []) : does(other, CONNECTED)).toEqual(['released']);
      }
    }
  });

  it('a delete is said again only while the znode is its own', () => {
    const [state, create] = begun('provider');
    does(state, ok(create, { kind: 'path', path: ADDRESS }));
    const remove = asked(state, { kind: 'letGo' });
    does(state, lost(remove));
    expect(finds(state, [ADDRESS])).toEqual([`delete ${ADDRESS}`]);
    does(state, lost(remove));
    expect(finds(state, [])).toEqual(['released']);
  });

  it('the looking up begins again if that is lost too', () => {
    const [state, create] = begun('member');
    does(state, lost(create));
    const sync = asked(state, CONNECTED);
    expect(does(state, lost(sync))).toEqual([]);
    const look = asked(state, ok(asked(state, CONNECTED), SYNCED));
    expect(does(state, unsent(look))).toEqual([]);
    expect(finds(state, ['/l/member-0000000000'])).toEqual(['holds', 'getChildren /l']);
  });

  it('an element of a queue is not put or taken twice: nobody can tell', () => {
    const [put, create] = begun('queuePut');
    expect(does(put, lost(create))).toEqual(['failed']);
    const [take, list] = begun('queueTake');
    const get = asked(take, ok(list, { kind: 'children', children: ['item-0000000001'] }));
    const remove = asked(take, ok(get, { kind: 'data', data: null } as Response));
    expect(does(take, lost(remove))).toEqual(['failed']);
    expect(does(take, { kind: 'letGo' })).toEqual([]);
  });

  it('the end of the session ends what waited for a connection', () => {
    const [state, create] = begun('master');
    does(state, lost(create));
    expect(does(state, { kind: 'ended' })).toEqual(['failed']);
    expect(does(state, CONNECTED)).toEqual([]);
  });
});

describe('a recipe that is over', () => {
  it('takes its own znode back when it cannot go on, and once more when it is told to', () => {
    const node = '/l/candidate-0000000001';
    const state = inQueue('master', 'candidate-0000000001');
    expect(does(state, failed(look, ERROR_CODE.NoAuth))).toEqual(['failed', `delete ${node}`]);
    const request: Request = { kind: 'delete', path: node, version: -1 };
    expect(does(state, failed(request, ERROR_CODE.NoAuth))).toEqual([]);
    expect(isSettled(state)).toBe(false);
    expect(does(state, { kind: 'letGo' })).toEqual([`delete ${node}`]);
    expect(does(state, ok(request, { kind: 'nothing' }))).toEqual([]);
    expect([state.view.node, isSettled(state)]).toEqual([null, true]);
    expect(does(state, { kind: 'letGo' })).toEqual([]);
  });

  it.each(['while it enters', 'while it gathers'])(
    'a double barrier that is let go %s is settled when its znode is gone',
    (moment) => {
      const state = makeRecipe('doubleBarrier', '/l');
      const node = '/l/2-0000000001';
      does(state, { kind: 'begin' });
      does(state, ok({ kind: 'sync', path: '/l' }, { kind: 'path', path: '/l' }));
      const read: Request = { kind: 'getData', path: '/l', watch: false };
      const data = { kind: 'data', data: null, stat: { version: 2 } } as unknown as Response;
      const [entering] = stepRecipe(state, ok(read, data));
      const enter = entering?.kind === 'ask' ? entering.request : create;
      const entered = ok(enter, { kind: 'multi', results: [{ kind: 'create', path: node }] });
      if (moment === 'while it enters') {
        expect(does(state, { kind: 'letGo' })).toEqual(['released']);
        expect(isSettled(state)).toBe(false);
        expect(does(state, entered)).toEqual([`delete ${node}`]);
      } else {
        expect(does(state, entered)).toEqual(['exists /l/ready-2']);
        expect(does(state, failed(exists, ERROR_CODE.NoNode))).toEqual(['getChildren /l']);
        expect(sees(state, '2-0000000001')).toEqual(['waits behind /l/ready-2']);
        expect(does(state, { kind: 'letGo' })).toEqual([`delete ${node}`, 'released']);
      }
      // Nobody else of this session takes it for its own.
      expect([nodesOfOthers([state], makeRecipe('lock', '/l')), isSettled(state)]).toEqual([
        [node],
        false,
      ]);
      const gone: Request = { kind: 'delete', path: node, version: -1 };
      expect(does(state, failed(gone, ERROR_CODE.NoAuth))).toEqual([]);
      expect(does(state, { kind: 'letGo' })).toEqual([`delete ${node}`]);
      expect(does(state, ok(gone, { kind: 'nothing' }))).toEqual([]);
      expect([state.view.node, isSettled(state)]).toEqual([null, true]);
    },
  );

  it('makes nothing that is missing', () => {
    const state = makeRecipe('consumer', '/s');
    does(state, { kind: 'begin' });
    expect(does(state, { kind: 'letGo' })).toEqual(['released']);
    const list: Request = { kind: 'getChildren', path: '/s/providers', watch: true };
    expect(does(state, failed(list, ERROR_CODE.NoNode))).toEqual([]);
  });

  it('a candidate that is told to leave makes nothing that is missing either', () => {
    const state = makeRecipe('master', '/s/deep');
    const [action] = stepRecipe(state, { kind: 'begin' });
    const request = action?.kind === 'ask' ? action.request : create;
    does(state, { kind: 'letGo' });
    expect(does(state, failed(request, ERROR_CODE.NoNode))).toEqual(['released']);
  });
});
