// From one configuration to the next: what a leader does when it commits one (Leader.tryToCommit), what the
// others do when they hear of it (QuorumPeer.processReconfig), and who leads afterwards.

import { parseConfiguration, ConfigurationError } from '../vocabulary/configuration.ts';
import { sameAddress, sameMembers } from '../vocabulary/configuration.ts';
import {
  configText,
  memberOf,
  participants,
  quorumSize,
  type Configuration,
} from '../vocabulary/ensemble.ts';
import { encodeDesignated } from '../jute/quorum.ts';
import type { ServerId } from '../vocabulary/ids.ts';
import type { QuorumPacket } from '../vocabulary/packet.ts';
import type { LogEntry } from '../vocabulary/transaction.ts';
import type { Zxid } from '../vocabulary/zxid.ts';
import { activate } from './configurations.ts';
import { hangUp, makePacket, sendPacket } from './links.ts';
import { isObserverIn, isVoter } from './quorums.ts';
import { followDesignated, leaveRole } from './role.ts';
import {
  syncLimitMillis,
  type LeaderState,
  type LearnerLink,
  type LearnerState,
  type PeerContext,
  type PeerState,
} from './state.ts';

/** It has all that came before NEWLEADER on disk, and acks what came after it. */
export const isSynced = (learner: LearnerLink): boolean =>
  learner.follower && (learner.stage === 'serving' || learner.stage === 'waitingForService');

/** A voter; an observer too, if the last seen configuration makes it one: what it promises is on its disk
 *  like anybody's. A suspect is a voter that says it is an observer. */
export const isCounted = (peer: PeerState, { follower, server }: LearnerLink): boolean =>
  server !== null && isVoter(peer, server) && (follower || isObserverIn(peer.committed, server));

/** Would this leader have a quorum of them at once: followers that keep up, members yet or not. Who has just
 *  been made an observer acks no more, though its old link still stands. */
export function isQuorumSynced(peer: PeerState, configuration: Configuration): boolean {
  const { leading } = peer;
  if (leading === null) return false;
  const there = new Set([peer.config.serverId]);
  const limit = syncLimitMillis(peer.config);
  for (const learner of leading.learners.values()) {
    const keepsUp = isSynced(learner) && peer.nowMillis - learner.heardAtMillis <= limit;
    const { server } = learner;
    if (keepsUp && server !== null && !isObserverIn(peer.committed, server)) there.add(server);
  }
  const voters = participants(configuration).filter(({ serverId }) => there.has(serverId));
  return voters.length >= quorumSize(configuration);
}

/** The entry that makes the last seen configuration is committed: everybody hears of it, and who leads. */
export function activateCommitted(
  peer: PeerState,
  ctx: PeerContext,
  leading: LeaderState,
  entry: LogEntry,
): void {
  const designated = designatedLeader(peer, leading, entry.zxid);
  activate(peer, ctx, peer.lastSeen);
  leading.activation = { zxid: entry.zxid, designated };
  if (designated !== peer.config.serverId) leading.designated = designated;
  const commit = commitPacket(leading, entry.zxid);
  const inform = makePacket(
    'INFORMANDACTIVATE',
    entry.zxid,
    encodeDesignated(designated, entry.bytes),
  );
  for (const learner of [...leading.learners.values()]) {
    if (!learner.forwarding) continue;
    if (learner.follower && learner.stage !== 'serving') continue;
    sendPacket(ctx, learner, learner.follower ? commit : inform);
    learner.commitSent = entry.zxid;
  }
}

/** To a follower that could not be told yet. Of several configurations the last one is enough. */
export function commitPacket({ activation }: LeaderState, zxid: Zxid): QuorumPacket {
  if (activation?.zxid !== zxid) return makePacket('COMMIT', zxid);
  return makePacket('COMMITANDACTIVATE', zxid, encodeDesignated(activation.designated));
}

/** This leader, if it stays a voter where it is; otherwise the voter that has acked most. */
function designatedLeader(peer: PeerState, leading: LeaderState, zxid: Zxid): ServerId {
  const self = peer.config.serverId;
  const before = memberOf(peer.committed, self);
  const after = memberOf(peer.lastSeen, self);
  const stays =
    isVoterIn(peer.lastSeen, self) &&
    before !== null &&
    after !== null &&
    sameAddress(before, after);
  if (stays) return self;
  const [best] = [...leading.learners.values()]
    .filter((learner) => isSynced(learner) && learner.acked >= zxid)
    .filter(({ server }) => server !== null && isVoterIn(peer.lastSeen, server))
    .sort((a, b) => compare(b.acked, a.acked) || (a.server ?? self) - (b.server ?? self));
  return best?.server ?? self;
}

const compare = (a: Zxid, b: Zxid): number => (a < b ? -1 : a > b ? 1 : 0);

const isVoterIn = (configuration: Configuration, server: ServerId): boolean =>
  memberOf(configuration, server)?.role === 'participant';

/** A learner hears that a configuration holds. What is done `meanwhile` is done by it already, and before
 *  this server becomes something else for it. */
export function onActivation(
  peer: PeerState,
  ctx: PeerContext,
  next: Configuration,
  designated: ServerId | null,
  meanwhile: () => void = () => undefined,
): void {
  const previous = peer.committed;
  const { learning } = peer;
  const isNew = activate(peer, ctx, next);
  meanwhile();
  if (!isNew || learning === null || peer.learning !== learning) return;
  if (!sameMembers(previous, next) && isMajor(peer, learning, previous, designated)) {
    if (designated === null) leaveRole(peer, ctx, 'reconfigured');
    else followDesignated(peer, ctx, designated);
    return;
  }
  for (const link of peer.parked.keys()) hangUp(ctx, link, 'not the leader');
  peer.parked.clear();
}

/** Another role, another leader, or a leader at another place. */
function isMajor(
  peer: PeerState,
  { leader }: LearnerState,
  previous: Configuration,
  designated: ServerId | null,
): boolean {
  const { committed, config } = peer;
  const self = config.serverId;
  if (isObserverIn(previous, self) !== isObserverIn(committed, self)) return true;
  if (designated !== null) return designated !== leader;
  const before = memberOf(previous, leader);
  const after = memberOf(committed, leader);
  const leads = before?.role === 'participant' && after?.role === 'participant';
  return !leads || !sameAddress(before, after);
}

/** What a ballot says of the configuration, heard while looking. True if the members are others now. */
export function adoptHeard(peer: PeerState, ctx: PeerContext, text: string): boolean {
  if (peer.config.reconfig === null || text === configText(peer.committed)) return false;
  const heard = readConfiguration(text);
  const previous = peer.committed;
  // A text without members is what servers of one's own say; no ensemble is made of it.
  if (heard === null || heard.members.length === 0) return false;
  return activate(peer, ctx, heard) && !sameMembers(previous, heard);
}

/** Null for a text that is no configuration. */
export function readConfiguration(text: string): Configuration | null {
  try {
    return parseConfiguration(text);
  } catch (error) {
    if (error instanceof ConfigurationError) return null;
    throw error;
  }
}
