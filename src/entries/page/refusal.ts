// The one place that says who may talk to whom: whether there may be a link from this seat to the
// server on another one now.

import { judgeDisk } from './disk-memory.ts';
import { isAlive, type RoomState } from './room-state.ts';

/** Why not; null when there may be one. */
export function refusalOf(state: RoomState, own: number, peer: number): string | null {
  const path = state.paths.refusal(own, peer);
  if (path !== null) return path;
  const known = state.seats.get(peer);
  if (known?.status === null || known?.status === undefined) return 'nobody sits there';
  if (!isAlive(known)) return 'the server there is down';
  const { diskId, diskGeneration, diskTrusted } = known.status;
  if (diskId === null) return 'the server there has no disk';
  const judged = judgeDisk(state.address.room, peer, { diskId, diskGeneration, diskTrusted });
  return judged.kind === 'amnesiac' ? 'the server there has lost its history' : null;
}
