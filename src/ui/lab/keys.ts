// The laboratory's keys: Space, the full stop, n and b. Not while somebody types, and Space not on what it
// presses anyway; on a slider they work, for there they mean nothing else.

import { tinykeys } from 'tinykeys';

import { PRESSED_BY_SPACE, TYPING, unless } from '../shortcuts.ts';
import type { LabStore } from '../state/lab.svelte.ts';

/** Listens until the returned function is called. */
export function installLabKeys(lab: LabStore, compare: () => void): () => void {
  return tinykeys(window, {
    Space: unless(`${TYPING}, ${PRESSED_BY_SPACE}`, lab.toggle),
    '.': unless(TYPING, lab.controls.stepEvent),
    n: unless(TYPING, lab.controls.stepDecision),
    b: unless(TYPING, compare),
  });
}
