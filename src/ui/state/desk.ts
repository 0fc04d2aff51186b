// What every part of the screen is given: the room, the person's choices, and the steps they can take.
// What a button does with a client is echoed in the command line, as the line that does the same.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { ClientCommand, Playground, Step } from '../../vocabulary/playground.ts';
import type { Recording } from '../../vocabulary/recording.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import { outLine } from '../../vocabulary/zkcli/command.ts';
import { Chaos } from '../chaos/chaos.svelte.ts';
import { m } from '../paraglide/messages.js';
import { LookTime } from '../tape/look-time.svelte.ts';
import type { Timeline } from '../tape/timeline.ts';
import type { Choice } from './choice.svelte.ts';
import type { RoomStore } from './room.svelte.ts';
import { Selecting } from './selecting.svelte.ts';
import { eventSelection, isThread, type Selection } from './selection.ts';

export interface Desk {
  readonly playground: Playground;
  readonly store: RoomStore;
  readonly choice: Choice;
  /** The time that the tape is of. */
  readonly timeline: Timeline;
  /** The tool of the chaos palette. */
  readonly chaos: Chaos;
  /** The one thing that is selected, wherever it is shown. */
  readonly selection: Selecting;
  /** A laboratory: nobody sits in it, and its times are virtual. */
  readonly laboratory: boolean;
  /** What was told elsewhere: it is looked at, and nothing can be done to it. */
  readonly recorded: boolean;
  /** All that this page was told, or can still be told again, as far as it is kept. */
  readonly record: () => Promise<Recording>;
  /** Sends a command through the chosen session. Its end is shown in the command line's history. */
  readonly run: (command: ClientCommand) => void;
  /** Opens another session, at this server if it is named, and chooses it. False: none could be opened. */
  readonly connect: (server: ServerId | null, timeoutMillis?: number) => Promise<boolean>;
  /** Closes a session, and chooses another if it was the chosen one. */
  readonly close: (session: number) => void;
  readonly step: (step: Step) => void;
  /** What is about a server is about this one from now on, and it is selected. */
  readonly selectServer: (server: ServerId) => void;
  /** The same for a znode. */
  readonly selectNode: (path: string) => void;
  /** An event, or the packet that it tells of, with its details beside it. */
  readonly showEvent: (traced: Traced) => void;
  /** To the moment of an event: a laboratory goes there, a room and a recording look back. Null: there is no
   *  way now. */
  readonly wayTo: (traced: Traced) => (() => void) | null;
  /** Selects it, with its story beside it; the same again clears it. */
  readonly follow: (selection: Selection) => void;
}

const SESSION_TIMEOUT_MILLIS = 8_000;
const OWN_SESSION = 1;

export function makeDesk(
  playground: Playground,
  store: RoomStore,
  choice: Choice,
  laboratory: boolean,
  {
    recorded = false,
    record = async () => (await import('../recording/record.ts')).recordingOf(store, '', null),
    wayTo = (traced) => () => {
      store.past.lookAtEvent(traced);
    },
    timeline = new LookTime(store, { recorded, laboratory }),
  }: Partial<Pick<Desk, 'recorded' | 'record' | 'wayTo' | 'timeline'>> = {},
): Desk {
  const selection = new Selecting(store);
  const connect = connects(playground, store, choice);
  /** As zkCli connects before its first command: a page has its session from the beginning, a laboratory at this
   *  moment maybe nobody. */
  const connected = firstOf(() =>
    laboratory && playground.room().sessions.length === 0 ? connect(null) : null,
  );
  return {
    playground,
    store,
    choice,
    timeline,
    chaos: new Chaos(),
    selection,
    laboratory,
    recorded,
    record,
    wayTo,
    run: (command) => {
      // The result, refusals included, arrives as a change of the room and is worded there.
      const send = (): void => void playground.run(choice.session, command);
      const connecting = connected();
      if (connecting === null) send();
      else void connecting.then(send);
    },
    connect,
    close: (number) => {
      store.addNote('said', 'close', () => [outLine(m.client_number({ number }))]);
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
      choice.byHand = true;
      selection.choose({ kind: 'server', server });
    },
    selectNode: (path) => {
      choice.path = path;
      selection.choose({ kind: 'znode', path });
    },
    showEvent: (traced) => {
      selection.choose(eventSelection(traced));
      choice.panel = 'why';
    },
    follow: (followed) => {
      selection.toggle(followed);
      if (isThread(selection.current)) choice.panel = 'why';
    },
  };
}

const connects =
  (playground: Playground, store: RoomStore, choice: Choice): Desk['connect'] =>
  async (server, timeoutMillis = SESSION_TIMEOUT_MILLIS) => {
    store.addNote('said', server === null ? 'connect' : `connect ${String(server)}`, () => []);
    try {
      choice.session = await playground.openSession(timeoutMillis, server ?? undefined);
      return true;
    } catch {
      return false; // No quorum, or too many sessions.
    }
  };

/** What is on its way is not begun again. */
function firstOf<Value>(begin: () => Promise<Value> | null): () => Promise<Value> | null {
  let going: Promise<Value> | null = null;
  return () => {
    going ??= begin();
    void going?.finally(() => {
      going = null;
    });
    return going;
  };
}
