// How a page reaches another one: by way of the signalling server, and within one browser without it, where the
// seat allows that.

import { beginLife } from '../local/lives.ts';
import { Meeting } from '../local/meeting.ts';
import { peerJsLine, type LineConnection } from './line-connection.ts';
import { Signalling, type ClaimResult, type SignallingEvents } from './signalling.ts';
import type { SignallingServer } from './signalling.ts';

export type WaysEvents = Omit<SignallingEvents, 'onConnection'> & {
  readonly onConnection: (connection: LineConnection) => void;
};

export class Ways {
  readonly signalling: Signalling;
  readonly #peerId: string;
  readonly #onConnection: WaysEvents['onConnection'];
  /** Null unless tabs of this browser may find each other by themselves. */
  #meeting: Meeting | null = null;
  #finding = false;
  /** The own name is another page's, as far as is known: also while nobody answers. */
  #held = false;
  #stopped = false;

  /** `peerId` is the own name. */
  constructor(peerId: string, server: SignallingServer, events: WaysEvents) {
    this.#peerId = peerId;
    this.#onConnection = events.onConnection;
    this.signalling = new Signalling(server, {
      ...events,
      onState: (state) => {
        if (state === 'held') this.#held = true;
        else if (state === 'open') this.#held = false;
        events.onState(state);
      },
      onConnection: (connection) => {
        events.onConnection(peerJsLine(connection));
      },
    });
  }

  claim(): Promise<ClaimResult> {
    return this.signalling.claim(this.#peerId);
  }

  /** From now on tabs of this browser are found even if the signalling server does not answer. Resolves with
   *  true when they are, if this is the first call. */
  async findHere(): Promise<boolean> {
    if (this.#finding || this.#stopped) return false;
    this.#finding = true;
    const lives = await beginLife();
    if (this.#stopped as boolean) {
      lives.end();
      return false;
    }
    this.#meeting = new Meeting(this.#peerId, lives, (connection) => {
      if (this.#mayMeet()) this.#onConnection(connection);
      else connection.close();
    });
    return true;
  }

  /** `preferHere`: the last dial by way of the server was in vain, as all are where the machine has no network. */
  dial(peerId: string, preferHere: boolean): LineConnection | null {
    if (preferHere) return this.#dialHere(peerId) ?? this.#dialFar(peerId);
    return this.#dialFar(peerId) ?? this.#dialHere(peerId);
  }

  stop(): void {
    this.#stopped = true;
    this.#meeting?.stop();
    this.signalling.stop();
  }

  #dialFar(peerId: string): LineConnection | null {
    const far = this.signalling.dial(peerId);
    return far === null ? null : peerJsLine(far);
  }

  #dialHere(peerId: string): LineConnection | null {
    return this.#mayMeet() ? (this.#meeting?.dial(peerId) ?? null) : null;
  }

  /** Whose seat's name is another page's is one of two who sit there: it makes no new line. */
  #mayMeet(): boolean {
    return !this.#held;
  }
}
