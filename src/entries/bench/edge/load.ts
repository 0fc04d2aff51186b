// The load: clients on sockets of their own, each with a fixed number of requests outstanding. Requests
// are templates in which only the xid (and for creates the number in the path) changes, so that the
// generator costs little beside the servers. Every reply is checked: its xid in order, its err 0.

import { encodeRequest } from '../../../jute/client.ts';
import { frame } from '../../../jute/election.ts';
import type { Request } from '../../../vocabulary/request.ts';
import { OPEN_ACL } from '../../../vocabulary/stat.ts';
import type { RawConnection } from './connection.ts';

export type LoadKind = 'create' | 'set' | 'get' | 'delete';

export interface Load {
  readonly kind: LoadKind;
  /** The node of sets and gets, the parent of creates and deletes. */
  readonly path: string;
  readonly outstanding: number;
  /** Sends until the time is over, or until each client has sent its number where there is one. */
  readonly millisMax: number;
  readonly requestsMax?: readonly number[];
  /** So long nothing may arrive; {@link NOTHING_ARRIVES_MILLIS_MAX} where it is left out. */
  readonly silentMillisMax?: number;
}

export interface LoadResult {
  readonly replies: number;
  readonly millis: number;
  /** Requests that each client has sent: how many of its numbered nodes there are now. */
  readonly perClient: readonly number[];
  /** One per reply while only one request is outstanding, else empty. */
  readonly latenciesMillis: readonly number[];
}

export const DATA_BYTES = 100;
const DIGITS = 8;
const PLACEHOLDER = '0'.repeat(DIGITS);
const REPLY_HEAD_BYTES = 20;
const XID_OFFSET = 4;
const NOTHING_ARRIVES_MILLIS_MAX = 30_000;

/** The server has gone silent, or hung up: no answer was wrong, and fresh connections may find it well. */
export class ServerSilent extends Error {
  override readonly name = 'ServerSilent';
}

/** The numbered node of a client under `parent`. */
export const numberedPath = (parent: string, client: number, number: number | null): string =>
  `${parent}/c${String(client).padStart(3, '0')}-` +
  (number === null ? PLACEHOLDER : String(number).padStart(DIGITS, '0'));

interface Template {
  readonly bytes: Uint8Array;
  /** Where the path's digits are; -1 where the path stays. */
  readonly digitsAt: number;
}

function templateOf({ kind, path }: Load, client: number): Template {
  const numbered = kind === 'create' || kind === 'delete';
  const target = numbered ? numberedPath(path, client, null) : path;
  const bytes = frame(encodeRequest(0, requestOf(kind, target)));
  // The path is the first field behind the frame's length, the xid, the type and its own length.
  return { bytes, digitsAt: numbered ? 16 + target.length - DIGITS : -1 };
}

function requestOf(kind: LoadKind, path: string): Request {
  const data = new Uint8Array(DATA_BYTES).fill(0x78);
  switch (kind) {
    case 'create':
      return { kind, path, data, acl: OPEN_ACL, flags: 0 };
    case 'set':
      return { kind: 'setData', path, data, version: -1 };
    case 'get':
      return { kind: 'getData', path, watch: false };
    case 'delete':
      return { kind, path, version: -1 };
  }
}

/** Rejects when a connection is lost, a reply is out of order, or an err is not 0. */
export async function runLoad(
  connections: readonly RawConnection[],
  load: Load,
): Promise<LoadResult> {
  const from = performance.now();
  const workers = connections.map((connection, client) => new Worker(connection, load, client));
  await Promise.all(workers.map((worker) => worker.run()));
  return {
    replies: workers.reduce((sum, worker) => sum + worker.received, 0),
    millis: performance.now() - from,
    perClient: workers.map((worker) => worker.sent),
    latenciesMillis: workers.flatMap((worker) => worker.latenciesMillis),
  };
}

class Worker {
  readonly #connection: RawConnection;
  readonly #load: Load;
  readonly #template: Template;
  readonly #requestsMax: number;
  readonly latenciesMillis: number[] = [];
  sent = 0;
  received = 0;
  #rest: Uint8Array = new Uint8Array(0);
  #until = 0;
  #sentAt = 0;

  constructor(connection: RawConnection, load: Load, client: number) {
    this.#connection = connection;
    this.#load = load;
    this.#template = templateOf(load, client);
    this.#requestsMax = load.requestsMax?.[client] ?? Number.MAX_SAFE_INTEGER;
  }

  run(): Promise<void> {
    const { socket } = this.#connection;
    this.#until = performance.now() + this.#load.millisMax;
    return new Promise((resolve, reject) => {
      const end = (error: Error | null): void => {
        socket.removeAllListeners();
        socket.setTimeout(0);
        socket.on('error', () => undefined);
        if (error === null) resolve();
        else reject(error);
      };
      socket.setTimeout(this.#load.silentMillisMax ?? NOTHING_ARRIVES_MILLIS_MAX, () => {
        end(new ServerSilent('no reply came any more'));
      });
      socket.once('close', () => {
        end(new ServerSilent('the connection was closed'));
      });
      socket.once('error', ({ message }) => {
        end(new ServerSilent(message));
      });
      socket.on('data', (chunk) => {
        try {
          const count = this.#receive(chunk);
          this.#send(count);
          if (this.received === this.sent) end(null);
        } catch (error) {
          end(error instanceof Error ? error : new Error(String(error)));
        }
      });
      this.#send(this.#load.outstanding);
      if (this.sent === 0) end(null);
    });
  }

  #send(wanted: number): void {
    const { outstanding } = this.#load;
    const count = Math.min(wanted, this.#requestsMax - this.sent);
    if (count <= 0) return;
    const now = performance.now();
    if (now >= this.#until) return;
    if (outstanding === 1) this.#sentAt = now;
    const { bytes, digitsAt } = this.#template;
    const batch = new Uint8Array(bytes.length * count);
    const view = new DataView(batch.buffer);
    for (let index = 0; index < count; index += 1) {
      const at = index * bytes.length;
      batch.set(bytes, at);
      view.setInt32(at + XID_OFFSET, this.sent + 1);
      if (digitsAt >= 0) writeDigits(batch, at + digitsAt, this.sent);
      this.sent += 1;
    }
    this.#connection.socket.write(batch);
  }

  /** How many replies were whole. */
  #receive(chunk: Uint8Array): number {
    const bytes = this.#rest.length === 0 ? chunk : joined(this.#rest, chunk);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const before = this.received;
    let at = 0;
    while (bytes.length - at >= REPLY_HEAD_BYTES) {
      const end = at + 4 + view.getInt32(at);
      if (end > bytes.length) break;
      this.#check(view.getInt32(at + XID_OFFSET), view.getInt32(at + 16));
      this.received += 1;
      at = end;
    }
    this.#rest = bytes.subarray(at);
    if (this.#load.outstanding === 1 && this.received > before) {
      this.latenciesMillis.push(performance.now() - this.#sentAt);
    }
    return this.received - before;
  }

  #check(xid: number, err: number): void {
    if (xid !== this.received + 1) {
      throw new Error(`reply ${String(xid)} came where ${String(this.received + 1)} was due`);
    }
    if (err !== 0) throw new Error(`a ${this.#load.kind} was answered with error ${String(err)}`);
  }
}

function writeDigits(bytes: Uint8Array, at: number, value: number): void {
  let left = value;
  for (let digit = DIGITS - 1; digit >= 0; digit -= 1) {
    bytes[at + digit] = 0x30 + (left % 10);
    left = Math.floor(left / 10);
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
