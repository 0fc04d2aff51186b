// Requests on their way out: checked, numbered, sent or kept for the next connection.

import { fifoLength, pushFifo } from '../base/fifo.ts';
import { encodeRequest } from '../jute/client.ts';
import { checkPath } from '../tree/path.ts';
import { ERROR_CODE } from '../vocabulary/error-code.ts';
import { CREATE_FLAG, XID } from '../vocabulary/request.ts';
import type { MultiOperation, MultiResult, Request } from '../vocabulary/request.ts';
import type { ClientAction, ClientState, RequestTicket } from './state.ts';
import { bytesToRestore } from './watch-manager.ts';

/** Requests that wait for a connection, and requests that wait for their answer. */
export const QUEUED_REQUESTS_MAX = 10_000;
export const SENT_REQUESTS_MAX = 100_000;

const XID_MAX = 0x7fff_ffff;

/** Takes a request of the application in: answered at once if it cannot succeed, else sent or queued. */
export function acceptRequest(
  client: ClientState,
  ticket: RequestTicket,
  request: Request,
  out: ClientAction[],
): void {
  const code = refusalOf(client, request);
  if (code !== null) refuse(ticket, request, code, out);
  else if (client.phase === 'connected') sendRequest(client, ticket, request, out);
  else pushFifo(client.queued, { ticket, request, queuedAt: client.nowMillis });
}

/** Sends on an established connection. */
export function sendRequest(
  client: ClientState,
  ticket: RequestTicket,
  request: Request,
  out: ClientAction[],
): void {
  const isAuth = request.kind === 'auth';
  const xid = isAuth ? XID.auth : nextXid(client);
  const frame = encodeRequest(xid, request);
  // A watch that no frame could set again would be lost without a word, and the connection with it.
  if (Math.max(frame.length, bytesToRestore(request)) > client.config.frameBytesMax) {
    refuse(ticket, request, ERROR_CODE.MarshallingError, out);
    return;
  }
  pushFifo(isAuth ? client.sentAuths : client.sent, {
    ...{ xid, ticket, request, sentAt: client.nowMillis },
  });
  send(client, frame, out);
}

/** The closeSession of this client; nothing is sent after it. */
export function sendClose(client: ClientState, out: ClientAction[]): void {
  const request: Request = { kind: 'closeSession' };
  const xid = nextXid(client);
  pushFifo(client.sent, { xid, ticket: null, request, sentAt: client.nowMillis });
  send(client, encodeRequest(xid, request), out);
}

export const sendPing = (client: ClientState, out: ClientAction[]): void => {
  client.pings.push(client.nowMillis);
  send(client, encodeRequest(XID.ping, { kind: 'ping' }), out);
};

export function send(client: ClientState, frame: Uint8Array, out: ClientAction[]): void {
  client.lastSentAt = client.nowMillis;
  out.push({ kind: 'send', connection: client.connection, frame });
}

/** The error that a multi failed with, 0 if it succeeded: the first that is not 0 among its results. */
export function firstMultiError(results: readonly MultiResult[]): number {
  for (const result of results) {
    if (result.kind === 'error' && result.err !== ERROR_CODE.Ok) return result.err;
  }
  return ERROR_CODE.Ok;
}

function refusalOf(client: ClientState, request: Request): number | null {
  if (client.phase === 'ended' || client.phase === 'closing') {
    return client.state === 'AuthFailed' ? ERROR_CODE.AuthFailed : ERROR_CODE.SessionExpired;
  }
  if (!isSendable(request)) return ERROR_CODE.BadArguments;
  const waiting = fifoLength(client.queued);
  if (waiting >= QUEUED_REQUESTS_MAX || fifoLength(client.sent) >= SENT_REQUESTS_MAX) {
    return ERROR_CODE.ConnectionLoss;
  }
  return null;
}

/** Paths are checked before anything is sent, as every ZooKeeper client does. The library's own
 *  requests (ping, setWatches, the session's) are not for applications. */
export function isSendable(request: Request): boolean {
  switch (request.kind) {
    case 'ping':
    case 'setWatches':
    case 'setWatches2':
    case 'createSession':
    case 'closeSession':
    case 'sasl':
      return false;
    case 'auth':
    case 'reconfig':
    case 'whoAmI':
    case 'getEphemerals':
      return true;
    case 'multi':
    case 'multiRead':
      return request.operations.every(hasLegalPath);
    default:
      return hasLegalPath(request);
  }
}

function hasLegalPath(request: MultiOperation | { readonly path: string }): boolean {
  const sequential = 'flags' in request && isSequential(request.flags);
  return checkPath(sequential ? `${request.path}1` : request.path) === null;
}

const isSequential = (flags: number): boolean =>
  flags === CREATE_FLAG.persistentSequential ||
  flags === CREATE_FLAG.ephemeralSequential ||
  flags === CREATE_FLAG.persistentSequentialTTL;

/** 1, 2, ... and 1 again after the last int. */
function nextXid(client: ClientState): number {
  client.xid = client.xid === XID_MAX ? 1 : client.xid + 1;
  return client.xid;
}

function refuse(ticket: RequestTicket, request: Request, code: number, out: ClientAction[]): void {
  const result = { outcome: 'failed', code, sent: false } as const;
  out.push({ kind: 'answered', ticket, request, result });
}
