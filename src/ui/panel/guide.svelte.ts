// The guide's memory: it outlives the panel that shows it, and ends with the page.

import type { Desk } from '../state/desk.ts';
import type { RoomStore } from '../state/room.svelte.ts';
import { guideAfter, NO_PROGRESS } from './guide-steps.ts';

export class GuideState {
  progress = $state.raw(NO_PROGRESS);

  /** To be called in an effect: it reads the store, and learns. */
  readonly follow = ({ present: room, commands, watches }: RoomStore): void => {
    const seen = { room, commands, watchesFired: watches.length };
    const next = guideAfter(this.progress, seen);
    if (next !== this.progress) this.progress = next;
  };
}

const guides = new WeakMap<Desk, GuideState>();

export function guideOf(desk: Desk): GuideState {
  const known = guides.get(desk);
  if (known !== undefined) return known;
  const made = new GuideState();
  guides.set(desk, made);
  return made;
}
