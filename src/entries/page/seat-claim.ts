// Who sits where. In one browser a Web Lock says whose a seat is (a duplicated tab cannot have it too);
// across machines the seat's name at the signalling server does. A tab remembers its seat through a
// reload, and then waits a moment for its own former self to let go.

import { seatCount, type RoomAddress } from '../../adapters/webrtc/room.ts';
import { keep } from './storage.ts';

const RELOAD_WAIT_MILLIS = 1_200;

export interface SeatLock {
  readonly seat: number;
  readonly release: () => void;
}

/** Seats in the order in which this tab should try them. */
export function seatsToTry(address: RoomAddress): number[] {
  const wanted = [rememberedSeat(address.room), address.seat];
  const all = Array.from({ length: seatCount(address.seats) }, (_, index) => index + 1);
  const first = wanted.filter((seat): seat is number => seat !== null && all.includes(seat));
  return [...new Set([...first, ...all])];
}

/** The lock of this seat, or null when another tab of this browser has it. Rejects where the browser
 *  gives no locks. */
export function lockSeat(room: string, seat: number): Promise<SeatLock | null> {
  const name = `tabkeeper/${room}/${String(seat)}`;
  const wait = rememberedSeat(room) === seat;
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

export function rememberSeat(room: string, seat: number): void {
  keep(sessionStorage, memoryKey(room), String(seat));
}

export function rememberedSeat(room: string): number | null {
  const text = sessionStorage.getItem(memoryKey(room));
  return text === null ? null : Number(text);
}

const memoryKey = (room: string): string => `tabkeeper/${room}/seat`;
