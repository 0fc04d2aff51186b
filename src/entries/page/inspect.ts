// What crossed with a trace event, for the interface: a packet's bytes as its server kept them, a ballot
// encoded again by the same codec, since its event holds every field. Null for anything else: no byte is
// made up. Events may come from another page or a file, so nothing of them is trusted.

import { encodeBallot, frame } from '../../jute/election.ts';
import { ballotFields, packetFields } from '../../jute/packet-fields.ts';
import { bytesOfWire } from '../../jute/wire.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import type { WireView } from '../../vocabulary/wire.ts';

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
      default:
        return null;
    }
  } catch {
    return null; // A foreign event without the fields that its kind has.
  }
}
