// What every part of the screen is given: the room, the person's choices, and the steps they can take.
// What a button does with a client is echoed in the command line, as the line that does the same.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { ClientCommand, Playground, Step } from '../../vocabulary/playground.ts';
import { Chaos } from '../chaos/chaos.svelte.ts';
import { Following } from './following.svelte.ts';
import type { Choice } from './choice.svelte.ts';
import type { RoomStore } from './room.svelte.ts';

export interface Desk {
  readonly playground: Playground;
  readonly store: RoomStore;
  readonly choice: Choice;
  /** The tool of the chaos palette. */
  readonly chaos: Chaos;
  readonly following: Following;
  /** A laboratory: nobody sits in it, and its times are virtual. */
  readonly laboratory: boolean;
  /** Sends a command through the chosen session. Its end is shown in the command line's history. */
  readonly run: (command: ClientCommand) => void;
  /** Opens another session, at this server if it is named, and chooses it. False: none could be opened. */
  readonly connect: (server: ServerId | null, timeoutMillis?: number) => Promise<boolean>;
  /** Closes a session, and chooses another if it was the chosen one. */
  readonly close: (session: number) => void;
  readonly step: (step: Step) => void;
  readonly selectServer: (server: ServerId) => void;
}

const SESSION_TIMEOUT_MILLIS = 8_000;
const OWN_SESSION = 1;

export function makeDesk(
  playground: Playground,
  store: RoomStore,
  choice: Choice,
  laboratory: boolean,
): Desk {
  return {
    playground,
    store,
    choice,
    chaos: new Chaos(),
    following: new Following(store),
    laboratory,
    run: (command) => {
      // The result, refusals included, arrives as a change of the room and is worded there.
      void playground.run(choice.session, command);
    },
    connect: async (server, timeoutMillis = SESSION_TIMEOUT_MILLIS) => {
      store.addNote('said', server === null ? 'connect' : `connect ${String(server)}`, []);
      try {
        choice.session = await playground.openSession(timeoutMillis, server ?? undefined);
        return true;
      } catch {
        return false; // No quorum, or too many sessions.
      }
    },
    close: (number) => {
      store.addNote('said', 'close', []);
      if (choice.session === number) {
        const other = store.room.sessions.find((known) => known.number !== number);
        choice.session = other?.number ?? OWN_SESSION;
      }
      // A refusal leaves the session in the list, with its state.
      void playground.closeSession(number).catch(() => undefined);
    },
    step: playground.step,
    selectServer: (server) => {
      choice.server = server;
    },
  };
}
