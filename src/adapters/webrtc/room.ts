// A room: its name, its seats, the secret that its tabs share, and the ensemble that follows from
// them. Everything here comes from the link's fragment, which never leaves the tabs.

import type { Ensemble, Member } from '../../vocabulary/ensemble.ts';
import { serverId } from '../../vocabulary/ids.ts';

export interface RoomAddress {
  readonly room: string;
  readonly seats: number;
  readonly secret: string;
  /** The seat the link asks for, if it does. */
  readonly seat: number | null;
}

export const SEATS_DEFAULT = 3;
export const SEATS_MAX = 7;
/** Seats beyond the voting ones, for tabs that only watch. */
export const OBSERVER_SEATS = 3;

const ROOM_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/;
const SECRET_PATTERN = /^[A-Za-z0-9_-]{16,86}$/;
const SECRET_BYTES = 16;
const ROOM_NAME_BYTES = 4;
const PEER_HASH_BYTES = 8;

/** What the fragment says. A field that is missing or is not a valid one is null. */
export function readFragment(fragment: string): {
  readonly room: string | null;
  readonly seats: number | null;
  readonly secret: string | null;
  readonly seat: number | null;
} {
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  const room = fields.get('room');
  const secret = fields.get('key');
  return {
    room: room !== null && ROOM_PATTERN.test(room) ? room : null,
    seats: readNumber(fields.get('seats'), SEATS_MAX),
    secret: secret !== null && SECRET_PATTERN.test(secret) ? secret : null,
    seat: readNumber(fields.get('seat'), SEATS_MAX + OBSERVER_SEATS),
  };
}

/** What the fragment says of the room but cannot mean: shown, never silently replaced. A bad key is not
 *  among them: it opens no room, and that is said. */
export function wrongFieldOf(fragment: string): { field: string; value: string } | null {
  const read = readFragment(fragment);
  const fields = new URLSearchParams(fragment.replace(/^#/, ''));
  for (const field of ['room', 'seats', 'seat'] as const) {
    const value = fields.get(field);
    if (value !== null && read[field] === null) return { field, value };
  }
  // A key, but of no room: the rest of the link was lost.
  if (read.room === null && fields.has('key')) return { field: 'room', value: '' };
  if (read.seat !== null && read.seat > seatCount(read.seats ?? SEATS_DEFAULT)) {
    return { field: 'seat', value: String(read.seat) };
  }
  return null;
}

export function newRoom(seats: number): RoomAddress {
  const name = crypto.getRandomValues(new Uint8Array(ROOM_NAME_BYTES));
  const secret = crypto.getRandomValues(new Uint8Array(SECRET_BYTES));
  return { room: `room-${hex(name)}`, seats, secret: base64Url(secret), seat: null };
}

/** The fragment that invites others: it names no seat. */
export function inviteFragment(address: RoomAddress): string {
  const { room, seats, secret } = address;
  return `#room=${room}&seats=${String(seats)}&key=${secret}`;
}

/** Names of the room's seats at the signalling server: they tell neither the room nor its secret. */
export async function peerIdsOf(room: string): Promise<(seat: number) => string> {
  const text = new TextEncoder().encode(`tabkeeper room ${room}`);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text));
  const hash = hex(digest.subarray(0, PEER_HASH_BYTES));
  return (seat) => `tk-${hash}-${String(seat)}`;
}

/** What all servers of a room make session passwords with: it follows from the room's secret. */
export async function sessionSecretOf(secret: string): Promise<Uint8Array> {
  const text = new TextEncoder().encode(`tabkeeper sessions ${secret}`);
  return new Uint8Array(await crypto.subtle.digest('SHA-256', text));
}

/** What the tabs of a room show a gateway, to be known as of one room: it does not tell the secret. */
export async function gatewayKeyOf(secret: string): Promise<string> {
  const text = new TextEncoder().encode(`tabkeeper gateway ${secret}`);
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', text)));
}

export const seatCount = (seats: number): number => seats + OBSERVER_SEATS;

/** The ensemble that all tabs of a room agree on. Times suit tabs: a silent server is given up after
 *  1.6 s, an election that nobody disturbs is over in some tens of milliseconds. */
export function ensembleOfRoom(seats: number): Ensemble {
  const members: Member[] = [];
  for (let seat = 1; seat <= seatCount(seats); seat += 1) {
    members.push({
      serverId: serverId(seat),
      role: seat <= seats ? 'participant' : 'observer',
      host: `tab${String(seat)}`,
      quorumPort: 2888,
      electionPort: 3888,
      clientPort: 2181,
    });
  }
  return {
    members,
    tickMillis: 100,
    initLimit: 60,
    syncLimit: 16,
    sessionTimeoutMillisMin: 1_000,
    sessionTimeoutMillisMax: 120_000,
    finalizeWaitMillis: 30,
    notificationMillisMin: 50,
    notificationMillisMax: 1_000,
    snapshotEveryTransactions: 20_000,
    committedLogEntriesMax: 500,
  };
}

function readNumber(text: string | null, max: number): number | null {
  if (text === null || !/^[1-9][0-9]?$/.test(text)) return null;
  const value = Number(text);
  return value <= max ? value : null;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function base64Url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
