// The playground as the interface and the console see it: the room, what happens in it, the steps, the
// client sessions of this page. It exists before the tab has a seat, so that a problem can be shown.

import { reasonOf } from '../../base/assert.ts';
import type { RoomAddress } from '../../adapters/webrtc/room.ts';
import type { ServerId } from '../../vocabulary/ids.ts';
import type { RecipeName } from '../../vocabulary/recipe.ts';
import type {
  ClientCommand,
  CommandResult,
  Playground,
  PlaygroundChange,
  RoomProblem,
  RoomView,
  Step,
} from '../../vocabulary/playground.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import { AsyncQueue } from '../client/async-queue.ts';
import { inviteLink, newRoomLink, sitDown } from './boot.ts';
import { KeeperError, type ClientSession } from '../client/client-session.ts';
import { localDate, NOT_CONNECTED, runCommand } from '../client/run-command.ts';
import { inspectEvent } from './inspect.ts';
import { PageSessions } from './page-sessions.ts';
import { Paths } from './paths.ts';
import {
  addProblem,
  removeProblem,
  makeRoomState,
  roomView,
  type RoomState,
} from './room-state.ts';
import { RoomJudge } from './room-judge.ts';
import { rememberSeat } from './seat-claim.ts';
import type { Tab } from './tab.ts';
import type { HandOver } from './take-ensemble.ts';
import { startClockWorker } from './trusted.ts';
import { ERROR_CODE } from '../../vocabulary/error-code.ts';

type Listener = (change: PlaygroundChange) => void;

export interface Watcher {
  readonly stepped: (step: Step) => void;
  readonly ran: (session: number, command: ClientCommand) => void;
}

/** Events that `trace` can give for the past. */
const TRACE_KEPT_MAX = 4_000;
const TRACE_READER_MAX = 20_000;
const HOME = { date: localDate, version: 'tabkeeper page' };

export class TabPlayground implements Playground {
  readonly state: RoomState;
  readonly sessions: PageSessions;
  /** Whoever judges a lesson is told what is done by hand. */
  watcher: Watcher | null = null;
  readonly #listeners = new Set<Listener>();
  readonly #traceReaders = new Set<AsyncQueue<Traced>>();
  readonly #judge = new RoomJudge();
  #tab: Tab | null = null;
  #kept: Traced[] = [];
  #dirty = false;
  #nextCommand = 1;

  constructor(address: RoomAddress) {
    this.state = makeRoomState(address, inviteLink(address), new Paths());
    this.sessions = new PageSessions({
      state: this.state,
      connections: () => this.#tab?.connections ?? null,
      onChanged: () => {
        this.#dirty = true;
      },
      onAnswered: this.#judge.answered,
      onWatch: (session, event) => {
        this.#tell({ kind: 'watch', session, event });
      },
    });
  }

  /** Sits down and opens the page's own session. What stands in the way becomes a problem. */
  async open(problem: RoomProblem | null): Promise<void> {
    if (problem !== null) this.#say(problem);
    else {
      await this.#sitDown().catch((error: unknown) => {
        this.#say({ kind: 'pageBroke', reason: reasonOf(error) });
      });
    }
  }

  #say(problem: RoomProblem): void {
    addProblem(this.state, problem);
    this.#dirty = true;
    this.#flush();
  }

  async #sitDown(): Promise<void> {
    const seated = await sitDown(this.state, {
      onChanged: () => {
        this.#dirty = true;
      },
      onTrace: (events) => {
        this.#onTrace(events);
      },
      onTree: (tree) => {
        this.#tell({ kind: 'tree', tree });
      },
      onExpelled: () => {
        this.#onExpelled(seated?.release);
      },
    });
    this.#dirty = true;
    if (seated === null) {
      this.#flush();
      return;
    }
    this.#tab = seated.tab;
    startClockWorker().onmessage = () => {
      this.#onClock();
    };
    globalThis.addEventListener('pagehide', () => {
      // Its seat and its disk: a site's data may have been cleared while this page was open.
      if (this.state.seat !== null) rememberSeat(this.state.address, this.state.seat);
      seated.tab.stop();
    });
    this.sessions.addOwn();
    this.#flush();
  }

  /** True once this tab sits and its seat is its own. */
  get seated(): boolean {
    return this.#tab !== null && this.state.seat !== null;
  }

  readonly room = (): RoomView => roomView(this.state, this.sessions.views());

  readonly subscribe = (listener: Listener): (() => void) => {
    this.#listeners.add(listener);
    listener({ kind: 'room', room: this.room() });
    return () => {
      this.#listeners.delete(listener);
    };
  };

  readonly step = (step: Step): void => {
    this.watcher?.stepped(step);
    this.#tab?.step(step);
    this.#flush();
  };

  readonly run = async (number: number, command: ClientCommand): Promise<CommandResult> => {
    const id = this.#nextCommand;
    this.#nextCommand += 1;
    const started = performance.now();
    const say = (result: CommandResult | null, tookMillis: number | null): void => {
      this.#tell({ kind: 'command', number: id, session: number, command, result, tookMillis });
    };
    say(null, null);
    this.watcher?.ran(number, command);
    const session = this.sessions.get(number);
    const result =
      session === null
        ? NOT_CONNECTED
        : await runCommand((request) => session.ask(request), command, HOME);
    say(result, performance.now() - started);
    return result;
  };

  readonly openSession = (timeoutMillis: number, server?: ServerId): Promise<number> =>
    this.sessions.open(timeoutMillis, server);

  readonly closeSession = (number: number): Promise<void> => this.sessions.close(number);

  readonly follow = (number: number, recipe: RecipeName, root: string): void => {
    this.sessions.get(number)?.recipes.follow(recipe, root);
  };

  readonly letGo = (number: number, root: string): void => {
    this.sessions.get(number)?.recipes.letGo(root);
  };

  readonly inspect = inspectEvent;

  readonly watchTree = (server: ServerId): void => {
    this.#tab?.watchTree(server);
  };

  /** All of the room, for the laboratory. */
  readonly takeEnsemble = (): Promise<HandOver> =>
    this.#tab?.takeEnsemble() ?? Promise.resolve({ kind: 'noSeat' });

  readonly openAnother = (): void => {
    globalThis.open(this.state.link, '_blank', 'noopener');
  };

  readonly openNewRoom = (): void => {
    globalThis.open(newRoomLink(this.state.address.seats), '_blank', 'noopener');
  };

  readonly openSeat = (server: ServerId): void => {
    globalThis.open(`${this.state.link}&seat=${String(server)}`, '_blank', 'noopener');
  };

  /** Rejects with SessionExpired for a number that names no session (any more). */
  session(number: number): Promise<ClientSession> {
    const session = this.sessions.get(number);
    if (session === null) {
      return Promise.reject(new KeeperError(ERROR_CODE.SessionExpired, 'failed'));
    }
    return Promise.resolve(session);
  }

  /** What was traced since then (milliseconds since 1970), as far as it is kept, and what comes. */
  async *trace(sinceMillis: number): AsyncGenerator<Traced> {
    const reader = new AsyncQueue<Traced>(TRACE_READER_MAX);
    for (const traced of this.#kept) if (traced.atMillis >= sinceMillis) reader.push(traced);
    this.#traceReaders.add(reader);
    try {
      yield* reader;
    } finally {
      this.#traceReaders.delete(reader);
    }
  }

  #onClock(): void {
    this.#tab?.tick();
    this.sessions.tick(performance.now());
    this.#flush();
    for (const [seat, { view }] of this.state.seats) this.#judge.see(seat, view);
    const lamp = this.#judge.due(performance.now());
    if (lamp !== null) this.#tell({ kind: 'lamp', lamp });
  }

  #flush(): void {
    if (!this.#dirty) return;
    this.#dirty = false;
    this.#tell({ kind: 'room', room: this.room() });
  }

  #tell(change: PlaygroundChange): void {
    for (const listener of this.#listeners) listener(change);
  }

  #onTrace(events: readonly Traced[]): void {
    this.#kept.push(...events);
    if (this.#kept.length > TRACE_KEPT_MAX * 2) this.#kept = this.#kept.slice(-TRACE_KEPT_MAX);
    for (const reader of this.#traceReaders) for (const traced of events) reader.push(traced);
    this.#judge.trace(events);
    this.#tell({ kind: 'trace', events });
  }

  #onExpelled(release: (() => void) | undefined): void {
    release?.();
    this.#tab = null;
    this.state.seat = null;
    removeProblem(this.state, 'roomFull');
    for (const known of this.state.seats.values()) known.up = false;
    this.sessions.clear();
    this.#dirty = true;
    this.#flush();
  }
}
