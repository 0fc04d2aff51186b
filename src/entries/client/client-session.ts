// One client session of a page or a Node process: the client library with its connection and its callers.
// Whoever has it ticks it.
// Requests are promises here and nowhere below.

import { CLIENT_FRAME_BYTES_MAX, clientView, makeClient, stepClient } from '../../client/client.ts';
import type { ClientAction, ClientInput, ClientState, RequestResult } from '../../client/client.ts';
import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import type { ServerId } from '../../vocabulary/ids.ts';
import type { ClientSessionView } from '../../vocabulary/playground.ts';
import type { RecipeView } from '../../vocabulary/recipe.ts';
import type { KeeperStateName, Request, Response, WatcherEvent } from '../../vocabulary/request.ts';
import { AsyncQueue } from './async-queue.ts';
import { FollowedRecipes } from './followed-recipes.ts';
import { KeeperError } from './keeper-error.ts';
import type { ServerConnection, ServerConnections } from '../../client/connecting.ts';

export { KeeperError };

export interface SessionOptions {
  readonly number: number;
  /** The own server first. */
  readonly servers: readonly ServerId[];
  readonly timeoutMillis: number;
  /** True: a server that only reads will do. */
  readonly readOnly?: boolean;
  /** How long a request may wait for a connection. */
  readonly queueMillisMax?: number;
  /** The longest frame either way (jute.maxbuffer). */
  readonly frameBytesMax?: number;
  /** True: the servers are tried in an order of their own. */
  readonly shuffle?: boolean;
  /** Of the session that this one follows, so that its readers go on reading. */
  readonly events?: AsyncQueue<WatcherEvent>;
}

/** A request of a session, and its end. */
export interface AnsweredRequest {
  /** The session's number, and its id. */
  readonly number: number;
  readonly session: bigint;
  /** Ascending in the order in which it was asked. */
  readonly ticket: number;
  readonly request: Request;
  readonly result: RequestResult;
}

export interface SessionEvents {
  readonly onChanged: () => void;
  readonly onAsked?: (asked: Omit<AnsweredRequest, 'result' | 'session'>) => void;
  /** What a recipe that its client follows says of itself. */
  readonly onRecipe?: (view: RecipeView) => void;
  readonly onAnswered?: (answered: AnsweredRequest) => void;
  readonly onWatch: (event: WatcherEvent) => void;
  /** The connection or the session changed: ZooKeeper's own event for it. */
  readonly onState?: (event: WatcherEvent) => void;
}

const isConnected = (state: KeeperStateName): boolean =>
  state === 'SyncConnected' || state === 'ConnectedReadOnly';

/** The pause when every server was tried in vain: an election lasts a tenth of a second. */
const BACKOFF_MILLIS_MAX = 60;
const EVENTS_MAX = 1_000;
/** As long as a request waits for a connection. */
const QUEUE_MILLIS_MAX = 4_000;

export class ClientSession {
  readonly number: number;
  /** Watch and session events, each once, for whoever reads them. */
  readonly events: AsyncQueue<WatcherEvent>;
  readonly recipes: FollowedRecipes;
  readonly #client: ClientState;
  readonly #connections: ServerConnections;
  readonly #sessionEvents: SessionEvents;
  readonly #waiting = new Map<number, (result: RequestResult) => void>();
  readonly #settled: { readonly state: string; readonly resolve: () => void }[] = [];
  /** Gives up the last question for a server's mode. */
  #giveUpAsking: () => void = () => undefined;
  #connection: { readonly number: number; readonly wire: ServerConnection } | null = null;
  #nextTicket = 1;
  #gone = false;

  constructor(options: SessionOptions, connections: ServerConnections, events: SessionEvents) {
    this.number = options.number;
    this.events = options.events ?? new AsyncQueue<WatcherEvent>(EVENTS_MAX);
    this.#connections = connections;
    this.#sessionEvents = events;
    this.recipes = new FollowedRecipes({
      ask: (request) => this.ask(request),
      onChanged: events.onChanged,
      onSaid: (view) => events.onRecipe?.(view),
    });
    this.#client = makeClient({
      servers: options.servers,
      timeoutMillis: options.timeoutMillis,
      seed: crypto.getRandomValues(new Uint32Array(1))[0] ?? 0,
      shuffle: options.shuffle ?? false,
      readOnly: options.readOnly ?? false,
      backoffMillisMax: BACKOFF_MILLIS_MAX,
      queueMillisMax: options.queueMillisMax ?? QUEUE_MILLIS_MAX,
      frameBytesMax: options.frameBytesMax ?? CLIENT_FRAME_BYTES_MAX,
    });
    this.tick();
  }

  /** True once the session is closed or expired: it never comes back. */
  get ended(): boolean {
    return this.#client.phase === 'ended';
  }

  view(): ClientSessionView {
    return { number: this.number, ...clientView(this.#client), recipes: this.recipes.views };
  }

  /** How long ago that was sent which a server has answered last. No server had heard of this session later, as
   *  far as is known here: from then on its timeout counts. */
  get unprovenMillis(): number {
    return Math.max(0, performance.now() - this.#client.provenAt);
  }

  /** What proves on another connection that the session is this one's. */
  get password(): Uint8Array {
    return this.#client.password.slice();
  }

  tick(): void {
    if (!this.ended) this.#step({ kind: 'tick', nowMillis: Math.floor(performance.now()) });
  }

  /** Rejects with a {@link KeeperError}. */
  async request(request: Request): Promise<Response> {
    const result = await this.ask(request);
    if (result.outcome === 'ok') return result.response;
    throw new KeeperError(result.code, result.outcome);
  }

  /** The same, with its end as a value. */
  ask(request: Request): Promise<RequestResult> {
    return new Promise((resolve) => {
      const ticket = this.#nextTicket;
      this.#nextTicket += 1;
      this.#waiting.set(ticket, (result) => {
        const { number } = this;
        const session = this.#client.sessionId;
        if (!this.#gone) {
          this.#sessionEvents.onAnswered?.({ number, session, ticket, request, result });
        }
        resolve(result);
      });
      this.#sessionEvents.onAsked?.({ number: this.number, ticket, request });
      this.tick();
      this.#step({ kind: 'request', ticket, request });
    });
  }

  /** Resolves when the session is established for the first time, or has ended without. */
  established(): Promise<void> {
    if (this.#client.state !== 'Connecting' || this.ended) return Promise.resolve();
    return new Promise((resolve) => {
      this.#settled.push({ state: 'established', resolve });
    });
  }

  /** Resolves when the session has ended. */
  close(): Promise<void> {
    if (this.ended) return Promise.resolve();
    return new Promise((resolve) => {
      this.#settled.push({ state: 'ended', resolve });
      this.#step({ kind: 'close' });
    });
  }

  /** Its client is gone without a word: the session is left to its timeout. Not to be ticked any more. */
  abandon(): void {
    this.#gone = true;
    this.#hangUp();
    this.recipes.end();
    this.events.end();
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const answer of waiting) answer({ outcome: 'unknown', code: ERROR_CODE.ConnectionLoss });
  }

  #step(input: ClientInput): void {
    let connected = false;
    for (const action of stepClient(this.#client, input)) {
      this.#do(action);
      connected ||= action.kind === 'stateChanged' && isConnected(action.state);
    }
    // What recipes ask then stands behind all that this step sends.
    if (connected) this.recipes.connected();
    this.#settle();
  }

  #settle(): void {
    if (this.#settled.length === 0) return;
    const left = this.#settled.filter(({ state, resolve }) => {
      const due = this.ended || (state === 'established' && this.#client.state !== 'Connecting');
      if (due) resolve();
      return !due;
    });
    this.#settled.splice(0, this.#settled.length, ...left);
  }

  #do(action: ClientAction): void {
    switch (action.kind) {
      case 'connect':
        this.#connect(action.server, action.connection);
        break;
      case 'isro': {
        const { server } = action;
        this.#giveUpAsking();
        const asking = this.#connections.askMode?.(server, () => {
          this.tick();
          this.#step({ kind: 'readWrite', server });
        });
        this.#giveUpAsking = asking ?? (() => undefined);
        break;
      }
      case 'send':
        if (this.#connection?.number === action.connection) {
          this.#connection.wire.send(action.frame);
        }
        break;
      case 'disconnect':
        if (this.#connection?.number === action.connection) this.#hangUp();
        break;
      case 'answered': {
        const answer = this.#waiting.get(action.ticket);
        this.#waiting.delete(action.ticket);
        answer?.(action.result);
        break;
      }
      case 'watcherEvent':
        this.events.push(action.event);
        this.#sessionEvents.onWatch(action.event);
        this.recipes.heard(action.event);
        break;
      case 'stateChanged':
        this.events.push(action.event);
        if (this.ended) {
          this.#giveUpAsking();
          this.recipes.end();
        }
        this.#sessionEvents.onChanged();
        this.#sessionEvents.onState?.(action.event);
        break;
    }
  }

  #connect(server: ServerId, connection: number): void {
    this.#hangUp();
    let opened = false;
    const wire = this.#connections.connect(server, {
      onOpen: () => {
        opened = true;
        this.#arrive(connection, { kind: 'connected', connection });
      },
      onFrame: (frame) => {
        this.#arrive(connection, { kind: 'frame', connection, frame });
      },
      onClosed: (why) => {
        const kind = opened ? (why ?? 'disconnected') : 'connectFailed';
        if (this.#connection?.number === connection) this.#connection = null;
        this.tick();
        this.#step({ kind, connection });
      },
    });
    this.#connection = { number: connection, wire };
  }

  #arrive(connection: number, input: ClientInput): void {
    if (this.#connection?.number !== connection) return;
    this.tick();
    this.#step(input);
  }

  #hangUp(): void {
    this.#giveUpAsking();
    this.#connection?.wire.close();
    this.#connection = null;
  }
}
