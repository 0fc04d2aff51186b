// The signalling server's side of a page: holding the seat's name there, dialling, being dialled. It
// may go away: what stands goes on without it, and it is asked again until it is back.

import { Peer, type DataConnection } from 'peerjs';

import type { SignallingState } from '../../vocabulary/playground.ts';

export interface SignallingServer {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly secure: boolean;
  readonly key: string;
}

export interface SignallingEvents {
  readonly onState: (state: SignallingState) => void;
  readonly onConnection: (connection: DataConnection) => void;
  /** Nobody holds the name that was dialled. */
  readonly onUnavailable: (peerId: string) => void;
  /** The signalling server saw the socket of this name close: a hint, worth a question. */
  readonly onLeft: (peerId: string) => void;
  /** Our name, asked for again after a while without the server, is another page's by now. */
  readonly onTaken: () => void;
}

export type ClaimResult = 'open' | 'taken' | 'gone';

/** Local candidates are enough inside one machine and one network; nobody outside is asked. */
const RTC_CONFIG: RTCConfiguration = { iceServers: [] };
const RETRY_MILLIS_MIN = 500;
const RETRY_MILLIS_MAX = 8_000;
const CLAIM_MILLIS_MAX = 4_000;
/** What our own signalling server sends when a socket closes. PeerJS does not know it and ignores it. */
export const LEFT_MESSAGE = 'TABKEEPER-LEFT';

export class Signalling {
  state: SignallingState = 'connecting';
  readonly #server: SignallingServer;
  readonly #events: SignallingEvents;
  #peer: Peer | null = null;
  #peerId: string | null = null;
  #retryMillis = RETRY_MILLIS_MIN;
  #retryAtMillis: number | null = null;
  /** When an attempt that nobody answered is given up. */
  #openByMillis: number | null = null;
  #stopped = false;
  /** Of the claim that nobody has answered yet. */
  #settle: ((result: ClaimResult) => void) | null = null;
  /** By this the server knows that whoever asks for our name again is us. */
  readonly #token = crypto.randomUUID();

  constructor(server: SignallingServer, events: SignallingEvents) {
    this.#server = server;
    this.#events = events;
  }

  /** Asks for this name. `gone` when there is no answer: the name is then asked for again until it
   *  is ours or somebody else's (`onState` tells). */
  claim(peerId: string): Promise<ClaimResult> {
    this.#discard();
    this.#peerId = peerId;
    return new Promise((resolve) => {
      const settle = (result: ClaimResult): void => {
        clearTimeout(timer);
        this.#settle = null;
        resolve(result);
      };
      const timer = setTimeout(() => {
        settle('gone');
      }, CLAIM_MILLIS_MAX);
      this.#settle = settle;
      this.#connect();
    });
  }

  dial(peerId: string): DataConnection | null {
    const peer = this.#peer;
    if (peer === null || !peer.open) return null;
    // PeerJS gives nothing back where it refuses to dial, whatever its types say.
    const connection = peer.connect(peerId, {
      reliable: true,
      serialization: 'raw',
      label: 'line',
    }) as DataConnection | undefined;
    return connection ?? null;
  }

  /** Asks again when it is time. */
  tick(nowMillis: number): void {
    if (this.#stopped) return;
    const peer = this.#peer;
    if (this.#openByMillis !== null && nowMillis >= this.#openByMillis) {
      // A server that has not noticed that our socket broke takes the next one without a word: only when
      // that is closed, too, does it begin anew.
      this.#openByMillis = null;
      this.#become('gone');
      peer?.disconnect();
    }
    if (this.#retryAtMillis === null || nowMillis < this.#retryAtMillis) return;
    this.#retryAtMillis = null;
    if (peer === null || peer.destroyed) this.#connect();
    else if (peer.disconnected) {
      this.#openByMillis = nowMillis + CLAIM_MILLIS_MAX;
      peer.reconnect();
    }
  }

  /** Gives the name back and takes no more calls; what stands is closed too. */
  stop(): void {
    this.#stopped = true;
    this.#discard();
  }

  #connect(): void {
    const peerId = this.#peerId;
    if (peerId === null || this.#stopped) return;
    const { host, port, path, secure, key } = this.#server;
    const token = this.#token;
    const options = { host, port, path, secure, key, token, config: RTC_CONFIG, debug: 0 };
    const peer = new Peer(peerId, options);
    this.#peer = peer;
    this.#openByMillis = performance.now() + CLAIM_MILLIS_MAX;
    this.#become('connecting');
    peer.on('open', () => {
      if (this.#peer !== peer) return;
      this.#retryMillis = RETRY_MILLIS_MIN;
      this.#openByMillis = null;
      this.#become('open');
      this.#settle?.('open');
    });
    peer.on('connection', (connection) => {
      this.#events.onConnection(connection);
    });
    peer.on('error', (error) => {
      if (this.#peer !== peer) return;
      this.#onError(error);
    });
    peer.on('disconnected', () => {
      if (this.#peer === peer) this.#gone(this.state === 'held' ? 'held' : 'gone');
    });
    listenForLeft(peer, (left) => {
      this.#events.onLeft(left);
    });
  }

  #onError(error: { readonly type: string; readonly message: string }): void {
    if (error.type === 'peer-unavailable') {
      const id = /(\S+)$/.exec(error.message)?.[1];
      if (id !== undefined) this.#events.onUnavailable(id);
      return;
    }
    // One call went wrong, of ours or of a stranger's: that line ends, and the server stands.
    if (error.type === 'webrtc') return;
    if (error.type === 'unavailable-id') {
      if (this.#settle !== null) {
        // It was never ours: there is nothing to say of it, and nothing to ask again.
        this.#settle('taken');
        this.#discard();
        return;
      }
      this.#events.onTaken();
      this.#gone('held');
      return;
    }
    this.#settle?.('gone');
    this.#gone('gone');
  }

  #gone(state: 'gone' | 'held'): void {
    if (this.#stopped) return;
    this.#openByMillis = null;
    this.#become(state);
    if (this.#retryAtMillis !== null) return;
    this.#retryAtMillis = performance.now() + this.#retryMillis;
    this.#retryMillis = Math.min(this.#retryMillis * 2, RETRY_MILLIS_MAX);
  }

  #become(state: SignallingState): void {
    if (this.state === state) return;
    this.state = state;
    this.#events.onState(state);
  }

  #discard(): void {
    const peer = this.#peer;
    this.#peer = null;
    this.#retryAtMillis = null;
    this.#retryMillis = RETRY_MILLIS_MIN;
    peer?.destroy();
  }
}

/** PeerJS has no event for messages it does not know; its socket has. */
function listenForLeft(peer: Peer, onLeft: (peerId: string) => void): void {
  const { socket } = peer;
  socket.on('message', (message: unknown) => {
    if (typeof message !== 'object' || message === null) return;
    const { type, src } = message as { readonly type?: unknown; readonly src?: unknown };
    if (type === LEFT_MESSAGE && typeof src === 'string') onLeft(src);
  });
}
