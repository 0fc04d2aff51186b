// Expected digests were computed by Apache ZooKeeper 3.8.0: they stood in its proposals.

import { describe, expect, it } from 'vitest';
import type { Transaction } from '../vocabulary/transaction.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import { bytes, create, record } from './transactions.fixture.ts';
import { applyTransaction, digestOf, makeTree, setConfigNode } from './tree.ts';

const SESSION = 0x0100_0000_0000_0aaan;
const journal: readonly (readonly [bigint, number, Transaction, bigint])[] = [
  [0x1_0000_0001n, 0x1a2026d9529, { kind: 'createSession', timeoutMillis: 6000 }, 0x51c6d660n],
  [0x1_0000_0002n, 0x1a2026d971d, create('/x', 1, { data: 'data' }), 0x1af1d5922n],
  [0x1_0000_0003n, 0x1a2026d98ad, { kind: 'error', err: -101 }, 0x1af1d5922n],
  [0x1_0000_0004n, 0x1a2026d9e26, create('/e', 2, { data: '😀', ephemeral: true }), 0x1ac593258n],
  [0x1_0000_0005n, 0x1a2026d9f53, { kind: 'closeSession', paths: ['/e'] }, 0x127155e11n],
];

describe('the tree digest', () => {
  it('is that of Apache ZooKeeper, transaction by transaction', () => {
    const tree = makeTree();
    expect(digestOf(tree)).toBe(0x51c6d660n);
    for (const [zxid, time, transaction, digest] of journal) {
      const plain = record(zxid, transaction, SESSION, time);
      const applied = applyTransaction(tree, {
        ...plain,
        digest: { version: 2, treeDigest: digest },
      });
      expect(applied.digestMatches).toBe(true);
      expect(digestOf(tree)).toBe(digest);
    }
    expect(tree.lastZxid).toBe(zxidOf(0x1_0000_0005n));
  });

  it('leaves out what is below /zookeeper/', () => {
    const tree = makeTree();
    setConfigNode(tree, bytes('server.1=a:1:2:participant\nversion=0'));
    expect(digestOf(tree)).toBe(0x51c6d660n);
  });

  it('that a transaction carries is compared, and a difference is told', () => {
    const tree = makeTree();
    const wrong = { ...record(1, create('/a', 1)), digest: { version: 2, treeDigest: 1n } };
    expect(applyTransaction(tree, wrong)).toMatchObject({ err: 0, digestMatches: false });
    const older = { ...record(2, create('/b', 2)), digest: { version: 1, treeDigest: 1n } };
    expect(applyTransaction(tree, older).digestMatches).toBe(true);
  });
});
