// How many have acknowledged a proposal that is not committed yet, as its leader last counted. Pure.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { Zxid } from '../../vocabulary/zxid.ts';
import type { FeedLine } from '../state/feed.ts';

export interface Acks {
  readonly have: number;
  readonly need: number;
}

/** What waits for a quorum is among the newest. */
const LINES_MAX = 80;

/** By zxid, of the feed at one moment: newest last. */
export function acksCounted(
  feed: readonly FeedLine[],
  leader: ServerId | null,
): ReadonlyMap<Zxid, Acks> {
  const acks = new Map<Zxid, Acks>();
  for (const { traced } of feed.slice(-LINES_MAX).reverse()) {
    const { server, event } = traced;
    if (server !== leader || event.kind !== 'ackCounted' || acks.has(event.zxid)) continue;
    acks.set(event.zxid, { have: event.have, need: event.need });
  }
  return acks;
}
