// The present state of a live ensemble, as a laboratory's world can begin with it: what each server's disk
// would give back to a restart, and the sessions whose clients go on. Plain data that a link can carry, and
// the check that what came from outside is of this shape. What the records say is jute's to read.

import { base64Bytes, fromBase64 } from '../base/base64.ts';

/** What one disk holds. Numbers of 64 bits are text here, as ZooKeeper prints them; bytes are base64. */
export interface DiskRecords {
  readonly acceptedEpoch: number;
  readonly currentEpoch: number;
  /** False: it is a suspect's, or nobody could read it, and then it is empty. */
  readonly trusted: boolean;
  /** The record of a tree with its sessions, and the last transaction in it. */
  readonly snapshot: { readonly zxid: string; readonly bytes: string } | null;
  /** The transactions after it, each with its header, which names its zxid. */
  readonly log: readonly string[];
}

export interface TakenDisk extends DiskRecords {
  readonly server: number;
  /** Its server ran: in the world it is opened at once. */
  readonly up: boolean;
}

export const EMPTY_UNTRUSTED: DiskRecords = {
  ...{ acceptedEpoch: 0, currentEpoch: 0, trusted: false, snapshot: null, log: [] },
};

/** A session in the trees, whose client is one of the world's. */
export interface TakenSession {
  readonly session: string;
  readonly timeoutMillis: number;
  /** Where its client was connected; null: nowhere. */
  readonly server: number | null;
}

export interface Taken {
  /** When, in milliseconds since 1970: the world's wall clocks go on from there. */
  readonly wallMillis: number;
  /** Ascending by server. Who is not among them has an empty disk and never ran. */
  readonly disks: readonly TakenDisk[];
  readonly sessions: readonly TakenSession[];
}

/** Of all disks together, as bytes: every world that is parked on the way through a run holds the trees. */
export const TAKEN_BYTES_MAX = 1024 * 1024;
/** As many as a laboratory has clients. */
export const TAKEN_SESSIONS_MAX = 16;
const ENTRIES_MAX = 50_000;
const EPOCH_MAX = 0x7fff_ffff;
const SESSION_MILLIS_MAX = 600_000;
/** The end of the year 9999. */
const WALL_MILLIS_MAX = 253_402_300_799_999;
const NUMBER = /^0x[0-9a-f]{1,16}$/;

/** The bytes that this disk's records take. */
export function takenBytes({ snapshot, log }: DiskRecords): number {
  const records = snapshot === null ? log : [snapshot.bytes, ...log];
  return records.reduce((sum, record) => sum + base64Bytes(record), 0);
}

/** The 64 bits of such a text. */
export const bitsOf = (text: string): bigint => BigInt.asIntN(64, BigInt(text));

/** `servers`: how many the world has. */
export function isTaken(value: unknown, servers: number): value is Taken {
  if (!hasJust(value, ['wallMillis', 'disks', 'sessions'])) return false;
  const { wallMillis, disks, sessions } = value;
  return (
    isWhole(wallMillis, WALL_MILLIS_MAX) &&
    isListOf(disks, servers, (disk): disk is TakenDisk => isDisk(disk, servers)) &&
    isAscending(disks.map(({ server }) => server)) &&
    disks.reduce((sum, disk) => sum + takenBytes(disk), 0) <= TAKEN_BYTES_MAX &&
    isListOf(sessions, TAKEN_SESSIONS_MAX, (one): one is TakenSession => isSession(one, servers)) &&
    new Set(sessions.map(({ session }) => session)).size === sessions.length
  );
}

const RECORD_FIELDS = ['acceptedEpoch', 'currentEpoch', 'trusted', 'snapshot', 'log'];

function isDisk(value: unknown, servers: number): value is TakenDisk {
  if (!hasJust(value, ['server', 'up', ...RECORD_FIELDS])) return false;
  const { server, up, ...records } = value;
  const isServer = isWhole(server, servers) && server > 0;
  return isServer && typeof up === 'boolean' && isDiskRecords(records);
}

export function isDiskRecords(value: unknown): value is DiskRecords {
  if (!hasJust(value, RECORD_FIELDS)) return false;
  const { acceptedEpoch, currentEpoch, trusted, snapshot, log } = value;
  return (
    isWhole(acceptedEpoch, EPOCH_MAX) &&
    isWhole(currentEpoch, acceptedEpoch) &&
    typeof trusted === 'boolean' &&
    (snapshot === null || isSnapshot(snapshot)) &&
    isListOf(log, ENTRIES_MAX, isRecord)
  );
}

const isSnapshot = (value: unknown): boolean =>
  hasJust(value, ['zxid', 'bytes']) && isNumber(value['zxid']) && isRecord(value['bytes']);

function isSession(value: unknown, servers: number): value is TakenSession {
  if (!hasJust(value, ['session', 'timeoutMillis', 'server'])) return false;
  const { session, timeoutMillis, server } = value;
  const isServer = server === null || (isWhole(server, servers) && server > 0);
  return isServer && isSessionText(session) && isWhole(timeoutMillis, SESSION_MILLIS_MAX);
}

/** The text of a session's id, and not of none. */
export const isSessionText = (value: unknown): value is string =>
  isNumber(value) && bitsOf(value) !== 0n;

const isNumber = (value: unknown): value is string =>
  typeof value === 'string' && NUMBER.test(value);

const isRecord = (value: unknown): value is string =>
  typeof value === 'string' &&
  value !== '' &&
  base64Bytes(value) <= TAKEN_BYTES_MAX &&
  fromBase64(value) !== null;

const isAscending = (numbers: readonly number[]): boolean =>
  numbers.every((number, at) => at === 0 || number > (numbers[at - 1] ?? number));

const isWhole = (value: unknown, max: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= max;

const isListOf = <Item>(
  value: unknown,
  max: number,
  isItem: (item: unknown) => item is Item,
): value is readonly Item[] => Array.isArray(value) && value.length <= max && value.every(isItem);

/** Own fields only, these and no other. */
function hasJust(
  value: unknown,
  names: readonly string[],
): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return (
    Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name))
  );
}
