// The keyboard: one key, one step. Off while somebody types, where that was chosen, and never with a modifier.

import { tinykeys } from 'tinykeys';

import { serverId } from '../vocabulary/ids.ts';
import { isKeyOf, type Place } from './keys-here.ts';
import type { PanelName } from './state/choice.svelte.ts';
import type { Desk } from './state/desk.ts';
import { putAway } from './state/put-away.ts';
import type { Screen } from './state/screen.svelte.ts';
import { singleKeys } from './state/single-keys.svelte.ts';

export const COMMAND_INPUT_ID = 'command-input';
export const HELP_ID = 'shortcuts';

/** A slider is no place to type: after scrubbing a key is a step again. */
export const TYPING = 'input:not([type="range"]), textarea, select, [contenteditable]';

export const PRESSED_BY_SPACE = 'button, a, summary, [role="button"], [role="tab"]';

/** A key's act, but for where the key means something else: inside what `elsewhere` selects. */
export const unless =
  (elsewhere: string, act: () => void) =>
  (event: KeyboardEvent): void => {
    if (!singleKeys.on) return;
    if (event.target instanceof Element && event.target.closest(elsewhere) !== null) return;
    event.preventDefault();
    act();
  };

/** Listens until the returned function is called. */
export function installShortcuts(desk: Desk, screen: Screen): () => void {
  const keys: Record<string, () => void> = {
    k: () => {
      killOrRestart(desk);
    },
    f: () => {
      freezeOrThaw(desk);
    },
    o: () => {
      desk.playground.openAnother();
    },
    w: () => {
      showPanel(desk, 'why');
    },
    t: () => {
      showPanel(desk, 'tree');
    },
    s: () => {
      // On a wide screen the server of a room is always in sight.
      const isTab = screen.size !== 'wide' || desk.laboratory || desk.recorded;
      if (isTab) showPanel(desk, 'server');
    },
    d: () => {
      desk.choice.view = desk.choice.view === 'spaceTime' ? 'stage' : 'spaceTime';
    },
    g: () => {
      desk.choice.view = desk.choice.view === 'charts' ? 'stage' : 'charts';
    },
    c: () => {
      showPanel(desk, 'clients');
    },
    l: () => {
      showPanel(desk, 'lesson');
    },
    '/': focusCommandLine,
    '`': focusCommandLine,
    'Shift+?': () => {
      document.getElementById(HELP_ID)?.togglePopover();
    },
  };
  for (let seat = 1; seat <= 9; seat += 1) {
    keys[String(seat)] = () => {
      select(desk, seat);
    };
  }
  const place = placeOf(desk);
  const here = Object.entries(keys).filter(([key]) => isKeyOf(place, key));
  return tinykeys(window, {
    ...Object.fromEntries(here.map(([key, act]) => [key, unlessTyping(act)])),
    // Not taken from the browser: it closes what is open with it.
    Escape: ({ target, defaultPrevented }) => {
      if (!defaultPrevented) putAway(desk, isTyping(target));
    },
  });
}

const placeOf = ({ recorded, laboratory }: Desk): Place => {
  if (recorded) return 'recording';
  return laboratory ? 'lab' : 'room';
};

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest(TYPING) !== null;

function unlessTyping(act: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (!singleKeys.on || isTyping(event.target) || event.repeat) return;
    event.preventDefault();
    act();
  };
}

function focusCommandLine(): void {
  document.getElementById(COMMAND_INPUT_ID)?.focus();
}

function showPanel(desk: Desk, panel: PanelName): void {
  desk.choice.panel = panel;
}

function select(desk: Desk, seat: number): void {
  const server = serverId(seat);
  if (desk.store.room.servers.some((known) => known.serverId === server)) {
    desk.selectServer(server);
  }
}

/** As it is now: what is done acts now, also while somebody looks back. */
function chosen(desk: Desk) {
  return desk.store.present.servers.find((seat) => seat.serverId === desk.choice.server);
}

function killOrRestart(desk: Desk): void {
  const seat = chosen(desk);
  if (seat?.present === false && desk.laboratory) desk.playground.openSeat(seat.serverId);
  if (seat?.present !== true) return;
  desk.step({ kind: seat.killed ? 'restart' : 'kill', server: seat.serverId });
}

function freezeOrThaw(desk: Desk): void {
  const seat = chosen(desk);
  if (seat?.present !== true || seat.killed) return;
  desk.step({ kind: 'freeze', server: seat.serverId, on: !seat.frozen });
}
