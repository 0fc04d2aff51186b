// Finding a server: attempts one after the other, losing a connection, the end of the session
// (ClientCnxn.SendThread, StaticHostProvider). After a loss the next server is tried at once; only when
// all were tried in vain there is a pause, short at first.

import { fifoLength, shiftFifo } from '../base/fifo.ts';
import { present } from '../base/assert.ts';
import { encodeConnectRequest } from '../jute/client.ts';
import { ERROR_CODE } from '../vocabulary/error-code.ts';
import { NO_SESSION } from '../vocabulary/ids.ts';
import type { KeeperStateName } from '../vocabulary/request.ts';
import { ZXID_ZERO } from '../vocabulary/zxid.ts';
import { PASSWORD_BYTES, type ClientAction, type ClientPhase, type ClientState } from './state.ts';

/** Why nothing more can come of a session. */
export type EndState = Extract<KeeperStateName, 'Closed' | 'Expired' | 'AuthFailed'>;

export function enterPhase(client: ClientState, phase: ClientPhase): void {
  client.phase = phase;
  client.phaseSince = client.nowMillis;
}

export function tryNextServer(client: ClientState, out: ClientAction[]): void {
  const server = present(client.order[client.next], 'there is a server to try');
  client.next = (client.next + 1) % client.order.length;
  client.connection += 1;
  client.connectionServer = server;
  enterPhase(client, 'connecting');
  out.push({ kind: 'connect', server, connection: client.connection });
}

/** The line is up: the session is asked for, or a new one. */
export function sendConnectRequest(client: ClientState, out: ClientAction[]): void {
  if (client.isLocal) {
    client.isLocal = false;
    client.sessionId = NO_SESSION;
    client.password = new Uint8Array(PASSWORD_BYTES);
    // What only that server had on its disk may be forgotten by now: others would count as behind it for good.
    client.lastZxid = ZXID_ZERO;
  }
  const frame = encodeConnectRequest({
    protocolVersion: 0,
    lastZxidSeen: client.lastZxid,
    timeoutMillis: client.config.timeoutMillis,
    sessionId: client.sessionId,
    password: client.password,
    readOnly: client.config.readOnly,
  });
  enterPhase(client, 'handshaking');
  client.lastHeardAt = client.nowMillis;
  client.lastSentAt = client.nowMillis;
  client.pings = [];
  out.push({ kind: 'send', connection: client.connection, frame });
}

/** The attempt or the connection is over; the session is not. */
export function connectionLost(client: ClientState, out: ClientAction[]): void {
  const established = client.phase === 'connected';
  failSent(client, out);
  client.connectionServer = null;
  if (client.phase === 'closing') {
    endSession(client, 'Closed', out);
    return;
  }
  if (established) changeState(client, 'Disconnected', out);
  else client.failedInRound += 1;
  if (client.failedInRound < client.order.length) {
    tryNextServer(client, out);
    return;
  }
  client.failedInRound = 0;
  client.retryAt = client.nowMillis + client.backoffMillis;
  client.backoffMillis = Math.min(client.backoffMillis * 2, client.config.backoffMillisMax);
  enterPhase(client, 'idle');
}

/** This side gives the connection up. */
export function dropConnection(client: ClientState, reason: string, out: ClientAction[]): void {
  out.push({ kind: 'disconnect', connection: client.connection, reason });
  connectionLost(client, out);
}

/** Nothing more comes of this client: what was sent is unknown, what was not sent has failed. */
export function endSession(client: ClientState, state: EndState, out: ClientAction[]): void {
  enterPhase(client, 'ended');
  failSent(client, out);
  const code = state === 'AuthFailed' ? ERROR_CODE.AuthFailed : ERROR_CODE.SessionExpired;
  for (let next = shiftFifo(client.queued); next !== undefined; next = shiftFifo(client.queued)) {
    const result = { outcome: 'failed', code, sent: false } as const;
    out.push({ kind: 'answered', ticket: next.ticket, request: next.request, result });
  }
  changeState(client, state, out);
}

export function changeState(
  client: ClientState,
  state: KeeperStateName,
  out: ClientAction[],
): void {
  client.state = state;
  out.push({
    kind: 'stateChanged',
    state,
    server: client.connectionServer,
    sessionId: client.sessionId,
    timeoutMillis: client.timeoutMillis,
    event: { type: 'None', state, path: '' },
  });
}

/** Requests that waited for a connection longer than they may. They stand in the order of their age. */
export function failOverdue(client: ClientState, out: ClientAction[]): void {
  const { queued, config } = client;
  while (fifoLength(queued) > 0) {
    const oldest = present(queued.items[queued.head], 'a queue that is not empty has a head');
    if (client.nowMillis - oldest.queuedAt < config.queueMillisMax) return;
    shiftFifo(queued);
    const result = { outcome: 'failed', code: ERROR_CODE.ConnectionLoss, sent: false } as const;
    out.push({ kind: 'answered', ticket: oldest.ticket, request: oldest.request, result });
  }
}

function failSent(client: ClientState, out: ClientAction[]): void {
  for (const fifo of [client.sentAuths, client.sent]) {
    for (let next = shiftFifo(fifo); next !== undefined; next = shiftFifo(fifo)) {
      if (next.ticket === null) continue;
      const result = { outcome: 'unknown', code: ERROR_CODE.ConnectionLoss } as const;
      out.push({ kind: 'answered', ticket: next.ticket, request: next.request, result });
    }
  }
}
