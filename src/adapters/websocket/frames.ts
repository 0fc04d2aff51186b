// What a gateway and a tab say to each other over their WebSocket: one binary frame each, of a kind, of a
// stream (one connection of a client), and with what belongs to it. Both ends read with the same bounds;
// what does not read as one of these ends the line. No byte of a client is looked at here.

import { SEATS_MAX, seatCount } from '../webrtc/room.ts';

/** First frame of a tab: who it is. `key` follows from the room's secret and does not tell it. */
export interface TabHello {
  readonly room: string;
  readonly key: string;
  readonly seats: number;
  readonly seat: number;
}

/** Where clients reach the server on a seat. */
export interface ClientPort {
  readonly seat: number;
  readonly host: string;
  readonly port: number;
}

/** Whether this tab's room has the ports, or another one does. */
export interface GatewayPlace {
  readonly state: 'open' | 'otherRoom';
  readonly ports: readonly ClientPort[];
}

export type GatewayFrame =
  // From the tab
  | { readonly kind: 'hello'; readonly hello: TabHello }
  /** Its server runs, or does not: then there are no connections. */
  | { readonly kind: 'serves'; readonly on: boolean }
  // From the gateway
  | { readonly kind: 'place'; readonly place: GatewayPlace }
  | { readonly kind: 'open'; readonly stream: number; readonly address: string }
  // From both
  | { readonly kind: 'data'; readonly stream: number; readonly bytes: Uint8Array }
  /** So many bytes of the stream were taken: as many more may follow. */
  | { readonly kind: 'credit'; readonly stream: number; readonly bytes: number }
  | { readonly kind: 'close'; readonly stream: number };

/** The subprotocol, which also carries the token: a version that is not understood is refused at once. */
export const GATEWAY_PROTOCOL = 'tabkeeper-gateway-1';
export const GATEWAY_PATH = '/gateway';
export const TOKEN_PATH = `${GATEWAY_PATH}/token`;

/** Why a line was ended, as a WebSocket close code. */
export const LINE_END = { replaced: 4001, badFrame: 4002, silent: 4003, full: 4004 } as const;

/** What may be on its way in one direction of one stream without having been taken. */
export const WINDOW_BYTES = 256 * 1024;
export const DATA_BYTES_MAX = 64 * 1024;
const HEAD_BYTES = 5;
export const MESSAGE_BYTES_MAX = HEAD_BYTES + DATA_BYTES_MAX;
const PLACE_PORTS_MAX = 32;
const ADDRESS_CHARS_MAX = 64;

const CODE = { hello: 1, serves: 2, place: 3, open: 4, data: 5, credit: 6, close: 7 } as const;

export function encodeFrame(frame: GatewayFrame): Uint8Array<ArrayBuffer> {
  switch (frame.kind) {
    case 'hello':
      return framed(CODE.hello, 0, textBytes(JSON.stringify(frame.hello)));
    case 'serves':
      return framed(CODE.serves, frame.on ? 1 : 0, NOTHING);
    case 'place':
      return framed(CODE.place, 0, textBytes(JSON.stringify(frame.place)));
    case 'open':
      return framed(CODE.open, frame.stream, textBytes(frame.address));
    case 'data':
      return framed(CODE.data, frame.stream, frame.bytes);
    case 'credit':
      return framed(CODE.credit, frame.stream, numberBytes(frame.bytes));
    case 'close':
      return framed(CODE.close, frame.stream, NOTHING);
  }
}

/** Null for anything that is no frame of ours. */
export function decodeFrame(message: Uint8Array): GatewayFrame | null {
  if (message.length < HEAD_BYTES || message.length > MESSAGE_BYTES_MAX) return null;
  const stream = numberAt(message, 1);
  const body = message.subarray(HEAD_BYTES);
  switch (message[0]) {
    case CODE.hello: {
      const hello = readJson(body);
      return isHello(hello) ? { kind: 'hello', hello } : null;
    }
    case CODE.serves:
      return body.length === 0 && stream <= 1 ? { kind: 'serves', on: stream === 1 } : null;
    case CODE.place: {
      const place = readJson(body);
      return isPlace(place) ? { kind: 'place', place } : null;
    }
    case CODE.open: {
      const address = readText(body);
      return address === null || !isAddress(address) ? null : { kind: 'open', stream, address };
    }
    case CODE.data:
      return body.length === 0 ? null : { kind: 'data', stream, bytes: body };
    case CODE.credit: {
      const bytes = body.length === 4 ? numberAt(body, 0) : 0;
      return bytes >= 1 && bytes <= WINDOW_BYTES ? { kind: 'credit', stream, bytes } : null;
    }
    case CODE.close:
      return body.length === 0 ? { kind: 'close', stream } : null;
    default:
      return null;
  }
}

const NOTHING = new Uint8Array(0);
const textBytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function framed(code: number, stream: number, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(HEAD_BYTES + body.length);
  message[0] = code;
  message.set(numberBytes(stream), 1);
  message.set(body, HEAD_BYTES);
  return message;
}

function numberBytes(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

const numberAt = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset).getUint32(at);

function readText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function readJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(readText(bytes) ?? '') as unknown;
  } catch {
    return null;
  }
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

const isFrom = (value: unknown, least: number, most: number): value is number =>
  Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most;

/** Nothing that a terminal or a page would take for more than a name. */
const matches = (value: unknown, pattern: RegExp): boolean =>
  typeof value === 'string' && pattern.test(value);

const isAddress = (value: unknown): value is string =>
  matches(value, /^[0-9A-Za-z.:%-]+$/) && String(value).length <= ADDRESS_CHARS_MAX;

function isHello(value: unknown): value is TabHello {
  if (!isFields(value)) return false;
  const { room, key, seats, seat } = value;
  return (
    matches(room, /^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/) &&
    matches(key, /^[0-9a-f]{64}$/) &&
    isFrom(seats, 1, SEATS_MAX) &&
    isFrom(seat, 1, seatCount(seats))
  );
}

function isPlace(value: unknown): value is GatewayPlace {
  if (!isFields(value)) return false;
  const { state, ports } = value;
  const known = state === 'open' || state === 'otherRoom';
  return known && Array.isArray(ports) && ports.length <= PLACE_PORTS_MAX && ports.every(isPort);
}

const isPort = (value: unknown): boolean =>
  isFields(value) &&
  isFrom(value['seat'], 1, seatCount(SEATS_MAX)) &&
  isAddress(value['host']) &&
  isFrom(value['port'], 1, 65_535);
