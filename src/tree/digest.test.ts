// Expected digests and the snapshot were made by Apache ZooKeeper 3.8.0: they stood in its proposals
// and in a SNAP that it sent after them.

import { describe, expect, it } from 'vitest';
import type { Transaction } from '../vocabulary/transaction.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import { bytes, create, record } from './transactions.fixture.ts';
import { decodeTree } from '../jute/snapshot.ts';
import { ZXID_ZERO } from '../vocabulary/zxid.ts';
import { applyTransaction, digestOf, getNode, makeTree, setConfigNode } from './tree.ts';
import { treeFromImage, treeToImage } from './tree.ts';

const at7 = { wallMillis: 7, mzxid: ZXID_ZERO };

const SESSION = 0x0100_0000_0000_0aaan;
const journal: readonly (readonly [bigint, number, Transaction, bigint])[] = [
  [0x1_0000_0001n, 0x1a2026d9529, { kind: 'createSession', timeoutMillis: 6000 }, 0x51c6d660n],
  [0x1_0000_0002n, 0x1a2026d971d, create('/x', 1, { data: 'data' }), 0x1af1d5922n],
  [0x1_0000_0003n, 0x1a2026d98ad, { kind: 'error', err: -101 }, 0x1af1d5922n],
  [0x1_0000_0004n, 0x1a2026d9e26, create('/e', 2, { data: '😀', ephemeral: true }), 0x1ac593258n],
  [0x1_0000_0005n, 0x1a2026d9f53, { kind: 'closeSession', paths: ['/e'] }, 0x127155e11n],
];

/** Without the signature. */
const SNAPSHOT = [
  '00000000000000020000000000000001000000010000000100000005776f726c6400000006616e796f6e6500',
  '00000000000002000000010000001f00000005776f726c6400000006616e796f6e650000000000000000ffff',
  'ffffffffffff0000000000000000000000000000000000000000000000000000000000000000000000000000',
  '00020000000000000000000000000000000100000005000000022f7800000004646174610000000000000002',
  '00000001000000020000000100000002000001a2026d971d000001a2026d971d000000000000000000000000',
  '000000000000000000000001000000020000000a2f7a6f6f6b656570657200000000ffffffffffffffff0000',
  '0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000',
  '0000000000000000000000000000000000112f7a6f6f6b65657065722f636f6e666967000000ba7365727665',
  '722e313d3132372e302e302e313a34323838313a34333838313a7061727469636970616e743b3132372e302e',
  '302e313a34313831310a7365727665722e323d3132372e302e302e313a34323838323a34333838323a706172',
  '7469636970616e743b3132372e302e302e313a34313831320a7365727665722e333d3132372e302e302e313a',
  '34323838333a34333838333a7061727469636970616e743b3132372e302e302e313a34313831330a76657273',
  '696f6e3d300000000000000001000000000000000000000000000000000000000000000000000001a2026d8d',
  '2dffffffff00000000ffffffff00000000000000000000000000000000000000102f7a6f6f6b65657065722f',
  '71756f746100000000ffffffffffffffff000000000000000000000000000000000000000000000000000000',
  '000000000000000000000000000000000000000000000000000000000000000000000000012f',
].join('');
/** When that server wrote its configuration into the tree. */
const CONFIG_MILLIS = 0x1a2026d8d2d;

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
    setConfigNode(tree, bytes('server.1=a:1:2:participant\nversion=0'), at7);
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

describe('the snapshot of Apache ZooKeeper', () => {
  const image = decodeTree(new Uint8Array(Buffer.from(SNAPSHOT, 'hex')));

  it('gives a tree with the digest of its last transaction', () => {
    const tree = treeFromImage(image, zxidOf(0x1_0000_0005n));
    expect(digestOf(tree)).toBe(0x127155e11n);
    expect(treeToImage(tree)).toEqual(image);
  });

  it('is what this tree gives after the same transactions', () => {
    const tree = makeTree();
    for (const [zxid, time, transaction] of journal) {
      applyTransaction(tree, record(zxid, transaction, SESSION, time));
    }
    const config = image.nodes.find(({ path }) => path === '/zookeeper/config');
    setConfigNode(tree, config?.data ?? new Uint8Array(0), at7);
    const own = getNode(tree, '/zookeeper/config');
    if (own !== null) own.stat.mtime = CONFIG_MILLIS;
    expect(treeToImage(tree)).toEqual(image);
  });
});
