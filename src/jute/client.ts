// The client port: connect handshake, requests, replies, watch events (zookeeper.jute, proto module).
// Every function takes or gives one frame without its length.

import {
  type ConnectRequest,
  type ConnectResponse,
  type Request,
  type RequestHeader,
} from '../vocabulary/request.ts';
import { sessionId } from '../vocabulary/ids.ts';
import { zxidOf } from '../vocabulary/zxid.ts';
import {
  makeReader,
  readBool,
  readBuffer,
  readInt,
  readLong,
  readRest,
  remaining,
} from './reader.ts';
import {
  makeWriter,
  writeBool,
  writeBuffer,
  writeInt,
  writeLong,
  writeRaw,
  written,
} from './writer.ts';

import { readBody, requestType, writeBody } from './request.ts';

export { requestType };
export { decodeWatcherEvent, encodeWatcherEvent } from './watch-event.ts';
export { decodeReply, decodeResponse, encodeReply } from './reply.ts';

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

/** Null for a type that this server does not know. Throws a CodecError for bytes that are no such
 *  request. Bytes too many are passed over, as by every ZooKeeper server. */
export const decodeRequestBody = (type: number, body: Uint8Array): Request | null =>
  readBody(makeReader(body), type);

/** Header and body of a request as they are. */
export function joinRequest(header: RequestHeader, body: Uint8Array): Uint8Array {
  const writer = makeWriter(8 + body.length);
  writeInt(writer, header.xid);
  writeInt(writer, header.type);
  writeRaw(writer, body);
  return written(writer);
}
