// The tree against a model that keeps no index and no running sum: a list of plain nodes, searched from
// end to end each time. Whatever sequence of transactions comes, both must look the same.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkId, sessionId, type SnapshotName } from '../vocabulary/ids.ts';
import { readTree } from '../jute/snapshot.ts';
import { joinPieces } from '../vocabulary/pieces.ts';
import { OPEN_ACL } from '../vocabulary/stat.ts';
import type { SimpleTransaction, Transaction } from '../vocabulary/transaction.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import { contentChecksum, nodeDigest } from './digest.ts';
import { apply, timeOf } from './transactions.fixture.ts';
import { beginTaking, digestOf, makeTree, takePiece, treeFromImage, treeToImage } from './tree.ts';
import { childrenOf, countDescendants, ephemeralsOf, getNode, statOf } from './tree.ts';
import type { Tree } from './tree.ts';

interface ModelNode {
  path: string;
  data: string | null;
  owner: bigint;
  created: number;
  modified: number;
  version: number;
  childrenMade: number;
  childZxid: number;
}

/** Of server 254: negative as a signed number. */
const FAR = -0x0200_0000_0000_0000n;
const PATHS = ['/a', '/b', '/a/x', '/a/y', '/b/x', '/a/x/1', '/a/x/2', '/__proto__'];
const up = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf('/')));
const isBelow = (path: string, top: string): boolean =>
  path.startsWith(top === '/' ? '/' : `${top}/`);

class Model {
  nodes: ModelNode[] = ['/', '/zookeeper', '/zookeeper/config', '/zookeeper/quota'].map((path) => ({
    path,
    data: '',
    owner: 0n,
    created: 0,
    modified: 0,
    version: 0,
    childrenMade: 0,
    childZxid: 0,
  }));

  find(path: string): ModelNode | undefined {
    return this.nodes.find((node) => node.path === path);
  }

  childrenOf(path: string): string[] {
    return this.nodes
      .filter((node) => node.path !== '/' && up(node.path) === path)
      .map((node) => node.path.slice(path === '/' ? 1 : path.length + 1))
      .sort();
  }

  /** What a leader would accept, done to the letter; false where it would refuse. */
  do(zxid: number, part: SimpleTransaction, session: bigint): boolean {
    if (part.kind === 'create') {
      const parent = this.find(up(part.path));
      if (this.find(part.path) !== undefined || parent === undefined) return false;
      if (parent.owner !== 0n) return false;
      parent.childrenMade += 1;
      parent.childZxid = zxid;
      this.nodes.push({
        path: part.path,
        data: part.data === null ? null : String.fromCharCode(...part.data),
        owner: part.ephemeral ? session : 0n,
        created: zxid,
        modified: zxid,
        version: 0,
        childrenMade: 0,
        childZxid: zxid,
      });
      return true;
    }
    const node = 'path' in part ? this.find(part.path) : undefined;
    if (node === undefined) return false;
    if (part.kind === 'delete') {
      if (this.childrenOf(part.path).length > 0) return false;
      this.nodes = this.nodes.filter((other) => other !== node);
      const parent = this.find(up(part.path));
      if (parent !== undefined) parent.childZxid = zxid;
    } else if (part.kind === 'setData') {
      node.data = part.data === null ? null : String.fromCharCode(...part.data);
      node.modified = zxid;
      node.version += 1;
    }
    return true;
  }
}

/** An operation by name, before a leader makes absolute values of it. */
interface Wish {
  readonly op: 'create' | 'ephemeral' | 'delete' | 'set' | 'close' | 'multi';
  readonly path: string;
  readonly data: number | null;
  readonly session: bigint;
  readonly also: readonly { readonly op: 'create' | 'delete' | 'set'; readonly path: string }[];
}

const path = fc.constantFrom(...PATHS);
const wish: fc.Arbitrary<Wish> = fc.record({
  op: fc.constantFrom('create', 'create', 'ephemeral', 'delete', 'set', 'close', 'multi'),
  path,
  data: fc.option(fc.nat(9)),
  session: fc.constantFrom(7n, 8n, FAR),
  also: fc.array(fc.record({ op: fc.constantFrom('create', 'delete', 'set'), path }), {
    maxLength: 4,
  }),
});

function partOf(model: Model, op: string, at: string, data: number | null): SimpleTransaction {
  const content = data === null ? null : Uint8Array.from({ length: data }, () => 65 + data);
  switch (op) {
    case 'delete':
      return { kind: 'delete', path: at };
    case 'set':
      return {
        kind: 'setData',
        path: at,
        data: content,
        version: (model.find(at)?.version ?? 0) + 1,
      };
    default: {
      const parentCVersion = (model.find(up(at))?.childrenMade ?? 0) + 1;
      const common = { path: at, data: content, acl: OPEN_ACL, parentCVersion };
      return { kind: 'create', ephemeral: op === 'ephemeral', ...common };
    }
  }
}

/** The leader's part: the model is changed and the transaction made that changes the tree. */
function transactionOf(model: Model, zxid: number, { op, session, ...rest }: Wish): Transaction {
  if (op === 'close') {
    const owned = model.nodes.filter(({ owner }) => owner === session).map(({ path: at }) => at);
    for (const at of owned) model.do(zxid, { kind: 'delete', path: at }, session);
    // Half of them are left out, as in a log from before 3.6.
    return { kind: 'closeSession', paths: owned.filter((_, index) => index % 2 === 0) };
  }
  if (op !== 'multi') {
    const part = partOf(model, op, rest.path, rest.data);
    return model.do(zxid, part, session) ? part : { kind: 'error', err: -101 };
  }
  const before = structuredClone(model.nodes);
  const parts: SimpleTransaction[] = [];
  let failed = false;
  for (const next of rest.also) {
    const part = partOf(model, next.op, next.path, rest.data);
    const ok: boolean = !failed && model.do(zxid, part, session);
    parts.push(ok ? part : { kind: 'error', err: failed ? -2 : -101 });
    failed ||= !ok;
  }
  if (failed) model.nodes = before;
  return { kind: 'multi', parts };
}

function expectSame(tree: Tree, model: Model): void {
  expect([...tree.nodes.keys()].map((key) => (key === '' ? '/' : key)).sort()).toEqual(
    model.nodes.map((node) => node.path).sort(),
  );
  let digest = 0n;
  for (const expected of model.nodes) {
    const node = getNode(tree, expected.path);
    if (node === null) throw new Error(`${expected.path} is missing`);
    const children = model.childrenOf(expected.path);
    const made = expected.created === 0 ? 0 : timeOf(expected.created);
    const changed = expected.modified === 0 ? 0 : timeOf(expected.modified);
    expect(statOf(node)).toEqual({
      czxid: BigInt(expected.created),
      mzxid: BigInt(expected.modified),
      ctime: made,
      mtime: changed,
      version: expected.version,
      cversion: 2 * expected.childrenMade - children.length,
      aversion: expected.path === '/zookeeper/config' ? -1 : 0,
      ephemeralOwner: expected.owner,
      dataLength: expected.data?.length ?? 0,
      numChildren: children.length,
      pzxid: BigInt(expected.childZxid),
    });
    expect(childrenOf(tree, expected.path)).toEqual(children);
    const below = model.nodes.filter((other) => isBelow(other.path, expected.path));
    const itself = expected.path === '/' ? 1 : 0;
    expect(countDescendants(tree, expected.path)).toBe(below.length - itself);
    if (expected.path.startsWith('/zookeeper/')) continue;
    const key = expected.path === '/' ? '' : expected.path;
    digest += BigInt(nodeDigest(contentChecksum(key, node.data), node.stat));
  }
  expect(digestOf(tree)).toBe(digest);
  for (const session of [7n, 8n, FAR]) {
    const owned = model.nodes.filter(({ owner }) => owner === session).map((node) => node.path);
    expect(ephemeralsOf(tree, sessionId(session))).toEqual(owned.sort());
  }
}

describe('any sequence of transactions', () => {
  it('makes of the tree what it makes of the model', () => {
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 30 }), (wishes) => {
        const [tree, model] = [makeTree(), new Model()];
        wishes.forEach((each, index) => {
          apply(tree, index + 1, transactionOf(model, index + 1, each), each.session);
        });
        expectSame(tree, model);
        expect(tree.acls.size).toBe(tree.nodes.size > 4 ? 2 : 1);
      }),
      { numRuns: 300 },
    );
  });

  it('survives a snapshot anywhere in it, and applying any tail a second time', () => {
    const cut = fc.nat(100);
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 30 }), cut, cut, (wishes, start, end) => {
        const [tree, model] = [makeTree(), new Model()];
        const journal = wishes.map((each, index) => ({
          transaction: transactionOf(model, index + 1, each),
          session: each.session,
        }));
        journal.forEach(({ transaction, session }, index) => {
          apply(tree, index + 1, transaction, session);
        });
        // A fuzzy snapshot holds the state of `later`, but is named after the older `from`.
        const later = wishes.length === 0 ? 0 : end % (wishes.length + 1);
        const from = Math.min(start, later);
        const taken = makeTree();
        journal.slice(0, later).forEach(({ transaction, session }, index) => {
          apply(taken, index + 1, transaction, session);
        });
        const again = treeFromImage(structuredClone(treeToImage(taken)), taken.lastZxid);
        journal.slice(from).forEach(({ transaction, session }, index) => {
          apply(again, from + index + 1, transaction, session);
        });
        expect(contentOf(again)).toEqual(contentOf(tree));
        expect([...again.ephemerals].sort()).toEqual([...tree.ephemerals].sort());
      }),
      { numRuns: 300 },
    );
  });
});

it('a snapshot in pieces is the tree of its beginning, whatever changes between them', () => {
  const wishes = fc.array(wish, { maxLength: 30 });
  fc.assert(
    fc.property(wishes, wishes, fc.array(fc.nat(3)), (before, after, steps) => {
      const [tree, model] = [makeTree(), new Model()];
      let zxid = 0;
      const change = (each: Wish): void => {
        zxid += 1;
        apply(tree, zxid, transactionOf(model, zxid, each), each.session);
      };
      before.forEach(change);
      const takings = new Map<SnapshotName, { image: unknown; pieces: Uint8Array[] }>();
      const begin = (name: SnapshotName): void => {
        takings.set(name, { image: treeToImage(tree), pieces: [] });
        beginTaking(tree, name);
      };
      const take = (name: SnapshotName, nodesMax: number): boolean => {
        const piece = takePiece(tree, name, nodesMax);
        if (piece !== null) takings.get(name)?.pieces.push(piece.bytes);
        return piece?.isLast !== false;
      };
      begin('disk');
      after.forEach((each, index) => {
        // A learner's begins in the middle, and is sometimes ahead.
        if (index === Math.floor(after.length / 2)) begin(linkId(1));
        const step = steps[index] ?? 1;
        take(step % 2 === 0 ? linkId(1) : 'disk', step);
        change(each);
      });
      for (const name of [...takings.keys()].reverse()) while (!take(name, 2));
      for (const [name, { image, pieces }] of takings) {
        const again = treeFromImage(readTree(joinPieces(pieces)), zxidOf(0n));
        expect(treeToImage(again)).toEqual(image);
        expect(takePiece(tree, name)).toBe(null);
      }
    }),
    { numRuns: 500 },
  );
});

/** Names, data, owners and data versions: what a fuzzy replay must bring back exactly. */
function contentOf(tree: Tree): unknown {
  return treeToImage(tree).nodes.map(({ path: at, data, stat }) => ({
    at,
    data,
    version: stat.version,
    owner: stat.ephemeralOwner,
    czxid: stat.czxid,
    mzxid: stat.mzxid,
    cversion: stat.cversion,
    pzxid: stat.pzxid,
  }));
}
