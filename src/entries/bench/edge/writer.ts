// A client that writes every few milliseconds whatever happens: when its connection breaks it goes to
// the next server with the same session, as every client library does, and writes on. Tells when the
// first write that was sent after a given moment was acknowledged.

import { encodeRequest, decodeReply } from '../../../jute/client.ts';
import { frame, makeFrameStream, pushFrameBytes } from '../../../jute/election.ts';
import { ask, openConnection, type RawConnection, type Session } from './connection.ts';
import { DATA_BYTES } from './load.ts';
import { pause } from './systems.ts';

const WRITE_EVERY_MILLIS = 5;
const RECONNECT_PAUSE_MILLIS = 5;
const WAIT_MILLIS_MAX = 60_000;
const FRAME_BYTES_MAX = 1024 * 1024;

export interface SteadyWriter {
  /** Milliseconds (performance.now) of the first acknowledgement of a write sent after `after`. */
  readonly acknowledgedAfter: (after: number) => Promise<number>;
  readonly stop: () => void;
}

/** Writes to `path`, which it creates if need be. Begins at the first of `ports`. */
export async function startWriter(ports: readonly number[], path: string): Promise<SteadyWriter> {
  const writer = new Writer(ports, path);
  await writer.begin();
  return writer;
}

/** Milliseconds (performance.now) at which a create on any of these ports was first acknowledged. */
export async function firstWrite(ports: readonly number[], path: string): Promise<number> {
  const end = performance.now() + WAIT_MILLIS_MAX;
  for (let attempt = 0; performance.now() < end; attempt += 1) {
    try {
      const connection = await openConnection(ports[attempt % ports.length] ?? 0);
      const { err } = await ask(connection, 1, createRequest(path));
      const now = performance.now();
      connection.socket.destroy();
      if (err === 0) return now;
    } catch {
      await pause(RECONNECT_PAUSE_MILLIS);
    }
  }
  throw new Error('no write was acknowledged');
}

const OPEN = [{ perms: 31, scheme: 'world', id: 'anyone' }];
const createRequest = (path: string) =>
  ({ kind: 'create', path, data: new Uint8Array(DATA_BYTES), acl: OPEN, flags: 0 }) as const;

class Writer implements SteadyWriter {
  readonly #ports: readonly number[];
  readonly #path: string;
  #session: Session | null = null;
  #connection: RawConnection | null = null;
  #at = 0;
  #xid = 1;
  #stopped = false;
  #timer: ReturnType<typeof setInterval> | null = null;
  /** When the writes were sent that have no answer on this connection yet, oldest first. */
  #sentAt: number[] = [];
  #waiting: { readonly after: number; readonly done: (at: number) => void } | null = null;

  constructor(ports: readonly number[], path: string) {
    this.#ports = ports;
    this.#path = path;
  }

  async begin(): Promise<void> {
    const connection = await openConnection(this.#ports[0] ?? 0);
    await ask(connection, 1, createRequest(this.#path));
    this.#adopt(connection);
    this.#timer = setInterval(() => {
      this.#write();
    }, WRITE_EVERY_MILLIS);
    await this.acknowledgedAfter(performance.now());
  }

  readonly acknowledgedAfter = (after: number): Promise<number> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error('no write was acknowledged any more'));
      }, WAIT_MILLIS_MAX);
      const done = (at: number): void => {
        clearTimeout(timer);
        resolve(at);
      };
      this.#waiting = { after, done };
    });

  readonly stop = (): void => {
    this.#stopped = true;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#connection?.socket.destroy();
  };

  #adopt(connection: RawConnection): void {
    const { socket } = connection;
    const stream = makeFrameStream(FRAME_BYTES_MAX);
    this.#connection = connection;
    this.#session = connection.session;
    this.#sentAt = [];
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#connection = null;
      if (!this.#stopped) void this.#reconnect();
    });
    socket.on('data', (chunk) => {
      for (const whole of pushFrameBytes(stream, chunk)) {
        if (decodeReply(whole).header.err === 0) this.#onAcknowledged();
      }
    });
  }

  #onAcknowledged(): void {
    const sentAt = this.#sentAt.shift();
    const waiting = this.#waiting;
    if (sentAt === undefined || waiting === null || sentAt <= waiting.after) return;
    this.#waiting = null;
    waiting.done(performance.now());
  }

  #write(): void {
    if (this.#connection === null) return;
    this.#xid += 1;
    const data = new Uint8Array(DATA_BYTES);
    const request = { kind: 'setData', path: this.#path, data, version: -1 } as const;
    this.#sentAt.push(performance.now());
    this.#connection.socket.write(frame(encodeRequest(this.#xid, request)));
  }

  async #reconnect(): Promise<void> {
    while (!this.#stopped) {
      this.#at += 1;
      const port = this.#ports[this.#at % this.#ports.length] ?? 0;
      try {
        const connection = await openConnection(port, this.#session);
        if (this.#stopped) connection.socket.destroy();
        else this.#adopt(connection);
        return;
      } catch {
        await pause(RECONNECT_PAUSE_MILLIS);
      }
    }
  }
}
