// One connection of one of the two systems: bytes out, and all that comes back in its order. It judges
// nothing; what two wires saw is compared by their user.

import { connect, type Socket } from 'node:net';

import { decodeConnectResponse, encodeConnectRequest } from '../../jute/client.ts';
import { frame, makeFrameStream, pushFrameBytes } from '../../jute/election.ts';
import { plainBytes } from '../../adapters/tcp/sockets.ts';
import { sessionId } from '../../vocabulary/ids.ts';
import { zxidOf } from '../../vocabulary/zxid.ts';
import { CLOSED, isEventFrame, seenEvent, seenReply } from './seen.ts';
import type { Asked, Names, Seen } from './seen.ts';

const HOST = '127.0.0.1';
const FRAME_BYTES_MAX = 16 * 1024 * 1024;
const NUDGE_MILLIS = 400;
/** Longer than any answer takes on a loaded machine: what is not there by then never comes. Counted in
 *  turns of this process, for a machine that stands still is no server that does not answer. */
const NUDGES_MAX = 30;
const QUESTION: Asked = { label: 'asked', kind: null };

export interface Session {
  id: bigint;
  password: Uint8Array;
}

export class Wire {
  readonly seen: Seen[] = [];
  closed = false;
  /** What to do while an answer does not come. */
  onLate: (() => void) | null = null;
  session: Session = { id: 0n, password: new Uint8Array(16) };
  readonly #names: Names;
  readonly #socket: Socket;
  readonly #asked: Asked[] = [];
  readonly #stream = makeFrameStream(FRAME_BYTES_MAX);
  #greeted = false;
  #last: Uint8Array | null = null;
  #wake: (() => void) | null = null;

  constructor(port: number, names: Names) {
    this.#names = names;
    this.#socket = connect({ port, host: HOST, noDelay: true });
    this.#socket.on('error', () => undefined);
    this.#socket.on('data', (chunk) => {
      for (const whole of pushFrameBytes(this.#stream, plainBytes(chunk))) this.#onFrame(whole);
      this.#wake?.();
    });
    this.#socket.on('close', () => {
      if (!this.closed) this.seen.push(CLOSED);
      this.closed = true;
      this.#wake?.();
    });
  }

  /** A whole frame without its length, and what it asks for; null when no reply is due. */
  send(bytes: Uint8Array, asked: Asked | null): void {
    if (asked !== null) this.#asked.push(asked);
    this.sendRaw(frame(bytes));
  }

  sendRaw(bytes: Uint8Array): void {
    this.#socket.write(bytes);
  }

  /** The bytes of the reply, or null if there is none. No other question may be under way. */
  async ask(bytes: Uint8Array): Promise<Uint8Array | null> {
    this.#last = null;
    this.send(bytes, QUESTION);
    await this.answered();
    return this.#last;
  }

  /** Until every request has its reply, or the connection is closed. False: neither came in time. */
  async answered(): Promise<boolean> {
    const isDone = (): boolean => this.closed || (this.#greeted && this.#asked.length === 0);
    return this.#until(isDone);
  }

  async ended(): Promise<boolean> {
    return this.#until(() => this.closed);
  }

  /** Goes without a word, as a client that crashed. */
  drop(): void {
    this.closed = true;
    this.#socket.destroy();
  }

  #until(isDone: () => boolean): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (done: boolean): void => {
        clearInterval(turns);
        this.#wake = null;
        resolve(done);
      };
      let nudges = 0;
      const turns = setInterval(() => {
        nudges += 1;
        if (nudges > NUDGES_MAX) end(isDone());
        else this.onLate?.();
      }, NUDGE_MILLIS);
      this.#wake = () => {
        if (isDone()) end(true);
      };
      this.#wake();
    });
  }

  #onFrame(bytes: Uint8Array): void {
    if (!this.#greeted) {
      this.#greeted = true;
      this.#onGreeting(bytes);
    } else if (isEventFrame(bytes)) {
      this.seen.push(seenEvent(this.#names, bytes));
    } else {
      const asked = this.#asked.shift() ?? { label: 'nothing was asked', kind: null };
      if (asked === QUESTION) this.#last = bytes;
      this.seen.push(seenReply(this.#names, bytes, asked));
    }
  }

  #onGreeting(bytes: Uint8Array): void {
    const { protocolVersion, timeoutMillis, sessionId, password, readOnly } =
      decodeConnectResponse(bytes);
    if (sessionId !== 0n) this.session = { id: sessionId, password };
    const zero = password.every((byte) => byte === 0);
    const fields = [
      ...[protocolVersion, timeoutMillis, readOnly, bytes.length],
      ...[sessionId === 0n ? 'no session' : 'a session', zero ? 'no password' : 'a password'],
    ];
    const text = `connected ${fields.join(' ')}`;
    this.seen.push({ kind: 'connected', text, zxid: 0n, created: [] });
  }
}

/** The first frame of a connection: of a new session (id 0) or of one that is resumed. */
export function connectFrame(
  id: bigint,
  password: Uint8Array,
  { timeoutMillis = 60_000, readOnly = false as boolean | null } = {},
  lastZxidSeen = 0n,
): Uint8Array {
  return encodeConnectRequest({
    ...{ protocolVersion: 0, lastZxidSeen: zxidOf(lastZxidSeen), timeoutMillis },
    ...{ sessionId: sessionId(id), password, readOnly },
  });
}
