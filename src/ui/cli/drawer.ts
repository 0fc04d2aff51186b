// What an entered line does in the page: zkCli's own memory here, the rest through the desk.

import { serverId } from '../../vocabulary/ids.ts';
import { enterLine, NEW_SHELL, type Shell } from '../../vocabulary/zkcli/shell.ts';
import { errLine } from '../../vocabulary/zkcli/command.ts';
import { m } from '../paraglide/messages.js';
import type { Desk } from '../state/desk.ts';

export interface Drawer {
  shell: Shell;
}

export const makeDrawer = (): Drawer => ({ shell: NEW_SHELL });

const NO_LINES = () => [];

/** `clear` is the page's own. */
export const CLEAR = 'clear';

export function enter(drawer: Drawer, desk: Desk, line: string): void {
  const { store, choice } = desk;
  if (line === CLEAR) {
    store.clearCommands();
    return;
  }
  const { shell, move } = enterLine(drawer.shell, line);
  drawer.shell = shell;
  switch (move.kind) {
    case 'nothing':
      store.addNote('said', line, NO_LINES);
      break;
    case 'help':
      store.addNote('help', line, NO_LINES);
      break;
    case 'say':
      store.addNote('said', line, () => move.lines);
      break;
    case 'run':
      if (move.notes.length > 0) store.addNote('said', line, () => move.notes);
      desk.run(move.command);
      break;
    case 'connect':
      void connect(desk, line, move.target);
      break;
    case 'close':
    case 'quit':
      desk.close(choice.session);
      break;
  }
}

/** A room's servers are known by their numbers. */
async function connect(desk: Desk, line: string, target: string | null): Promise<void> {
  const { store } = desk;
  const server = store.room.servers.find((seat) => String(seat.serverId) === target);
  if (target !== null && server === undefined) {
    const count = store.room.servers.length;
    store.addNote('own', line, () => [errLine(m.cli_connect_which({ count }))]);
    return;
  }
  const wanted = server === undefined ? null : serverId(server.serverId);
  if (!(await desk.connect(wanted))) {
    store.addNote('own', line, () => [errLine(m.session_failed())]);
  }
}
