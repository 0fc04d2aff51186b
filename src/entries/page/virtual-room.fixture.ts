// A room as its page sees it, of virtual servers: what a test of lessons in a room plays without a browser. Virtual time
// and the test's fake timers go side by side.

import { vi } from 'vitest';
import type { HearClient } from './page-sessions.ts';
import { LabHistory } from '../../sim/history.ts';
import { roomOfLab } from '../../sim/lab-room.ts';
import type { Observation } from '../../sim/observation.ts';
import { Witness } from '../../sim/witness.ts';
import { serverId } from '../../vocabulary/ids.ts';
import type { PlaygroundChange, RoomView } from '../../vocabulary/playground.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import type { CommandResult } from '../../vocabulary/zkcli/outcome.ts';
import { labStepsOf } from './lab-steps.ts';
import type { LiveHands } from './live-steps.ts';

/** What is heard is dated when its slice is over: while something is under way the slices are fine. */
const FINE_MILLIS = 1;
const COARSE_MILLIS = 10;
const UNDER_WAY_MILLIS = 400;
const DONE: CommandResult = { outcome: 'ok', lines: [], exitCode: 0 } as unknown as CommandResult;

export class VirtualRoom {
  readonly hands: LiveHands;
  readonly #history: LabHistory;
  readonly #listeners = new Set<(change: PlaygroundChange) => void>();
  readonly #began = Date.now();
  /** By the page's own numbers of its sessions: the clients of the virtual world. */
  #clients: number[] = [];
  #opened = 0;
  #fineUntil = 0;

  /** The page's own tab is there, and its server runs. */
  constructor(seats: number, tabs: readonly number[]) {
    this.#history = new LabHistory({ seed: 7, participants: seats, observers: 0 });
    const hear = (observation: Observation): void => {
      this.#hear(observation);
    };
    class Hearing extends Witness {
      override saw(branch: number, observation: Observation, at: never): void {
        super.saw(branch, observation, at);
        hear(observation);
      }
    }
    this.#history.witness = new Hearing();
    for (const server of tabs) this.#act({ kind: 'openServer', server });
    this.hands = this.#makeHands();
  }

  async passes(millis: number): Promise<void> {
    const untilMillis = Date.now() + millis;
    while (Date.now() < untilMillis) {
      const slice = Date.now() < this.#fineUntil ? FINE_MILLIS : COARSE_MILLIS;
      await vi.advanceTimersByTimeAsync(slice);
      this.#history.run(Date.now() - this.#began);
      this.#tell({ kind: 'room', room: this.#room() });
    }
  }

  #makeHands(): LiveHands {
    return {
      room: () => this.#room(),
      subscribe: (listener) => {
        this.#listeners.add(listener);
        listener({ kind: 'room', room: this.#room() });
        return () => this.#listeners.delete(listener);
      },
      step: (step) => {
        for (const one of labStepsOf(step, this.#room())) this.#act(one);
      },
      openSeat: (server) => {
        this.#act({ kind: 'openServer', server });
      },
      run: async (session, command) => {
        this.#act({ kind: 'command', client: this.#clients[session - 1] ?? 0, command });
        await later(300);
        return DONE;
      },
      openSession: async (timeoutMillis, server) => {
        this.#act({ kind: 'openClient', server: server ?? null, timeoutMillis });
        this.#opened += 1;
        this.#clients.push(this.#opened);
        await later(200);
        return this.#clients.length;
      },
      follow: (session, recipe, root) => {
        this.#act({ kind: 'startRecipe', client: this.#clients[session - 1] ?? 0, recipe, root });
      },
      letGo: (session, root) => {
        this.#act({ kind: 'letGo', client: this.#clients[session - 1] ?? 0, root });
      },
      sessions: this.#makeSessions(),
    };
  }

  #makeSessions(): LiveHands['sessions'] {
    const close = (number: number): void => {
      this.#act({ kind: 'closeClient', client: this.#clients[number - 1] ?? 0 });
    };
    return {
      hear: null as HearClient | null,
      views: () => this.#room().sessions,
      lend: () => {
        for (const at of this.#clients.keys()) close(at + 1);
        this.#clients = [];
      },
      takeBack: () => undefined,
      close: (number) => Promise.resolve(close(number)),
      kill: (number) => {
        this.#act({ kind: 'killClient', client: this.#clients[number - 1] ?? 0 });
      },
      limit: (number, to) => {
        const client = this.#clients[number - 1] ?? 0;
        this.#act({ kind: 'moveClient', client, server: to === 'all' ? 1 : to });
      },
    };
  }

  #act(step: LabStep): void {
    this.#fineUntil = Date.now() + UNDER_WAY_MILLIS;
    this.#history.act(step);
  }

  #room(): RoomView {
    const room = roomOfLab(this.#history.lab);
    const sessions = room.sessions.flatMap((session) => {
      const at = this.#clients.indexOf(session.number);
      return at === -1 ? [] : [{ ...session, number: at + 1 }];
    });
    return { ...room, seat: serverId(1), sessions };
  }

  #hear(observation: Observation): void {
    if (observation.at === 'client') {
      const at = this.#clients.indexOf(observation.client);
      if (at !== -1) this.hands.sessions.hear?.(at + 1, observation.what);
      return;
    }
    const { server, millis, what } = observation;
    if (what.kind !== 'traced') return;
    const { event, sequence } = what;
    const traced = { server, sequence, atMillis: this.#began + Math.floor(millis), event };
    this.#tell({ kind: 'trace', events: [traced] });
  }

  #tell(change: PlaygroundChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

const later = (millis: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, millis);
  });
