// Who sits where. In one browser a Web Lock says whose a seat is (a duplicated tab cannot have it too);
// across machines the seat's name at the signalling server does. A tab remembers its seat through a
// reload, and then waits a moment for its own former self to let go.

import { seatCount, type RoomAddress } from '../../adapters/webrtc/room.ts';
import { keepsDisk } from './disk-memory.ts';
import { keep } from './storage.ts';

const RELOAD_WAIT_MILLIS = 1_200;

export interface SeatLock {
  readonly seat: number;
  readonly release: () => void;
}

/** Seats in the order in which this tab should try them: before any other those whose disks this browser
 *  keeps, else a room that lived in several browsers would come back with the wrong disks. */
export function seatsToTry(address: RoomAddress): number[] {
  const all = Array.from({ length: seatCount(address.seats) }, (_, index) => index + 1);
  const kept = all.filter((seat) => keepsDisk(address.room, seat));
  const wanted = [rememberedSeat(address), address.seat, ...kept];
  const first = wanted.filter((seat): seat is number => seat !== null && all.includes(seat));
  return [...new Set([...first, ...all])];
}

/** The lock of this seat, or null when another tab of this browser has it. Rejects where the browser
 *  gives no locks. */
export function lockSeat(address: RoomAddress, seat: number): Promise<SeatLock | null> {
  const name = `tabkeeper/${address.room}/${String(seat)}`;
  const wait = rememberedSeat(address) === seat;
  return new Promise((resolve, reject) => {
    const hold = (lock: Lock | null): Promise<void> | undefined => {
      if (lock === null) {
        resolve(null);
        return undefined;
      }
      return new Promise<void>((release) => {
        resolve({ seat, release });
      });
    };
    const options: LockOptions = wait
      ? { signal: AbortSignal.timeout(RELOAD_WAIT_MILLIS) }
      : { ifAvailable: true };
    navigator.locks.request(name, options, hold).catch((error: unknown) => {
      // It was waited for long enough: the other tab keeps it.
      if (options.signal?.aborted === true) resolve(null);
      else reject(error instanceof Error ? error : new Error(String(error)));
    });
  });
}

export function rememberSeat({ room, seat: asked }: RoomAddress, seat: number): void {
  keep(sessionStorage, memoryKey(room), `${String(seat)} ${String(asked)}`);
}

/** The seat this tab had before it was loaded again. A link that asks for another seat than it did then
 *  was changed by hand, and is obeyed. */
export function rememberedSeat({ room, seat: asked }: RoomAddress): number | null {
  const [seat, askedThen] = sessionStorage.getItem(memoryKey(room))?.split(' ') ?? [];
  if (seat === undefined || (asked !== null && String(asked) !== askedThen)) return null;
  return Number(seat);
}

const memoryKey = (room: string): string => `tabkeeper/${room}/seat`;
