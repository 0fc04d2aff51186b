// The bodies of the requests on the client port, without their headers (zookeeper.jute, proto module).

import {
  OP_CODE,
  type CreateFields,
  type MultiOperation,
  type ReadOperation,
  type Request,
} from '../vocabulary/request.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import {
  CodecError,
  readBool,
  readBuffer,
  readInt,
  readLong,
  readString,
  readStringOrNull,
  type Reader,
} from './reader.ts';
import { readAsked, readPath, readPaths, readToken } from './null-text.ts';
import { writeAcls } from './records.ts';
import {
  writeBool,
  writeBuffer,
  writeInt,
  writeLong,
  writeString,
  writeVector,
  type Writer,
} from './writer.ts';

const MULTI_OPERATIONS_MAX = 100_000;

export const requestType = (request: Request): number => OP_CODE[request.kind];

function writeCreate(writer: Writer, create: CreateFields): void {
  writeString(writer, create.path);
  writeBuffer(writer, create.data);
  writeAcls(writer, create.acl);
  writeInt(writer, create.flags);
}

function writeOperation(writer: Writer, operation: MultiOperation): void {
  switch (operation.kind) {
    case 'create':
    case 'create2':
    case 'createContainer':
      writeCreate(writer, operation);
      return;
    case 'createTTL':
      writeCreate(writer, operation);
      writeLong(writer, operation.ttlMillis);
      return;
    case 'delete':
    case 'check':
      writeString(writer, operation.path);
      writeInt(writer, operation.version);
      return;
    case 'setData':
      writeString(writer, operation.path);
      writeBuffer(writer, operation.data);
      writeInt(writer, operation.version);
  }
}

/** MultiHeader: the type, "done", and an error number that requests do not use. */
function writeMultiHeader(writer: Writer, type: number, done: boolean): void {
  writeInt(writer, type);
  writeBool(writer, done);
  writeInt(writer, -1);
}

function writeMulti(writer: Writer, operations: readonly MultiOperation[]): void {
  for (const operation of operations) {
    writeMultiHeader(writer, OP_CODE[operation.kind], false);
    writeOperation(writer, operation);
  }
  writeMultiHeader(writer, -1, true);
}

function writeMultiRead(writer: Writer, operations: readonly ReadOperation[]): void {
  for (const { kind, path } of operations) {
    writeMultiHeader(writer, OP_CODE[kind], false);
    writeString(writer, path);
    writeBool(writer, false);
  }
  writeMultiHeader(writer, -1, true);
}

function writeWatchLists(
  writer: Writer,
  request: Extract<Request, { readonly kind: 'setWatches' | 'setWatches2' }>,
): void {
  writeLong(writer, request.relativeZxid);
  const lists = [request.data, request.exist, request.child];
  if (request.kind === 'setWatches2') {
    lists.push(request.persistent, request.persistentRecursive);
  }
  for (const paths of lists) writeVector(writer, paths, writeString);
}

export function writeBody(writer: Writer, request: Request): void {
  switch (request.kind) {
    case 'exists':
    case 'getData':
    case 'getChildren':
    case 'getChildren2':
      writeString(writer, request.path);
      writeBool(writer, request.watch);
      return;
    case 'getACL':
    case 'sync':
    case 'getAllChildrenNumber':
      writeString(writer, request.path);
      return;
    case 'setACL':
      writeString(writer, request.path);
      writeAcls(writer, request.acl);
      writeInt(writer, request.version);
      return;
    case 'multi':
      writeMulti(writer, request.operations);
      return;
    case 'getEphemerals':
      writeString(writer, request.prefix);
      return;
    case 'multiRead':
      writeMultiRead(writer, request.operations);
      return;
    case 'reconfig':
      for (const name of ['joining', 'leaving', 'newMembers'] as const) {
        writeString(writer, request[name]);
      }
      writeLong(writer, request.configId);
      return;
    case 'ping':
    case 'closeSession':
    case 'whoAmI':
      return;
    case 'createSession':
      writeInt(writer, request.timeoutMillis);
      return;
    case 'setWatches':
    case 'setWatches2':
      writeWatchLists(writer, request);
      return;
    case 'addWatch':
      writeString(writer, request.path);
      writeInt(writer, request.mode);
      return;
    case 'checkWatches':
    case 'removeWatches':
      writeString(writer, request.path);
      writeInt(writer, request.type);
      return;
    case 'auth':
      writeInt(writer, 0);
      writeString(writer, request.scheme);
      writeBuffer(writer, request.auth);
      return;
    case 'sasl':
      writeBuffer(writer, request.token);
      return;
    default:
      writeOperation(writer, request);
  }
}

const readCreate = (reader: Reader): CreateFields => ({
  path: readPath(reader),
  data: readBuffer(reader),
  acl: readAsked(reader),
  flags: readInt(reader),
});

/** Null for a type that a multi may not hold. */
function readOperation(reader: Reader, type: number): MultiOperation | null {
  switch (type) {
    case OP_CODE.create:
      return { kind: 'create', ...readCreate(reader) };
    case OP_CODE.create2:
      return { kind: 'create2', ...readCreate(reader) };
    case OP_CODE.createContainer:
      return { kind: 'createContainer', ...readCreate(reader) };
    case OP_CODE.createTTL:
      return { kind: 'createTTL', ...readCreate(reader), ttlMillis: readLong(reader) };
    case OP_CODE.delete:
      return { kind: 'delete', path: readPath(reader), version: readInt(reader) };
    case OP_CODE.check:
      return { kind: 'check', path: readString(reader), version: readInt(reader) };
    case OP_CODE.setData: {
      const path = readString(reader);
      return { kind: 'setData', path, data: readBuffer(reader), version: readInt(reader) };
    }
    default:
      return null;
  }
}

function readMulti<T>(reader: Reader, readOne: (from: Reader, type: number) => T | null): T[] {
  const operations: T[] = [];
  for (;;) {
    const type = readInt(reader);
    const done = readBool(reader);
    readInt(reader);
    if (done) return operations;
    const operation = readOne(reader, type);
    if (operation === null) throw new CodecError(`an operation of type ${type} inside a multi`);
    if (operations.length === MULTI_OPERATIONS_MAX) throw new CodecError('a multi without end');
    operations.push(operation);
  }
}

function readReadOperation(reader: Reader, type: number): ReadOperation | null {
  if (type !== OP_CODE.getData && type !== OP_CODE.getChildren) return null;
  const path = readPath(reader);
  readBool(reader);
  return { kind: type === OP_CODE.getData ? 'getData' : 'getChildren', path };
}

const readThreeLists = (reader: Reader) => ({
  relativeZxid: zxidOf(readLong(reader)),
  data: readPaths(reader),
  exist: readPaths(reader),
  child: readPaths(reader),
});

function readWatchRequest(reader: Reader, type: number): Request | null {
  switch (type) {
    case OP_CODE.setWatches:
      return { kind: 'setWatches', ...readThreeLists(reader) };
    case OP_CODE.setWatches2: {
      const lists = { ...readThreeLists(reader), persistent: readPaths(reader) };
      return { kind: 'setWatches2', ...lists, persistentRecursive: readPaths(reader) };
    }
    case OP_CODE.addWatch:
      return { kind: 'addWatch', path: readString(reader), mode: readInt(reader) };
    case OP_CODE.checkWatches:
      return { kind: 'checkWatches', path: readPath(reader), type: readInt(reader) };
    case OP_CODE.removeWatches:
      return { kind: 'removeWatches', path: readString(reader), type: readInt(reader) };
    default:
      return null;
  }
}

const READS = new Map<number, 'exists' | 'getData' | 'getChildren' | 'getChildren2'>([
  [OP_CODE.exists, 'exists'],
  [OP_CODE.getData, 'getData'],
  [OP_CODE.getChildren, 'getChildren'],
  [OP_CODE.getChildren2, 'getChildren2'],
]);

const PATH_ONLY = new Map<number, 'getACL' | 'getAllChildrenNumber'>([
  [OP_CODE.getACL, 'getACL'],
  [OP_CODE.getAllChildrenNumber, 'getAllChildrenNumber'],
]);

/** Null for a type that this server does not know. */
export function readBody(reader: Reader, type: number): Request | null {
  const read = READS.get(type);
  if (read !== undefined) return { kind: read, path: readPath(reader), watch: readBool(reader) };
  const pathOnly = PATH_ONLY.get(type);
  if (pathOnly !== undefined) return { kind: pathOnly, path: readPath(reader) };
  switch (type) {
    case OP_CODE.setACL: {
      const path = readString(reader);
      return { kind: 'setACL', path, acl: readAsked(reader), version: readInt(reader) };
    }
    case OP_CODE.multi:
      return { kind: 'multi', operations: readMulti(reader, readOperation) };
    case OP_CODE.multiRead:
      return { kind: 'multiRead', operations: readMulti(reader, readReadOperation) };
    case OP_CODE.reconfig: {
      const [joining, leaving] = [readStringOrNull(reader), readStringOrNull(reader)];
      const newMembers = readStringOrNull(reader);
      return { kind: 'reconfig', joining, leaving, newMembers, configId: readLong(reader) };
    }
    case OP_CODE.sync:
      return { kind: 'sync', path: readString(reader) };
    case OP_CODE.sasl:
      return { kind: 'sasl', token: readToken(reader) };
    case OP_CODE.getEphemerals:
      return { kind: 'getEphemerals', prefix: readString(reader) };
    case OP_CODE.whoAmI:
      return { kind: 'whoAmI' };
    case OP_CODE.ping:
      return { kind: 'ping' };
    case OP_CODE.closeSession:
      return { kind: 'closeSession' };
    case OP_CODE.createSession:
      return { kind: 'createSession', timeoutMillis: readInt(reader) };
    case OP_CODE.auth:
      readInt(reader);
      return { kind: 'auth', scheme: readStringOrNull(reader) ?? '', auth: readBuffer(reader) };
    default:
      return readWatchRequest(reader, type) ?? readOperation(reader, type);
  }
}
