// The events of one turn, numbered and timed, on their way to whoever listens. Bounded: what a turn
// says beyond the bound is counted, and the count is said instead.

import type { Carried } from '../vocabulary/boundary.ts';
import type { ServerId } from '../vocabulary/ids.ts';
import type { Traced, TraceEvent } from '../vocabulary/trace.ts';

/** Of one turn. A turn is what one arrival causes; a replayed history is the longest of them. */
export const TRACE_EVENTS_MAX = 20_000;

/** With what crossed with the event. It is not copied and not encoded: under load there are more of these
 *  than anybody looks at, and who keeps one says what of it. */
export interface HostTraced extends Traced, Carried {}

export interface TraceBuffer {
  readonly server: ServerId;
  sequence: number;
  /** Invariant: length <= TRACE_EVENTS_MAX. */
  events: HostTraced[];
  dropped: number;
}

export const makeTraceBuffer = (server: ServerId, toldBefore = 0): TraceBuffer => ({
  server,
  sequence: toldBefore,
  events: [],
  dropped: 0,
});

export function pushTrace(
  buffer: TraceBuffer,
  event: TraceEvent,
  atMillis: number,
  carried: Carried = {},
): void {
  if (buffer.events.length >= TRACE_EVENTS_MAX) {
    buffer.dropped += 1;
    return;
  }
  buffer.sequence += 1;
  const traced = { server: buffer.server, sequence: buffer.sequence, atMillis, event };
  const { packet, frame } = carried;
  if (packet !== undefined) buffer.events.push({ ...traced, packet });
  else buffer.events.push(frame === undefined ? traced : { ...traced, frame });
}

/** What has gathered since the last call; an honest last line when some of it is missing. */
export function takeTraces(buffer: TraceBuffer, atMillis: number): readonly HostTraced[] {
  const taken = buffer.events;
  buffer.events = [];
  if (buffer.dropped > 0) {
    buffer.sequence += 1;
    const event: TraceEvent = { kind: 'traceDropped', count: buffer.dropped };
    taken.push({ server: buffer.server, sequence: buffer.sequence, atMillis, event });
    buffer.dropped = 0;
  }
  return taken;
}
