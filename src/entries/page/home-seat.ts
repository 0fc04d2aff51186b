// May this tab go on with its room while the signalling server is away, and is its room to go on at all? That
// server's names are what keeps two tabs in different browsers from being the same voter. Without it a tab meets
// the tabs of its own browser only where no majority that it does not know of can be elsewhere:
//
// 1. The seat's name was this tab's at the server: it goes on, as one that is linked does.
// 2. The room's key was made in this browser, and no tab of it has reached the server yet.
// 3. The disks of most voters are kept here, of seats that were this browser's own by 1, 2 or 3, and no voter's
//    seat is known to have another. Most is not enough: a seat's first disk may not be known to who was away
//    when it came, and that one could make a majority with a fresh disk on that seat.
// 4. The seat does not vote.
//
// Who opens the link elsewhere meanwhile, where nothing is known of the room, begins another one: as after all of
// its tabs were closed, but at the same time. The page says so where it gives the link, and both say that there
// are two rooms when they meet (`seat-keeping.ts`). A disk that a tab begins while it has to wait is no reason
// for anything: its seat was not its own.

import type { RoomAddress } from '../../adapters/webrtc/room.ts';
import type { Meanwhile } from '../../vocabulary/playground.ts';
import { hasMetDisk, keepsDisk } from './disk-memory.ts';
import { keep, storageIsBlocked } from './storage.ts';

const bornKey = (room: string): string => `tabkeeper/${room}/born`;
const ownedKey = (room: string, seat: number): string => `tabkeeper/${room}/${String(seat)}/owned`;
const HERE = 'here';

/** The room's name and key are made in this very call: nobody else can have them. */
export function rememberBirth(room: string): void {
  if (!storageIsBlocked()) keep(localStorage, bornKey(room), HERE);
}

export class HomeSeat {
  readonly #room: string;
  readonly #seat: number;
  #meanwhile: Meanwhile;

  /** To be made before the seat's disk is touched. */
  constructor({ room, seats }: RoomAddress, seat: number) {
    this.#room = room;
    this.#seat = seat;
    // The disk that was its own is kept here no more.
    if (!keepsDisk(room, seat)) localStorage.removeItem(ownedKey(room, seat));
    const isHere = seat > seats || isBornHere(room) || isKeptHere(room, seats);
    this.#meanwhile = isHere ? 'here' : 'waits';
    if (isHere) this.#own();
  }

  /** What this tab does without the signalling server. */
  get meanwhile(): Meanwhile {
    return this.#meanwhile;
  }

  /** The signalling server has given this tab the seat's name: from now on others may have the other seats. */
  named(): void {
    this.#meanwhile = 'linked';
    this.#own();
    localStorage.removeItem(bornKey(this.#room));
  }

  #own(): void {
    keep(localStorage, ownedKey(this.#room, this.#seat), HERE);
  }
}

const isBornHere = (room: string): boolean => localStorage.getItem(bornKey(room)) !== null;

function isKeptHere(room: string, seats: number): boolean {
  const voters = Array.from({ length: seats }, (_, at) => at + 1);
  const own = voters.filter(
    (seat) => keepsDisk(room, seat) && localStorage.getItem(ownedKey(room, seat)) !== null,
  );
  const met = voters.filter((seat) => hasMetDisk(room, seat));
  return own.length * 2 > seats && met.every((seat) => own.includes(seat));
}
