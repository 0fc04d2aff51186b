import { describe, expect, it } from 'vitest';
import { sessionId } from '../vocabulary/ids.ts';
import type { NodeImage, TreeImage } from '../vocabulary/tree-image.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import { apply, create, remove, setData } from './transactions.fixture.ts';
import { digestOf, makeTree, nodeViews, treeFromImage, treeToImage } from './tree.ts';
import type { Tree } from './tree.ts';

function grownTree(): Tree {
  const tree = makeTree();
  apply(tree, 1, { kind: 'createSession', timeoutMillis: 6000 }, 9n);
  apply(tree, 2, { kind: 'createSession', timeoutMillis: 4000 }, -5n);
  apply(tree, 3, create('/b', 1));
  apply(tree, 4, create('/a', 2, { data: null }));
  apply(tree, 5, create('/b/e', 1, { ephemeral: true }), 9n);
  apply(tree, 6, {
    kind: 'createTTL',
    path: '/t',
    data: null,
    acl: [],
    parentCVersion: 3,
    ttlMillis: 50n,
  });
  apply(tree, 7, setData('/a', 'x', 1));
  return tree;
}

const root = (): NodeImage => {
  const [first] = treeToImage(makeTree()).nodes;
  if (first === undefined) throw new Error('a tree has a root');
  return first;
};
const image = (...paths: string[]): TreeImage => ({
  sessions: [],
  nodes: paths.map((path) => ({ ...root(), path })),
});

describe('an image', () => {
  it('lists parents before children, siblings and sessions ascending', () => {
    const { nodes, sessions } = treeToImage(grownTree());
    expect(nodes.map(({ path }) => path)).toEqual([
      '',
      '/a',
      '/b',
      '/b/e',
      '/t',
      '/zookeeper',
      '/zookeeper/config',
      '/zookeeper/quota',
    ]);
    expect(sessions.map(({ id }) => id)).toEqual([-5n, 9n]);
  });

  it('gives the same tree back: nodes, owners, sessions, digest', () => {
    const tree = grownTree();
    const again = treeFromImage(treeToImage(tree), tree.lastZxid);
    expect(treeToImage(again)).toEqual(treeToImage(tree));
    expect(digestOf(again)).toBe(digestOf(tree));
    expect([again.ephemerals, again.ttls, again.acls]).toEqual([
      tree.ephemerals,
      tree.ttls,
      tree.acls,
    ]);
    apply(again, 8, { kind: 'closeSession', paths: [] }, 9n);
    expect(again.ephemerals.get(sessionId(9n))).toBeUndefined();
  });

  it('is the same whatever way the tree took', () => {
    const [one, other] = [makeTree(), makeTree()];
    apply(one, 1, create('/x', 1));
    apply(one, 2, create('/y', 2));
    apply(other, 2, create('/y', 2));
    apply(other, 2, create('/z', 1));
    apply(other, 2, remove('/z'));
    apply(other, 1, create('/x', 1));
    expect(treeToImage(other)).toEqual(treeToImage(one));
  });

  it('does not change with the tree that it was taken of', () => {
    const tree = grownTree();
    const before = treeToImage(tree);
    const copy = structuredClone(before);
    apply(tree, 8, setData('/a', 'later', 2));
    apply(tree, 9, create('/c', 4));
    expect(before).toEqual(copy);
  });

  it.each([
    ['no node', image(), /no root/],
    ['no root', image('/a'), /before its parent/],
    ['an orphan', image('', '/a/b'), /before its parent/],
    ['a child before its parent', image('', '/a/b', '/a'), /before its parent/],
    ['a node twice', image('', '/a', '/a'), /twice/],
    ['a path that is none', image('', '/a/'), /end with/],
    ['the root by another name', image('', '/'), /named ""/],
  ])('with %s is refused', (_, bad, reason) => {
    expect(() => treeFromImage(bad, zxidOf(1n))).toThrow(reason);
  });

  it('and its tree can be cloned as plain data', () => {
    const tree = grownTree();
    const clone = structuredClone(tree);
    apply(clone, 8, remove('/a'));
    expect(treeToImage(clone)).not.toEqual(treeToImage(tree));
    expect(clone.acls).toEqual(treeFromImage(treeToImage(clone), zxidOf(8n)).acls);
  });
});

describe('nodeViews', () => {
  it('are all nodes in the order of the image, up to a bound', () => {
    const tree = grownTree();
    for (let at = 0; at < 50; at += 1) {
      apply(tree, 10 + at, create(`/a/${String((at * 37) % 50).padStart(2, '0')}`, at + 1));
    }
    const all = nodeViews(tree, 1000).map(({ path }) => path);
    const inImage = treeToImage(tree).nodes.map(({ path }) => (path === '' ? '/' : path));
    expect(all).toEqual(inImage);
    for (const max of [0, 1, 2, 7, 30, 57]) {
      expect(nodeViews(tree, max).map(({ path }) => path)).toEqual(all.slice(0, max));
    }
  });
});
