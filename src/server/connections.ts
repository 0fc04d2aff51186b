// Clients that come and go: the handshake (ZooKeeperServer.processConnectRequest), sessions that are new,
// resumed here or moved here, and the end of a connection.

import { fifoLength, makeFifo } from '../base/fifo.ts';
import { sameBytes } from '../base/sha256.ts';
import { decodeConnectRequest, encodeConnectResponse, encodeRequestBody } from '../jute/client.ts';
import { decodeRevalidated, encodeRequestPacketData, encodeRevalidate } from '../jute/quorum.ts';
import { CodecError } from '../jute/reader.ts';
import { setOwner, touchSession } from '../tree/sessions.ts';
import { NO_SESSION, type ConnectionId } from '../vocabulary/ids.ts';
import { OP_CODE, type ConnectRequest, type Request } from '../vocabulary/request.ts';
import type { TraceEvent } from '../vocabulary/trace.ts';
import { ZXID_ZERO } from '../vocabulary/zxid.ts';
import { forwardRequest, peerStatus, requestRevalidate } from '../zab/peer.ts';
import { closeConnection } from './close.ts';
import { submit } from './lead.ts';
import { isLocalSession } from './read-only.ts';
import { onRequestFrame, stall } from './requests.ts';
import {
  localPasswordOf,
  passwordOf,
  takeSessionId,
  trace,
  type Connection,
  type ServerContext,
  type ServerState,
} from './state.ts';

export function onClientOpened(
  server: ServerState,
  ctx: ServerContext,
  id: ConnectionId,
  address: string,
): void {
  server.connections.set(id, {
    ...{ id, address, phase: 'new', session: NO_SESSION, timeoutMillis: 0, saysReadOnly: false },
    ...{ heardAtMillis: server.awakeMillis, earlierUpTo: ZXID_ZERO, ending: false },
    identities: [{ scheme: 'ip', id: address }],
    sasl: null,
    queue: makeFifo(),
    stalled: makeFifo(),
    stalledBytes: 0,
  });
  trace(ctx, { kind: 'clientConnected', connection: id });
  if (server.role === null) refuse(server, ctx, id, 'notServing');
}

type Refusal = Extract<TraceEvent, { readonly kind: 'clientRefused' }>['reason'];

function refuse(server: ServerState, ctx: ServerContext, id: ConnectionId, reason: Refusal): void {
  trace(ctx, { kind: 'clientRefused', connection: id, reason });
  const connection = server.connections.get(id);
  if (connection !== undefined) closeConnection(server, ctx, connection, reason);
}

export function onClientFrame(
  server: ServerState,
  ctx: ServerContext,
  id: ConnectionId,
  frame: Uint8Array,
): void {
  const connection = server.connections.get(id);
  if (connection === undefined) return;
  connection.heardAtMillis = server.awakeMillis;
  if (frame.length > server.config.requestBytesMax) {
    // jute.maxbuffer: before anything is looked at, and long before a zxid.
    const from = `client ${String(id)}`;
    trace(ctx, { kind: 'badFrame', from, reason: 'the frame is too long' });
    closeConnection(server, ctx, connection, 'the frame is too long');
    return;
  }
  switch (connection.phase) {
    case 'new':
      onConnectFrame(server, ctx, connection, frame);
      return;
    case 'opening':
    case 'validating':
      if (!stall(connection, frame)) refuse(server, ctx, id, 'overloaded');
      return;
    case 'open':
      onRequestFrame(server, ctx, connection, frame);
      return;
    case 'closing':
  }
}

function onConnectFrame(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  frame: Uint8Array,
): void {
  let request: ConnectRequest;
  try {
    request = decodeConnectRequest(frame);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    const from = `client ${String(connection.id)}`;
    trace(ctx, { kind: 'badFrame', from, reason: error.message });
    refuse(server, ctx, connection.id, 'badFrame');
    return;
  }
  if (server.role === null) refuse(server, ctx, connection.id, 'notServing');
  else if (server.role === 'readOnly' && request.readOnly !== true) {
    refuse(server, ctx, connection.id, 'readOnlyServer');
  } else if (request.lastZxidSeen > server.tree.lastZxid) {
    // Single system image: a client never goes back in time.
    refuse(server, ctx, connection.id, 'aheadOfServer');
  } else admit(server, ctx, connection, request);
}

function admit(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  request: ConnectRequest,
): void {
  const { sessionTimeoutMillisMin: min, sessionTimeoutMillisMax: max } = server.config;
  connection.timeoutMillis = Math.min(Math.max(request.timeoutMillis, min), max);
  connection.saysReadOnly = request.readOnly !== null;
  if (request.sessionId === NO_SESSION) {
    createSession(server, ctx, connection);
    return;
  }
  const { sessionId: session } = request;
  const password = request.password ?? new Uint8Array();
  if (server.role !== 'readOnly') {
    if (sameBytes(password, passwordOf(server, session))) resume(server, ctx, connection, request);
    else sayNo(server, ctx, connection, 'wrongPassword');
    return;
  }
  if (sameBytes(password, localPasswordOf(server, session))) {
    resume(server, ctx, connection, request);
  } else if (isLocalSession(server, session)) sayNo(server, ctx, connection, 'wrongPassword');
  // Only a leader knows whether it is alive, also where it is newer than what this server's disk has: the client
  // goes on where there is one. (Apache's server says that it has expired if its disk does not know it.)
  else refuse(server, ctx, connection.id, 'readOnlyServer');
}

function createSession(server: ServerState, ctx: ServerContext, connection: Connection): void {
  const session = takeSessionId(server);
  connection.session = session;
  connection.phase = 'opening';
  server.attached.set(session, connection.id);
  if (server.role === 'readOnly') {
    open(server, ctx, connection, 'sessionOpened');
    return;
  }
  const request: Request = { kind: 'createSession', timeoutMillis: connection.timeoutMillis };
  const type = OP_CODE.createSession;
  if (server.role === 'leading') {
    submit(server, ctx, { session, cxid: 0, type, request, identities: [] }, 'self');
    return;
  }
  trace(ctx, { kind: 'requestForwarded', session, cxid: 0, op: 'createSession' });
  const body = encodeRequestBody(request);
  const data = encodeRequestPacketData({ sessionId: session, cxid: 0, type, body });
  forwardRequest(server.peer, ctx, data, connection.identities);
}

function resume(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  request: ConnectRequest,
): void {
  const session = request.sessionId;
  const earlier = server.connections.get(server.attached.get(session) ?? connection.id);
  if (server.role === 'readOnly' && !isLocalSession(server, session)) {
    sayNo(server, ctx, connection, 'expired');
    return;
  }
  connection.session = session;
  connection.phase = 'validating';
  if (earlier !== undefined && earlier !== connection) {
    closeConnection(server, ctx, earlier, 'the session came back on another connection');
  }
  server.attached.set(session, connection.id);
  const { timeoutMillis } = connection;
  if (server.role === 'readOnly') {
    open(server, ctx, connection, 'sessionResumed');
    return;
  }
  if (server.sessions === null) {
    requestRevalidate(server.peer, ctx, encodeRevalidate({ sessionId: session, timeoutMillis }));
    return;
  }
  const valid =
    touchSession(server.sessions, session, timeoutMillis) &&
    setOwner(server.sessions, session, 'self');
  connection.earlierUpTo = peerStatus(server.peer).lastLogged;
  settle(server, ctx, connection, valid);
}

/** The leader's word on a session that wants to move here. */
export function onRevalidated(server: ServerState, ctx: ServerContext, data: Uint8Array): void {
  const { sessionId, valid } = decodeRevalidated(data);
  const connection = server.connections.get(server.attached.get(sessionId) ?? (-1 as ConnectionId));
  if (connection?.phase !== 'validating') return;
  // The proposals of the session's earlier requests came over the same link before this answer.
  connection.earlierUpTo = peerStatus(server.peer).lastLogged;
  settle(server, ctx, connection, valid);
}

function settle(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  valid: boolean,
): void {
  if (valid) open(server, ctx, connection, 'sessionResumed');
  else sayNo(server, ctx, connection, 'expired');
}

/** The session is there: the client hears it, and what it sent meanwhile goes on. */
export function open(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  kind: 'sessionOpened' | 'sessionResumed',
): void {
  connection.phase = 'open';
  const { id, session, timeoutMillis } = connection;
  const frame = encodeConnectResponse({
    ...{ protocolVersion: 0, timeoutMillis, sessionId: session },
    password: (server.role === 'readOnly' ? localPasswordOf : passwordOf)(server, session),
    readOnly: connection.saysReadOnly ? server.role === 'readOnly' : null,
  });
  trace(ctx, { kind, session, connection: id, timeoutMillis }, frame);
  ctx.emit({ kind: 'reply', connection: id, frame });
  // What came meanwhile goes on at the end of the step: this one may be in the middle of applying.
  if (fifoLength(connection.stalled) > 0) server.stalled.add(id);
}

/** Session 0 with timeout 0 is ZooKeeper's no: expired, unknown, or a wrong password. */
function sayNo(
  server: ServerState,
  ctx: ServerContext,
  connection: Connection,
  reason: 'expired' | 'wrongPassword',
): void {
  const frame = encodeConnectResponse({
    ...{
      protocolVersion: 0,
      timeoutMillis: 0,
      sessionId: NO_SESSION,
      password: new Uint8Array(16),
    },
    readOnly: connection.saysReadOnly ? server.role === 'readOnly' : null,
  });
  ctx.emit({ kind: 'reply', connection: connection.id, frame });
  refuse(server, ctx, connection.id, reason);
}

/** A connection that never asks for a session may stay this long. (nio.sessionlessCnxnTimeout) */
const SESSIONLESS_MILLIS_MAX = 10_000;

/** Closes what nobody speaks on any more, once a tick: the session, if there is one, goes on until it
 *  expires. */
export function closeIdle(server: ServerState, ctx: ServerContext): void {
  if (server.awakeMillis < server.nextIdleCheckAtMillis) return;
  const { tickMillis } = server.config;
  server.nextIdleCheckAtMillis = server.awakeMillis + tickMillis;
  for (const connection of [...server.connections.values()]) {
    const isNew = connection.phase === 'new';
    const limit = isNew ? SESSIONLESS_MILLIS_MAX : connection.timeoutMillis + tickMillis;
    if (server.awakeMillis - connection.heardAtMillis <= limit) continue;
    closeConnection(server, ctx, connection, 'nothing was heard from the client');
  }
}
