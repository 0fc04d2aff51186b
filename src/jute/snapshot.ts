// A whole tree in ZooKeeper's stream form (SerializeUtils.serializeSnapshot, DataTree.serialize):
// sessions, the ACL cache, the nodes with parents first, and "/" as the end mark.

import type { Acl } from '../vocabulary/stat.ts';
import type { NodeImage, TreeImage, TreeSource } from '../vocabulary/tree-image.ts';
import { sessionId } from '../vocabulary/ids.ts';
import {
  CodecError,
  expectEnd,
  makeReader,
  readBufferView,
  readInt,
  readLong,
  readString,
  remaining,
  type Reader,
} from './reader.ts';
import { readAcls, readStatPersisted, writeAcls, writeStatPersisted } from './records.ts';
import {
  makeWriter,
  writeBuffer,
  writeInt,
  writeLong,
  writeString,
  written,
  type Writer,
} from './writer.ts';

const END_MARK = '/';
/** ZooKeeper's reference of the built-in open list. */
const OPEN_ACL_REFERENCE = -1n;
const SESSION_BYTES = 12;
const ACL_ENTRY_BYTES_MIN = 12;

interface AclReferences {
  readonly byContent: Map<string, bigint>;
  readonly lists: (readonly Acl[])[];
}

function referenceOf(references: AclReferences, acl: readonly Acl[] | null): bigint {
  if (acl === null) return OPEN_ACL_REFERENCE;
  const content = JSON.stringify(acl.map((entry) => [entry.perms, entry.scheme, entry.id]));
  const known = references.byContent.get(content);
  if (known !== undefined) return known;
  references.lists.push(acl);
  const reference = BigInt(references.lists.length);
  references.byContent.set(content, reference);
  return reference;
}

/** What stands before the nodes. The n-th list, counted from 1, has the reference n. */
export function writeTreeHead(
  writer: Writer,
  sessions: TreeImage['sessions'],
  lists: readonly (readonly Acl[])[],
): void {
  writeInt(writer, sessions.length);
  for (const session of sessions) {
    writeLong(writer, session.id);
    writeInt(writer, session.timeoutMillis);
  }
  writeInt(writer, lists.length);
  lists.forEach((acl, index) => {
    writeLong(writer, BigInt(index + 1));
    writeAcls(writer, acl);
  });
}

/** A null reference is the built-in open list. */
export function writeTreeNode(
  writer: Writer,
  path: string,
  { data, stat }: Pick<NodeImage, 'data' | 'stat'>,
  reference: bigint | null,
): void {
  writeString(writer, path);
  writeBuffer(writer, data);
  writeLong(writer, reference ?? OPEN_ACL_REFERENCE);
  writeStatPersisted(writer, stat);
}

export function writeTreeEnd(writer: Writer): void {
  writeString(writer, END_MARK);
}

export function encodeTree(image: TreeImage): Uint8Array {
  const writer = makeWriter(4096);
  const references: AclReferences = { byContent: new Map(), lists: [] };
  const referenceOfNode = image.nodes.map((node) => referenceOf(references, node.acl));
  writeTreeHead(writer, image.sessions, references.lists);
  image.nodes.forEach((node, index) => {
    writeTreeNode(writer, node.path, node, referenceOfNode[index] ?? null);
  });
  writeTreeEnd(writer);
  return written(writer);
}

function readSessions(reader: Reader): TreeImage['sessions'] {
  const count = readInt(reader);
  if (count < 0 || count * SESSION_BYTES > remaining(reader)) {
    throw new CodecError(`a snapshot with ${count} sessions`);
  }
  const sessions = [];
  for (let index = 0; index < count; index += 1) {
    sessions.push({ id: sessionId(readLong(reader)), timeoutMillis: readInt(reader) });
  }
  return sessions.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function readAclCache(reader: Reader): Map<bigint, readonly Acl[]> {
  const count = readInt(reader);
  if (count < 0 || count * ACL_ENTRY_BYTES_MIN > remaining(reader)) {
    throw new CodecError(`a snapshot with ${count} lists of ACLs`);
  }
  const lists = new Map<bigint, readonly Acl[]>();
  for (let index = 0; index < count; index += 1) {
    const reference = readLong(reader);
    lists.set(reference, readAcls(reader));
  }
  return lists;
}

function* readNodes(
  reader: Reader,
  lists: ReadonlyMap<bigint, readonly Acl[]>,
): Generator<NodeImage, void> {
  for (;;) {
    const path = readString(reader);
    if (path === END_MARK) break;
    const data = readBufferView(reader);
    const reference = readLong(reader);
    const acl = reference === OPEN_ACL_REFERENCE ? null : lists.get(reference);
    if (acl === undefined) throw new CodecError(`a node without its list of ACLs: ${path}`);
    yield { path, data, acl, stat: readStatPersisted(reader) };
  }
  expectEnd(reader, 'a snapshot');
}

/** The nodes are read one by one, as they are asked for: a million of them need not be held beside the tree
 *  that is made of them, and their data are views of `bytes`, which the tree copies. Throws a CodecError, also while
 *  they are read. */
export function readTree(bytes: Uint8Array): TreeSource {
  const reader = makeReader(bytes);
  const sessions = readSessions(reader);
  return { sessions, nodes: readNodes(reader, readAclCache(reader)) };
}

/** Throws a CodecError. */
export function decodeTree(bytes: Uint8Array): TreeImage {
  const { sessions, nodes } = readTree(bytes);
  return { sessions, nodes: [...nodes] };
}
