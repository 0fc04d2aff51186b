// Somebody of another room under the same name: another key, or another number of seats. Who is wrong
// nobody can know, and what is not proven may be anybody's lie. Only a newcomer that has met nobody yet
// and brought no disk gives way, to who says it was there before; everybody else goes on.

import type { Hello, RefusalReason } from '../../adapters/webrtc/line-message.ts';
import { addProblem, type RoomState } from './room-state.ts';

/** All who sit there have answered by then. */
const NEWCOMER_MILLIS_MAX = 15_000;

/** How this tab stands. */
export interface Standing {
  readonly seatedMillis: number;
  /** This browser kept the seat's disk before this tab came. */
  readonly broughtDisk: boolean;
}

/** Says it, and whether this tab must give its seat back. */
export function meetStranger(
  state: RoomState,
  reason: RefusalReason,
  theirs: Hello | null,
  { seatedMillis, broughtDisk }: Standing,
): 'givesWay' | 'stays' {
  const isNewcomer = !broughtDisk && seatedMillis <= NEWCOMER_MILLIS_MAX;
  if (!isNewcomer || (theirs?.seatedMillis ?? 0) <= seatedMillis) {
    addProblem(state, { kind: 'strangers', reason });
    return 'stays';
  }
  const { seats: mine } = state.address;
  if (reason === 'wrongKey') addProblem(state, { kind: 'wrongKey' });
  else addProblem(state, { kind: 'otherSeats', mine, theirs: theirs?.seats ?? 0 });
  return 'givesWay';
}
