import { beforeEach, describe, expect, it } from 'vitest';
import { decodeUtf8, encodeUtf8 } from '../base/utf8.ts';
import { OPEN_ACL } from '../vocabulary/stat.ts';
import type { SimpleTransaction } from '../vocabulary/transaction.ts';
import { makeZxid } from '../vocabulary/zxid.ts';
import { transactionType } from '../jute/transaction.ts';
import { sessionId } from '../vocabulary/ids.ts';
import { parseQuota, quotaExcess } from './quota.ts';
import {
  applyTransaction,
  digestOf,
  getNode,
  makeTree,
  treeFromImage,
  treeToImage,
  type Tree,
} from './tree.ts';

let tree: Tree;
let counter: number;
const LIMITS = '/zookeeper/quota/a/zookeeper_limits';
const STATS = '/zookeeper/quota/a/zookeeper_stats';

function apply(transaction: SimpleTransaction) {
  counter += 1;
  const zxid = makeZxid(1, counter);
  const header = { clientId: sessionId(1n), cxid: 0, zxid, time: 5, type: 0 };
  const type = transactionType(transaction);
  return applyTransaction(tree, { header: { ...header, type }, transaction, digest: null });
}
function create(path: string, text = ''): void {
  const fields = { path, data: encodeUtf8(text), acl: OPEN_ACL, ephemeral: false };
  expect(apply({ kind: 'create', ...fields, parentCVersion: -1 }).err).toBe(0);
}
const usage = (of = tree): string => decodeUtf8(getNode(of, STATS)?.data ?? new Uint8Array(0));

beforeEach(() => {
  tree = makeTree();
  counter = 0;
  create('/a', '12345');
  create('/a/b', '123');
  create('/zookeeper/quota/a');
  create(LIMITS, 'count=3,bytes=-1=;byteHardLimit=20;countHardLimit=4');
  create(STATS, 'whatever the client wrote');
});

describe('usage', () => {
  it('is counted when the node for it comes, the quota node itself included', () => {
    expect(usage()).toBe('count=2,bytes=8');
  });

  it('follows every change, without a version, a zxid or a watch', () => {
    const before = { ...getNode(tree, STATS)?.stat };
    const digest = digestOf(tree);
    create('/a/b/c', '1');
    apply({ kind: 'setData', path: '/a', data: encodeUtf8('1'), version: 1 });
    expect(usage()).toBe('count=3,bytes=5');
    const { causes } = apply({ kind: 'delete', path: '/a/b/c' });
    expect(causes.map(({ path }) => path)).toEqual(['/a/b/c']);
    expect(usage()).toBe('count=2,bytes=4');
    expect(getNode(tree, STATS)?.stat).toEqual(before);
    expect(digestOf(tree)).not.toBe(digest);
  });

  it('of a neighbour whose name only begins alike is none of ours', () => {
    create('/ab', '12345');
    expect(usage()).toBe('count=2,bytes=8');
  });

  it('stands still without limits, and is counted again from a snapshot', () => {
    apply({ kind: 'delete', path: LIMITS });
    create('/a/x', '1');
    expect(usage()).toBe('count=2,bytes=8');
    create(LIMITS, 'count=9,bytes=-1');
    create('/a/y', '1');
    expect(usage()).toBe('count=3,bytes=9');
    expect(usage(treeFromImage(treeToImage(tree), tree.lastZxid))).toBe('count=4,bytes=10');
  });
});

const isRefused = (path: string, count: number, bytes: number): boolean =>
  quotaExcess(tree, path, count, bytes)?.isHard === true;

describe('soft limits', () => {
  beforeEach(() => {
    create('/zookeeper/quota/a/b');
    create('/zookeeper/quota/a/b/zookeeper_stats');
  });

  it('are told of with their numbers, the number of nodes first', () => {
    create('/zookeeper/quota/a/b/zookeeper_limits', 'count=1,bytes=5');
    expect(quotaExcess(tree, '/a/b', 0, 2)).toBe(null);
    expect(quotaExcess(tree, '/a/b', 0, 3)).toEqual({
      ...{ subject: '/a/b', what: 'bytes', limit: 5, value: 6, isHard: false },
    });
    expect(quotaExcess(tree, '/a/b/x', 1, 9)).toEqual({
      ...{ subject: '/a/b', what: 'count', limit: 1, value: 2, isHard: false },
    });
  });

  it('give way to a hard one of the same kind, and are told after one of the other', () => {
    create('/zookeeper/quota/a/b/zookeeper_limits', 'count=1,bytes=5=;byteHardLimit=8');
    expect(quotaExcess(tree, '/a/b', 0, 5)).toBe(null);
    expect(quotaExcess(tree, '/a/b/x', 1, 9)).toMatchObject({ what: 'bytes', isHard: true });
  });
});

describe('hard limits', () => {
  it.each([
    ['the last node that fits', '/a/x', 2, 0, false],
    ['one node too many', '/a/x', 3, 0, true],
    ['bytes to the limit', '/a', 0, 12, false],
    ['one byte too many', '/a', 0, 13, true],
    ['what shrinks', '/a/b', 0, -1, false],
    ['elsewhere', '/b', 100, 1000, false],
  ])('%s', (_name, path, count, bytes, exceeds) => {
    expect(isRefused(path, count, bytes)).toBe(exceeds);
  });

  it('only the nearest quota counts, and one that is not hard stops nobody', () => {
    create('/zookeeper/quota/a/b');
    create('/zookeeper/quota/a/b/zookeeper_limits', 'count=1,bytes=1');
    create('/zookeeper/quota/a/b/zookeeper_stats');
    expect(isRefused('/a/b/x', 50, 50)).toBe(false);
    expect(isRefused('/a/x', 50, 50)).toBe(true);
  });
});

it.each([
  ['', { count: -1, bytes: -1, countHardLimit: -1, byteHardLimit: -1 }],
  ['count=5,bytes=7', { count: 5, bytes: 7, countHardLimit: -1, byteHardLimit: -1 }],
  ['bytes=1=;countHardLimit=2', { count: -1, bytes: 1, countHardLimit: 2, byteHardLimit: -1 }],
  ['count=many', null],
])('%j is read as by StatsTrack', (text, quota) => {
  expect(parseQuota(encodeUtf8(text))).toEqual(quota);
});
