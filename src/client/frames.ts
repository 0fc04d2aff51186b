// Frames from the server: the answer to the connect request first, then replies in the order of the
// requests, with watch events, pings and auth answers in between. A frame that breaks a rule ends the
// connection, never the session.

import { peekFifo, pushFifo, shiftFifo } from '../base/fifo.ts';
import {
  decodeConnectResponse,
  decodeReply,
  decodeResponse,
  decodeWatcherEvent,
  encodeRequest,
} from '../jute/client.ts';
import { CodecError } from '../jute/reader.ts';
import { ERROR_CODE } from '../vocabulary/error-code.ts';
import { NO_SESSION } from '../vocabulary/ids.ts';
import { XID } from '../vocabulary/request.ts';
import type { ReplyHeader, Request } from '../vocabulary/request.ts';
import { zxidMax } from '../vocabulary/zxid.ts';
import { changeState, connectionLost, dropConnection, endSession, enterPhase } from './attempts.ts';
import { beginInquiries } from './read-only.ts';
import { send } from './requests.ts';
import type { ClientAction, ClientState, RequestResult, SentRequest } from './state.ts';
import {
  materializeEvent,
  registerWatch,
  removeWatches,
  requestsToRestore,
} from './watch-manager.ts';

export function onFrame(client: ClientState, frame: Uint8Array, out: ClientAction[]): void {
  client.lastHeardAt = client.nowMillis;
  try {
    if (client.phase === 'handshaking') onConnectResponse(client, frame, out);
    else onReply(client, frame, out);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    dropConnection(client, error.message, out);
  }
}

/** Answers come in the order of the requests: the long one is that of the first that waits. It is not asked again on
 *  another connection, which it would end as well. */
export function onFrameTooLong(client: ClientState, out: ClientAction[]): void {
  const head = client.phase === 'connected' ? shiftFifo(client.sent) : undefined;
  if (head !== undefined && head.ticket !== null) {
    const result = { outcome: 'unknown', code: ERROR_CODE.MarshallingError } as const;
    out.push({ kind: 'answered', ticket: head.ticket, request: head.request, result });
  }
  connectionLost(client, out);
}

function onConnectResponse(client: ClientState, frame: Uint8Array, out: ClientAction[]): void {
  const response = decodeConnectResponse(frame);
  const asked = client.sessionId;
  // Another session than the one asked for would lose our ephemerals without a word.
  const replaced = asked !== NO_SESSION && response.sessionId !== asked;
  if (response.timeoutMillis <= 0 || replaced) {
    out.push({ kind: 'disconnect', connection: client.connection, reason: 'session expired' });
    client.connectionServer = null;
    endSession(client, 'Expired', out);
    return;
  }
  client.sessionId = response.sessionId;
  client.password = response.password;
  client.timeoutMillis = response.timeoutMillis;
  client.failedInRound = 0;
  client.backoffMillis = client.config.backoffMillisMin;
  // The handshake was sent when this phase began.
  client.provenAt = client.phaseSince;
  enterPhase(client, 'connected');
  client.lastServer = client.connectionServer;
  const readOnly = response.readOnly === true;
  beginInquiries(client, readOnly);
  client.isLocal = readOnly && asked === NO_SESSION;
  changeState(client, readOnly ? 'ConnectedReadOnly' : 'SyncConnected', out);
  for (const auth of client.auths) sendOwn(client, XID.auth, auth, out);
  for (const request of requestsToRestore(
    client.watches,
    client.lastZxid,
    client.config.frameBytesMax,
  )) {
    sendOwn(client, XID.setWatches, request, out);
  }
}

function onReply(client: ClientState, frame: Uint8Array, out: ClientAction[]): void {
  const { header, body } = decodeReply(frame);
  switch (header.xid) {
    case XID.ping:
      client.provenAt = Math.max(client.provenAt, client.pings.shift() ?? 0);
      return;
    case XID.setWatches:
      return;
    case XID.notification: {
      const event = decodeWatcherEvent(body);
      if (materializeEvent(client.watches, event)) out.push({ kind: 'watcherEvent', event });
      return;
    }
    case XID.auth:
      onAuthReply(client, header, out);
      return;
    default:
      onAnswer(client, header, body, out);
  }
}

/** Replies come in the order of the requests; anything else means that this connection is broken. */
function onAnswer(
  client: ClientState,
  header: ReplyHeader,
  body: Uint8Array,
  out: ClientAction[],
): void {
  const head = peekFifo(client.sent);
  if (head?.xid !== header.xid) {
    dropConnection(client, `reply ${String(header.xid)} is out of turn`, out);
    return;
  }
  // Decoded first: if it cannot be, the request is among those with an unknown end.
  const result = resultOf(head, header, body);
  shiftFifo(client.sent);
  client.provenAt = Math.max(client.provenAt, head.sentAt);
  if (header.zxid > 0n) client.lastZxid = zxidMax(client.lastZxid, header.zxid);
  if (head.ticket === null) {
    out.push({ kind: 'disconnect', connection: client.connection, reason: 'session closed' });
    client.connectionServer = null;
    endSession(client, 'Closed', out);
    return;
  }
  registerWatch(client.watches, head.request, header.err);
  if (head.request.kind === 'removeWatches' && header.err === ERROR_CODE.Ok) {
    for (const event of removeWatches(client.watches, head.request)) {
      out.push({ kind: 'watcherEvent', event });
    }
  }
  out.push({ kind: 'answered', ticket: head.ticket, request: head.request, result });
}

function resultOf(sent: SentRequest, header: ReplyHeader, body: Uint8Array): RequestResult {
  if (header.err !== ERROR_CODE.Ok) return { outcome: 'failed', code: header.err, sent: true };
  const response = decodeResponse(sent.request.kind, body);
  return { outcome: 'ok', zxid: header.zxid, response };
}

function onAuthReply(client: ClientState, header: ReplyHeader, out: ClientAction[]): void {
  const sent = shiftFifo(client.sentAuths);
  const accepted = header.err === ERROR_CODE.Ok;
  if (sent !== undefined && sent.ticket !== null) {
    const { ticket, request } = sent;
    if (accepted && request.kind === 'auth') client.auths.push(request);
    const result: RequestResult = accepted
      ? { outcome: 'ok', zxid: header.zxid, response: { kind: 'nothing' } }
      : { outcome: 'failed', code: header.err, sent: true };
    out.push({ kind: 'answered', ticket, request, result });
  }
  if (accepted) return;
  out.push({ kind: 'disconnect', connection: client.connection, reason: 'auth refused' });
  client.connectionServer = null;
  endSession(client, 'AuthFailed', out);
}

/** A request of the library itself. Only auth answers are matched: those of setWatches mean nothing. */
function sendOwn(client: ClientState, xid: number, request: Request, out: ClientAction[]): void {
  if (request.kind === 'auth') {
    pushFifo(client.sentAuths, { xid, ticket: null, request, sentAt: client.nowMillis });
  }
  send(client, encodeRequest(xid, request), out);
}
