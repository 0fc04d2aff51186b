// What a page has heard, as a recording: its events, and what it saw happen to servers that could not tell.

import type { StepAt } from '../../vocabulary/lab.ts';
import { EVENTS_MAX, type Recording, type Turn } from '../../vocabulary/recording.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import type { RoomStore } from '../state/room.svelte.ts';
import { placeOf } from '../state/selection.ts';
import { turnsOfSteps } from '../tape/tape.ts';

/** `steps`: of a laboratory, what was done in the branch that is looked at; null: a live room. */
export function recordingOf(
  store: Pick<RoomStore, 'history' | 'present' | 'past'>,
  engine: string,
  steps: readonly StepAt[] | null,
): Recording {
  // The page's own list goes on growing; more than a file may hold is none of it.
  const events = eachOnce(store.history.slice(-EVENTS_MAX));
  const until = events.at(-1)?.atMillis ?? 0;
  return {
    ...{ engine, clock: steps === null ? 'wall' : 'virtual', run: null, events },
    seats: store.present.servers.map(({ serverId, role }) => ({ server: serverId, role })),
    turns:
      steps === null
        ? store.past.tape.marks.filter((mark): mark is Turn => mark.kind !== 'leader')
        : turnsOfSteps(steps).filter(({ atMillis }) => atMillis <= until),
  };
}

/** A page of the room may say a thing twice; a file that lists it twice is none. */
function eachOnce(events: readonly Traced[]): Traced[] {
  const known = new Set<string>();
  return events.filter((traced) => {
    const place = placeOf(traced);
    if (known.has(place)) return false;
    known.add(place);
    return true;
  });
}
