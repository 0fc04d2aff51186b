// A tree of a hundred thousand nodes: every operation touches only its own. The bounds are loose enough
// for a busy machine and tight enough to fail for anything that walks the tree or a parent's children.

import { expect, it } from 'vitest';
import { connectionId, sessionId } from '../vocabulary/ids.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import { apply, create, remove, setData } from './transactions.fixture.ts';
import {
  childrenOf,
  ephemeralsOf,
  getNode,
  makeTree,
  nodeCount,
  treeFromImage,
  treeToImage,
} from './tree.ts';
import { addWatch, makeWatches, triggerWatches } from './watches.ts';

const NODES = 100_000;
const SAMPLES = 20_000;

it('a write costs the same in a tree of a hundred thousand siblings', () => {
  const tree = makeTree();
  const watches = makeWatches();
  apply(tree, 1, setData('/', 'x'.repeat(500_000), 1));
  for (let at = 1; at <= NODES; at += 1) {
    apply(tree, at, create(`/n${String(at)}`, at, { data: 'payload', ephemeral: at % 10 === 0 }));
    addWatch(watches, 'data', `/n${String(at)}`, connectionId(at % 7));
  }
  expect(nodeCount(tree)).toBe(NODES + 4);

  const begun = performance.now();
  for (let at = 1; at <= SAMPLES; at += 1) {
    const zxid = NODES + at;
    const path = `/n${String(at)}`;
    triggerWatches(watches, apply(tree, zxid, setData(path, 'later', 1)).causes);
    triggerWatches(watches, apply(tree, zxid, remove(path)).causes);
    triggerWatches(watches, apply(tree, zxid, create(path, NODES + at)).causes);
  }
  // Three writes each. A walk over the siblings alone would take minutes.
  expect(performance.now() - begun).toBeLessThan(5000);

  const image = treeToImage(tree);
  expect(image.nodes).toHaveLength(NODES + 4);
  const again = treeFromImage(image, zxidOf(BigInt(NODES + SAMPLES)));
  expect(again.digest).toBe(tree.digest);
  expect(getNode(again, '/')?.children?.size).toBe(NODES + 1);
  expect(ephemeralsOf(again, sessionId(7n))).toHaveLength((NODES - SAMPLES) / 10);
}, 60_000);

it('children are sorted once, however often they are read, until they change', () => {
  const tree = makeTree();
  for (let at = 1; at <= NODES; at += 1) {
    apply(tree, at, create(`/n${String((at * 7_919) % 1_000_003)}`, at));
  }
  const names = childrenOf(tree, '/') ?? [];
  expect(names).toEqual([...names].sort());

  const begun = performance.now();
  for (let count = 0; count < 200; count += 1) childrenOf(tree, '/');
  // Once is some 50 ms.
  expect(performance.now() - begun).toBeLessThan(1_000);

  apply(tree, NODES + 1, create('/a', 1));
  expect(childrenOf(tree, '/')).toEqual(['a', ...names]);
  apply(tree, NODES + 2, remove('/a'));
  expect(childrenOf(tree, '/')).toEqual(names);
}, 60_000);
