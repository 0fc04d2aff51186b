// One line to one other page: a connection that carries the pages' own messages, and beside them every link
// between their servers as a channel of its own. Until both ends have proven the room's secret nothing but
// the greeting is read and no channel is taken.

import type { LinkPurpose } from '../../vocabulary/boundary.ts';
import { isPlain, type LineConnection, type LinkChannel } from './line-connection.ts';
import {
  decodeLineMessage,
  encodeLineMessage,
  LINE_VERSION,
  type Hello,
  type LineMessage,
  type RefusalReason,
} from './line-message.ts';
import { checkProof, makeProof, newNonce, type ProofTerms } from './proof.ts';

export interface LineOwner {
  readonly room: string;
  readonly seats: number;
  readonly seat: number;
  readonly page: string;
  readonly key: CryptoKey;
  readonly seatedMillis: () => number;
  readonly canServe: () => boolean;
}

export interface LineEvents {
  /** Their proof is right. Whether they may know so is for `admit` or `refuse` to say, now or later. */
  readonly onRight: (line: PeerLine) => void;
  /** Both proofs are checked; from now on messages and channels come. */
  readonly onProven: (line: PeerLine) => void;
  readonly onMessage: (line: PeerLine, message: LineMessage) => void;
  /** Must be taken in this very call: a channel can only be transferred while it is new. */
  readonly onChannel: (line: PeerLine, purpose: LinkPurpose, channel: LinkChannel) => void;
  readonly onRefused: (line: PeerLine, reason: RefusalReason, theirs: Hello | null) => void;
  readonly onClosed: (line: PeerLine, reason: string) => void;
}

/** Why a line was closed whose other side sends what is no message. */
export const MALFORMED = 'a malformed message';
const PURPOSES: readonly LinkPurpose[] = ['election', 'quorum', 'client', 'trace'];
/** Sent and not yet gone; a line that stands above it is broken. */
const LINE_BUFFERED_BYTES_MAX = 1024 * 1024;

export class PeerLine {
  readonly seat: number;
  readonly dialled: boolean;
  /** The dialler's counter, known after its hello. */
  dial: number;
  theirs: Hello | null = null;
  readonly mine: Hello;
  proven = false;
  closed = false;
  readonly #connection: LineConnection;
  readonly #owner: LineOwner;
  readonly #events: LineEvents;
  #proofReceived: string | null = null;
  /** Their proof is right; they have been told so; they have said the same of ours. */
  #checked = false;
  #admitted = false;
  #theyAreReady = false;
  #nextChannel = 1;

  constructor(
    connection: LineConnection,
    seat: number,
    how: { readonly dialled: boolean; readonly dial: number },
    owner: LineOwner,
    events: LineEvents,
  ) {
    this.#connection = connection;
    this.seat = seat;
    this.dialled = how.dialled;
    this.dial = how.dial;
    this.#owner = owner;
    this.#events = events;
    this.mine = {
      kind: 'hello',
      version: LINE_VERSION,
      seat: owner.seat,
      seats: owner.seats,
      page: owner.page,
      nonce: newNonce(),
      dial: how.dial,
      seatedMillis: Math.max(0, Math.round(owner.seatedMillis())),
      canServe: owner.canServe(),
    };
    connection.hear({
      onOpen: () => {
        this.send(this.mine);
      },
      onData: (data) => {
        this.#onData(data);
      },
      onChannel: (channel) => {
        this.#onChannel(channel);
      },
      onClosed: (reason) => {
        this.close(reason);
      },
    });
  }

  send(message: LineMessage): void {
    if (this.closed || !this.#connection.isOpen) return;
    if (this.#connection.bufferedBytes > LINE_BUFFERED_BYTES_MAX) {
      this.close('the line is not drained');
      return;
    }
    this.#connection.send(encodeLineMessage(message));
  }

  /** A new channel, still connecting; null when the line cannot carry one any more. */
  openChannel(purpose: LinkPurpose): LinkChannel | null {
    if (this.closed || !this.proven) return null;
    const name = `${purpose}/${this.#owner.page.slice(0, 8)}/${String(this.#nextChannel)}`;
    this.#nextChannel += 1;
    const channel = this.#connection.openChannel(name);
    if (channel !== null) channel.binaryType = 'arraybuffer';
    return channel;
  }

  /** Tells the other side that it has proven itself. */
  admit(): void {
    if (this.closed || this.#admitted) return;
    this.#admitted = true;
    this.send({ kind: 'ready' });
    this.#maybeProven();
  }

  /** The word must get out before the line goes: the other side closes when it has read it, and what has
   *  not been proven is not read meanwhile. */
  refuse(reason: RefusalReason): void {
    this.send({ kind: 'refused', reason, seats: this.#owner.seats });
    setTimeout(() => {
      this.close(`refused: ${reason}`);
    }, REFUSAL_LINGER_MILLIS);
  }

  close(reason: string): void {
    if (this.closed) return;
    this.closed = true;
    this.#connection.close();
    this.#events.onClosed(this, reason);
  }

  #onData(data: unknown): void {
    if (this.closed) return;
    const message = decodeLineMessage(data);
    if (message === null) {
      this.close(MALFORMED);
      return;
    }
    if (this.proven) {
      this.#events.onMessage(this, message);
      return;
    }
    if (message.kind === 'ready' && this.#proofReceived !== null) {
      this.#theyAreReady = true;
      this.#maybeProven();
    } else if (message.kind === 'hello' && this.theirs === null) void this.#onHello(message);
    else if (message.kind === 'proof' && this.#proofReceived === null) {
      void this.#onProof(message.proof);
    } else if (message.kind === 'refused') {
      // Whose seat it is only those of the room can say.
      const isTheirsToSay = message.reason !== 'seatHeld' || this.#checked;
      if (isTheirsToSay) this.#events.onRefused(this, message.reason, this.theirs);
      this.close(`refused: ${message.reason}`);
    } else this.close(`${message.kind} before the proof`);
  }

  async #onHello(hello: Hello): Promise<void> {
    this.theirs = hello;
    if (!this.dialled) this.dial = hello.dial;
    if (hello.version !== LINE_VERSION || hello.seat !== this.seat) {
      this.close('not the seat it says');
      return;
    }
    if (hello.seats !== this.#owner.seats) {
      this.#refuse('otherSeats');
      return;
    }
    const terms = this.#terms(hello);
    if (terms === null) {
      this.close('a connection without fingerprints');
      return;
    }
    const side = this.dialled ? 'dialler' : 'acceptor';
    this.send({ kind: 'proof', proof: await makeProof(this.#owner.key, side, terms) });
    // The proof may have overtaken our own.
    if (this.#proofReceived !== null) await this.#check(this.#proofReceived);
  }

  async #onProof(proof: string): Promise<void> {
    this.#proofReceived = proof;
    if (this.theirs === null) {
      this.close('a proof before the greeting');
      return;
    }
    await this.#check(proof);
  }

  async #check(proof: string): Promise<void> {
    if (this.theirs === null || this.#checked) return;
    const terms = this.#terms(this.theirs);
    const side = this.dialled ? 'acceptor' : 'dialler';
    const right = terms !== null && (await checkProof(this.#owner.key, side, terms, proof));
    if (this.closed || this.#checked) return;
    if (!right) {
      this.#refuse('wrongKey');
      return;
    }
    this.#checked = true;
    this.#events.onRight(this);
  }

  #maybeProven(): void {
    if (!this.#admitted || !this.#theyAreReady || this.proven) return;
    this.proven = true;
    this.#events.onProven(this);
  }

  /** We are of different rooms, and one of us is as wrong as the other. */
  #refuse(reason: RefusalReason): void {
    this.refuse(reason);
    this.#events.onRefused(this, reason, this.theirs);
  }

  #terms(theirs: Hello): ProofTerms | null {
    const binding = this.#connection.binding();
    if (binding === null) return null;
    const { room, seats } = this.#owner;
    const me = { seat: this.mine.seat, page: this.mine.page, nonce: this.mine.nonce };
    const you = { seat: theirs.seat, page: theirs.page, nonce: theirs.nonce };
    const mine = { ...me, fingerprint: binding.own };
    const yours = { ...you, fingerprint: binding.other };
    return this.dialled
      ? { room, seats, dialler: mine, acceptor: yours }
      : { room, seats, dialler: yours, acceptor: mine };
  }

  #onChannel(channel: LinkChannel): void {
    const purpose = PURPOSES.find((known) => channel.label.startsWith(`${known}/`));
    // Channels do not wait for each other: this one may have overtaken their `ready`, which was sent
    // before it.
    if (this.#admitted) this.#theyAreReady = true;
    this.#maybeProven();
    if (!this.proven || purpose === undefined || !isPlain(channel)) {
      channel.close();
      return;
    }
    channel.binaryType = 'arraybuffer';
    this.#events.onChannel(this, purpose, channel);
  }
}

const REFUSAL_LINGER_MILLIS = 200;

export const isOfOnePage = (one: PeerLine, other: PeerLine): boolean =>
  one.theirs?.page === other.theirs?.page;
