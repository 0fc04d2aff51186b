// The quorum in one line, with its reason where there is none.

import type { RoomView } from '../../vocabulary/playground.ts';
import { m } from '../paraglide/messages.js';

export interface QuorumWords {
  readonly state: 'serving' | 'electing' | 'none';
  readonly line: string;
  readonly why: string | null;
}

export function quorumWords({ quorum, seats, servers }: RoomView): QuorumWords {
  const own = servers.find((seat) => seat.own)?.server ?? null;
  /** The quorum serves, but this page's own server is not part of it. */
  const outside = own !== null && !own.serving;
  const { have, need, serving } = quorum;
  if (serving && outside) {
    return { state: 'electing', line: m.quorum_ok({ need, have }), why: m.quorum_outside() };
  }
  if (serving) return { state: 'serving', line: m.quorum_ok({ need, have }), why: null };
  if (have >= need) {
    return { state: 'electing', line: m.quorum_electing({ need, seats, have }), why: null };
  }
  return {
    state: 'none',
    line: m.quorum_none({ have, seats }),
    why: m.quorum_none_why({ need, seats }),
  };
}
