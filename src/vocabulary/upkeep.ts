// Signs of life, and checks that find all in order: an ensemble at rest tells of nothing else, many times a second.

import type { TraceEvent } from './trace.ts';

/** True for what says nothing new to people: whoever shows or carries it may gather it for longer. */
export function isUpkeep(event: TraceEvent): boolean {
  switch (event.kind) {
    case 'packetSent':
    case 'packetReceived':
      return event.type === 'PING';
    case 'requestReceived':
    case 'replied':
      return event.op === 'ping';
    case 'quorumChecked':
      return event.have >= event.need;
    default:
      return false;
  }
}
