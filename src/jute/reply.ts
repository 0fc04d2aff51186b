// Replies on the client port: the header, and behind it a body when err is 0 (of a multi: always).

import {
  OP_CODE,
  type MultiResult,
  type ReplyHeader,
  type RequestKind,
  type Response,
} from '../vocabulary/request.ts';
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
  readVector,
  type Reader,
} from './reader.ts';
import { readAcls, readStat, writeAcls, writeStat } from './records.ts';
import {
  makeWriter,
  writeBool,
  writeBuffer,
  writeInt,
  writeLong,
  writeString,
  writeVector,
  written,
  type Writer,
} from './writer.ts';

const STRING_BYTES_MIN = 4;

function writeMultiHeader(writer: Writer, type: number, done: boolean, err: number): void {
  writeInt(writer, type);
  writeBool(writer, done);
  writeInt(writer, err);
}

/** The header's err is the result's own for an error, else 0. */
function writeResult(writer: Writer, result: MultiResult): void {
  writeMultiHeader(writer, OP_CODE[result.kind], false, result.kind === 'error' ? result.err : 0);
  switch (result.kind) {
    case 'create':
      writeString(writer, result.path);
      return;
    case 'create2':
      writeString(writer, result.path);
      writeStat(writer, result.stat);
      return;
    case 'setData':
      writeStat(writer, result.stat);
      return;
    case 'getData':
      writeBuffer(writer, result.data);
      writeStat(writer, result.stat);
      return;
    case 'getChildren':
      writeVector(writer, result.children, writeString);
      return;
    case 'error':
      writeInt(writer, result.err);
      return;
    case 'delete':
    case 'check':
  }
}

function writeResponse(writer: Writer, response: Response): void {
  switch (response.kind) {
    case 'nothing':
      return;
    case 'path':
      writeString(writer, response.path);
      return;
    case 'pathAndStat':
      writeString(writer, response.path);
      writeStat(writer, response.stat);
      return;
    case 'stat':
      writeStat(writer, response.stat);
      return;
    case 'data':
      writeBuffer(writer, response.data);
      writeStat(writer, response.stat);
      return;
    case 'children':
      writeVector(writer, response.children, writeString);
      return;
    case 'childrenAndStat':
      writeVector(writer, response.children, writeString);
      writeStat(writer, response.stat);
      return;
    case 'acl':
      writeAcls(writer, response.acl);
      writeStat(writer, response.stat);
      return;
    case 'whoAmI':
      writeVector(writer, response.clients, (to, { scheme, user }) => {
        writeString(to, scheme);
        writeString(to, user);
      });
      return;
    case 'watchAdded':
      writeInt(writer, 0);
      return;
    case 'count':
      writeInt(writer, response.count);
      return;
    case 'token':
      writeBuffer(writer, response.token);
      return;
    case 'multi':
      for (const result of response.results) writeResult(writer, result);
      writeMultiHeader(writer, -1, true, -1);
  }
}

/** A whole frame. `response` is null when the header says it all. */
export function encodeReply(header: ReplyHeader, response: Response | null): Uint8Array {
  const writer = makeWriter(160);
  writeInt(writer, header.xid);
  writeLong(writer, header.zxid);
  writeInt(writer, header.err);
  if (response !== null) writeResponse(writer, response);
  return written(writer);
}

export function decodeReply(bytes: Uint8Array): { header: ReplyHeader; body: Uint8Array } {
  const reader = makeReader(bytes);
  const header = { xid: readInt(reader), zxid: zxidOf(readLong(reader)), err: readInt(reader) };
  return { header, body: readRest(reader) };
}

function readResult(reader: Reader, type: number): MultiResult {
  switch (type) {
    case OP_CODE.create:
      return { kind: 'create', path: readString(reader) };
    case OP_CODE.create2:
    case OP_CODE.createContainer:
    case OP_CODE.createTTL:
      return { kind: 'create2', path: readString(reader), stat: readStat(reader) };
    case OP_CODE.delete:
      return { kind: 'delete' };
    case OP_CODE.check:
      return { kind: 'check' };
    case OP_CODE.setData:
      return { kind: 'setData', stat: readStat(reader) };
    case OP_CODE.getData:
      return { kind: 'getData', data: readBuffer(reader), stat: readStat(reader) };
    case OP_CODE.getChildren:
      return { kind: 'getChildren', children: readVector(reader, STRING_BYTES_MIN, readString) };
    case OP_CODE.error:
      return { kind: 'error', err: readInt(reader) };
    default:
      throw new CodecError(`a result of unknown type ${type}`);
  }
}

function readResults(reader: Reader): MultiResult[] {
  const results: MultiResult[] = [];
  for (;;) {
    const type = readInt(reader);
    const done = readBool(reader);
    readInt(reader);
    if (done) return results;
    results.push(readResult(reader, type));
  }
}

function readResponse(reader: Reader, kind: RequestKind): Response {
  switch (kind) {
    case 'create':
      return { kind: 'path', path: readString(reader) };
    case 'create2':
    case 'createContainer':
    case 'createTTL':
      return { kind: 'pathAndStat', path: readString(reader), stat: readStat(reader) };
    case 'exists':
    case 'setData':
    case 'setACL':
      return { kind: 'stat', stat: readStat(reader) };
    case 'getData':
    case 'reconfig':
      return { kind: 'data', data: readBuffer(reader), stat: readStat(reader) };
    case 'getChildren':
    case 'getEphemerals':
      return { kind: 'children', children: readVector(reader, STRING_BYTES_MIN, readString) };
    case 'getChildren2': {
      const children = readVector(reader, STRING_BYTES_MIN, readString);
      return { kind: 'childrenAndStat', children, stat: readStat(reader) };
    }
    case 'getACL': {
      const acl = readAcls(reader);
      return { kind: 'acl', acl, stat: readStat(reader) };
    }
    case 'sasl':
      return { kind: 'token', token: readBuffer(reader) };
    case 'getAllChildrenNumber':
      return { kind: 'count', count: readInt(reader) };
    case 'whoAmI': {
      const clients = readVector(reader, 2 * STRING_BYTES_MIN, (from) => ({
        scheme: readString(from),
        user: readString(from),
      }));
      return { kind: 'whoAmI', clients };
    }
    case 'addWatch':
      readInt(reader);
      return { kind: 'watchAdded' };
    case 'sync':
      return { kind: 'path', path: readString(reader) };
    case 'multi':
    case 'multiRead':
      return { kind: 'multi', results: readResults(reader) };
    default:
      return { kind: 'nothing' };
  }
}

/** The body of a reply to a request of this kind. Throws a CodecError. */
export function decodeResponse(kind: RequestKind, body: Uint8Array): Response {
  const reader = makeReader(body);
  const response = readResponse(reader, kind);
  expectEnd(reader, `the reply to a ${kind}`);
  return response;
}
