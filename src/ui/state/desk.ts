// What every part of the screen is given: the room, the person's choices, and the steps they can take.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { ClientCommand, Playground, Step } from '../../vocabulary/playground.ts';
import type { Choice } from './choice.svelte.ts';
import type { RoomStore } from './room.svelte.ts';

export interface Desk {
  readonly playground: Playground;
  readonly store: RoomStore;
  readonly choice: Choice;
  /** A laboratory: nobody sits in it, and its times are virtual. */
  readonly laboratory: boolean;
  /** Sends a command through the chosen session. Its end is shown in the command line's history. */
  readonly run: (command: ClientCommand) => void;
  readonly step: (step: Step) => void;
  readonly selectServer: (server: ServerId) => void;
}

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
    laboratory,
    run: (command) => {
      // The result, refusals included, arrives as a change of the room and is worded there.
      void playground.run(choice.session, command);
    },
    step: playground.step,
    selectServer: (server) => {
      choice.server = server;
    },
  };
}
