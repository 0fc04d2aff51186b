// From a link to a seat: reads the fragment (or makes a room), finds a seat that is free in this browser
// and at the signalling server, and keeps it. Whatever is wrong becomes a problem of the room that the
// interface words; nothing here shows anything.

import {
  gatewayKeyOf,
  inviteFragment,
  newRoom,
  peerIdsOf,
  readFragment,
  SEATS_DEFAULT,
  sessionSecretOf,
  wrongFieldOf,
  type RoomAddress,
} from '../../adapters/webrtc/room.ts';
import { roomKey } from '../../adapters/webrtc/proof.ts';
import type { RoomProblem } from '../../vocabulary/playground.ts';
import { missingFeature } from './browser.ts';
import { keepsDisk } from './disk-memory.ts';
import { rememberBirth } from './home-seat.ts';
import { pageHasGateway } from './page-gateway.ts';
import { lockSeat, rememberedSeat, rememberSeat, seatsToTry, type SeatLock } from './seat-claim.ts';
import { addProblem, emptySeat, type RoomState } from './room-state.ts';
import { signallingServer } from './signalling-server.ts';
import { Tab } from './tab.ts';
import type { TabEvents } from './tab-owner.ts';

const TAKEN_RETRY_MILLIS = { not: 0, reload: 150, ghost: 1_000 };
/** For whom a taken name is waited. After a reload it may still be our former self's for a moment; our
 *  signalling server holds that of a ghost, a page that it has not seen go, as long as this. */
const WAITS_MILLIS = { not: 0, reload: 1_600, ghost: 13_000 };

export interface ReadAddress {
  readonly address: RoomAddress;
  /** Why this link opens no room: a field that cannot be meant, or no key that could open it. */
  readonly problem: RoomProblem | null;
}

/** The room of this page's link; one that names none makes one and becomes its link. */
export function readAddress(): ReadAddress {
  const read = readFragment(location.hash);
  const wrongField = wrongFieldOf(location.hash);
  const wrong: RoomProblem | null = wrongField && { kind: 'badLink', ...wrongField };
  const fresh = newRoom(read.seats ?? SEATS_DEFAULT);
  if (read.room === null) {
    if (wrong === null) {
      rememberBirth(fresh.room);
      history.replaceState(null, '', location.search + inviteFragment(fresh));
    }
    return { address: fresh, problem: wrong };
  }
  const { room, seat } = read;
  const address = { room, seats: fresh.seats, secret: read.secret ?? fresh.secret, seat };
  return { address, problem: wrong ?? (read.secret === null ? { kind: 'wrongKey' } : null) };
}

export const inviteLink = (address: RoomAddress): string =>
  `${location.origin}${location.pathname}${inviteFragment(address)}`;

/** The link of a room that is made now. */
export function newRoomLink(seats: number): string {
  const address = newRoom(seats);
  rememberBirth(address.room);
  return inviteLink(address);
}

/** Sits down. Null when this tab cannot (the state's problems say why). */
export async function sitDown(
  state: RoomState,
  events: TabEvents,
): Promise<{ readonly tab: Tab; readonly release: () => void } | null> {
  const missing = missingFeature();
  if (missing !== null) {
    addProblem(state, missing);
    return null;
  }
  const { address } = state;
  const remembered = rememberedSeat(address);
  const [key, peerIdOf, sessionSecret, gatewayKey] = await Promise.all([
    roomKey(address.secret),
    peerIdsOf(address.room),
    sessionSecretOf(address.secret),
    pageHasGateway() ? gatewayKeyOf(address.secret) : null,
  ]);
  const signalling = signallingServer(
    import.meta.env['VITE_SIGNALLING'] as string | undefined,
    location,
  );
  const identity = { key, sessionSecret, peerIdOf, signalling, gatewayKey };
  /** Ghosts of several seats fade side by side: what was waited for one was waited for all. */
  let ghostsUntilMillis: number | null = null;
  for (const { seat, waits } of attempts(address, remembered)) {
    const lock = await lockSeat(address, seat);
    if (lock === null) continue;
    let untilMillis = performance.now() + WAITS_MILLIS[waits];
    if (waits === 'ghost') untilMillis = ghostsUntilMillis ??= untilMillis;
    const patience = { untilMillis, retryMillis: TAKEN_RETRY_MILLIS[waits] };
    const tab = await claim(state, lock, patience, () => {
      return new Tab(state, { ...identity, seat }, events);
    });
    if (tab === null) continue;
    rememberSeat(address, seat);
    sayWhichSeat(state, seat, remembered);
    return { tab, release: lock.release };
  }
  addProblem(state, { kind: 'roomFull', seats: address.seats, observer: 0 });
  return null;
}

interface Attempt {
  readonly seat: number;
  readonly waits: keyof typeof WAITS_MILLIS;
}

/** First whatever was asked for or is kept here. Before this tab sits down where none of this browser's disks
 *  is, it waits for the names of those that it keeps: their own former pages may hold them for a while, if
 *  nobody saw those go. Then the others. */
function attempts(address: RoomAddress, remembered: number | null): readonly Attempt[] {
  const order = seatsToTry(address);
  const isKept = (seat: number): boolean => keepsDisk(address.room, seat);
  const isAsked = (seat: number): boolean => seat === remembered || seat === address.seat;
  const as =
    (waits: Attempt['waits']) =>
    (seat: number): Attempt => ({ seat, waits });
  return [
    ...order
      .filter((seat) => isAsked(seat) || isKept(seat))
      .map((seat) => as(seat === remembered ? 'reload' : 'not')(seat)),
    ...order.filter(isKept).map(as('ghost')),
    ...order.filter((seat) => !isAsked(seat) && !isKept(seat)).map(as('not')),
  ];
}

interface Patience {
  readonly untilMillis: number;
  readonly retryMillis: number;
}

async function claim(
  state: RoomState,
  lock: SeatLock,
  { untilMillis, retryMillis }: Patience,
  makeTab: () => Tab,
): Promise<Tab | null> {
  for (;;) {
    state.seat = lock.seat;
    const tab = makeTab();
    const result = await tab.open();
    if (result === 'seated') return tab;
    forgetSeat(state, lock.seat);
    if (performance.now() >= untilMillis) break;
    await new Promise((resolve) => {
      setTimeout(resolve, retryMillis);
    });
  }
  lock.release();
  return null;
}

function forgetSeat(state: RoomState, seat: number): void {
  state.seat = null;
  state.seats.set(seat, emptySeat());
}

function sayWhichSeat(state: RoomState, seat: number, remembered: number | null): void {
  const { seat: asked, seats } = state.address;
  if (seat === remembered) return;
  if (asked !== null && asked !== seat)
    addProblem(state, { kind: 'seatTaken', seat: asked, got: seat });
  if (seat > seats && (asked === null || asked <= seats)) {
    addProblem(state, { kind: 'roomFull', seats, observer: seat });
  }
}
