// Of which history the own disk is. The leader under whom a history begins gives it its disk's name; whoever is
// synchronised has it from there. A server's epoch has one leader, so that those who serve together say the same.
// It is told by pages, not by ZAB, a moment after the history itself: who dies in between hears it again.

import { isAlive, type RoomState } from './room-state.ts';

/** What the own page has said of its disk; null before it has a history, or a server. */
export const originOf = (state: RoomState, own: number): string | null =>
  state.seats.get(own)?.status?.diskOrigin ?? null;

/** Null: it has one, or it is not known yet. */
export function originToAdopt(state: RoomState, own: number): string | null {
  const known = state.seats.get(own);
  const { view = null, status = null } = known ?? {};
  if (!isAlive(known) || status === null || status.diskOrigin !== null) return null;
  if (view?.serving !== true || view.leader === null || !status.diskTrusted) return null;
  if (view.leader !== own) return originOf(state, view.leader);
  // Somebody of an earlier day may know it; only who does not is given a new one.
  for (const other of state.seats.values()) {
    const led = other !== known && isAlive(other) && other.view?.leader === view.leader;
    if (led && other.view?.currentEpoch === view.currentEpoch && other.status?.diskOrigin) {
      return other.status.diskOrigin;
    }
  }
  return status.diskId;
}
