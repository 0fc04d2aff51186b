// A packet's first bytes as text that goes along with its trace event, and back. Hex: it is cheap to send
// from one thread to another, and survives a file.

import type { QuorumPacket } from '../vocabulary/packet.ts';
import { WIRE_BYTES_MAX } from '../vocabulary/wire.ts';
import { encodePacketHead } from './quorum.ts';

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function wireOf(packet: QuorumPacket): string {
  let text = '';
  for (const byte of encodePacketHead(packet, WIRE_BYTES_MAX)) text += DIGITS[byte] ?? '';
  return text;
}

/** Null for what {@link wireOf} did not write. */
export function bytesOfWire(wire: unknown): Uint8Array | null {
  if (typeof wire !== 'string' || !/^(?:[0-9a-f]{2})*$/.test(wire)) return null;
  if (wire.length > WIRE_BYTES_MAX * 2) return null;
  const bytes = new Uint8Array(wire.length / 2);
  for (let at = 0; at < bytes.length; at += 1) {
    bytes[at] = Number.parseInt(wire.slice(at * 2, at * 2 + 2), 16);
  }
  return bytes;
}
