// The client port: connect handshake, requests, replies, watch events (zookeeper.jute, proto module).
// Every function takes or gives one frame without its length.

import {
  OP_CODE,
  type ConnectRequest,
  type ConnectResponse,
  type CreateFields,
  type MultiOperation,
  type Request,
  type RequestHeader,
} from '../vocabulary/request.ts';
import { sessionId } from '../vocabulary/ids.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import {
  CodecError,
  expectEnd,
  makeReader,
  readBool,
  readBuffer,
  readInt,
  readLong,
  readRest,
  readString,
  readStringOrNull,
  readVector,
  remaining,
  type Reader,
} from './reader.ts';
import { readAcls, writeAcls } from './records.ts';
import {
  makeWriter,
  writeBool,
  writeBuffer,
  writeInt,
  writeLong,
  writeRaw,
  writeString,
  writeVector,
  written,
  type Writer,
} from './writer.ts';

export { decodeReply, decodeResponse, encodeReply } from './reply.ts';
export { decodeWatcherEvent, encodeWatcherEvent } from './watch-event.ts';

const STRING_BYTES_MIN = 4;
const MULTI_OPERATIONS_MAX = 100_000;

export function encodeConnectRequest(request: ConnectRequest): Uint8Array {
  const writer = makeWriter(64);
  writeInt(writer, request.protocolVersion);
  writeLong(writer, request.lastZxidSeen);
  writeInt(writer, request.timeoutMillis);
  writeLong(writer, request.sessionId);
  writeBuffer(writer, request.password);
  if (request.readOnly !== null) writeBool(writer, request.readOnly);
  return written(writer);
}

/** Throws a CodecError. Clients before 3.4 do not send the last byte. */
export function decodeConnectRequest(bytes: Uint8Array): ConnectRequest {
  const reader = makeReader(bytes);
  return {
    protocolVersion: readInt(reader),
    lastZxidSeen: zxidOf(readLong(reader)),
    timeoutMillis: readInt(reader),
    sessionId: sessionId(readLong(reader)),
    password: readBuffer(reader),
    readOnly: remaining(reader) > 0 ? readBool(reader) : null,
  };
}

export function encodeConnectResponse(response: ConnectResponse): Uint8Array {
  const writer = makeWriter(64);
  writeInt(writer, response.protocolVersion);
  writeInt(writer, response.timeoutMillis);
  writeLong(writer, response.sessionId);
  writeBuffer(writer, response.password);
  if (response.readOnly !== null) writeBool(writer, response.readOnly);
  return written(writer);
}

export function decodeConnectResponse(bytes: Uint8Array): ConnectResponse {
  const reader = makeReader(bytes);
  return {
    protocolVersion: readInt(reader),
    timeoutMillis: readInt(reader),
    sessionId: sessionId(readLong(reader)),
    password: readBuffer(reader) ?? new Uint8Array(),
    readOnly: remaining(reader) > 0 ? readBool(reader) : null,
  };
}

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

function writeBody(writer: Writer, request: Request): void {
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
    case 'ping':
    case 'closeSession':
      return;
    case 'createSession':
      writeInt(writer, request.timeoutMillis);
      return;
    case 'setWatches':
      writeLong(writer, request.relativeZxid);
      for (const paths of [request.data, request.exist, request.child]) {
        writeVector(writer, paths, writeString);
      }
      return;
    case 'auth':
      writeInt(writer, 0);
      writeString(writer, request.scheme);
      writeBuffer(writer, request.auth);
      return;
    default:
      writeOperation(writer, request);
  }
}

export function encodeRequestBody(request: Request): Uint8Array {
  const writer = makeWriter(256);
  writeBody(writer, request);
  return written(writer);
}

export function encodeRequest(xid: number, request: Request): Uint8Array {
  const writer = makeWriter(256);
  writeInt(writer, xid);
  writeInt(writer, requestType(request));
  writeBody(writer, request);
  return written(writer);
}

export function decodeRequestHeader(bytes: Uint8Array): {
  header: RequestHeader;
  body: Uint8Array;
} {
  const reader = makeReader(bytes);
  const header = { xid: readInt(reader), type: readInt(reader) };
  return { header, body: readRest(reader) };
}

const readCreate = (reader: Reader): CreateFields => ({
  path: readString(reader),
  data: readBuffer(reader),
  acl: readAcls(reader),
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
      return { kind: 'delete', path: readString(reader), version: readInt(reader) };
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

function readMulti(reader: Reader): MultiOperation[] {
  const operations: MultiOperation[] = [];
  for (;;) {
    const type = readInt(reader);
    const done = readBool(reader);
    readInt(reader);
    if (done) return operations;
    const operation = readOperation(reader, type);
    if (operation === null) throw new CodecError(`an operation of type ${type} inside a multi`);
    if (operations.length === MULTI_OPERATIONS_MAX) throw new CodecError('a multi without end');
    operations.push(operation);
  }
}

const readPaths = (reader: Reader): string[] => readVector(reader, STRING_BYTES_MIN, readString);

const READS = new Map<number, 'exists' | 'getData' | 'getChildren' | 'getChildren2'>([
  [OP_CODE.exists, 'exists'],
  [OP_CODE.getData, 'getData'],
  [OP_CODE.getChildren, 'getChildren'],
  [OP_CODE.getChildren2, 'getChildren2'],
]);

const PATH_ONLY = new Map<number, 'getACL' | 'sync' | 'getAllChildrenNumber'>([
  [OP_CODE.getACL, 'getACL'],
  [OP_CODE.sync, 'sync'],
  [OP_CODE.getAllChildrenNumber, 'getAllChildrenNumber'],
]);

function readBody(reader: Reader, type: number): Request | null {
  const read = READS.get(type);
  if (read !== undefined) return { kind: read, path: readString(reader), watch: readBool(reader) };
  const pathOnly = PATH_ONLY.get(type);
  if (pathOnly !== undefined) return { kind: pathOnly, path: readString(reader) };
  switch (type) {
    case OP_CODE.setACL: {
      const path = readString(reader);
      return { kind: 'setACL', path, acl: readAcls(reader), version: readInt(reader) };
    }
    case OP_CODE.multi:
      return { kind: 'multi', operations: readMulti(reader) };
    case OP_CODE.ping:
      return { kind: 'ping' };
    case OP_CODE.closeSession:
      return { kind: 'closeSession' };
    case OP_CODE.createSession:
      return { kind: 'createSession', timeoutMillis: readInt(reader) };
    case OP_CODE.setWatches: {
      const relativeZxid = zxidOf(readLong(reader));
      const data = readPaths(reader);
      const exist = readPaths(reader);
      return { kind: 'setWatches', relativeZxid, data, exist, child: readPaths(reader) };
    }
    case OP_CODE.auth:
      readInt(reader);
      return { kind: 'auth', scheme: readStringOrNull(reader) ?? '', auth: readBuffer(reader) };
    default:
      return readOperation(reader, type);
  }
}

/** Null for a type that this server does not know. Throws a CodecError for bytes that are no such
 *  request. */
export function decodeRequestBody(type: number, body: Uint8Array): Request | null {
  const reader = makeReader(body);
  const request = readBody(reader, type);
  if (request !== null) expectEnd(reader, `a ${request.kind}`);
  return request;
}

/** Header and body of a request as they are. */
export function joinRequest(header: RequestHeader, body: Uint8Array): Uint8Array {
  const writer = makeWriter(8 + body.length);
  writeInt(writer, header.xid);
  writeInt(writer, header.type);
  writeRaw(writer, body);
  return written(writer);
}
