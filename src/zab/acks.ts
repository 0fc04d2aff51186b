// Who has acknowledged what, at the leader: the voters that hold a proposal on disk as far as it knows, and
// how far every quorum holds the history.

import type { ServerId } from '../vocabulary/ids.ts';
import { ZXID_ZERO, zxidMax, zxidOf, type Zxid } from '../vocabulary/zxid.ts';
import { isSynced } from './activation.ts';
import { lastDurable } from './history.ts';
import type { LeaderState, PeerState } from './state.ts';

/** Those that have `zxid` on disk, as far as this leader knows, and are voters for it. */
export function holders(peer: PeerState, zxid: Zxid): ServerId[] {
  const servers: ServerId[] = [];
  const self = peer.config.serverId;
  const counts = (server: ServerId): boolean =>
    peer.quorums.some(({ voters, from }) => zxid >= from && voters.has(server));
  if (lastDurable(peer.history) >= zxid && counts(self)) servers.push(self);
  for (const learner of peer.leading?.learners.values() ?? []) {
    const { server } = learner;
    const holds = server !== null && isSynced(learner) && learner.acked >= zxid;
    if (holds && counts(server)) servers.push(server);
  }
  return servers;
}

/** The last proposal that every quorum which it needs has on disk, or null. */
export function heldByQuorums(peer: PeerState, leading: LeaderState): Zxid | null {
  let all: Zxid | null = null;
  for (const { voters, size, from } of peer.quorums) {
    const durable: Zxid[] = [];
    if (voters.has(peer.config.serverId)) durable.push(lastDurable(peer.history));
    for (const learner of leading.learners.values()) {
      const counts = learner.server !== null && voters.has(learner.server) && isSynced(learner);
      if (counts) durable.push(learner.acked);
    }
    durable.sort((a, b) => (a > b ? -1 : a < b ? 1 : 0));
    // What was proposed before `from` does not need this quorum.
    const before = zxidOf(from - 1n);
    const held = zxidMax(durable[size - 1] ?? ZXID_ZERO, before);
    all = all === null || held < all ? held : all;
  }
  return all;
}

export const isHeldEnough = (peer: PeerState, zxid: Zxid, holding: readonly ServerId[]): boolean =>
  peer.quorums.every(
    ({ voters, size, from }) =>
      zxid < from || holding.filter((server) => voters.has(server)).length >= size,
  );
