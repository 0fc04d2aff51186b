// What a running server tells its administrator of: one line for each kind now and then, with what was left out
// since the last one, so that a stranger who says nonsense a thousand times a second fills no disk.

import type { TraceEvent } from '../../vocabulary/trace.ts';

const PAUSE_MILLIS = 10_000;

interface Told {
  readonly atMillis: number;
  leftOut: number;
}

export function makeComplaints(
  complain: (text: string) => void,
  nowMillis: () => number,
): (event: TraceEvent) => void {
  const told = new Map<string, Told>();
  return (event) => {
    const text = sentenceFor(event);
    if (text === null) return;
    const last = told.get(event.kind);
    const now = nowMillis();
    if (last !== undefined && now - last.atMillis < PAUSE_MILLIS) {
      last.leftOut += 1;
      return;
    }
    const leftOut = last?.leftOut ?? 0;
    complain(leftOut === 0 ? text : `${text} (and ${String(leftOut)} more like it before)`);
    told.set(event.kind, { atMillis: now, leftOut: 0 });
  };
}

/** Null for what nobody has to look at. */
function sentenceFor(event: TraceEvent): string | null {
  switch (event.kind) {
    case 'badFrame':
      return `${nameOf(event.from)} sent what cannot be read, and was disconnected: ${event.reason}`;
    case 'quotaExceeded': {
      const { subject, path, what, value, limit, isHard, refused } = event;
      const kind = isHard ? 'hard' : 'soft';
      const numbers = `${what}=${String(value)}, ${kind} limit=${String(limit)}`;
      return `Quota exceeded: ${subject} [${numbers}] by ${path}${refused ? ', which is refused' : ''}`;
    }
    default:
      return null;
  }
}

/** Servers are known by their ids. */
const nameOf = (from: string): string => (/^\d+$/.test(from) ? `server ${from}` : from);
