// What other pages sent that this one cannot read: pages have no trace, so it is said as a problem of the room.

import { addProblem, type RoomState } from './room-state.ts';

/** The page on this seat sent what cannot be read. Said once for each page, with a count. */
export function countUnreadable(state: RoomState, seat: number): void {
  const said = state.problems.find((problem) => problem.kind === 'unreadable')?.pages ?? [];
  const times = (said.find((page) => page.seat === seat)?.times ?? 0) + 1;
  const pages = [...said.filter((page) => page.seat !== seat), { seat, times }];
  addProblem(state, { kind: 'unreadable', pages: pages.sort((a, b) => a.seat - b.seat) });
}
