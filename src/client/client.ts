// The client library as a value machine: stepClient(client, input) -> actions, done in order
// (org.apache.zookeeper.ZooKeeper and ClientCnxn). One session over one connection at a time, which is
// found, kept alive and replaced here. It never opens a socket and never reads a clock.
//
// What happens to a request: while connected it is sent at once, and its answer comes in its turn. When
// the connection is lost, all that was sent ends as `unknown`. What is asked while there is no
// connection waits for the next one, in order, and fails unsent (ConnectionLoss) after queueMillisMax.
// This is the one difference to Apache's client, which fails it at the first attempt in vain.

import { fifoLength, makeFifo, shiftFifo } from '../base/fifo.ts';
import { assert, unreachable } from '../base/assert.ts';
import { makeRandom, nextBelow } from '../base/random.ts';
import type { Random } from '../base/random.ts';
import { NO_SESSION } from '../vocabulary/ids.ts';
import type { ServerId, SessionId } from '../vocabulary/ids.ts';
import type { KeeperStateName } from '../vocabulary/request.ts';
import { ZXID_ZERO } from '../vocabulary/zxid.ts';
import {
  connectionLost,
  dropConnection,
  endSession,
  enterPhase,
  failOverdue,
  sendConnectRequest,
  tryNextServer,
} from './attempts.ts';
import { onFrame, onFrameTooLong } from './frames.ts';
import { askForWriter, INQUIRY_MILLIS_MIN, moveToWriter } from './read-only.ts';
import { acceptRequest, sendClose, sendPing, sendRequest } from './requests.ts';
import { PASSWORD_BYTES } from './state.ts';
import type { ClientAction, ClientConfig, ClientInput, ClientState } from './state.ts';
import { makeClientWatches } from './watch-manager.ts';

export { firstMultiError, isSendable } from './requests.ts';
export type {
  ClientAction,
  ClientConfig,
  ClientInput,
  ClientState,
  RequestResult,
  RequestTicket,
} from './state.ts';

const BACKOFF_MILLIS_MIN = 20;
const BACKOFF_MILLIS_MAX = 200;
const QUEUE_MILLIS_MAX = 4000;
/** jute.maxbuffer: a server closes the connection at a longer frame, so none is sent at all. */
export const CLIENT_FRAME_BYTES_MAX = 0xf_ffff;
/** An idle connection is pinged at a third of the session's timeout, and at least this often. */
const PING_MILLIS_MAX = 10_000;

export function makeClient(config: ClientConfig): ClientState {
  assert(config.servers.length > 0, 'a client knows at least one server');
  const full: Required<ClientConfig> = {
    session: null,
    readOnly: false,
    shuffle: true,
    backoffMillisMin: BACKOFF_MILLIS_MIN,
    backoffMillisMax: BACKOFF_MILLIS_MAX,
    queueMillisMax: QUEUE_MILLIS_MAX,
    frameBytesMax: CLIENT_FRAME_BYTES_MAX,
    ...config,
  };
  const random = makeRandom(full.seed);
  return {
    config: full,
    random,
    order: full.shuffle ? shuffled(full.servers, random) : [...full.servers],
    next: 0,
    failedInRound: 0,
    backoffMillis: full.backoffMillisMin,
    phase: 'idle',
    state: 'Connecting',
    nowMillis: 0,
    connection: 0,
    connectionServer: null,
    lastServer: null,
    phaseSince: 0,
    retryAt: 0,
    lastHeardAt: 0,
    lastSentAt: 0,
    provenAt: 0,
    pings: [],
    inquireAt: 0,
    inquiryMillis: INQUIRY_MILLIS_MIN,
    sessionId: full.session?.id ?? NO_SESSION,
    password: full.session?.password ?? new Uint8Array(PASSWORD_BYTES),
    isLocal: false,
    timeoutMillis: full.timeoutMillis,
    lastZxid: ZXID_ZERO,
    xid: 0,
    queued: makeFifo(),
    sent: makeFifo(),
    sentAuths: makeFifo(),
    auths: [],
    watches: makeClientWatches(),
  };
}

/** The first tick makes the client connect. */
export function stepClient(client: ClientState, input: ClientInput): ClientAction[] {
  const out: ClientAction[] = [];
  switch (input.kind) {
    case 'tick':
      onTick(client, input.nowMillis, out);
      break;
    case 'connected':
      if (isCurrent(client, input.connection) && client.phase === 'connecting') {
        sendConnectRequest(client, out);
      }
      break;
    case 'connectFailed':
    case 'disconnected':
      if (isCurrent(client, input.connection)) connectionLost(client, out);
      break;
    case 'frameTooLong':
      if (isCurrent(client, input.connection)) onFrameTooLong(client, out);
      break;
    case 'frame':
      if (isCurrent(client, input.connection)) onFrame(client, input.frame, out);
      break;
    case 'readWrite':
      moveToWriter(client, input.server, out);
      break;
    case 'request':
      acceptRequest(client, input.ticket, input.request, out);
      break;
    case 'close':
      onClose(client, out);
      break;
    default:
      unreachable(input, 'stepClient');
  }
  sendQueued(client, out);
  return out;
}

export interface ClientView {
  readonly sessionId: SessionId;
  readonly state: KeeperStateName | 'Connecting';
  readonly attachedTo: ServerId | null;
  /** Where it is attached, or was last. */
  readonly lastAt: ServerId | null;
  readonly timeoutMillis: number;
}

export const clientView = (client: ClientState): ClientView => ({
  sessionId: client.sessionId,
  state: client.state,
  attachedTo: isEstablished(client) ? client.connectionServer : null,
  lastAt: client.lastServer,
  timeoutMillis: client.timeoutMillis,
});

function onTick(client: ClientState, nowMillis: number, out: ClientAction[]): void {
  client.nowMillis = Math.max(client.nowMillis, nowMillis);
  failOverdue(client, out);
  const inPhase = client.nowMillis - client.phaseSince;
  const silent = client.nowMillis - client.lastHeardAt;
  switch (client.phase) {
    case 'idle':
      if (client.nowMillis >= client.retryAt) tryNextServer(client, out);
      return;
    case 'connecting':
    case 'handshaking':
      if (inPhase >= connectTimeout(client)) dropConnection(client, 'no answer in time', out);
      return;
    case 'connected':
    case 'closing':
      if (silent >= readTimeout(client)) {
        dropConnection(client, 'the server is silent', out);
        return;
      }
      if (client.nowMillis - client.lastSentAt >= pingAfter(client)) sendPing(client, out);
      askForWriter(client, out);
      return;
    case 'ended':
      return;
    default:
      unreachable(client.phase, 'onTick');
  }
}

/** Asks the server to end the session. Without a connection the session is left to its timeout. */
function onClose(client: ClientState, out: ClientAction[]): void {
  switch (client.phase) {
    case 'connected':
      sendClose(client, out);
      enterPhase(client, 'closing');
      return;
    case 'connecting':
    case 'handshaking':
      out.push({ kind: 'disconnect', connection: client.connection, reason: 'closed' });
      client.connectionServer = null;
      endSession(client, 'Closed', out);
      return;
    case 'idle':
      endSession(client, 'Closed', out);
      return;
    case 'closing':
    case 'ended':
      return;
    default:
      unreachable(client.phase, 'onClose');
  }
}

function sendQueued(client: ClientState, out: ClientAction[]): void {
  while (client.phase === 'connected' && fifoLength(client.queued) > 0) {
    const next = shiftFifo(client.queued);
    if (next !== undefined) sendRequest(client, next.ticket, next.request, out);
  }
}

const isEstablished = (client: ClientState): boolean =>
  client.phase === 'connected' || client.phase === 'closing';

/** Whatever comes for an older connection is late and means nothing. */
const isCurrent = (client: ClientState, connection: number): boolean =>
  client.connection === connection && client.phase !== 'idle' && client.phase !== 'ended';

const readTimeout = ({ timeoutMillis }: ClientState): number => Math.floor((timeoutMillis * 2) / 3);

const connectTimeout = ({ timeoutMillis, order }: ClientState): number =>
  Math.max(1, Math.floor(timeoutMillis / order.length));

const pingAfter = ({ timeoutMillis }: ClientState): number =>
  Math.min(Math.floor(timeoutMillis / 3), PING_MILLIS_MAX);

function shuffled(servers: readonly ServerId[], random: Random): ServerId[] {
  const left = [...servers];
  const order: ServerId[] = [];
  while (left.length > 0) order.push(...left.splice(nextBelow(random, left.length), 1));
  return order;
}
