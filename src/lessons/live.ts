// Which lessons a live room can be asked for, and what each wants of the room. Real time has one future: what a lesson
// asks of several is met one try after the other. Pure; the lessons themselves are loaded when they are opened.

export interface LiveTerms {
  /** Voters of the room. */
  readonly seats: number;
  /** Nothing may have happened there: its first epoch is part of what the lesson shows. Then no server runs when it
   *  begins, and tabs may be opened as it goes on. */
  readonly isNew: boolean;
  /** Who leads when it begins; null: whoever does. */
  readonly leader: number | null;
}

const inNewRoom = (seats: number): LiveTerms => ({ seats, isNew: true, leader: null });
const ledBy = (leader: number | null, seats: number): LiveTerms => ({
  seats,
  isNew: false,
  leader,
});

const LIVE: ReadonlyMap<string, LiveTerms> = new Map([
  ['one-by-one', inNewRoom(5)],
  ['four-phases', inNewRoom(3)],
  ['path-of-a-write', ledBy(3, 5)],
  ['quorum-loss', ledBy(3, 5)],
  ['dies-mid-proposal', ledBy(5, 5)],
  ['one-shot-watch', ledBy(null, 3)],
  ['node-types', ledBy(null, 3)],
  ['session-expiry', ledBy(3, 3)],
  ['lock', ledBy(null, 3)],
]);

/** Null: it is done in the laboratory only. */
export const liveTermsOf = (id: string): LiveTerms | null => LIVE.get(id) ?? null;

/** The servers in the order in which they have to start for this one to lead, all disks being the same: first just
 *  enough for a quorum, the leader the highest of them, then the others. */
export function startingOrder({ seats, leader }: LiveTerms): {
  readonly first: readonly number[];
  readonly then: readonly number[];
} {
  const all = Array.from({ length: seats }, (_, index) => index + 1);
  const most = Math.floor(seats / 2) + 1;
  const highest = leader ?? seats;
  const first = all
    .filter((server) => server <= highest)
    .slice(-most)
    .toReversed();
  return { first, then: all.filter((server) => !first.includes(server)) };
}
