// The first bytes of what crossed as text that goes along with its trace event, and back. Hex: it is cheap
// to send from one thread to another, and survives a file. Whoever is told a trace may be anybody in the
// room, so what proves who a client is stands there as its places alone.

import type { Carried } from '../vocabulary/boundary.ts';
import type { QuorumPacket } from '../vocabulary/packet.ts';
import type { TraceEvent } from '../vocabulary/trace.ts';
import { WIRE_BYTES_MAX } from '../vocabulary/wire.ts';
import { encodePacketHead } from './quorum.ts';

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const SECRET = '??';
const LENGTH_BYTES = 4;

export function wireOf(packet: QuorumPacket): string {
  let text = '';
  for (const byte of encodePacketHead(packet, WIRE_BYTES_MAX)) text += DIGITS[byte] ?? '';
  return text;
}

/** Null where nothing crossed with the event. */
export function wireOfCarried(event: TraceEvent, { packet, frame }: Carried): string | null {
  if (packet !== undefined) return wireOf(packet);
  return frame === undefined ? null : wireOfFrame(event, frame);
}

/** With the frame's length before it, as it crosses. */
function wireOfFrame(event: TraceEvent, frame: Uint8Array): string {
  const [from, to] = secretOf(event);
  let text = (frame.length >>> 0).toString(16).padStart(2 * LENGTH_BYTES, '0');
  const end = Math.min(frame.length, WIRE_BYTES_MAX - LENGTH_BYTES);
  for (let at = 0; at < end; at += 1) {
    text += at >= from && at < to ? SECRET : (DIGITS[frame[at] ?? 0] ?? '');
  }
  return text;
}

/** Behind protocolVersion, timeOut, sessionId and the password's length. */
const PASSWORD: Range = [20, 36];
const REQUEST_HEADER_BYTES = 8;
const REPLY_HEADER_BYTES = 16;

type Range = readonly [from: number, to: number];

/** Which bytes of the event's frame nobody is shown: passwords, and what proves that somebody knows one. */
function secretOf(event: TraceEvent): Range {
  switch (event.kind) {
    case 'sessionOpened':
    case 'sessionResumed':
      return PASSWORD;
    case 'requestReceived': {
      const proves = event.op === 'auth' || event.op === 'sasl';
      return [proves ? REQUEST_HEADER_BYTES : Infinity, Infinity];
    }
    case 'replied':
      return [event.op === 'sasl' ? REPLY_HEADER_BYTES : Infinity, Infinity];
    default:
      return [Infinity, Infinity];
  }
}

/** Null for what {@link wireOf} did not write. */
export function bytesOfWire(wire: unknown): Uint8Array | null {
  const read = readWire(wire);
  return read === null || read.secret.length > 0 ? null : read.bytes;
}

export interface ReadWire {
  /** Zeros where a byte is secret. */
  readonly bytes: Uint8Array;
  /** The places of secret bytes, ascending. */
  readonly secret: readonly number[];
}

/** Null for what {@link wireOfCarried} did not write. */
export function readWire(wire: unknown): ReadWire | null {
  if (typeof wire !== 'string' || !/^(?:[0-9a-f]{2}|\?\?)*$/.test(wire)) return null;
  if (wire.length > WIRE_BYTES_MAX * 2) return null;
  const bytes = new Uint8Array(wire.length / 2);
  const secret: number[] = [];
  for (let at = 0; at < bytes.length; at += 1) {
    const digits = wire.slice(at * 2, at * 2 + 2);
    if (digits === SECRET) secret.push(at);
    else bytes[at] = Number.parseInt(digits, 16);
  }
  return { bytes, secret };
}
