// The newcomer's keys: what moves can be stopped, and the help sheet opens.

import { tinykeys } from 'tinykeys';

import { HELP_ID, PRESSED_BY_SPACE, TYPING, unless } from '../shortcuts.ts';
import type { LabStore } from '../state/lab.svelte.ts';

/** Listens until the returned function is called. */
export function installLandingKeys(lab: LabStore): () => void {
  return tinykeys(window, {
    Space: unless(`${TYPING}, ${PRESSED_BY_SPACE}`, lab.toggle),
    'Shift+?': unless(TYPING, () => {
      document.getElementById(HELP_ID)?.togglePopover();
    }),
  });
}
