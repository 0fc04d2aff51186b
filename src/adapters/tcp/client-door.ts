// The client port (2181): frames behind an int length in both directions, or one four-letter word
// without a length (NIOServerCnxn). A frame that is too long, or a client that does not read its
// answers, ends that connection and nothing else.

import type { Socket } from 'node:net';

import { FRAME_BYTES_MAX, type ClientDoor, type ClientEvent } from '../../host/ports.ts';
import { Portions } from '../../host/portions.ts';
import { Unanswered } from '../../host/unanswered.ts';
import {
  FrameLengthError,
  makeFrameStream,
  pushFrameBytes,
  type FrameStream,
} from '../../jute/election.ts';
import { CodecError } from '../../jute/reader.ts';
import { isWatcherEvent } from '../../jute/watch-event.ts';
import { connectionId, type ConnectionId } from '../../vocabulary/ids.ts';
import {
  countReply,
  countRequest,
  makeClientStats,
  makeTotals,
  type ClientStats,
} from '../admin/client-stats.ts';
import type { PortState } from '../admin/administration.ts';
import { MovablePort } from './movable-port.ts';
import {
  addressText,
  closeSoon,
  plainBytes,
  unsentBytes,
  writeFrameTogether,
  type Address,
} from './sockets.ts';

export interface TcpClientDoorOptions {
  readonly address: Address;
  /** Connections of one client address; 0 for no bound (maxClientCnxns). */
  readonly connectionsPerAddressMax: number;
  readonly onEvent: (event: ClientEvent) => void;
  /** The answer to a four-letter word, or null for what is none. */
  readonly onWord: (word: string, port: PortState) => string | null;
  /** The longest frame; FRAME_BYTES_MAX unless given (jute.maxbuffer). */
  readonly frameBytesMax?: number;
}

export interface TcpClientDoor extends ClientDoor {
  /** Connections and counts, for the administrator. */
  readonly state: () => PortState;
  /** Listens at another address; whoever is connected stays. Rejects with a sentence. */
  readonly move: (address: Address) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const WORD_BYTES = 4;
/** A connection that says nothing, not even a word, is closed. */
const SILENT_MILLIS_MAX = 20_000;
/** Answers that a client has not read; beyond it the client is let go. */
const UNREAD_BYTES_MAX = 64 * 1024 * 1024;

interface Client {
  readonly connection: ConnectionId;
  readonly socket: Socket;
  readonly stream: FrameStream;
  readonly stats: ClientStats;
  /** The first bytes, until there are enough to tell a word from a length. */
  head: Uint8Array | null;
  opened: boolean;
  readonly unanswered: Unanswered;
  readonly portions: Portions;
}

/** Opens the client port. Rejects with a sentence when it is not to be had. */
export async function openTcpClientDoor(options: TcpClientDoorOptions): Promise<TcpClientDoor> {
  const door = new SocketDoor(options);
  await door.move(options.address);
  return door;
}

class SocketDoor implements TcpClientDoor {
  readonly #options: TcpClientDoorOptions;
  readonly #port: MovablePort;
  readonly #clients = new Map<ConnectionId, Client>();
  readonly #sockets = new Set<Socket>();
  readonly #totals = makeTotals();
  #last = 0;
  #stopped = false;

  constructor(options: TcpClientDoorOptions) {
    this.#options = options;
    this.#port = new MovablePort({
      what: 'client',
      allowHalfOpen: true,
      onConnection: (socket) => {
        this.#accept(socket);
      },
    });
  }

  move = (address: Address): Promise<void> => this.#port.listen(address);

  reply = (connection: ConnectionId, bytes: Uint8Array): void => {
    const client = this.#clients.get(connection);
    if (client === undefined) return;
    countReply(client.stats, this.#totals, bytes, performance.now());
    if (!isWatcherEvent(bytes)) this.#onAnswered(client);
    writeFrameTogether(client.socket, bytes);
    if (unsentBytes(client.socket) <= UNREAD_BYTES_MAX) return;
    client.portions.drop();
    client.socket.destroy();
  };

  close = (connection: ConnectionId): void => {
    const client = this.#clients.get(connection);
    if (client === undefined) return;
    client.portions.drop();
    setImmediate(() => {
      this.#forget(client);
    });
    closeSoon(client.socket);
  };

  stop = (): Promise<void> => {
    this.#stopped = true;
    for (const socket of this.#sockets) socket.destroy();
    this.#clients.clear();
    return this.#port.stop();
  };

  #accept(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress ?? '');
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    if (this.#tooMany(address)) {
      this.#totals.rejected += 1;
      socket.destroy();
      return;
    }
    const client: Client = {
      connection: connectionId((this.#last += 1)),
      socket,
      stream: makeFrameStream(this.#options.frameBytesMax ?? FRAME_BYTES_MAX),
      stats: makeClientStats(
        addressText({ host: address, port: socket.remotePort ?? 0 }),
        Date.now(),
        performance.now(),
      ),
      head: new Uint8Array(0),
      opened: false,
      unanswered: new Unanswered(),
      portions: new Portions({
        nowMillis: () => performance.now(),
        later: setImmediate,
        onDone: () => {
          this.#readOn(client);
        },
      }),
    };
    this.#clients.set(client.connection, client);
    socket.setTimeout(SILENT_MILLIS_MAX, () => {
      this.#totals.sessionless += 1;
      socket.destroy();
    });
    socket.on('close', () => {
      this.#forget(client);
    });
    socket.on('end', () => {
      // It comes also to a socket that is not read: not before what was sent before it is done.
      client.portions.add(() => {
        this.#onEnd(client);
      });
      client.portions.work();
    });
    socket.on('data', (chunk) => {
      this.#onData(client, plainBytes(chunk));
    });
  }

  #onEnd({ connection, socket, opened, head }: Client): void {
    const isOurs = this.#clients.has(connection) && (opened || head !== null);
    if (isOurs) this.#totals.dropped += 1;
    // A half-closed client of words still gets its text; one with a session is gone.
    if (opened) socket.destroy();
    else if (head !== null) socket.end();
  }

  #tooMany(address: string): boolean {
    const max = this.#options.connectionsPerAddressMax;
    if (max === 0) return false;
    let have = 0;
    for (const socket of this.#sockets) {
      if (plainAddress(socket.remoteAddress ?? '') === address) have += 1;
    }
    return have > max;
  }

  #onData(client: Client, bytes: Uint8Array): void {
    if (this.#clients.get(client.connection) !== client) return;
    if (client.head === null) {
      this.#onFrames(client, bytes);
      return;
    }
    const head = joined(client.head, bytes);
    client.head = head;
    if (head.length < WORD_BYTES) return;
    const word = String.fromCharCode(...head.subarray(0, WORD_BYTES));
    client.head = null;
    const answer = this.#answerTo(word, client);
    if (answer === null) {
      this.#onFrames(client, head);
      return;
    }
    client.socket.removeAllListeners('data');
    client.socket.resume();
    client.socket.end(answer);
  }

  #onFrames(client: Client, bytes: Uint8Array): void {
    try {
      this.#add(client, pushFrameBytes(client.stream, bytes));
    } catch (error) {
      if (!(error instanceof CodecError)) throw error;
      // However it was cut into pieces on its way: what stands whole in front of it is taken.
      if (error instanceof FrameLengthError) this.#add(client, error.before);
      client.portions.add(() => {
        this.#onBadFrame(client, error.message);
      });
    }
    client.portions.work();
    if (client.portions.isLeft) client.socket.pause();
  }

  #add(client: Client, frames: readonly Uint8Array[]): void {
    for (const whole of frames) {
      client.portions.add(() => {
        this.#onFrame(client, whole);
      });
    }
  }

  #onBadFrame(client: Client, reason: string): void {
    this.#emit({ kind: 'clientBadFrame', connection: client.connection, reason });
    client.socket.destroy();
    this.#forget(client);
  }

  #onFrame(client: Client, whole: Uint8Array): void {
    if (!this.#clients.has(client.connection)) return;
    if (!client.opened) {
      client.opened = true;
      client.socket.setTimeout(0);
      const address = plainAddress(client.socket.remoteAddress ?? '');
      this.#emit({ kind: 'clientOpened', connection: client.connection, address });
    }
    countRequest(client.stats, this.#totals, whole, performance.now());
    client.unanswered.asked(whole.length);
    if (client.unanswered.isFull) client.socket.pause();
    this.#emit({ kind: 'clientFrame', connection: client.connection, frame: whole });
  }

  #onAnswered(client: Client): void {
    client.unanswered.answered();
    this.#readOn(client);
  }

  #readOn({ socket, unanswered, portions }: Client): void {
    if (!portions.isLeft && unanswered.hasRoom && socket.isPaused()) socket.resume();
  }

  #forget(client: Client): void {
    client.portions.drop();
    if (!this.#clients.delete(client.connection)) return;
    if (client.opened) this.#emit({ kind: 'clientClosed', connection: client.connection });
  }

  /** The word itself counts as received: of an answer nobody counts anything. */
  #answerTo(word: string, client: Client): string | null {
    if (!/^[a-z]{4}$/.test(word)) return null;
    client.stats.received += 1;
    const answer = this.#options.onWord(word, this.#stateFor(client.stats));
    if (answer === null) client.stats.received -= 1;
    else this.#totals.received += 1;
    return answer;
  }

  readonly state = (): PortState => this.#stateFor(null);

  #stateFor(asking: ClientStats | null): PortState {
    const clients = [...this.#clients.values()].map(({ stats }) => stats);
    return { clients, totals: this.#totals, asking };
  }

  #emit(event: ClientEvent): void {
    if (!this.#stopped) this.#options.onEvent(event);
  }
}

/** As Java writes it: IPv4 also where the socket speaks both, IPv6 with each of its eight parts. */
export function plainAddress(address: string): string {
  const ipv4 = /^::ffff:([\d.]+)$/.exec(address)?.[1];
  if (ipv4 !== undefined) return ipv4;
  const [head = '', tail] = address.split('::');
  if (tail === undefined) return address;
  const partsOf = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [before, after] = [partsOf(head), partsOf(tail)];
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after].join(':');
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
