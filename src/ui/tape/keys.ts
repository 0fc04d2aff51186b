// The keys of looking back in a live room: Space, and e for the live edge. Not while somebody types, and
// Space not on what it presses anyway.

import { tinykeys } from 'tinykeys';

import { PRESSED_BY_SPACE, TYPING, unless } from '../shortcuts.ts';
import type { Lookback } from '../state/lookback.svelte.ts';

/** Listens until the returned function is called. */
export function installLookKeys(past: Pick<Lookback, 'toggle' | 'toLive'>): () => void {
  return tinykeys(window, {
    Space: unless(`${TYPING}, ${PRESSED_BY_SPACE}`, past.toggle),
    e: unless(TYPING, past.toLive),
  });
}
