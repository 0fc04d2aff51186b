// Links in virtual time. A link is FIFO and reliable until it breaks: then each side has received a
// prefix of what was sent, and the next link is a new one. It never loses a message inside a live link.
// A path between two servers can be cut (links break), silent (bytes wait, nobody is told) or open.

import { assert, present } from '../base/assert.ts';
import { makeFifo, peekFifo, pushFifo, shiftFifo, type Fifo } from '../base/fifo.ts';
import { nextBelow, nextBetween, nextChance, type Random } from '../base/random.ts';
import type { Network, NetworkEvent } from '../host/ports.ts';
import type { LinkPurpose } from '../vocabulary/boundary.ts';
import { linkId, type LinkId, type ServerId } from '../vocabulary/ids.ts';
import type { Agenda } from './agenda.ts';

export type PathState = 'open' | 'cut' | 'silent';

export interface NetworkBehaviour {
  latencyMillisMin: number;
  latencyMillisMax: number;
  /** A dial into a cut or to a silent server gives up after this. */
  dialMillisMax: number;
}

/** Where the events of one process go; false once it is gone. */
export interface Socket {
  readonly server: ServerId;
  readonly deliver: (event: NetworkEvent) => void;
}

/** Rewrites what a server sends on a link, whole pieces: how planted bugs forge packets. */
export type Wiretap = (from: ServerId, to: ServerId, end: LinkEnd, bytes: Uint8Array) => Uint8Array;

/** Rewrites what arrives at an end, in the pieces in which it was sent. */
export type Arrival = (end: LinkEnd, bytes: Uint8Array) => Uint8Array;

export interface LinkEnd {
  readonly link: LinkId;
  readonly purpose: LinkPurpose;
  readonly socket: Socket;
  readonly dialled: boolean;
  other: LinkEnd | null;
  /** True from linkUp until linkDown was planned at this end. */
  up: boolean;
  /** Nothing is delivered to this end after it. */
  closesAtMillis: number;
  /** When the last piece that is under way arrives at this end. */
  lastArrivalMillis: number;
  bytesUnderWay: number;
  /** What was sent to this end and has not arrived, in order. */
  readonly underWay: Fifo<Piece>;
}

interface Piece {
  readonly atMillis: number;
  readonly bytes: Uint8Array;
}

const FOREVER = Number.MAX_SAFE_INTEGER;

export class VirtualNetwork {
  readonly behaviour: NetworkBehaviour;
  wiretap: Wiretap | null = null;
  arrival: Arrival | null = null;
  readonly #agenda: Agenda;
  readonly #random: Random;
  readonly #sockets = new Map<ServerId, Socket>();
  readonly #ends = new Map<LinkId, LinkEnd>();
  readonly #paths = new Map<string, PathState>();
  /** Directions in which bytes wait while the other direction works. */
  readonly #deafWays = new Set<string>();
  /** Milliseconds that a path takes on top of the network's own. */
  readonly #slowPaths = new Map<string, number>();
  #links = 0;

  constructor(agenda: Agenda, random: Random, behaviour: NetworkBehaviour) {
    this.#agenda = agenda;
    this.#random = random;
    this.behaviour = behaviour;
  }

  /** A process comes to life. */
  attach(socket: Socket): Network {
    this.#sockets.set(socket.server, socket);
    for (const end of this.#endsToward(socket.server)) {
      if (end.other?.socket !== socket) this.#break(end, 'the server began anew');
    }
    return {
      dial: (purpose, peer) => {
        this.#dial(socket, purpose, peer);
      },
      send: (link, bytes) => {
        this.#send(socket, link, bytes);
      },
      close: (link, reason) => {
        this.#close(socket, link, reason);
      },
      bufferedBytes: (link) => this.#ends.get(link)?.other?.bytesUnderWay ?? 0,
    };
  }

  /** A process dies. Loud: the peers hear it as the links break. Silent: they hear nothing until the
   *  server is back, or they give up by themselves. */
  detach(server: ServerId, how: 'loud' | 'silent'): void {
    const socket = this.#sockets.get(server);
    this.#sockets.delete(server);
    for (const end of [...this.#ends.values()]) {
      if (end.socket !== socket) continue;
      end.up = false;
      this.#ends.delete(end.link);
      const other = end.other;
      if (other !== null && how === 'loud') this.#endLater(other, 'the server is gone');
    }
  }

  path(a: ServerId, b: ServerId): PathState {
    return this.#paths.get(pathName(a, b)) ?? 'open';
  }

  setPath(a: ServerId, b: ServerId, state: PathState): void {
    const before = this.path(a, b);
    this.#paths.set(pathName(a, b), state);
    const ends = [...this.#ends.values()].filter((end) => isBetween(end, a, b));
    if (state === 'cut') for (const end of ends) this.#break(end, 'the network is cut');
    // What waited in the silence goes on, or the silence was too long and the links are reset.
    if (state !== 'open' || before !== 'silent') return;
    if (nextChance(this.#random, 50)) for (const end of ends) this.#arrive(end);
    else for (const end of ends) this.#break(end, 'the network was silent for too long');
  }

  /** Holds back what `from` sends to `to`, or lets it go on; what `to` sends is not touched. */
  setWay(from: ServerId, to: ServerId, open: boolean): void {
    if (!open) this.#deafWays.add(wayName(from, to));
    else if (this.#deafWays.delete(wayName(from, to))) {
      for (const end of this.#ends.values()) {
        if (isBetween(end, from, to) && end.socket.server === to) this.#arrive(end);
      }
    }
  }

  /** Whether what `from` sends to `to` is held back. */
  isWayHeld(from: ServerId, to: ServerId): boolean {
    return this.#deafWays.has(wayName(from, to));
  }

  slowPath(a: ServerId, b: ServerId, millis: number): void {
    this.#slowPaths.set(pathName(a, b), millis);
  }

  slowMillis(a: ServerId, b: ServerId): number {
    return this.#slowPaths.get(pathName(a, b)) ?? 0;
  }

  /** Breaks the links between two servers at once, all or those of one purpose; new ones may come. */
  reset(a: ServerId, b: ServerId, purpose: LinkPurpose | null = null): void {
    for (const end of [...this.#ends.values()]) {
      if (purpose !== null && end.purpose !== purpose) continue;
      if (isBetween(end, a, b)) this.#break(end, 'reset');
    }
  }

  latency(): number {
    return nextBetween(
      this.#random,
      this.behaviour.latencyMillisMin,
      this.behaviour.latencyMillisMax,
    );
  }

  #dial(from: Socket, purpose: LinkPurpose, peer: ServerId): void {
    const fail = (millis: number, reason: string): void => {
      this.#agenda.after(millis, () => {
        if (this.#isAlive(from)) from.deliver({ kind: 'dialFailed', purpose, peer, reason });
      });
    };
    this.#agenda.after(this.latency(), () => {
      if (!this.#isAlive(from)) return;
      const target = this.#sockets.get(peer);
      const deaf = [wayName(from.server, peer), wayName(peer, from.server)];
      if (this.path(from.server, peer) !== 'open' || deaf.some((way) => this.#deafWays.has(way))) {
        fail(nextBetween(this.#random, 1, this.behaviour.dialMillisMax), 'no answer');
      } else if (target === undefined || target === from) fail(this.latency(), 'nobody is there');
      else if (purpose === 'election' && !this.#mayStand(from.server, peer)) {
        fail(this.latency(), 'an election link stands already');
      } else this.#connect(from, target, purpose);
    });
  }

  /** Of two election links that cross, the one that the higher server dialled stands. */
  #mayStand(from: ServerId, to: ServerId): boolean {
    const standing = [...this.#ends.values()].filter(
      (end) => end.purpose === 'election' && end.up && isBetween(end, from, to),
    );
    const isWhole = standing.length > 0 && standing.every(({ other }) => other?.up === true);
    if (isWhole && from < to && standing.some((end) => end.dialled && end.socket.server === to)) {
      return false;
    }
    for (const end of standing) this.#break(end, 'another election link came');
    return true;
  }

  #connect(from: Socket, to: Socket, purpose: LinkPurpose): void {
    const near = this.#makeEnd(from, purpose, true);
    const far = this.#makeEnd(to, purpose, false);
    near.other = far;
    far.other = near;
    this.#open(far, from.server);
    this.#agenda.after(this.latency(), () => {
      if (this.#ends.has(near.link) && near.closesAtMillis === FOREVER) {
        this.#open(near, to.server);
        return;
      }
      this.#ends.delete(near.link);
      if (!this.#isAlive(from)) return;
      const reason = 'closed before it was open';
      from.deliver({ kind: 'dialFailed', purpose, peer: to.server, reason });
    });
  }

  #makeEnd(socket: Socket, purpose: LinkPurpose, dialled: boolean): LinkEnd {
    this.#links += 1;
    const end: LinkEnd = {
      link: linkId(this.#links),
      purpose,
      socket,
      dialled,
      other: null,
      up: false,
      closesAtMillis: FOREVER,
      lastArrivalMillis: 0,
      bytesUnderWay: 0,
      underWay: makeFifo(),
    };
    this.#ends.set(end.link, end);
    return end;
  }

  #open(end: LinkEnd, peer: ServerId): void {
    end.up = true;
    const { link, purpose, dialled, socket } = end;
    socket.deliver({ kind: 'linkUp', link, purpose, peer, dialled });
    this.#arrive(end);
  }

  #send(socket: Socket, link: LinkId, bytes: Uint8Array): void {
    const end = this.#ends.get(link);
    if (end?.up !== true || end.socket !== socket) return;
    const other = present(end.other, 'an open link has two ends');
    const tapped = this.wiretap?.(socket.server, other.socket.server, end, bytes) ?? bytes;
    if (tapped.length === 0) return;
    other.bytesUnderWay += tapped.length;
    const slow = this.#slowPaths.get(pathName(socket.server, other.socket.server)) ?? 0;
    const latency = this.latency() + slow;
    const atMillis = Math.max(this.#agenda.nowMillis + latency, other.lastArrivalMillis);
    other.lastArrivalMillis = atMillis;
    pushFifo(other.underWay, { atMillis, bytes: tapped });
    this.#agenda.at(atMillis, () => {
      this.#arrive(other);
    });
  }

  /** Hands over what is due, in order. In a silent path, and before the end is open, it waits. */
  #arrive(end: LinkEnd): void {
    const now = this.#agenda.nowMillis;
    for (;;) {
      const piece = peekFifo(end.underWay);
      if (piece === undefined || piece.atMillis > Math.min(now, end.closesAtMillis)) return;
      const from = present(end.other, 'an open link has two ends').socket.server;
      if (!end.up || !this.#ends.has(end.link)) return;
      if (this.path(from, end.socket.server) === 'silent') return;
      if (this.#deafWays.has(wayName(from, end.socket.server))) return;
      shiftFifo(end.underWay);
      end.bytesUnderWay -= piece.bytes.length;
      const bytes = this.arrival?.(end, piece.bytes) ?? piece.bytes;
      end.socket.deliver({ kind: 'linkBytes', link: end.link, bytes });
    }
  }

  /** The process closes its end: what it sent before arrives, then the other end hears of it. */
  #close(socket: Socket, link: LinkId, reason: string): void {
    const end = this.#ends.get(link);
    if (end === undefined || end.socket !== socket) return;
    this.#ends.delete(link);
    if (end.up) this.#tellDown(end, reason, 0);
    end.up = false;
    const other = end.other;
    if (other === null || !this.#ends.has(other.link)) return;
    if (this.path(socket.server, other.socket.server) === 'silent') return;
    const atMillis = Math.max(this.#agenda.nowMillis + this.latency(), other.lastArrivalMillis);
    this.#closeAt(other, atMillis, `the other side closed: ${reason}`);
  }

  /** Both sides lose the link; each has received a prefix of what was under way. */
  #break(end: LinkEnd, reason: string): void {
    for (const side of [end, end.other]) {
      if (side !== null && this.#ends.has(side.link)) this.#endLater(side, reason);
    }
  }

  #endLater(end: LinkEnd, reason: string): void {
    const now = this.#agenda.nowMillis;
    const spread = Math.max(end.lastArrivalMillis - now, 0) + this.latency();
    this.#closeAt(end, now + nextBelow(this.#random, spread + 1), reason);
  }

  #closeAt(end: LinkEnd, atMillis: number, reason: string): void {
    if (end.closesAtMillis !== FOREVER) return;
    end.closesAtMillis = atMillis;
    this.#agenda.at(atMillis, () => {
      if (!this.#ends.delete(end.link)) return;
      if (end.up) this.#tellDown(end, reason, 0);
      end.up = false;
    });
  }

  #tellDown(end: LinkEnd, reason: string, millis: number): void {
    this.#agenda.after(millis, () => {
      if (this.#isAlive(end.socket)) {
        end.socket.deliver({ kind: 'linkDown', link: end.link, reason });
      }
    });
  }

  #isAlive(socket: Socket): boolean {
    return this.#sockets.get(socket.server) === socket;
  }

  /** Ends at live servers whose other end is, or was, at `server`. */
  #endsToward(server: ServerId): LinkEnd[] {
    return [...this.#ends.values()].filter((end) => end.other?.socket.server === server);
  }
}

function isBetween(end: LinkEnd, a: ServerId, b: ServerId): boolean {
  assert(end.other !== null, 'a link has two ends');
  const from = end.socket.server;
  const to = end.other.socket.server;
  return (from === a && to === b) || (from === b && to === a);
}

const wayName = (from: ServerId, to: ServerId): string => `${String(from)}>${String(to)}`;

const pathName = (a: ServerId, b: ServerId): string =>
  a < b ? `${String(a)}-${String(b)}` : `${String(b)}-${String(a)}`;
