// Clients go, and others have their numbers: commands go through one that is there.

import { untrack } from 'svelte';

import type { Playground } from '../../vocabulary/playground.ts';
import type { Choice } from './choice.svelte.ts';
import type { RoomStore } from './room.svelte.ts';

/** To be called while a component is made. */
export function keepChosenSession(
  choice: Choice,
  store: Pick<RoomStore, 'present'>,
  playground: Pick<Playground, 'room'>,
): void {
  $effect(() => {
    void store.present;
    // As it is by now: what is shown comes a picture later.
    const { sessions } = playground.room();
    const [first] = sessions;
    const chosen = untrack(() => choice.session);
    if (first !== undefined && !sessions.some(({ number }) => number === chosen)) {
      choice.session = first.number;
    }
  });
}
