// A tab's half of its line to the gateway: asks for a token, opens the WebSocket, says which seat this is,
// and opens it anew when it was lost. Clients from outside are streams of bytes here; nothing is read into
// them. All that is known of them ends with the line.

import { CreditedReceiver, CreditedSender } from './credit.ts';
import {
  decodeFrame,
  encodeFrame,
  GATEWAY_PATH,
  GATEWAY_PROTOCOL,
  LINE_END,
  TOKEN_PATH,
  type GatewayFrame,
  type GatewayPlace,
  type TabHello,
} from './frames.ts';

export interface GatewayLineEvents {
  /** `connecting` also between two attempts; `refused` for good. */
  readonly onPlace: (place: GatewayPlace | 'connecting' | 'refused') => void;
  readonly onOpen: (stream: number, address: string) => void;
  readonly onBytes: (stream: number, bytes: Uint8Array) => void;
  /** Once for each stream, but not after an own `close`: the client has ended it, or it is lost. */
  readonly onClosed: (stream: number, how: 'ended' | 'lost') => void;
}

interface Stream {
  readonly toClient: CreditedSender;
  readonly fromClient: CreditedReceiver;
  /** Closed from this side, while the client still has to take what was said to it: until then it has so long. */
  closing: ReturnType<typeof setTimeout> | null;
}

const RETRY_MILLIS_MIN = 500;
const RETRY_MILLIS_MAX = 8_000;
/** What a client of a closed stream may take for its next bytes, as at a client port of the edge. */
const LINGER_MILLIS_MAX = 500;
/** Answers that a client has not read, as at a client port of the edge, and those of all clients together:
 *  beyond either the client that asks for more is let go. */
const UNREAD_BYTES_MAX = 64 * 1024 * 1024;
const UNREAD_BYTES_OF_ALL_MAX = 128 * 1024 * 1024;
const TOKEN_MILLIS_MAX = 4_000;
/** The gateway does not want this tab, and would not want it in a second either. */
const FINAL_ENDS: readonly number[] = [LINE_END.replaced, LINE_END.full];

export class GatewayLine {
  readonly #hello: TabHello;
  readonly #events: GatewayLineEvents;
  readonly #streams = new Map<number, Stream>();
  #socket: WebSocket | null = null;
  #serves = false;
  #placed = false;
  #attempting = false;
  #ended = false;
  #retryMillis = RETRY_MILLIS_MIN;
  #retryAtMillis = 0;

  constructor(hello: TabHello, events: GatewayLineEvents) {
    this.#hello = hello;
    this.#events = events;
  }

  /** Connections of clients that are open here, also those that are about to end. */
  get streams(): number {
    return this.#streams.size;
  }

  /** To be called often while there may be a gateway: opens the line when it is due. */
  tick(nowMillis: number): void {
    if (this.#ended || this.#attempting || this.#socket !== null) return;
    if (nowMillis < this.#retryAtMillis) return;
    this.#retryAtMillis = nowMillis + this.#retryMillis;
    this.#retryMillis = Math.min(this.#retryMillis * 2, RETRY_MILLIS_MAX);
    this.#attempting = true;
    void this.#attempt().finally(() => {
      this.#attempting = false;
    });
  }

  /** Whether the own server runs. When it does not, all clients are hung up on. */
  serves(on: boolean): void {
    if (on === this.#serves) return;
    this.#serves = on;
    if (!on) this.#forgetStreams();
    this.#put({ kind: 'serves', on });
  }

  send(stream: number, bytes: Uint8Array): void {
    const found = this.#streams.get(stream);
    if (found === undefined || found.closing !== null) return;
    found.toClient.send(bytes);
    const unread = found.toClient.heldBytes;
    if (unread === 0) return;
    let ofAll = 0;
    for (const { toClient } of this.#streams.values()) ofAll += toClient.heldBytes;
    if (unread <= UNREAD_BYTES_MAX && ofAll <= UNREAD_BYTES_OF_ALL_MAX) return;
    this.#end(stream);
    this.#events.onClosed(stream, 'lost');
  }

  /** So many bytes of this client were taken by the server. */
  taken(stream: number, bytes: number): void {
    this.#streams.get(stream)?.fromClient.taken(bytes);
  }

  /** As soon as this client was sent what was said to it; but one that does not read cannot keep it open. */
  close(stream: number): void {
    const found = this.#streams.get(stream);
    if (found === undefined) return;
    if (found.closing !== null) clearTimeout(found.closing);
    found.closing = setTimeout(() => {
      this.#end(stream);
    }, LINGER_MILLIS_MAX);
    if (found.toClient.heldBytes === 0) this.#end(stream);
  }

  #end(stream: number): void {
    if (this.#delete(stream) !== null) this.#put({ kind: 'close', stream });
  }

  #delete(stream: number): Stream | null {
    const found = this.#streams.get(stream) ?? null;
    if (found !== null && found.closing !== null) clearTimeout(found.closing);
    this.#streams.delete(stream);
    return found;
  }

  stop(): void {
    this.#ended = true;
    this.#drop();
  }

  async #attempt(): Promise<void> {
    const token = await askForToken();
    if (this.#ended || token === 'none') return;
    if (token === 'refused') {
      this.#ended = true;
      this.#events.onPlace('refused');
      return;
    }
    const socket = new WebSocket(GATEWAY_PATH, [GATEWAY_PROTOCOL, token.value]);
    socket.binaryType = 'arraybuffer';
    this.#socket = socket;
    socket.onopen = () => {
      if (this.#socket !== socket) {
        socket.close();
        return;
      }
      this.#put({ kind: 'hello', hello: this.#hello });
      this.#put({ kind: 'serves', on: this.#serves });
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (this.#socket !== socket) return;
      const frame = data instanceof ArrayBuffer ? decodeFrame(new Uint8Array(data)) : null;
      if (frame === null || !this.#onFrame(frame)) this.#drop();
    };
    socket.onclose = ({ code }) => {
      if (this.#socket !== socket) return;
      if (FINAL_ENDS.includes(code)) this.#ended = true;
      this.#drop();
    };
  }

  /** False for what a gateway may not say, or not now. */
  #onFrame(frame: GatewayFrame): boolean {
    switch (frame.kind) {
      case 'place':
        this.#placed = true;
        this.#retryMillis = RETRY_MILLIS_MIN;
        this.#events.onPlace(frame.place);
        return true;
      case 'open':
        return this.#onOpen(frame.stream, frame.address);
      case 'data': {
        const stream = this.#streams.get(frame.stream);
        if (stream === undefined) return true;
        if (!stream.fromClient.arrived(frame.bytes.length)) return false;
        if (stream.closing === null) this.#events.onBytes(frame.stream, frame.bytes);
        return true;
      }
      case 'credit':
        return this.#onCredit(frame.stream, frame.bytes);
      case 'close':
        if (this.#delete(frame.stream)?.closing === null) {
          this.#events.onClosed(frame.stream, 'ended');
        }
        return true;
      case 'hello':
      case 'serves':
        return false;
    }
  }

  #onCredit(number: number, bytes: number): boolean {
    const stream = this.#streams.get(number);
    if (stream === undefined) return true;
    if (!stream.toClient.grant(bytes)) return false;
    // It goes on: there is as much time again.
    if (stream.closing !== null) this.close(number);
    return true;
  }

  #onOpen(number: number, address: string): boolean {
    if (!this.#placed || this.#streams.has(number)) return false;
    this.#streams.set(number, {
      toClient: new CreditedSender((bytes) => {
        this.#put({ kind: 'data', stream: number, bytes });
      }),
      fromClient: new CreditedReceiver((bytes) => {
        this.#put({ kind: 'credit', stream: number, bytes });
      }),
      closing: null,
    });
    // The gateway had not heard yet that the server went down.
    if (!this.#serves) this.close(number);
    else this.#events.onOpen(number, address);
    return true;
  }

  #put(frame: GatewayFrame): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(encodeFrame(frame));
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#placed = false;
    // One that is not open yet is closed when it is: before, browsers complain of it.
    if (socket?.readyState !== WebSocket.CONNECTING) socket?.close();
    this.#forgetStreams();
    if (socket !== null) this.#events.onPlace(this.#ended ? 'refused' : 'connecting');
  }

  #forgetStreams(): void {
    for (const stream of [...this.#streams.keys()]) {
      if (this.#delete(stream)?.closing === null) this.#events.onClosed(stream, 'lost');
    }
  }
}

/** `none`: nobody answers now. `refused`: a gateway that does not know this tab's address. */
async function askForToken(): Promise<{ readonly value: string } | 'none' | 'refused'> {
  try {
    const signal = AbortSignal.timeout(TOKEN_MILLIS_MAX);
    const response = await fetch(TOKEN_PATH, { method: 'POST', cache: 'no-store', signal });
    if (response.status === 403) return 'refused';
    if (response.status !== 200) return 'none';
    const { token } = (await response.json()) as { readonly token?: unknown };
    return typeof token === 'string' && token !== '' ? { value: token } : 'none';
  } catch {
    return 'none';
  }
}
