// What a screen reader hears unasked of what servers told: the few turns that change everything. Pure.

import type { TraceKind } from '../../vocabulary/trace.ts';
import type { FeedLine } from '../state/feed.ts';
import { spokenWords, traceWords } from '../words/trace-words.ts';

const SPOKEN = new Set<TraceKind>([
  ...(['leaderEstablished', 'syncDecided', 'serverHalted', 'diskFailed'] as const),
  ...(['watchFired', 'sessionExpired'] as const),
]);

/** The newest turn of the feed, in words; empty where there was none. */
export function spokenTurn(feed: readonly FeedLine[]): string {
  const newest = feed.findLast(({ traced }) => SPOKEN.has(traced.event.kind));
  const words = newest === undefined ? null : traceWords(newest.traced);
  return words === null ? '' : spokenWords(words);
}
