// The drawers of the feed, in words.

import { m } from '../paraglide/messages.js';
import type { FeedKind } from './event-kind.ts';

/** Null: all of them. */
export function kindWord(kind: FeedKind | null): string {
  switch (kind) {
    case null:
      return m.feed_all();
    case 'election':
      return m.feed_election();
    case 'sync':
      return m.feed_sync();
    case 'broadcast':
      return m.feed_broadcast();
    case 'clients':
      return m.feed_clients();
    case 'life':
      return m.feed_life();
  }
}
