// The election port as Apache's QuorumCnxManager keeps it: one connection per pair of servers, and the
// one that the larger id dialled survives. A smaller id "rings": it dials, says hello, hangs up, and is
// dialled back.
//
// The race that must not become a loop: 1 rings 2 while 2's own dial reaches 1. 2 sees the ring, closes
// the young connection, dials back; 1 sees the close, rings again, and so on. So 2 ignores a ring while
// it dials or right after its connection came up, and 1 waits a moment before it rings again.

import type { Socket } from 'node:net';

import type { Member } from '../../vocabulary/ensemble.ts';
import type { LinkId, ServerId } from '../../vocabulary/ids.ts';
import { encodeHello, readHello, type Hello } from './hello.ts';
import { MovablePort } from './movable-port.ts';
import { addressText, dialSocket, plainBytes, type Address } from './sockets.ts';

export interface ElectionDoorOptions {
  readonly serverId: ServerId;
  readonly memberOf: (id: ServerId) => Member | null;
  /** True where members come and go: a server that is no member, or not yet, is heard too. */
  readonly mayChange: boolean;
  /** The network makes a link of it, says so, and gives its id. */
  readonly onConnected: (socket: Socket, peer: ServerId, dialled: boolean) => LinkId;
  readonly onFailed: (peer: ServerId, reason: string) => void;
  readonly cutLink: (link: LinkId, reason: string) => void;
}

const HELLO_MILLIS_MAX = 5_000;
/** How long a ring waits to be dialled back. */
const RING_ANSWER_MILLIS_MAX = 2_000;
/** A connection so young is the answer to the ring that finds it. */
const YOUNG_MILLIS = 100;
const RING_PAUSE_MILLIS = 50;
const CONNECTIONS_MAX = 512;
/** Servers that are no members and may be dialled back. */
const STRANGERS_MAX = 255;

/** Where a server hears ballots. */
interface Callee {
  readonly id: ServerId;
  readonly address: Address;
}

interface Live {
  readonly link: LinkId;
  readonly sinceMillis: number;
}

export class ElectionDoor {
  readonly #options: ElectionDoorOptions;
  readonly #port: MovablePort;
  readonly #live = new Map<ServerId, Live>();
  /** What is under way to a peer: a dial, a pause before a ring, or a ring that waits. */
  readonly #underWay = new Map<ServerId, { stop: () => void }>();
  readonly #strangers = new Set<Socket>();
  #own: Address | null = null;
  readonly #lostMillis = new Map<ServerId, number>();
  /** What those said in their hello that are no members. */
  readonly #addresses = new Map<ServerId, Address>();

  constructor(options: ElectionDoorOptions) {
    this.#options = options;
    this.#port = new MovablePort({
      what: 'election',
      connectionsMax: CONNECTIONS_MAX,
      onConnection: (socket) => {
        this.#awaitHello(socket);
      },
    });
  }

  async listen(address: Address): Promise<void> {
    this.#own = address;
    await this.#port.listen(address);
  }

  /** Does nothing while there is a connection or something is under way to get one. False for a server of
   *  which nobody knows where it is. */
  dial(id: ServerId): boolean {
    const member = this.#options.memberOf(id);
    const said = this.#addresses.get(id);
    const address = member === null ? said : { host: member.host, port: member.electionPort };
    if (address === undefined) return false;
    this.#dialAt({ id, address });
    return true;
  }

  #dialAt(peer: Callee): void {
    const { id } = peer;
    if (this.#live.has(id) || this.#underWay.has(id)) return;
    const pause = this.#pauseMillis(id);
    if (pause === 0) {
      this.#connect(peer);
      return;
    }
    const timer = setTimeout(() => {
      this.#underWay.delete(id);
      this.#connect(peer);
    }, pause);
    this.#underWay.set(id, {
      stop: () => {
        clearTimeout(timer);
      },
    });
  }

  onLinkDown(link: LinkId): void {
    for (const [peer, live] of this.#live) {
      if (live.link !== link) continue;
      this.#live.delete(peer);
      this.#lostMillis.set(peer, performance.now());
    }
  }

  stop(): Promise<void> {
    for (const work of this.#underWay.values()) work.stop();
    this.#underWay.clear();
    for (const socket of this.#strangers) socket.destroy();
    return this.#port.stop();
  }

  #pauseMillis(peer: ServerId): number {
    if (peer < this.#options.serverId) return 0;
    const lost = this.#lostMillis.get(peer);
    return lost === undefined || performance.now() - lost > RING_PAUSE_MILLIS
      ? 0
      : RING_PAUSE_MILLIS;
  }

  #connect({ id, address }: Callee): void {
    const giveUp = dialSocket(address, (result) => {
      this.#underWay.delete(id);
      if ('failure' in result) this.#options.onFailed(id, result.failure);
      else this.#onDialled(result.socket, id);
    });
    this.#underWay.set(id, { stop: giveUp });
  }

  #onDialled(socket: Socket, peer: ServerId): void {
    if (this.#live.has(peer)) {
      socket.on('error', () => undefined);
      socket.destroy();
      return;
    }
    const { serverId } = this.#options;
    const address = this.#own === null ? '' : addressText(this.#own);
    socket.write(encodeHello({ serverId, address }));
    if (peer < serverId) {
      this.#becomeLive(socket, peer, true);
      return;
    }
    socket.on('error', () => undefined);
    socket.end();
    this.#awaitAnswer(peer);
  }

  #awaitAnswer(peer: ServerId): void {
    const timer = setTimeout(() => {
      this.#underWay.delete(peer);
      if (!this.#live.has(peer)) this.#options.onFailed(peer, 'it was rung and did not dial back');
    }, RING_ANSWER_MILLIS_MAX);
    this.#underWay.set(peer, {
      stop: () => {
        clearTimeout(timer);
      },
    });
  }

  #becomeLive(socket: Socket, peer: ServerId, dialled: boolean): void {
    const older = this.#live.get(peer);
    if (older !== undefined) this.#options.cutLink(older.link, 'replaced by a newer connection');
    this.#underWay.get(peer)?.stop();
    this.#underWay.delete(peer);
    const link = this.#options.onConnected(socket, peer, dialled);
    this.#live.set(peer, { link, sinceMillis: performance.now() });
  }

  #awaitHello(socket: Socket): void {
    this.#strangers.add(socket);
    let received: Uint8Array = new Uint8Array(0);
    const give = (): void => {
      socket.removeAllListeners();
      this.#strangers.delete(socket);
    };
    const refuse = (): void => {
      give();
      socket.on('error', () => undefined);
      socket.destroy();
    };
    socket.setTimeout(HELLO_MILLIS_MAX, refuse);
    socket.on('error', refuse);
    socket.on('close', refuse);
    socket.on('data', (chunk) => {
      received = joined(received, plainBytes(chunk));
      const found = tryHello(received);
      if (found === 'more') return;
      if (found === 'bad') {
        refuse();
        return;
      }
      give();
      socket.setTimeout(0);
      if (found.end < received.length) {
        socket.pause();
        socket.unshift(received.subarray(found.end));
      }
      this.#onHello(socket, found.hello);
    });
  }

  #onHello(socket: Socket, { serverId: peer, address }: Hello): void {
    const { serverId } = this.#options;
    const isHeard = this.#options.memberOf(peer) !== null || this.#mayAsk(peer, address);
    if (isHeard && peer > serverId) {
      this.#becomeLive(socket, peer, false);
      socket.resume();
      return;
    }
    socket.on('error', () => undefined);
    socket.destroy();
    if (isHeard && peer < serverId) this.#onRing(peer);
  }

  /** It says where it can be dialled back. */
  #mayAsk(peer: ServerId, text: string): boolean {
    if (!this.#options.mayChange || peer < 0) return false;
    const isNew = !this.#addresses.has(peer);
    if (isNew && this.#addresses.size >= STRANGERS_MAX) return false;
    const address = readAddress(text);
    if (address === null) return false;
    this.#addresses.set(peer, address);
    return true;
  }

  #onRing(peer: ServerId): void {
    const live = this.#live.get(peer);
    if (live !== undefined) {
      if (performance.now() - live.sinceMillis < YOUNG_MILLIS) return;
      this.#options.cutLink(live.link, 'the peer rang for a new connection');
    }
    this.dial(peer);
  }
}

/** Of the machine that listens: nothing to dial from another one. */
const EVERYWHERE: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/** The first of several. */
function readAddress(text: string): Address | null {
  const [, host = '', port = ''] = /^\[?([^|\]]+?)\]?:(\d{1,5})(?:\||$)/.exec(text) ?? [];
  return host === '' || EVERYWHERE.has(host) ? null : { host, port: Number(port) };
}

function tryHello(bytes: Uint8Array): { hello: Hello; end: number } | 'more' | 'bad' {
  try {
    return readHello(bytes) ?? 'more';
  } catch {
    return 'bad';
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
