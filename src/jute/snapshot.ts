// A whole tree in ZooKeeper's stream form (SerializeUtils.serializeSnapshot, DataTree.serialize):
// sessions, the ACL cache, the nodes with parents first, and "/" as the end mark.

import type { Acl } from '../vocabulary/stat.ts';
import type { NodeImage, TreeImage } from '../vocabulary/tree-image.ts';
import { sessionId } from '../vocabulary/ids.ts';
import {
  CodecError,
  expectEnd,
  makeReader,
  readBuffer,
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

function writeAclCache(writer: Writer, lists: readonly (readonly Acl[])[]): void {
  writeInt(writer, lists.length);
  lists.forEach((acl, index) => {
    writeLong(writer, BigInt(index + 1));
    writeAcls(writer, acl);
  });
}

export function encodeTree(image: TreeImage): Uint8Array {
  const writer = makeWriter(4096);
  writeInt(writer, image.sessions.length);
  for (const session of image.sessions) {
    writeLong(writer, session.id);
    writeInt(writer, session.timeoutMillis);
  }
  const references: AclReferences = { byContent: new Map(), lists: [] };
  const referenceOfNode = image.nodes.map((node) => referenceOf(references, node.acl));
  writeAclCache(writer, references.lists);
  image.nodes.forEach((node, index) => {
    writeString(writer, node.path);
    writeBuffer(writer, node.data);
    writeLong(writer, referenceOfNode[index] ?? OPEN_ACL_REFERENCE);
    writeStatPersisted(writer, node.stat);
  });
  writeString(writer, END_MARK);
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

function readNodes(reader: Reader, lists: ReadonlyMap<bigint, readonly Acl[]>): NodeImage[] {
  const nodes: NodeImage[] = [];
  for (;;) {
    const path = readString(reader);
    if (path === END_MARK) return nodes;
    const data = readBuffer(reader);
    const reference = readLong(reader);
    const acl = reference === OPEN_ACL_REFERENCE ? null : lists.get(reference);
    if (acl === undefined) throw new CodecError(`a node without its list of ACLs: ${path}`);
    nodes.push({ path, data, acl, stat: readStatPersisted(reader) });
  }
}

/** Reads a tree and leaves the reader behind it: on a stream more follows. */
export function readTree(reader: Reader): TreeImage {
  const sessions = readSessions(reader);
  return { sessions, nodes: readNodes(reader, readAclCache(reader)) };
}

/** Throws a CodecError. */
export function decodeTree(bytes: Uint8Array): TreeImage {
  const reader = makeReader(bytes);
  const image = readTree(reader);
  expectEnd(reader, 'a snapshot');
  return image;
}
