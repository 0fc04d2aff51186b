import { expect, it } from 'vitest';
import { decodeTree } from '../jute/snapshot.ts';
import { linkId } from '../vocabulary/ids.ts';
import { joinPieces } from '../vocabulary/pieces.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import { PIECE_BYTES_MAX, PIECE_NODES_MAX, type Piece } from './taking.ts';
import { apply, create, remove, setData } from './transactions.fixture.ts';
import {
  beginTaking,
  endTaking,
  makeTree,
  setConfigNode,
  takePiece,
  treeToImage,
  wholeSnapshot,
  type Tree,
} from './tree.ts';

const NAME = 'disk';
const LIST = [{ perms: 1, scheme: 'ip', id: '10.0.0.1' }];

function treeOf(nodes: number, data = ''): Tree {
  const tree = makeTree();
  apply(tree, 1, { kind: 'createSession', timeoutMillis: 4000 }, 9n);
  for (let at = 1; at <= nodes; at += 1) apply(tree, at, create(`/n${String(at)}`, at, { data }));
  return tree;
}

function takeAll(tree: Tree, between: (index: number) => void = () => undefined): Piece[] {
  const pieces: Piece[] = [];
  for (let piece = takePiece(tree, NAME); piece !== null; piece = takePiece(tree, NAME)) {
    pieces.push(piece);
    between(pieces.length);
  }
  return pieces;
}

const sorted = (bytes: Uint8Array): unknown => {
  const { sessions, nodes } = decodeTree(bytes);
  return { sessions, nodes: [...nodes].sort((a, b) => (a.path < b.path ? -1 : 1)) };
};
const imageOf = (tree: Tree): unknown => {
  const { sessions, nodes } = treeToImage(tree);
  return { sessions, nodes: [...nodes].sort((a, b) => (a.path < b.path ? -1 : 1)) };
};
const joined = (pieces: readonly Piece[]): Uint8Array =>
  joinPieces(pieces.map(({ bytes }) => bytes));

it('no piece looks at more than a bounded number of nodes, however many there are', () => {
  const tree = treeOf(PIECE_NODES_MAX * 4 - 10);
  const looked: number[] = [];
  const { nodes } = tree;
  let seen = 0;
  const counting = function* (): MapIterator<[string, never]> {
    for (const each of nodes as never as Map<string, never>) {
      seen += 1;
      yield each;
    }
  };
  Object.defineProperty(nodes, 'entries', { value: counting });
  beginTaking(tree, NAME);
  const pieces = takeAll(tree, () => {
    looked.push(seen);
    seen = 0;
  });
  expect(looked.slice(0, 3)).toEqual([PIECE_NODES_MAX, PIECE_NODES_MAX, PIECE_NODES_MAX]);
  expect(pieces.map(({ isLast }) => isLast)).toEqual([false, false, false, true]);
  expect(sorted(joined(pieces))).toEqual(imageOf(tree));
});

it('no piece is much larger than its bound, however large the nodes are', () => {
  const data = 'x'.repeat(PIECE_BYTES_MAX / 4);
  const tree = treeOf(40, data);
  beginTaking(tree, NAME);
  const pieces = takeAll(tree);
  expect(pieces.length).toBeGreaterThan(8);
  for (const { bytes } of pieces) {
    expect(bytes.length).toBeLessThan(PIECE_BYTES_MAX + data.length + 1_000);
  }
});

it('what every kind of change changes is in it as it was', () => {
  const tree = treeOf(PIECE_NODES_MAX * 2);
  apply(tree, 5000, create('/n1999/deep', 1));
  apply(tree, 5001, create('/n1999/deep/er', 1, { acl: LIST }));
  const before = imageOf(tree);
  beginTaking(tree, NAME);
  const pieces = takeAll(tree, (index) => {
    if (index !== 1) return;
    apply(tree, 6000, setData('/n1990', 'later', 1));
    apply(tree, 6001, { kind: 'setACL', path: '/n1991', acl: LIST, version: 1 });
    apply(tree, 6002, remove('/n1992'));
    apply(tree, 6003, create('/n1993/child', 1));
    // Deeper than its parents are written, and with the last node of its list.
    apply(tree, 6004, remove('/n1999/deep/er'));
    apply(tree, 6005, create('/n1992', 2001, { data: 'again' }));
    setConfigNode(tree, new Uint8Array(3), { wallMillis: 5, mzxid: zxidOf(9n) });
    apply(tree, 6006, { kind: 'closeSession', paths: [] }, 9n);
    // What is written already may change too.
    apply(tree, 6007, setData('/n1', 'later', 1));
  });
  expect(sorted(joined(pieces))).toEqual(before);
  expect(imageOf(tree)).not.toEqual(before);
});

it('begins anew where another one was under way', () => {
  const tree = treeOf(PIECE_NODES_MAX * 2);
  beginTaking(tree, NAME);
  takePiece(tree, NAME);
  apply(tree, 5000, setData('/n1', 'later', 1));
  const image = imageOf(tree);
  beginTaking(tree, NAME);
  expect(sorted(joined(takeAll(tree)))).toEqual(image);
});

it('several are taken side by side, each of its own moment', () => {
  const tree = treeOf(PIECE_NODES_MAX * 3);
  const names = [NAME, linkId(1), linkId(2)] as const;
  const images: unknown[] = [];
  const pieces = names.map((): Piece[] => []);
  const takeOne = (at: number): void => {
    const piece = takePiece(tree, names[at] ?? NAME);
    if (piece !== null) pieces[at]?.push(piece);
  };
  for (const [at, name] of names.entries()) {
    images.push(imageOf(tree));
    beginTaking(tree, name);
    takeOne(at);
    const zxid = 5000 + 10 * at;
    // Nodes that the first of them have, that only the later ones have, and whose parents came between.
    for (const path of ['/n5', '/n1500', `/n${String(2900 + at)}`]) {
      apply(tree, zxid, setData(path, String(at), at + 1));
    }
    apply(tree, zxid + 1, remove(`/n${String(2800 + at)}`));
    apply(tree, zxid + 2, create(`/n2700/kid${String(at)}`, at + 1));
    apply(tree, zxid + 3, setData(`/n2700/kid${String(Math.max(0, at - 1))}`, 'x', at + 1));
  }
  endTaking(tree, linkId(3));
  for (let round = 0; tree.taking.size > 0; round += 1) {
    for (const at of [2, 0, 1]) takeOne(at);
    apply(tree, 6000 + round, setData('/n2000', String(round), round + 1));
  }
  for (const [at, image] of images.entries()) {
    expect(sorted(joined(pieces[at] ?? []))).toEqual(image);
  }
  beginTaking(tree, linkId(4));
  endTaking(tree, linkId(4));
  expect(takePiece(tree, linkId(4))).toBeNull();
});

it('goes on in a copy of the tree', () => {
  const tree = treeOf(PIECE_NODES_MAX * 2);
  beginTaking(tree, NAME);
  const first = takePiece(tree, NAME);
  const copy = structuredClone(tree);
  const pieces = first === null ? [] : [first, ...takeAll(copy)];
  expect(sorted(joined(pieces))).toEqual(imageOf(tree));
});

it('the whole tree in one piece is the same', () => {
  const tree = treeOf(300, 'né');
  apply(tree, 5000, create('/é', 301, { acl: LIST }));
  expect(sorted(wholeSnapshot(tree))).toEqual(imageOf(tree));
});
