// What crossed with a trace event, for the interface: the bytes of a packet or of a client's frame as their
// server kept them; a ballot encoded again by the same codec, since its event holds every field; and of a
// frame that nobody kept as much as its event says. Null for anything else: no byte is made up. Events may
// come from another page or a file, so nothing of them is trusted.

import {
  handshakeFields,
  replyFields,
  requestFields,
  watchEventFields,
} from '../../jute/client-fields.ts';
import { encodeBallot, frame } from '../../jute/election.ts';
import { ballotFields, packetFields } from '../../jute/packet-fields.ts';
import { toldFrame, type ClientFrameEvent } from '../../jute/told-frame.ts';
import { bytesOfWire, readWire } from '../../jute/wire.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import type { Missing, WireField, WireView } from '../../vocabulary/wire.ts';

export function inspectEvent({ event, wire }: Traced): WireView | null {
  try {
    switch (event.kind) {
      case 'packetSent':
      case 'packetReceived': {
        const bytes = bytesOfWire(wire);
        if (bytes === null || !Number.isSafeInteger(event.bytes)) return null;
        const total = Math.max(event.bytes, bytes.length);
        return { bytes, total, fields: packetFields(bytes, total) };
      }
      case 'ballotSent':
      case 'ballotReceived': {
        const bytes = frame(encodeBallot(event.ballot));
        return { bytes, total: bytes.length, fields: ballotFields(bytes) };
      }
      case 'requestReceived':
      case 'replied':
      case 'watchFired':
      case 'sessionOpened':
      case 'sessionResumed':
        return wire === undefined ? viewOfTold(event) : viewOfKept(event, wire);
      default:
        return null;
    }
  } catch {
    return null; // A foreign event without the fields that its kind has.
  }
}

const LENGTH_BYTES = 4;

function viewOfKept(event: ClientFrameEvent, wire: unknown): WireView | null {
  const read = readWire(wire);
  if (read === null || read.bytes.length < LENGTH_BYTES) return null;
  const { bytes, secret } = read;
  const length = new DataView(bytes.buffer).getUint32(0) + LENGTH_BYTES;
  const hidden = new Set(secret);
  const fields = fieldsOf(event, bytes).map((field) => without(field, hidden, 'secret'));
  return { bytes, total: Math.max(length, bytes.length), fields };
}

function viewOfTold(event: ClientFrameEvent): WireView {
  const { bytes, untold, secret, whole } = toldFrame(event);
  const [open, hidden] = [places(untold), places(secret)];
  const fields = fieldsOf(event, bytes).map((field) =>
    without(without(field, open, 'notKept'), hidden, 'secret'),
  );
  return { bytes, total: whole ? bytes.length : null, fields };
}

function fieldsOf(event: ClientFrameEvent, bytes: Uint8Array): readonly WireField[] {
  switch (event.kind) {
    case 'requestReceived':
      return requestFields(bytes);
    case 'replied':
      return replyFields(bytes, event.op);
    case 'watchFired':
      return watchEventFields(bytes);
    case 'sessionOpened':
    case 'sessionResumed':
      return handshakeFields(bytes);
  }
}

function places(ranges: readonly (readonly [from: number, to: number])[]): ReadonlySet<number> {
  const found = new Set<number>();
  for (const [from, to] of ranges) for (let at = from; at < to; at += 1) found.add(at);
  return found;
}

/** A field that has one of these places has no value. */
function without(field: WireField, hidden: ReadonlySet<number>, missing: Missing): WireField {
  for (let at = field.from; at < field.to; at += 1) {
    if (hidden.has(at)) return { ...field, value: '', missing };
  }
  return field;
}
