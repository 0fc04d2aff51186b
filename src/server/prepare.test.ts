import { beforeEach, describe, expect, it } from 'vitest';
import { applyTransaction, getNode, makeTree, statOf, type Tree } from '../tree/tree.ts';
import { ERROR_CODE, errorName } from '../vocabulary/error-code.ts';
import { sessionId } from '../vocabulary/ids.ts';
import { CREATE_FLAG, type MultiOperation, type Request } from '../vocabulary/request.ts';
import { OPEN_ACL } from '../vocabulary/stat.ts';
import type { Transaction } from '../vocabulary/transaction.ts';
import { makeZxid, type Zxid } from '../vocabulary/zxid.ts';
import { transactionType } from '../jute/transaction.ts';
import { forgetApplied, makeOutstanding, type Outstanding } from './outstanding.ts';
import { prepare, prepareReaping } from './prepare.ts';

const ME = sessionId(0x0100_0000_0000_0001n);
const RULES = { extendedTypes: false, enforceQuota: false };
const OTHER = sessionId(0x0100_0000_0000_0002n);

let tree: Tree;
let outstanding: Outstanding;
let counter: number;
const waiting: { readonly zxid: Zxid; readonly transaction: Transaction }[] = [];

beforeEach(() => {
  tree = makeTree();
  outstanding = makeOutstanding();
  counter = 0;
  waiting.length = 0;
  rules = RULES;
});

let rules = RULES;

/** Judges a request as a leader does while nothing is applied yet. */
function judge(request: Request, session = ME): Transaction {
  counter += 1;
  const zxid = makeZxid(1, counter);
  const transaction = prepare(
    { outstanding, tree, zxid, session, identities: [], standing: 0, rules },
    request,
  );
  waiting.push({ zxid, transaction });
  return transaction;
}

/** Applies all that was judged. */
function catchUp(session = ME): void {
  for (const { zxid, transaction } of waiting.splice(0)) {
    const type = transactionType(transaction);
    const header = { clientId: session, cxid: 0, zxid, time: 1000, type };
    applyTransaction(tree, { header, transaction, digest: null });
    forgetApplied(outstanding, zxid);
  }
}

const errOf = (transaction: Transaction): string =>
  transaction.kind === 'error' ? (errorName(transaction.err) ?? '?') : 'Ok';

const create = (path: string, flags: number = CREATE_FLAG.persistent): MultiOperation => ({
  ...{ kind: 'create', path, data: null, acl: OPEN_ACL, flags },
});
const remove = (path: string, version = -1): MultiOperation => ({ kind: 'delete', path, version });
const set = (path: string, version = -1): MultiOperation => ({
  ...{ kind: 'setData', path, data: Uint8Array.of(1), version },
});
const check = (path: string, version = -1): MultiOperation => ({ kind: 'check', path, version });
const multi = (...operations: MultiOperation[]): Request => ({ kind: 'multi', operations });

const EMPTY_ACL = { ...create('/nowhere/x'), acl: [] } as MultiOperation;
const TTL = { ...create('/t'), kind: 'createTTL', ttlMillis: 10n, flags: 5 } as MultiOperation;
const TTL_FLAGLESS = { ...TTL, ttlMillis: -1n, flags: 0 } as MultiOperation;
const { ephemeral, persistentSequential, ephemeralSequential } = CREATE_FLAG;

/** Where Java's int ends, and where it goes on. */
const INT_MAX = 0x7fff_ffff;
const INT_MIN = -0x8000_0000;

describe('a number at the end of 32 bits goes on below, as in Java', () => {
  const at = (path: string, more: Partial<Record<'version' | 'cversion' | 'aversion', number>>) => {
    const node = getNode(tree, path);
    if (node === null) throw new Error('it was made');
    Object.assign(node.stat, more);
  };
  beforeEach(() => {
    judge(create('/a'));
    catchUp();
  });

  it('the version of data, judged ahead of the tree too', () => {
    at('/a', { version: INT_MAX });
    expect(judge(set('/a', INT_MAX))).toMatchObject({ version: INT_MIN });
    expect(judge(set('/a', INT_MIN))).toMatchObject({ version: INT_MIN + 1 });
    catchUp();
    expect(getNode(tree, '/a')?.stat.version).toBe(INT_MIN + 1);
  });

  it('the version that a check writes', () => {
    at('/a', { version: INT_MAX });
    const { parts } = judge(multi(check('/a', INT_MAX))) as { parts?: unknown };
    expect(parts).toMatchObject([{ kind: 'check', version: INT_MIN }]);
  });

  it('the version of an ACL', () => {
    at('/a', { aversion: INT_MAX });
    const setAcl = { kind: 'setACL', path: '/a', acl: OPEN_ACL, version: INT_MAX } as const;
    expect(judge(setAcl)).toMatchObject({ version: INT_MIN });
  });

  it('the counter of sequential names, and what clients see of it', () => {
    at('/a', { cversion: INT_MAX });
    const next = (): Transaction => judge(create('/a/s', persistentSequential));
    expect(next()).toMatchObject({ path: '/a/s2147483647', parentCVersion: INT_MIN });
    expect(next()).toMatchObject({ path: '/a/s-2147483648', parentCVersion: INT_MIN + 1 });
    catchUp();
    const node = getNode(tree, '/a');
    // A parent keeps the largest counter that it had, so it stays; twice that, without its children, wraps.
    expect(node === null ? null : statOf(node).cversion).toBe(-4);
    at('/a', { cversion: 0x4000_0001 });
    expect(node === null ? null : statOf(node).cversion).toBe(INT_MIN);
  });
});

describe('a refused request', () => {
  it.each<[string, Request, string]>([
    ['a flag that is none', create('/x', 9), 'BadArguments'],
    ['a TTL flag while extended types are off', create('/x', 5), 'Unimplemented'],
    ['a TTL node while extended types are off', TTL, 'Unimplemented'],
    ['a createTTL without TTL', TTL_FLAGLESS, 'BadArguments'],
    ['a path without a slash', create('x'), 'BadArguments'],
    ['an empty path', create(''), 'BadArguments'],
    ['a path with NUL', create('/x\0y'), 'BadArguments'],
    ['an empty ACL, before the missing parent', EMPTY_ACL, 'InvalidACL'],
    ['a missing parent', create('/no/x'), 'NoNode'],
    ['a missing parent, before the bad path', create('/no//x'), 'NoNode'],
    ['an empty name under a parent that is there', create('/a/'), 'BadArguments'],
    ['a relative name', create('/a/..'), 'BadArguments'],
    ['a surrogate in a name', create('/a/\ud83d\ude00'), 'BadArguments'],
    ['a node that is there', create('/a'), 'NodeExists'],
    ['the root', create('/'), 'NodeExists'],
    ['a built-in node', create('/zookeeper/config'), 'NodeExists'],
    ['a child of an ephemeral node', create('/e/x'), 'NoChildrenForEphemerals'],
    ['a sequential child of one', create('/e/x', 2), 'NoChildrenForEphemerals'],
    ['delete of the root', remove('/'), 'BadArguments'],
    ['delete of a built-in node', remove('/zookeeper/quota'), 'BadArguments'],
    ['delete of no path', remove('x'), 'BadArguments'],
    ['delete of what is not there', remove('/no'), 'NoNode'],
    ['delete with a trailing slash', remove('/a/'), 'NoNode'],
    ['delete with another version, before the children', remove('/p', 7), 'BadVersion'],
    ['delete of a node with children', remove('/p', 0), 'NotEmpty'],
    ['setData of no path', set('x'), 'BadArguments'],
    ['setData of what is not there', set('/no'), 'NoNode'],
    ['setData with another version', set('/a', 1), 'BadVersion'],
    ['setData with version -2', set('/a', -2), 'BadVersion'],
    ['setData of the configuration', set('/zookeeper/config'), 'NoAuth'],
    ['setACL of no path', { kind: 'setACL', path: 'x', acl: [], version: 0 }, 'BadArguments'],
    ['setACL to nothing', { kind: 'setACL', path: '/no', acl: [], version: 0 }, 'InvalidACL'],
    [
      'setACL of what is not there',
      { kind: 'setACL', path: '/no', acl: OPEN_ACL, version: -1 },
      'NoNode',
    ],
    [
      'setACL with another aversion',
      { kind: 'setACL', path: '/a', acl: OPEN_ACL, version: 3 },
      'BadVersion',
    ],
    ['a check outside a multi', check('/a'), 'Unimplemented'],
  ])('%s', (_title, request, name) => {
    judge(create('/a'));
    judge(create('/p'));
    judge(create('/p/child'));
    judge(create('/e', ephemeral));
    catchUp();
    const before = outstanding.order.length - outstanding.head;
    expect(errOf(judge(request))).toBe(name);
    expect(outstanding.order.length - outstanding.head).toBe(before);
  });
});

describe('requests see what is on its way', () => {
  it('a node that is not applied yet is there, one that is being deleted is not', () => {
    expect(errOf(judge(create('/a')))).toBe('Ok');
    expect(errOf(judge(create('/a')))).toBe('NodeExists');
    expect(errOf(judge(create('/a/b')))).toBe('Ok');
    expect(errOf(judge(remove('/a')))).toBe('NotEmpty');
    expect(errOf(judge(remove('/a/b')))).toBe('Ok');
    expect(errOf(judge(remove('/a/b')))).toBe('NoNode');
    expect(errOf(judge(remove('/a')))).toBe('Ok');
    expect(errOf(judge(create('/a/b')))).toBe('NoNode');
    catchUp();
    expect(getNode(tree, '/a')).toBeNull();
    expect(outstanding.byPath.size).toBe(0);
  });

  it('versions count on', () => {
    judge(create('/a'));
    expect(judge(set('/a', 0))).toMatchObject({ kind: 'setData', version: 1 });
    expect(judge(set('/a', 1))).toMatchObject({ kind: 'setData', version: 2 });
    expect(errOf(judge(set('/a', 1)))).toBe('BadVersion');
    catchUp();
    expect(getNode(tree, '/a')?.stat.version).toBe(2);
  });

  it('sequence numbers count every creation and no deletion', () => {
    judge(create('/p'));
    expect(judge(create('/p/s-', persistentSequential))).toMatchObject({ path: '/p/s-0000000000' });
    judge(create('/p/plain'));
    expect(judge(create('/p/t-', ephemeralSequential))).toMatchObject({
      path: '/p/t-0000000002',
      ephemeral: true,
      parentCVersion: 3,
    });
    judge(remove('/p/plain'));
    catchUp();
    expect(judge(create('/p/', persistentSequential))).toMatchObject({ path: '/p/0000000003' });
    expect(judge(create('/', persistentSequential))).toMatchObject({ path: '/0000000001' });
  });

  it('a collision of a sequence name is refused and moves no counter', () => {
    judge(create('/p'));
    judge(create('/p/s-0000000001'));
    expect(errOf(judge(create('/p/s-', persistentSequential)))).toBe('NodeExists');
    expect(errOf(judge(create('/p/s-', persistentSequential)))).toBe('NodeExists');
    judge(create('/p/other'));
    expect(judge(create('/p/s-', persistentSequential))).toMatchObject({ path: '/p/s-0000000002' });
  });
});

describe('multi', () => {
  it('sees its own parts, under one zxid', () => {
    const transaction = judge(
      multi(create('/a'), set('/a', 0), check('/a', 1), remove('/a', 1), create('/a')),
    );
    expect(transaction).toMatchObject({
      parts: [
        { kind: 'create' },
        { kind: 'setData', version: 1 },
        { kind: 'check', version: 2 },
        { kind: 'delete' },
        { kind: 'create', parentCVersion: 2 },
      ],
    });
    catchUp();
    const node = getNode(tree, '/a');
    expect(node === null ? null : statOf(node)).toMatchObject({
      version: 0,
      czxid: makeZxid(1, 1),
    });
  });

  it('that fails leaves nothing behind: no node, no counter, and what was there before stays', () => {
    judge(create('/p'));
    judge(create('/p/kept'));
    const transaction = judge(
      multi(
        create('/p/s-', persistentSequential),
        remove('/p/kept'),
        create('/q'),
        check('/q', 5),
        create('/never'),
      ),
    );
    expect(transaction).toMatchObject({
      parts: [
        { kind: 'create', path: '/p/s-0000000001' },
        { kind: 'delete' },
        { kind: 'create' },
        { kind: 'error', err: ERROR_CODE.BadVersion },
        { kind: 'error', err: ERROR_CODE.RuntimeInconsistency },
      ],
    });
    expect(errOf(judge(create('/p/kept')))).toBe('NodeExists');
    expect(errOf(judge(set('/q')))).toBe('NoNode');
    expect(judge(create('/p/s-', persistentSequential))).toMatchObject({ path: '/p/s-0000000001' });
    catchUp();
    expect(outstanding.byPath.size).toBe(0);
    expect([...(getNode(tree, '/p')?.children ?? [])].sort()).toEqual([
      '/p/kept',
      '/p/s-0000000001',
    ]);
  });

  it('without parts is a transaction too', () => {
    expect(judge(multi())).toEqual({ kind: 'multi', parts: [] });
  });
});

describe('closeSession', () => {
  it('takes the ephemerals that will be there, and only its own', () => {
    judge(create('/old', ephemeral));
    judge(create('/gone', ephemeral));
    judge(create('/reused', ephemeral));
    catchUp();
    judge(remove('/gone'));
    judge(remove('/reused'));
    judge(create('/reused', ephemeral), OTHER);
    judge(create('/late', ephemeralSequential));
    judge(create('/theirs', ephemeral), OTHER);
    expect(judge({ kind: 'closeSession' })).toEqual({
      kind: 'closeSession',
      paths: ['/late0000000004', '/old'],
    });
    expect(errOf(judge(create('/old')))).toBe('Ok');
  });

  it('lets its parents be deleted behind it', () => {
    judge(create('/p'));
    judge(create('/p/e', ephemeral));
    judge({ kind: 'closeSession' });
    expect(errOf(judge(remove('/p')))).toBe('Ok');
  });
});

describe('containers', () => {
  const container = (path: string): Request =>
    ({ ...create(path), kind: 'createContainer' }) as Request;

  it('are made by the op code, not by the flag', () => {
    expect(judge(container('/c'))).toMatchObject({ kind: 'createContainer' });
    expect(judge(create('/plain', CREATE_FLAG.container))).toMatchObject({ kind: 'create' });
    catchUp();
    expect(tree.containers).toEqual(new Set(['/c']));
  });

  it('are reaped only while they are empty, with what is on its way counted', () => {
    judge(container('/c'));
    judge(create('/plain'));
    catchUp();
    const desk = {
      outstanding,
      tree,
      zxid: makeZxid(1, 99),
      session: ME,
      identities: [],
      standing: 0,
      rules: RULES,
    };
    judge(create('/c/x'));
    expect(prepareReaping(desk, '/c')).toBeNull();
    judge(remove('/c/x'));
    expect(prepareReaping(desk, '/plain')).toBeNull();
    expect(prepareReaping(desk, '/c')).toEqual({ kind: 'deleteContainer', path: '/c' });
    expect(prepareReaping(desk, '/c')).toBeNull();
  });
});

it('exact doubles of an ACL entry are dropped, order kept', () => {
  const digest = { perms: 1, scheme: 'digest', id: 'a:b' };
  const acl = [digest, ...OPEN_ACL, { ...digest }, { ...digest, perms: 2 }];
  expect(judge({ kind: 'setACL', path: '/', acl, version: -1 })).toEqual({
    ...{ kind: 'setACL', path: '/', version: 1 },
    acl: [digest, ...OPEN_ACL, { ...digest, perms: 2 }],
  });
});

describe('with zookeeper.extendedTypesEnabled', () => {
  beforeEach(() => {
    rules = { ...RULES, extendedTypes: true };
  });

  it('a TTL node has its time in its owner, and a sequential one a number', () => {
    expect(judge(TTL)).toMatchObject({ kind: 'createTTL', path: '/t', ttlMillis: 10n });
    expect(judge({ ...TTL, flags: 6 } as MultiOperation)).toMatchObject({ path: '/t0000000001' });
    catchUp();
    expect(getNode(tree, '/t')?.stat.ephemeralOwner).toBe(
      BigInt.asIntN(64, 0xff00_0000_0000_000an),
    );
  });

  it.each([
    ['no time', 0n, 5],
    ['a time below 0', -1n, 5],
    ['a time that is too long', 2n ** 40n, 6],
    ['a time without a TTL flag', 10n, 0],
  ])('%s is a bad argument', (_name, ttlMillis, flags) => {
    expect(judge({ ...TTL, ttlMillis, flags } as MultiOperation)).toEqual({
      ...{ kind: 'error', err: ERROR_CODE.BadArguments },
    });
  });

  it('so is a plain create with the flag of one', () => {
    expect(judge(create('/x', 5))).toEqual({ kind: 'error', err: ERROR_CODE.BadArguments });
  });
});

it('a hard limit counts with zookeeper.enforceQuota alone, and before the version', () => {
  judge(create('/a'));
  for (const path of ['/zookeeper/quota/a', '/zookeeper/quota/a/zookeeper_stats'])
    judge(create(path));
  const limits = new TextEncoder().encode('count=-1,bytes=-1=;byteHardLimit=2;countHardLimit=1');
  judge({ ...create('/zookeeper/quota/a/zookeeper_limits'), data: limits } as MultiOperation);
  catchUp();
  const set: Request = { kind: 'setData', path: '/a', data: new Uint8Array(3), version: 99 };
  expect(judge(set)).toEqual({ kind: 'error', err: ERROR_CODE.BadVersion });
  rules = { ...RULES, enforceQuota: true };
  expect(judge(set)).toEqual({ kind: 'error', err: ERROR_CODE.QuotaExceeded });
  expect(judge({ ...set, data: new Uint8Array(2), version: 0 })).toMatchObject({ kind: 'setData' });
  // What is on the way does not count as used yet; the length of the data is that on the way.
  expect(judge({ ...set, data: new Uint8Array(3), version: 1 })).toMatchObject({ kind: 'setData' });
  expect(judge(create('/a/b'))).toEqual({ kind: 'error', err: ERROR_CODE.QuotaExceeded });
});
