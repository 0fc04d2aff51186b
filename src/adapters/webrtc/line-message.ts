// What two pages say to each other on their line, beside the servers' own links: who they are, that
// they know the secret, that they are alive, and what people did to the room. Text frames of JSON;
// what does not read as one of these closes the line.

/** The state of the server that a page carries. `server` names one life of it; null when killed. */
export interface TabStatus {
  readonly server: string | null;
  readonly frozen: boolean;
  readonly diskId: string | null;
  readonly diskBirth: 'fresh' | 'suspect';
  /** It is down because its browser has deleted what was on its disk. */
  readonly lostDisk: boolean;
}

/** Whether the link between two seats is cut, and since which step; the later step wins. */
export interface CutRecord {
  readonly a: number;
  readonly b: number;
  readonly cut: boolean;
  readonly stamp: number;
}

export type RefusalReason = 'wrongKey' | 'otherSeats';

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
}

export type LineMessage =
  | Hello
  | { readonly kind: 'proof'; readonly proof: string }
  /** The receiver's proof is right: it may send now. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly seats: number }
  | { readonly kind: 'beat' }
  /** Asks for a beat at once. */
  | { readonly kind: 'probe' }
  /** The page goes away. */
  | { readonly kind: 'bye' }
  | { readonly kind: 'status'; readonly status: TabStatus }
  /** The seats that the sender has lines to. */
  | { readonly kind: 'roster'; readonly seats: readonly number[] }
  | { readonly kind: 'cuts'; readonly cuts: readonly CutRecord[] }
  | { readonly kind: 'order'; readonly order: 'kill' | 'restart' | 'freeze' | 'thaw' }
  /** The sender knew another disk on the receiver's seat. */
  | { readonly kind: 'amnesia' }
  | { readonly kind: 'watchTree'; readonly on: boolean };

export const LINE_VERSION = 1;
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
      return isOneOf(value['reason'], ['wrongKey', 'otherSeats']) && isSmall(value['seats']);
    case 'ready':
    case 'beat':
    case 'probe':
    case 'bye':
    case 'amnesia':
      return true;
    case 'status':
      return isRecord(value['status']) && isStatus(value['status']);
    case 'roster':
      return isListOf(value['seats'], isSmall);
    case 'cuts':
      return isListOf(value['cuts'], isCut);
    case 'order':
      return isOneOf(value['order'], ['kill', 'restart', 'freeze', 'thaw']);
    case 'watchTree':
      return typeof value['on'] === 'boolean';
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
    isShortText(value['page']) &&
    isShortText(value['nonce'])
  );
}

function isStatus(value: Fields): boolean {
  return (
    (value['server'] === null || isShortText(value['server'])) &&
    typeof value['frozen'] === 'boolean' &&
    typeof value['lostDisk'] === 'boolean' &&
    (value['diskId'] === null || isShortText(value['diskId'])) &&
    isOneOf(value['diskBirth'], ['fresh', 'suspect'])
  );
}

function isCut(value: unknown): boolean {
  return (
    isRecord(value) &&
    isSmall(value['a']) &&
    isSmall(value['b']) &&
    typeof value['cut'] === 'boolean' &&
    Number.isSafeInteger(value['stamp'])
  );
}

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

const isShortText = (value: unknown): boolean =>
  typeof value === 'string' && value.length <= SHORT_TEXT_MAX;

const isOneOf = (value: unknown, allowed: readonly string[]): boolean =>
  typeof value === 'string' && allowed.includes(value);
