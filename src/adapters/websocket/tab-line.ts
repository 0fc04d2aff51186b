// The gateway's half of one tab's line: its clients' sockets as streams of one WebSocket. Bytes pass as
// they are, no faster than the other end takes them. The line ends whole when the tab does not keep to the
// frames' rules, is gone, or does not answer: then all its clients are hung up on, so that they move on.

import type { Socket } from 'node:net';
import type { RawData, WebSocket } from 'ws';

import { closeSoon, plainBytes } from '../tcp/sockets.ts';
import { CreditedReceiver, CreditedSender } from './credit.ts';
import { decodeFrame, encodeFrame, LINE_END } from './frames.ts';
import type { GatewayFrame, GatewayPlace, TabHello } from './frames.ts';

/** Connections of one seat at a time (Apache's maxClientCnxns). */
const CLIENTS_MAX = 60;
const WORD_BYTES = 4;
/** A client that says nothing at all is let go, as at a client port of ours. */
const SILENT_CLIENT_MILLIS_MAX = 20_000;
const KEEP_ALIVE_MILLIS = 30_000;
const HELLO_MILLIS_MAX = 5_000;
/** A tab is asked for a sign of life so often; one that owes two is gone. */
const PING_MILLIS = 3_000;
const UNANSWERED_PINGS_MAX = 2;

export interface TabLineEvents {
  /** Once, before anything else. */
  readonly onHello: (hello: TabHello) => void;
  /** Once, also when it never said who it is. */
  readonly onGone: () => void;
}

interface Stream {
  readonly socket: Socket;
  readonly toTab: CreditedSender;
  readonly fromTab: CreditedReceiver;
}

export class TabLine {
  readonly #socket: WebSocket;
  readonly #events: TabLineEvents;
  readonly #streams = new Map<number, Stream>();
  readonly #pinging: NodeJS.Timeout;
  readonly #helloDue: NodeJS.Timeout;
  hello: TabHello | null = null;
  #serves = false;
  #lastStream = 0;
  #unansweredPings = 0;
  #gone = false;

  constructor(socket: WebSocket, events: TabLineEvents) {
    this.#socket = socket;
    this.#events = events;
    socket.on('message', (data, isBinary) => {
      this.#onMessage(data, isBinary);
    });
    socket.on('pong', () => {
      this.#unansweredPings = 0;
    });
    // A message that is too long, or is no WebSocket's: `close` follows.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#onGone();
    });
    this.#helloDue = setTimeout(() => {
      this.end('silent');
    }, HELLO_MILLIS_MAX);
    this.#pinging = setInterval(() => {
      this.#ping();
    }, PING_MILLIS);
  }

  /** Connections that stand now. */
  get clients(): number {
    return this.#streams.size;
  }

  place(place: GatewayPlace): void {
    this.#put({ kind: 'place', place });
  }

  /** Takes the socket over. False, and untouched, where this tab has no place for it now. */
  takeClient(socket: Socket): boolean {
    if (this.#gone || !this.#serves || this.#streams.size >= CLIENTS_MAX) return false;
    this.#lastStream += 1;
    const number = this.#lastStream;
    const stream: Stream = {
      socket,
      toTab: new CreditedSender((bytes) => {
        this.#put({ kind: 'data', stream: number, bytes });
      }),
      fromTab: new CreditedReceiver((bytes) => {
        this.#put({ kind: 'credit', stream: number, bytes });
      }),
    };
    this.#streams.set(number, stream);
    socket.setKeepAlive(true, KEEP_ALIVE_MILLIS);
    socket.setTimeout(SILENT_CLIENT_MILLIS_MAX, () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.#streams.delete(number)) this.#put({ kind: 'close', stream: number });
    });
    const address = (socket.remoteAddress ?? '0.0.0.0').replace(/^::ffff:/, '');
    this.#put({ kind: 'open', stream: number, address });
    let first = '';
    socket.on('end', () => {
      // Who asks by a word and says no more still gets its text; anybody else is gone.
      if (/^[a-z]{4}$/.test(first)) socket.setTimeout(SILENT_CLIENT_MILLIS_MAX);
      else socket.destroy();
    });
    socket.on('data', (chunk) => {
      socket.setTimeout(0);
      first += String.fromCharCode(...chunk.subarray(0, WORD_BYTES - first.length));
      stream.toTab.send(plainBytes(chunk));
      if (stream.toTab.heldBytes > 0) socket.pause();
    });
    return true;
  }

  /** From this side, with the reason as the close code. */
  end(reason: keyof typeof LINE_END): void {
    if (this.#gone) return;
    this.#socket.close(LINE_END[reason], reason);
    this.#onGone();
  }

  /** Without a word: the gateway stops, or the tab does not answer. */
  destroy(): void {
    this.#socket.terminate();
    this.#onGone();
  }

  #ping(): void {
    if (this.#unansweredPings >= UNANSWERED_PINGS_MAX) {
      this.destroy();
      return;
    }
    this.#unansweredPings += 1;
    this.#socket.ping();
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    if (this.#gone) return;
    const frame =
      isBinary && data instanceof ArrayBuffer ? decodeFrame(new Uint8Array(data)) : null;
    if (frame === null || !this.#onFrame(frame)) this.end('badFrame');
  }

  /** False for what a tab may not say, or not now. */
  #onFrame(frame: GatewayFrame): boolean {
    if (frame.kind === 'hello') return this.#onHello(frame.hello);
    if (this.hello === null) return false;
    if (frame.kind === 'serves') {
      this.#serves = frame.on;
      if (!frame.on) this.#hangUp();
      return true;
    }
    if (frame.kind === 'place' || frame.kind === 'open') return false;
    if (frame.stream < 1 || frame.stream > this.#lastStream) return false;
    const stream = this.#streams.get(frame.stream);
    // It closed here while the tab's word was on its way.
    if (stream === undefined) return true;
    if (frame.kind === 'data') return writeTo(stream, frame.bytes);
    if (frame.kind === 'close') {
      this.#streams.delete(frame.stream);
      closeSoon(stream.socket);
      return true;
    }
    if (!stream.toTab.grant(frame.bytes)) return false;
    if (stream.toTab.heldBytes === 0) stream.socket.resume();
    return true;
  }

  #onHello(hello: TabHello): boolean {
    if (this.hello !== null) return false;
    clearTimeout(this.#helloDue);
    this.hello = hello;
    this.#events.onHello(hello);
    return true;
  }

  #hangUp(): void {
    for (const { socket } of this.#streams.values()) socket.resetAndDestroy();
    this.#streams.clear();
  }

  #onGone(): void {
    if (this.#gone) return;
    this.#gone = true;
    clearTimeout(this.#helloDue);
    clearInterval(this.#pinging);
    this.#hangUp();
    this.#events.onGone();
  }

  #put(frame: GatewayFrame): void {
    if (!this.#gone) this.#socket.send(encodeFrame(frame));
  }
}

/** Credit goes back when the client's own machine has the bytes. */
function writeTo({ socket, fromTab }: Stream, bytes: Uint8Array): boolean {
  if (!fromTab.arrived(bytes.length)) return false;
  socket.write(bytes, () => {
    fromTab.taken(bytes.length);
  });
  return true;
}
