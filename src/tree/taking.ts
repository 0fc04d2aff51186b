// A snapshot of a tree that goes on changing: taken piece by piece, and still the tree of one moment
// (DataTree.serialize; Apache's snapshot has part of what changes meanwhile, this one has nothing of it). A
// node that is about to change, or to go, is written first, as it was. Between two pieces the server
// answers, so that a million znodes keep nobody waiting. Several are taken side by side, one for the disk and one for
// each learner that needs the whole tree.

import { makeWriter, type Writer } from '../jute/writer.ts';
import { writeTreeEnd, writeTreeHead, writeTreeNode } from '../jute/snapshot.ts';
import type { SnapshotName } from '../vocabulary/ids.ts';
import type { TreeImage } from '../vocabulary/tree-image.ts';
import { ROOT, parentOf } from './path.ts';
import type { Tree, ZNode } from './znodes.ts';

/** What one piece looks at, and about how long it gets at most. */
export const PIECE_NODES_MAX = 1_000;
export const PIECE_BYTES_MAX = 256 * 1024;

/** Plain data, as the tree that it is a part of. */
export interface Taking {
  /** Counted from 1. Invariant: a node is in it, or came after its beginning, if the node's mark is not below it. */
  readonly number: number;
  /** What is written and not yet in a piece. */
  readonly writer: Writer;
  /** By an ACL list's key. */
  readonly references: ReadonlyMap<string, bigint>;
}

export interface Piece {
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

type Nodes = Iterator<[string, ZNode]>;

/** How far each has come. In the order in which nodes were put, parents stand before their children, and what is
 *  put meanwhile comes last. Only a shortcut: marks say what is written, so any other iterator would do. */
const iterators = new WeakMap<Taking, Nodes>();

/** Of the tree as it is now. One that was begun before under this name is forgotten. The sessions and the ACL lists,
 *  which are few, are written at once. */
export function beginTaking(tree: Tree, name: SnapshotName): void {
  const writer = makeWriter(PIECE_BYTES_MAX * 2);
  writeHead(writer, tree);
  tree.takings += 1;
  tree.taking.set(name, { number: tree.takings, writer, references: referencesOf(tree) });
}

/** Nobody asks for the rest of it. */
export function endTaking(tree: Tree, name: SnapshotName): void {
  tree.taking.delete(name);
}

/** The next piece, or null where no snapshot of this name is being taken. */
export function takePiece(
  tree: Tree,
  name: SnapshotName,
  nodesMax = PIECE_NODES_MAX,
): Piece | null {
  const taking = tree.taking.get(name);
  if (taking === undefined) return null;
  const { writer } = taking;
  let nodes = iterators.get(taking);
  if (nodes === undefined) {
    nodes = tree.nodes.entries();
    iterators.set(taking, nodes);
  }
  for (let seen = 0; seen < nodesMax && writer.length < PIECE_BYTES_MAX; seen += 1) {
    const next = nodes.next();
    if (next.done === true) {
      writeTreeEnd(writer);
      tree.taking.delete(name);
      return { bytes: writer.bytes.slice(0, writer.length), isLast: true };
    }
    const [path, node] = next.value;
    if (node.mark >= taking.number) continue;
    // In the newest one all that stands above it is there by now.
    if (taking.number === tree.takings) write(tree, path, node);
    else keepForTaking(tree, path, node);
  }
  const bytes = writer.bytes.slice(0, writer.length);
  writer.length = 0;
  return { bytes, isLast: false };
}

/** Before `node` changes or goes: into every snapshot that lacks it. Costs a step while none is being taken. */
export function keepForTaking(tree: Tree, path: string, node: ZNode): void {
  if (tree.taking.size === 0 || node.mark === tree.takings) return;
  // Parents stand before their children. One that is not here any more was written when it went.
  const above: [string, ZNode][] = [];
  for (let at = path; at !== '' && at !== ROOT;) {
    at = parentOf(at);
    const parent = tree.nodes.get(at === ROOT ? '' : at);
    if (parent === undefined || parent.mark === tree.takings) break;
    above.push([at === ROOT ? '' : at, parent]);
  }
  for (const [at, parent] of above.reverse()) write(tree, at, parent);
  write(tree, path === ROOT ? '' : path, node);
}

function write(tree: Tree, path: string, node: ZNode): void {
  for (const { number, writer, references } of tree.taking.values()) {
    if (node.mark >= number) continue;
    writeTreeNode(writer, path, node, referenceOf(references, node));
  }
  node.mark = tree.takings;
}

const LENGTHS_AND_STAT_BYTES = 76;
const HEAD_BYTES = 4 * 1024;

/** The whole tree in one piece, in the same order. */
export function wholeSnapshot(tree: Tree): Uint8Array {
  // Little more than is needed, so that no large buffer has to grow.
  const size = HEAD_BYTES + tree.dataBytes + tree.nodes.size * LENGTHS_AND_STAT_BYTES;
  const writer = makeWriter(size);
  writeHead(writer, tree);
  const references = referencesOf(tree);
  for (const [path, node] of tree.nodes) {
    writeTreeNode(writer, path, node, referenceOf(references, node));
  }
  writeTreeEnd(writer);
  return writer.bytes.slice(0, writer.length);
}

function writeHead(writer: Writer, tree: Tree): void {
  const lists = [...tree.acls.values()].map(({ acl }) => acl);
  writeTreeHead(writer, sessionsOf(tree), lists);
}

/** Ascending. */
export const sessionsOf = (tree: Tree): TreeImage['sessions'] =>
  [...tree.sessions]
    .map(([id, timeoutMillis]) => ({ id, timeoutMillis }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));

/** As {@link writeTreeHead} counts them. */
const referencesOf = (tree: Tree): ReadonlyMap<string, bigint> =>
  new Map([...tree.acls.keys()].map((key, index) => [key, BigInt(index + 1)]));

const referenceOf = (references: ReadonlyMap<string, bigint>, { acl }: ZNode): bigint | null =>
  acl === null ? null : (references.get(acl.key) ?? null);
