// All lines of a page: at most one to each other seat, kept up without anybody's help. The newcomer
// dials everybody; where two dial each other the line of the higher seat stays. A line that is silent
// is set aside (its links are closed) and taken up again when it speaks; only its end removes it. A page
// that comes with a seat whose page can be talked to waits until that one has answered or has gone.
// Silence is counted in time that this page was awake: after a stall what the others said is queued.

import type { LinkPurpose } from '../../vocabulary/boundary.ts';
import type { SignallingState } from '../../vocabulary/playground.ts';
import type { LineConnection, LinkChannel } from './line-connection.ts';
import type { Hello, LineMessage, RefusalReason } from './line-message.ts';
import { contend, contendAgain, giveUp, newMeshPeer, probe } from './mesh-peer.ts';
import { REDIAL_MILLIS_MIN, refuseContenders, replaces, type MeshPeer } from './mesh-peer.ts';
import { PeerLine, type LineEvents, type LineOwner } from './peer-line.ts';
import { Rival, type RivalMet } from './rival.ts';
import { seatCount } from './room.ts';
import type { ClaimResult, SignallingServer } from './signalling.ts';
import { Ways } from './ways.ts';

export interface MeshEvents {
  readonly onSignalling: (state: SignallingState) => void;
  /** The page on this seat can be talked to: on a new line, or again on one that was silent. */
  readonly onPeerUp: (seat: number, how: 'new' | 'resumed') => void;
  /** It cannot any more: every link to it is to be dropped. */
  readonly onPeerDown: (seat: number, reason: string) => void;
  readonly onMessage: (seat: number, message: LineMessage) => void;
  /** To be taken in this very call. */
  readonly onChannel: (seat: number, purpose: LinkPurpose, channel: LinkChannel) => void;
  /** We and that page are of different rooms; or another page has our seat there. */
  readonly onRefused: (reason: RefusalReason, theirs: Hello | null) => void;
  /** Another page of this room has the own seat, too. */
  readonly onRival: (met: RivalMet) => void;
}

export const BEAT_MILLIS = 250;
const SILENCE_MILLIS_MAX = 1_250;
/** Of the time between two ticks: the page was busy or asleep for what is above it. */
const AWAKE_MILLIS_MAX = 100;
/** After the signalling server's hint: how long the answer to our question may take. */
const PROBE_MILLIS_MAX = 300;
const LINE_LOST_MILLIS = 20_000;
const DIAL_MILLIS_MAX = 6_000;
/** Lines of one seat that were accepted and have not been proven. */
const ACCEPTED_MAX = 2;
const DIAL_FRESH_MILLIS = 800;
const REDIAL_MILLIS_MAX = 10_000;

export class Mesh {
  readonly #peers = new Map<number, MeshPeer>();
  readonly #owner: LineOwner;
  readonly #peerIdOf: (seat: number) => string;
  readonly #seatOf = new Map<string, number>();
  readonly #events: MeshEvents;
  readonly #ways: Ways;
  readonly #rival: Rival;
  readonly #lineEvents: LineEvents;
  #beatAtMillis = 0;
  #tickAtMillis = Infinity;
  #awakeMillis = 0;
  #stopped = false;

  constructor(
    owner: LineOwner,
    peerIdOf: (seat: number) => string,
    server: SignallingServer,
    events: MeshEvents,
  ) {
    this.#owner = owner;
    this.#peerIdOf = peerIdOf;
    this.#events = events;
    for (let seat = 1; seat <= seatCount(owner.seats); seat += 1) {
      this.#seatOf.set(peerIdOf(seat), seat);
      if (seat !== owner.seat) this.#peers.set(seat, newMeshPeer(seat));
    }
    this.#lineEvents = {
      onRight: (line) => {
        const peer = this.#peers.get(line.seat);
        if (peer === undefined) line.admit();
        else contend(peer, line);
      },
      onProven: (line) => {
        this.#onProven(line);
      },
      onMessage: (line, message) => {
        this.#onMessage(line, message);
      },
      onChannel: (line, purpose, channel) => {
        if (this.#peers.get(line.seat)?.line !== line) channel.close();
        else events.onChannel(line.seat, purpose, channel);
      },
      onRefused: (_line, reason, theirs) => {
        events.onRefused(reason, theirs);
      },
      onClosed: (line, reason) => {
        this.#onClosed(line, reason);
      },
    };
    this.#ways = new Ways(peerIdOf(owner.seat), server, {
      onState: (state) => {
        if (state === 'open') {
          this.#rival.onOpen();
          this.#dialEverybody();
        }
        events.onSignalling(state);
      },
      onConnection: (connection) => {
        if (!this.#rival.accepts(connection)) this.#onConnection(connection);
      },
      onUnavailable: (peerId) => {
        const seat = this.#seatOf.get(peerId);
        if (seat !== undefined) this.#dropDialled(seat, 'nobody holds this seat');
      },
      onLeft: (peerId) => {
        const seat = this.#seatOf.get(peerId);
        if (seat !== undefined) this.#probe(seat);
      },
      onTaken: () => {
        this.#rival.onTaken();
      },
    });
    this.#rival = new Rival(owner, peerIdOf(owner.seat), server, {
      onMet: events.onRival,
    });
  }

  /** Takes the seat's name at the signalling server, then finds the others. */
  open(): Promise<ClaimResult> {
    return this.#ways.claim();
  }

  /** From now on tabs of this browser are found even if the signalling server does not answer. */
  async findHere(): Promise<void> {
    const isNews = await this.#ways.findHere();
    // Else they have been dialled by way of it.
    if (isNews && this.signalling() !== 'open') this.#dialEverybody();
  }

  signalling(): SignallingState {
    return this.#ways.signalling.state;
  }

  isUp(seat: number): boolean {
    return this.#peers.get(seat)?.up ?? false;
  }

  upSeats(): number[] {
    return [...this.#peers.values()].filter((peer) => peer.up).map((peer) => peer.seat);
  }

  send(seat: number, message: LineMessage): void {
    const peer = this.#peers.get(seat);
    if (peer?.up === true) peer.line?.send(message);
  }

  broadcast(message: LineMessage): void {
    for (const seat of this.upSeats()) this.send(seat, message);
  }

  openChannel(seat: number, purpose: LinkPurpose): LinkChannel | null {
    const peer = this.#peers.get(seat);
    return peer?.up === true ? (peer.line?.openChannel(purpose) ?? null) : null;
  }

  /** To be called often by a clock that is not slowed down in hidden tabs. */
  tick(nowMillis: number): void {
    if (this.#stopped) return;
    this.#ways.signalling.tick(nowMillis);
    this.#awakeMillis += Math.max(0, Math.min(nowMillis - this.#tickAtMillis, AWAKE_MILLIS_MAX));
    this.#tickAtMillis = nowMillis;
    this.#rival.tick(nowMillis, this.#awakeMillis);
    if (nowMillis - this.#beatAtMillis >= BEAT_MILLIS) {
      this.#beatAtMillis = nowMillis;
      for (const peer of this.#peers.values()) peer.line?.send({ kind: 'beat' });
    }
    for (const peer of this.#peers.values()) this.#tickPeer(peer, nowMillis);
  }

  /** The server of that page has spoken, past the page: it is there, however busy the page is. */
  heardServer(seat: number, agoMillis: number): void {
    const peer = this.#peers.get(seat);
    const atMillis = this.#awakeMillis - agoMillis;
    if (peer === undefined || atMillis <= peer.heardAtMillis) return;
    peer.heardAtMillis = atMillis;
    if (atMillis > (peer.probedAtMillis ?? atMillis)) peer.probedAtMillis = null;
  }

  /** Says goodbye and lets go of everything. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const peer of this.#peers.values()) {
      peer.line?.send({ kind: 'bye' });
      peer.line?.close('this page goes away');
      for (const line of [...peer.candidates.keys()]) line.close('this page goes away');
    }
    this.#rival.stop();
    this.#ways.stop();
  }

  #tickPeer(peer: MeshPeer, nowMillis: number): void {
    const { line } = peer;
    for (const [candidate, untilMillis] of [...peer.candidates]) {
      if (nowMillis >= untilMillis) giveUp(peer, candidate);
    }
    if (line === null) {
      if (peer.candidates.size === 0 && nowMillis >= peer.dialAgainAtMillis) {
        this.#dial(peer, nowMillis);
      }
      return;
    }
    const silence = this.#awakeMillis - peer.heardAtMillis;
    const asked = peer.probedAtMillis;
    const unanswered = asked !== null && this.#awakeMillis - asked >= PROBE_MILLIS_MAX;
    if (peer.up && (silence >= SILENCE_MILLIS_MAX || unanswered)) {
      peer.up = false;
      peer.probedAtMillis = null;
      const reason = unanswered ? 'left the signalling server and is silent' : 'silent';
      this.#events.onPeerDown(peer.seat, reason);
      contendAgain(peer);
    }
    if (silence >= LINE_LOST_MILLIS) line.close('silent for too long');
  }

  #dialEverybody(): void {
    const nowMillis = performance.now();
    for (const peer of this.#peers.values()) {
      if (peer.line === null && peer.candidates.size === 0) this.#dial(peer, nowMillis);
    }
  }

  #dial(peer: MeshPeer, nowMillis: number): void {
    peer.backoffMillis = Math.min(peer.backoffMillis * 2, REDIAL_MILLIS_MAX);
    peer.dialAgainAtMillis = nowMillis + peer.backoffMillis;
    const connection = this.#ways.dial(this.#peerIdOf(peer.seat), peer.dialsHere);
    if (connection === null) return;
    peer.dials += 1;
    peer.dialledAtMillis = nowMillis;
    this.#addCandidate(peer, connection, { dialled: true, dial: peer.dials });
  }

  #onConnection(connection: LineConnection): void {
    const seat = this.#seatOf.get(connection.peer);
    const peer = seat === undefined ? undefined : this.#peers.get(seat);
    if (peer === undefined || this.#stopped) {
      connection.close();
      return;
    }
    const mineRuns = [...peer.candidates.keys()].filter((line) => line.dialled);
    if (mineRuns.length > 0) {
      // Both dialled at once: the line of the higher seat stays, and both sides know which that is. A
      // dial without an answer for so long went to a page that is no more: this is its successor.
      const fresh = performance.now() - peer.dialledAtMillis < DIAL_FRESH_MILLIS;
      if (fresh && this.#owner.seat > peer.seat) {
        connection.close();
        return;
      }
      for (const line of mineRuns) line.close('they dialled too');
    }
    // A page that was reloaded dials anew while its former line is still to be found dead. More than that
    // is nobody's who knows the secret.
    const accepted = [...peer.candidates.keys()].filter((line) => !line.dialled);
    if (accepted.length >= ACCEPTED_MAX) accepted[0]?.close('too many lines without a proof');
    this.#addCandidate(peer, connection, { dialled: false, dial: 0 });
  }

  #addCandidate(
    peer: MeshPeer,
    connection: LineConnection,
    how: { readonly dialled: boolean; readonly dial: number },
  ): void {
    const line = new PeerLine(connection, peer.seat, how, this.#owner, this.#lineEvents);
    peer.candidates.set(line, performance.now() + DIAL_MILLIS_MAX);
  }

  #dropDialled(seat: number, reason: string): void {
    const candidates = this.#peers.get(seat)?.candidates.keys() ?? [];
    for (const line of [...candidates]) if (line.dialled) line.close(reason);
  }

  #onProven(line: PeerLine): void {
    const peer = this.#peers.get(line.seat);
    if (peer === undefined || this.#stopped) return;
    peer.candidates.delete(line);
    const standing = peer.line;
    if (standing !== null) {
      if (!replaces(line, peer, this.#owner.seat)) {
        line.close('another line stands');
        return;
      }
      peer.line = null;
      this.#markDown(peer, 'a newer line came');
      standing.close('a newer line came');
    }
    peer.line = line;
    peer.up = true;
    peer.heardAtMillis = this.#awakeMillis;
    peer.backoffMillis = REDIAL_MILLIS_MIN;
    this.#events.onPeerUp(peer.seat, 'new');
    // Whoever waits was asked about on the line before.
    contendAgain(peer);
  }

  #onMessage(line: PeerLine, message: LineMessage): void {
    const peer = this.#peers.get(line.seat);
    if (peer?.line !== line) return;
    peer.heardAtMillis = this.#awakeMillis;
    peer.probedAtMillis = null;
    if (!peer.up) {
      peer.up = true;
      this.#events.onPeerUp(peer.seat, 'resumed');
    }
    if (message.kind === 'probe') line.send({ kind: 'probeAnswer', ticket: message.ticket });
    else if (message.kind === 'probeAnswer') refuseContenders(peer, message.ticket);
    else if (message.kind === 'bye') line.close('the page went away');
    else if (message.kind === 'roster') this.#onRoster(message.seats);
    else if (message.kind !== 'beat') this.#events.onMessage(peer.seat, message);
  }

  /** Somebody else has a line to these seats: they are worth a dial now. */
  #onRoster(seats: readonly number[]): void {
    for (const seat of seats) {
      const peer = this.#peers.get(seat);
      if (peer === undefined || peer.line !== null || peer.candidates.size > 0) continue;
      this.#dial(peer, performance.now());
    }
  }

  #onClosed(line: PeerLine, reason: string): void {
    const peer = this.#peers.get(line.seat);
    if (peer === undefined) return;
    peer.candidates.delete(line);
    peer.contenders.delete(line);
    if (peer.line !== line) return;
    peer.line = null;
    peer.backoffMillis = REDIAL_MILLIS_MIN;
    peer.dialAgainAtMillis = performance.now() + REDIAL_MILLIS_MIN;
    this.#markDown(peer, reason);
    contendAgain(peer);
  }

  #markDown(peer: MeshPeer, reason: string): void {
    peer.probedAtMillis = null;
    if (!peer.up) return;
    peer.up = false;
    this.#events.onPeerDown(peer.seat, reason);
  }

  #probe(seat: number): void {
    const peer = this.#peers.get(seat);
    if (peer === undefined || !peer.up || peer.probedAtMillis !== null) return;
    peer.probedAtMillis = this.#awakeMillis;
    probe(peer);
  }
}
