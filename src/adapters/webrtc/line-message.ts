// What two pages say to each other on their line, beside the servers' own links: who they are, that
// they know the secret, that they are alive, and what people did to the room. Text frames of JSON;
// what does not read as one of these closes the line.

import type { KnownDisk, LostDisk } from '../../vocabulary/known-disk.ts';
import { CHANNEL_NAMES, FAULT_MILLIS_MAX, type ChannelName } from '../../vocabulary/playground.ts';
import { CLOCK_PERCENT_MAX, CLOCK_PERCENT_MIN } from '../../vocabulary/steps.ts';

/** The state of the server that a page carries. `server` names one life of it; null when killed. */
export interface TabStatus {
  readonly server: string | null;
  readonly frozen: boolean;
  readonly diskId: string | null;
  /** How many disks of this seat were lost before this one, as far as it was told. */
  readonly diskGeneration: number;
  /** False: its server is a suspect. */
  readonly diskTrusted: boolean;
  /** It is down because its browser has deleted what was on its disk. */
  readonly lostDisk: boolean;
  /** Its disk answers so much later than it could. */
  readonly slowDiskMillis: number;
  /** Its disk refuses what is written. */
  readonly fullDisk: boolean;
  /** How fast its server's clock goes. */
  readonly clockPercent: number;
}

/** What is wrong between two seats, and since which step; the later step wins. */
export interface PathRecord {
  /** a < b. */
  readonly a: number;
  readonly b: number;
  readonly cut: boolean;
  /** Those of the two whose words to the other wait, in order. */
  readonly held: readonly number[];
  /** So much more each way. */
  readonly slowMillis: number;
  readonly stamp: number;
}

export const SERVER_ORDERS = [
  ...(['kill', 'restart', 'freeze', 'thaw', 'wipe', 'fillDisk', 'freeDisk'] as const),
];
/** What one page may ask of another's server. */
export type ServerOrder = (typeof SERVER_ORDERS)[number];

/** `seatHeld`: another page with that seat has a line to the one that refuses, and has just answered on it. */
export type RefusalReason = 'wrongKey' | 'otherSeats' | 'seatHeld';

export interface Hello {
  readonly kind: 'hello';
  readonly version: number;
  readonly seat: number;
  readonly seats: number;
  readonly page: string;
  readonly nonce: string;
  /** The dialler's how-manieth line to this seat: the later of two is the one meant. */
  readonly dial: number;
  readonly seatedMillis: number;
  /** It has a line to another seat, or its room has no other. */
  readonly canServe: boolean;
}

export type LineMessage =
  | Hello
  | { readonly kind: 'proof'; readonly proof: string }
  /** The receiver's proof is right: it may send now. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly seats: number }
  | { readonly kind: 'beat' }
  /** Asks whether the page is there; to be answered at once. */
  | { readonly kind: 'probe'; readonly ticket: number }
  | { readonly kind: 'probeAnswer'; readonly ticket: number }
  /** The page goes away. */
  | { readonly kind: 'bye' }
  | { readonly kind: 'status'; readonly status: TabStatus }
  /** The seats that the sender has lines to. */
  | { readonly kind: 'roster'; readonly seats: readonly number[] }
  | { readonly kind: 'paths'; readonly paths: readonly PathRecord[] }
  | { readonly kind: 'order'; readonly order: ServerOrder }
  | { readonly kind: 'slowDisk'; readonly millis: number }
  | { readonly kind: 'skewClock'; readonly percent: number }
  /** The receiver closes its channels of this kind to that seat. */
  | { readonly kind: 'closeChannel'; readonly peer: number; readonly channel: ChannelName }
  /** The sender knew another disk on the receiver's seat. */
  | { readonly kind: 'amnesia'; readonly lost: LostDisk }
  /** What the sender remembers of the room's disks. */
  | { readonly kind: 'disks'; readonly disks: readonly KnownDisk[] }
  /** The disk is to be remembered for good: its server has been given everything. From its own page, or
   *  passed on by one that has heard it from there. */
  | { readonly kind: 'successor'; readonly disk: KnownDisk }
  /** That is done by the server on the voter's seat. To the disk's own page, or to one that passes it on. */
  | { readonly kind: 'successorKnown'; readonly disk: KnownDisk; readonly voter: number }
  | { readonly kind: 'watchTree'; readonly on: boolean }
  /** What would a restart find on the receiver's disk? Answered on the trace channel, a piece from there
   *  on. One ticket is one look at the disk. */
  | { readonly kind: 'askDisk'; readonly ticket: number; readonly from: number };

export const LINE_VERSION = 7;
export const LINE_MESSAGE_CHARS_MAX = 8_192;

export const encodeLineMessage = (message: LineMessage): string => JSON.stringify(message);

/** Null for anything that is not a message of ours. */
export function decodeLineMessage(frame: unknown): LineMessage | null {
  if (typeof frame !== 'string' || frame.length > LINE_MESSAGE_CHARS_MAX) return null;
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return null;
  }
  return isRecord(value) && isMessage(value) ? value : null;
}

type Fields = Readonly<Record<string, unknown>>;

function isMessage(value: Fields): value is Fields & LineMessage {
  switch (value['kind']) {
    case 'hello':
      return isHello(value);
    case 'proof':
      return isShortText(value['proof']);
    case 'refused':
      return isOneOf(value['reason'], REFUSAL_REASONS) && isSmall(value['seats']);
    case 'ready':
    case 'beat':
    case 'bye':
      return true;
    case 'probe':
    case 'probeAnswer':
      return isCount(value['ticket']);
    case 'amnesia':
      return isLostDisk(value['lost']);
    case 'disks':
      return isListOf(value['disks'], isKnownDisk);
    case 'successor':
      return isKnownDisk(value['disk']);
    case 'successorKnown':
      return isKnownDisk(value['disk']) && isSmall(value['voter']);
    case 'status':
      return isRecord(value['status']) && isStatus(value['status']);
    case 'roster':
      return isListOf(value['seats'], isSmall);
    case 'paths':
      return isListOf(value['paths'], isPath);
    case 'order':
      return isOneOf(value['order'], SERVER_ORDERS);
    case 'slowDisk':
      return isDelay(value['millis']);
    case 'skewClock':
      return isPace(value['percent']);
    case 'closeChannel':
      return isSmall(value['peer']) && isOneOf(value['channel'], CHANNEL_NAMES);
    case 'watchTree':
      return typeof value['on'] === 'boolean';
    case 'askDisk':
      return isCount(value['ticket']) && isCount(value['from']);
    default:
      return false;
  }
}

function isHello(value: Fields): boolean {
  const numbers = [value['version'], value['seat'], value['seats']];
  const counts = [value['dial'], value['seatedMillis']];
  return (
    numbers.every(isSmall) &&
    counts.every((count) => Number.isSafeInteger(count)) &&
    typeof value['canServe'] === 'boolean' &&
    isShortText(value['page']) &&
    isShortText(value['nonce'])
  );
}

function isStatus(value: Fields): boolean {
  return (
    (value['server'] === null || isShortText(value['server'])) &&
    typeof value['frozen'] === 'boolean' &&
    typeof value['lostDisk'] === 'boolean' &&
    typeof value['fullDisk'] === 'boolean' &&
    isDelay(value['slowDiskMillis']) &&
    isPace(value['clockPercent']) &&
    (value['diskId'] === null || isShortText(value['diskId'])) &&
    isCount(value['diskGeneration']) &&
    typeof value['diskTrusted'] === 'boolean'
  );
}

const isLostDisk = (value: unknown): value is LostDisk =>
  isRecord(value) && isShortText(value['diskId']) && isCount(value['generation']);

const isKnownDisk = (value: unknown): boolean =>
  isLostDisk(value) && isSmall((value as Fields & LostDisk)['seat']);

function isPath(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { a, b, held } = value;
  return (
    isSmall(a) &&
    isSmall(b) &&
    Number(a) < Number(b) &&
    typeof value['cut'] === 'boolean' &&
    isListOf(held, (seat) => seat === a || seat === b) &&
    isDelay(value['slowMillis']) &&
    Number.isSafeInteger(value['stamp'])
  );
}

const REFUSAL_REASONS: readonly RefusalReason[] = ['wrongKey', 'otherSeats', 'seatHeld'];
const LIST_MAX = 64;
const SMALL_MAX = 254;
const SHORT_TEXT_MAX = 128;

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.length <= LIST_MAX && value.every(isItem);
}

const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isSmall = (value: unknown): boolean =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= SMALL_MAX;

const isDelay = (value: unknown): boolean =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= FAULT_MILLIS_MAX;

const isPace = (value: unknown): boolean =>
  Number.isSafeInteger(value) &&
  Number(value) >= CLOCK_PERCENT_MIN &&
  Number(value) <= CLOCK_PERCENT_MAX;

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

const isShortText = (value: unknown): boolean =>
  typeof value === 'string' && value.length <= SHORT_TEXT_MAX;

const isOneOf = (value: unknown, allowed: readonly string[]): boolean =>
  typeof value === 'string' && allowed.includes(value);
