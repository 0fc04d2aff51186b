// A client of any ZooKeeper server over a bare socket, as thin as can be: the handshake, frames out,
// replies in. What it does not check it does not promise: order and errors are its user's.

import { connect, type Socket } from 'node:net';

import { frame, makeFrameStream, pushFrameBytes } from '../../../jute/election.ts';
import {
  decodeConnectResponse,
  decodeReply,
  encodeConnectRequest,
  encodeRequest,
} from '../../../jute/client.ts';
import { NO_SESSION, type SessionId } from '../../../vocabulary/ids.ts';
import type { ReplyHeader, Request } from '../../../vocabulary/request.ts';
import { ZXID_ZERO, type Zxid } from '../../../vocabulary/zxid.ts';

const HOST = '127.0.0.1';
const FRAME_BYTES_MAX = 16 * 1024 * 1024;
const CONNECT_MILLIS_MAX = 2_000;
const ANSWER_MILLIS_MAX = 30_000;
const SESSION_TIMEOUT_MILLIS = 30_000;

export interface Session {
  readonly id: SessionId;
  readonly password: Uint8Array;
}

export interface RawConnection {
  readonly socket: Socket;
  readonly session: Session;
}

/** Rejects when the server is not there, does not serve, or does not know the session any more. */
export function openConnection(
  port: number,
  resumed: Session | null = null,
  lastZxidSeen: Zxid = ZXID_ZERO,
): Promise<RawConnection> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: HOST, noDelay: true });
    const stream = makeFrameStream(FRAME_BYTES_MAX);
    const fail = (reason: string): void => {
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      socket.destroy();
      reject(new Error(`port ${String(port)}: ${reason}`));
    };
    socket.setTimeout(CONNECT_MILLIS_MAX, () => {
      fail('no answer');
    });
    socket.once('error', (error) => {
      fail(error.message);
    });
    socket.once('close', () => {
      fail('closed before the session was open');
    });
    socket.once('connect', () => socket.write(frame(connectRequest(resumed, lastZxidSeen))));
    socket.on('data', (chunk) => {
      const [first] = pushFrameBytes(stream, chunk);
      if (first === undefined) return;
      const { sessionId: id, password, timeoutMillis } = decodeConnectResponse(first);
      if (timeoutMillis === 0) {
        fail('the session has expired');
        return;
      }
      socket.removeAllListeners();
      socket.setTimeout(0);
      resolve({ socket, session: { id, password } });
    });
  });
}

function connectRequest(resumed: Session | null, lastZxidSeen: Zxid): Uint8Array {
  return encodeConnectRequest({
    protocolVersion: 0,
    lastZxidSeen,
    timeoutMillis: SESSION_TIMEOUT_MILLIS,
    sessionId: resumed?.id ?? NO_SESSION,
    password: resumed?.password ?? new Uint8Array(16),
    readOnly: false,
  });
}

/** Sends one request and gives its reply's header; nothing else may be under way. */
export function ask(
  { socket }: RawConnection,
  xid: number,
  request: Request,
): Promise<ReplyHeader> {
  return new Promise((resolve, reject) => {
    const stream = makeFrameStream(FRAME_BYTES_MAX);
    const done = (end: () => void): void => {
      socket.removeAllListeners();
      socket.setTimeout(0);
      socket.on('error', () => undefined);
      end();
    };
    const lost = (): void => {
      done(() => {
        reject(new Error('the connection was lost'));
      });
    };
    socket.once('error', lost);
    socket.once('close', lost);
    socket.setTimeout(ANSWER_MILLIS_MAX, lost);
    socket.on('data', (chunk) => {
      for (const whole of pushFrameBytes(stream, chunk)) {
        const { header } = decodeReply(whole);
        if (header.xid !== xid) continue;
        done(() => {
          resolve(header);
        });
        return;
      }
    });
    socket.write(frame(encodeRequest(xid, request)));
  });
}

/** Ends the session, so that nothing of it is left to expire in the middle of a later measure. */
export async function closeConnection(connection: RawConnection): Promise<void> {
  await ask(connection, 0x7fff_fff0, { kind: 'closeSession' }).catch(() => undefined);
  connection.socket.destroy();
}
