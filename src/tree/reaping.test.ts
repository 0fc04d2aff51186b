import { describe, expect, it } from 'vitest';

import type { SimpleTransaction } from '../vocabulary/transaction.ts';
import { OPEN_ACL } from '../vocabulary/stat.ts';
import { isReapable, reapCandidates } from './reaping.ts';
import { apply, bytes, create, remove, setData, timeOf } from './transactions.fixture.ts';
import { makeTree } from './tree.ts';

const MANY = 100;
const TTL = 5_000;

const made = (path: string, parentCVersion: number) => ({
  ...{ path, data: bytes(''), acl: OPEN_ACL, parentCVersion },
});
const container = (path: string, parentCVersion: number): SimpleTransaction => ({
  ...{ kind: 'createContainer', ...made(path, parentCVersion) },
});
const ttlNode = (path: string, parentCVersion: number, ttlMillis: number): SimpleTransaction => ({
  ...{ kind: 'createTTL', ...made(path, parentCVersion), ttlMillis: BigInt(ttlMillis) },
});

describe('what has had its time', () => {
  it('is a container that had a child and has none, and no other', () => {
    const tree = makeTree();
    apply(tree, 1, container('/young', 1));
    apply(tree, 2, container('/emptied', 2));
    apply(tree, 3, create('/emptied/x', 1));
    expect(reapCandidates(tree, Number.MAX_SAFE_INTEGER, MANY)).toEqual([]);
    // Unless it is not used for so long.
    expect(reapCandidates(tree, timeOf(1) + TTL, MANY, TTL)).toEqual([]);
    expect(reapCandidates(tree, timeOf(1) + TTL + 1, MANY, TTL)).toEqual(['/young']);
    apply(tree, 4, remove('/emptied/x'));
    expect(reapCandidates(tree, 0, MANY)).toEqual(['/emptied']);
    apply(tree, 5, remove('/emptied'));
    expect(reapCandidates(tree, 0, MANY)).toEqual([]);
  });

  it('is an empty TTL node whose data is older than its time, to the millisecond', () => {
    const tree = makeTree();
    apply(tree, 1, ttlNode('/ttl', 1, TTL));
    expect(reapCandidates(tree, timeOf(1) + TTL, MANY)).toEqual([]);
    expect(reapCandidates(tree, timeOf(1) + TTL + 1, MANY)).toEqual(['/ttl']);
    // A change of data is a new beginning; a clock that stands before it reaps nothing.
    expect(isReapable(tree, '/ttl', timeOf(1) + TTL + 1)).toBe(true);
    apply(tree, 2, setData('/ttl', 'new', 1));
    expect(isReapable(tree, '/ttl', timeOf(1) + TTL + 1)).toBe(false);
    expect(isReapable(tree, '/nowhere', timeOf(9))).toBe(false);
    expect(reapCandidates(tree, timeOf(2) + TTL, MANY)).toEqual([]);
    expect(reapCandidates(tree, timeOf(2) - 1, MANY)).toEqual([]);
    apply(tree, 3, create('/ttl/x', 1));
    expect(reapCandidates(tree, timeOf(2) + 2 * TTL, MANY)).toEqual([]);
    apply(tree, 4, remove('/ttl/x'));
    expect(reapCandidates(tree, timeOf(2) + TTL + 1, MANY)).toEqual(['/ttl']);
  });

  it('is named in order, and no more than asked for', () => {
    const tree = makeTree();
    for (const [at, path] of ['/c', '/a', '/b'].entries()) {
      apply(tree, at + 1, ttlNode(path, at + 1, 1));
    }
    apply(tree, 9, create('/persistent', 4));
    expect(reapCandidates(tree, timeOf(9) + TTL, 2)).toEqual(['/a', '/b']);
  });
});
