// The quorum in one line, with its reason where there is none.

import type { RoomView } from '../../vocabulary/playground.ts';
import { m } from '../paraglide/messages.js';

export interface QuorumWords {
  readonly state: 'serving' | 'electing' | 'none';
  readonly line: string;
  readonly why: string | null;
}

export function quorumWords({ seat: sits, quorum, seats, servers }: RoomView): QuorumWords {
  const own = servers.find((seat) => seat.own)?.server ?? null;
  /** The quorum serves, but this page's own server is not part of it. */
  const outside = own !== null && !own.serving;
  const killed = servers.some((seat) => seat.own && seat.killed);
  const { have, need, serving } = quorum;
  if (serving && outside) {
    return { state: 'electing', line: m.quorum_ok({ need, have }), why: m.quorum_outside() };
  }
  if (serving && killed) {
    return { state: 'serving', line: m.quorum_ok({ need, have }), why: m.quorum_own_killed() };
  }
  if (serving) return { state: 'serving', line: m.quorum_ok({ need, have }), why: null };
  if (have >= need) {
    return { state: 'electing', line: m.quorum_electing({ need, seats, have }), why: null };
  }
  // Who does not sit knows nobody yet; in the laboratory nobody sits, and all are known.
  if (sits === null && servers.every((seat) => !seat.present)) {
    return { state: 'electing', line: m.quorum_unknown(), why: null };
  }
  return {
    state: 'none',
    line: m.quorum_none({ have, seats }),
    why: servers.some((seat) => seat.killed)
      ? m.quorum_none_killed({ need, seats })
      : m.quorum_none_why({ need, seats }),
  };
}
