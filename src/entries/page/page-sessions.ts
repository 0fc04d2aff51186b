// The client sessions of this page: its own, and those that people, scripts and lessons open. Whoever listens hears what
// each client asks and is told.

import { SEATS_MAX } from '../../adapters/webrtc/room.ts';
import type { ServerConnections } from '../../client/connecting.ts';
import type { ClientHappening } from '../../sim/observation.ts';
import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import { serverId, type ServerId } from '../../vocabulary/ids.ts';
import type { ClientSessionView } from '../../vocabulary/playground.ts';
import type { WatcherEvent } from '../../vocabulary/request.ts';
import {
  ClientSession,
  KeeperError,
  type AnsweredRequest,
  type SessionEvents,
} from '../client/client-session.ts';
import { Reach, type ReachTo } from './reach.ts';
import type { RoomState } from './room-state.ts';

export const SESSION_TIMEOUT_MILLIS = 8_000;
export const OWN_SESSION = 1;
const SESSIONS_MAX = 32;
/** As long as a request waits for a server that serves. */
const ESTABLISH_MILLIS_MAX = 4_000;
/** So long a session that is closed may look for a server to say so to. */
const LEAVE_MILLIS_MAX = 2_000;

export interface PageSessionsOwner {
  readonly state: RoomState;
  /** Null before the tab sits, and after it had to go. */
  readonly connections: () => ServerConnections | null;
  readonly onChanged: () => void;
  readonly onAnswered: (answered: AnsweredRequest) => void;
  readonly onWatch: (session: number, event: WatcherEvent) => void;
}

export type HearClient = (session: number, what: ClientHappening) => void;

interface Held {
  readonly session: ClientSession;
  readonly reach: Reach;
}

export class PageSessions {
  readonly #owner: PageSessionsOwner;
  readonly #held = new Map<number, Held>();
  /** Closed, and not yet ended: until when they are waited for. */
  readonly #leaving = new Map<ClientSession, number>();
  #next = OWN_SESSION;
  /** How often all were closed. */
  #generation = 0;
  /** All sessions are a lesson's: the page has none of its own. */
  #lent = false;
  hear: HearClient | null = null;

  constructor(owner: PageSessionsOwner) {
    this.#owner = owner;
  }

  views(): readonly ClientSessionView[] {
    return [...this.#held.values()].map(({ session }) => session.view());
  }

  get(number: number): ClientSession | null {
    return this.#held.get(number)?.session ?? null;
  }

  addOwn(): void {
    this.#add(SESSION_TIMEOUT_MILLIS);
  }

  async open(timeoutMillis: number, server?: ServerId): Promise<number> {
    if (this.#held.size >= SESSIONS_MAX) throw new KeeperError(ERROR_CODE.ThrottledOp, 'failed');
    const session = this.#add(timeoutMillis, undefined, server);
    if (session === null) throw new KeeperError(ERROR_CODE.ConnectionLoss, 'failed');
    await Promise.race([session.established(), later(ESTABLISH_MILLIS_MAX)]);
    // Closed: somebody took all of them away meanwhile.
    if (session.view().state === 'Connecting' || session.ended) {
      // Nobody who serves was found: what would come of it later, nobody waits for.
      if (this.get(session.number) === session) this.#held.delete(session.number);
      this.#owner.onChanged();
      session.events.end();
      void session.close();
      throw new KeeperError(ERROR_CODE.ConnectionLoss, 'failed');
    }
    return session.number;
  }

  async close(number: number): Promise<void> {
    await this.get(number)?.close();
    this.#owner.onChanged();
  }

  tick(nowMillis: number): void {
    for (const [number, { session }] of this.#held) {
      session.tick();
      if (session.ended) this.#onEnded(number, session);
    }
    for (const [session, untilMillis] of this.#leaving) {
      session.tick();
      if (!session.ended && nowMillis < untilMillis) continue;
      this.#leaving.delete(session);
      if (session.ended) session.events.end();
      else session.abandon();
    }
  }

  /** The page sits no more: whatever was open is over. */
  clear(): void {
    for (const { session } of this.#held.values()) session.events.end();
    this.#held.clear();
  }

  /** All are closed, and the next one is number 1: a lesson's first client. */
  lend(): void {
    this.#lent = true;
    this.#closeAll();
  }

  /** All are closed, and the page has its own again. */
  takeBack(): void {
    if (!this.#lent) return;
    this.#lent = false;
    this.#closeAll();
    this.addOwn();
  }

  /** Its client is gone without a word: the session is left to its timeout. */
  kill(number: number): void {
    const session = this.get(number);
    if (session === null) return;
    session.abandon();
    this.#held.delete(number);
    this.#owner.onChanged();
  }

  /** Its connection breaks, and from now on it reaches only this. */
  limit(number: number, to: ReachTo): void {
    this.#held.get(number)?.reach.limit(to);
  }

  #closeAll(): void {
    const untilMillis = performance.now() + LEAVE_MILLIS_MAX;
    for (const { session, reach } of this.#held.values()) {
      reach.limit('all');
      this.#leaving.set(session, untilMillis);
      void session.close();
    }
    this.#held.clear();
    this.#next = OWN_SESSION;
    this.#generation += 1;
    this.#owner.onChanged();
  }

  #add(timeoutMillis: number, follows?: ClientSession, first?: ServerId): ClientSession | null {
    const connections = this.#owner.connections();
    if (connections === null || this.#held.size >= SESSIONS_MAX) return null;
    const number = follows?.number ?? this.#next;
    if (follows === undefined) this.#next += 1;
    const events = follows === undefined ? {} : { events: follows.events };
    const options = { number, servers: this.#serversToTry(first), timeoutMillis, ...events };
    const reach = new Reach(connections);
    const session = new ClientSession(options, reach, this.#eventsOf(number));
    this.#held.set(number, { session, reach });
    this.#owner.onChanged();
    return session;
  }

  /** Of a session that was closed for others, nobody hears any more. */
  #eventsOf(number: number): SessionEvents {
    const generation = this.#generation;
    const tell = (what: ClientHappening): void => {
      if (generation === this.#generation) this.hear?.(number, what);
    };
    return {
      onChanged: this.#owner.onChanged,
      onAsked: ({ ticket, request }) => {
        tell({ kind: 'asked', ticket, request });
      },
      onAnswered: (answered) => {
        this.#owner.onAnswered(answered);
        const { ticket, request, result } = answered;
        tell({ kind: 'answered', ticket, request, result });
      },
      onWatch: (event) => {
        this.#owner.onWatch(number, event);
        if (event.type !== 'None') tell({ kind: 'watchHeard', event });
      },
      onState: ({ state }) => {
        const view = this.get(number)?.view();
        if (view === undefined) return;
        tell({ kind: 'stateHeard', state, session: view.sessionId, server: view.attachedTo });
      },
      onRecipe: (view) => {
        tell({ kind: 'recipe', view });
      },
    };
  }

  /** The one that was asked for, else the own server first, then the others of the ensemble. */
  #serversToTry(first?: ServerId): ServerId[] {
    const { seat, address } = this.#owner.state;
    const all = Array.from({ length: Math.min(address.seats, SEATS_MAX) }, (_, index) => index + 1);
    const wanted = [first, seat].filter((one) => typeof one === 'number');
    return [...new Set([...wanted, ...all])].map(serverId);
  }

  /** An expired session of the page itself is followed by a new one under the same number. */
  #onEnded(number: number, session: ClientSession): void {
    const isFollowed = number === OWN_SESSION && !this.#lent && session.view().state === 'Expired';
    // A lesson's clients are looked at also when they are over.
    if (this.#lent && session.view().state === 'Expired') return;
    this.#held.delete(number);
    this.#owner.onChanged();
    if (isFollowed) this.#add(SESSION_TIMEOUT_MILLIS, session);
    else session.events.end();
  }
}

const later = (millis: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, millis);
  });
