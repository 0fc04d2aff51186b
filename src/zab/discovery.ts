// The discovery phase, the leader's side: a quorum registers with what it has accepted, the leader
// promises a newer epoch, and a quorum promises to follow none older. The promise is on disk first.

import { assert } from '../base/assert.ts';
import { makeFifo } from '../base/fifo.ts';
import { decodeEpoch, decodeLearnerInfo, encodeEpoch } from '../jute/quorum.ts';
import type { LinkId, ServerId } from '../vocabulary/ids.ts';
import { PROTOCOL_VERSION, type QuorumPacket } from '../vocabulary/packet.ts';
import { epochOf, makeZxid, zxidOf, ZXID_ZERO } from '../vocabulary/zxid.ts';
import { isCounted } from './activation.ts';
import { dropLearner } from './broadcast.ts';
import { foresee } from './configurations.ts';
import { lastLogged } from './history.ts';
import { makePacket, sendPacket } from './links.ts';
import { enterPhase, leaveRole } from './role.ts';
import {
  haveQuorum,
  initLimitMillis,
  isVoter,
  mayVote,
  trace,
  type LeaderState,
  type LearnerLink,
  type PeerContext,
  type PeerState,
} from './state.ts';
import { isObserverIn } from './quorums.ts';
import { saveEpochs } from './storage.ts';
import { onOwnNewLeaderAck, startSync } from './synchronization.ts';

/** Epochs are signed 32-bit numbers on the wire. */
const EPOCH_MAX = 0x7fff_ffff;
/** Left to come after what others say they have accepted: more than any ensemble lives through. */
const EPOCHS_LEFT_MIN = 0x1000_0000;

/** Whether somebody can have accepted it and go on from there. */
export const isPossibleEpoch = (epoch: number): boolean =>
  epoch >= 0 && epoch <= EPOCH_MAX - EPOCHS_LEFT_MIN;

/** "Already promised to this epoch, do not count me again." */
export const ALREADY_PROMISED = -1;

/** Elected: registers itself like any learner and waits for a quorum. */
export function startDiscovery(peer: PeerState, ctx: PeerContext): void {
  assert(mayVote(peer), 'a suspect or an observer never leads (Z20)');
  const self = peer.config.serverId;
  peer.leading = {
    startedAtMillis: peer.nowMillis,
    deadlineMillis: peer.nowMillis + initLimitMillis(peer.config),
    infos: new Map([[self, peer.acceptedEpoch]]),
    acceptedMax: peer.acceptedEpoch,
    epoch: null,
    epochDurable: false,
    epochAcks: new Set(),
    epochAcked: false,
    currentEpochDurable: false,
    newLeaderAcks: new Set(),
    established: false,
    initialCurrentEpoch: peer.currentEpoch,
    initialZxid: lastLogged(peer.history),
    learners: new Map(),
    byServer: new Map(),
    lastProposed: ZXID_ZERO,
    counterUsedUp: false,
    syncs: makeFifo(),
    ownSyncs: makeFifo(),
    nextPingAtMillis: peer.nowMillis,
    nextCheckAtMillis: peer.nowMillis,
    designated: null,
    activation: null,
    timed: null,
    gone: new Map(),
    told: null,
  };
  enterPhase(peer, ctx, 'discovery');
  maybeProposeEpoch(peer, ctx, peer.leading);
}

/** A link to this leader; who it is, it has to say. */
export function addLearner(peer: PeerState, link: LinkId, from: ServerId | null): LearnerLink {
  const leading = peer.leading;
  assert(leading !== null, 'only a leader has learners');
  const learner: LearnerLink = {
    link,
    peer: from,
    server: null,
    stage: 'info',
    follower: false,
    acceptedEpoch: 0,
    lastZxid: ZXID_ZERO,
    taking: null,
    forwarding: false,
    acked: ZXID_ZERO,
    commitSent: ZXID_ZERO,
    heardAtMillis: peer.nowMillis,
    deadlineMillis: peer.nowMillis + initLimitMillis(peer.config),
    timedZxid: null,
    timedSinceMillis: peer.nowMillis,
  };
  leading.learners.set(link, learner);
  return learner;
}

/** FOLLOWERINFO or OBSERVERINFO: the first packet on a link. */
export function onLearnerInfo(
  peer: PeerState,
  ctx: PeerContext,
  learner: LearnerLink,
  packet: QuorumPacket,
): void {
  const leading = peer.leading;
  if (leading === null) return;
  const follower = packet.type === 'FOLLOWERINFO';
  if ((!follower && packet.type !== 'OBSERVERINFO') || packet.data === null) {
    refuse(peer, ctx, learner, 'the first packet must say who the learner is');
    return;
  }
  const info = decodeLearnerInfo(packet.data);
  learner.server = info.serverId;
  learner.acceptedEpoch = epochOf(packet.zxid);
  const problem = problemOf(peer, learner, info.configVersion, follower);
  if (problem !== null) {
    refuse(peer, ctx, learner, problem);
    return;
  }
  replaceOldLink(peer, ctx, leading, learner, info.serverId);
  if (peer.leading !== leading) return;
  learner.follower = follower;
  if (leading.epoch === null) {
    // Who is no member may say anything; it is left out as one that comes too late.
    if (isVoter(peer, info.serverId) || isObserverIn(peer.committed, info.serverId)) {
      leading.acceptedMax = Math.max(leading.acceptedMax, learner.acceptedEpoch);
    }
    if (isCounted(peer, learner)) leading.infos.set(info.serverId, learner.acceptedEpoch);
    learner.stage = 'waitingForEpoch';
    maybeProposeEpoch(peer, ctx, leading);
    return;
  }
  if (isCounted(peer, learner) && learner.acceptedEpoch > leading.epoch) {
    // A voter that promised a newer epoch can never join this one. Apache leaves it out for as long
    // as this leader lives; a new election takes it in again.
    leaveRole(peer, ctx, 'oldEpoch');
    return;
  }
  learner.stage = 'waitingForEpoch';
  if (leading.epochDurable) sendLeaderInfo(ctx, leading.epoch, learner);
}

function problemOf(
  peer: PeerState,
  learner: LearnerLink,
  configVersion: bigint,
  follower: boolean,
): string | null {
  const server = learner.server;
  if (server === null || server === peer.config.serverId) return 'it claims to be its leader';
  if (learner.peer !== null && learner.peer !== server) return 'it is not who its link says';
  if (!isPossibleEpoch(learner.acceptedEpoch))
    return 'no epoch could follow the one it has accepted';
  if (configVersion > peer.committed.version) return 'it has a later configuration';
  // A server that is to join follows first, and is counted when it is a member.
  const mayJoin = peer.config.reconfig !== null;
  if (follower && !mayJoin && !isVoter(peer, server))
    return 'it is no participant of this ensemble';
  return null;
}

/** One link per learner: the newest. */
function replaceOldLink(
  peer: PeerState,
  ctx: PeerContext,
  leading: LeaderState,
  learner: LearnerLink,
  server: ServerId,
): void {
  const old = leading.byServer.get(server);
  if (old !== undefined && old !== learner.link) dropLearner(peer, ctx, old, 'replaced');
  leading.byServer.set(server, learner.link);
}

function refuse(peer: PeerState, ctx: PeerContext, learner: LearnerLink, reason: string): void {
  const server = learner.server ?? learner.peer;
  if (server !== null) trace(ctx, { kind: 'learnerRefused', server, reason });
  dropLearner(peer, ctx, learner.link, reason, 'refused');
}

function maybeProposeEpoch(peer: PeerState, ctx: PeerContext, leading: LeaderState): void {
  if (leading.epoch !== null || !haveQuorum(peer, new Set(leading.infos.keys()))) return;
  const epoch = leading.acceptedMax + 1;
  assert(epoch <= EPOCH_MAX, 'epochs fit in 31 bits');
  leading.epoch = epoch;
  nameFirstConfiguration(peer, ctx, epoch);
  leading.deadlineMillis = peer.nowMillis + initLimitMillis(peer.config);
  const accepted = [...leading.infos].sort(([a], [b]) => a - b);
  trace(ctx, {
    kind: 'epochProposed',
    epoch,
    have: leading.infos.size,
    need: peer.quorum,
    accepted: accepted.map(([server, was]) => ({ server, epoch: was })),
  });
  saveEpochs(peer, ctx, { accepted: epoch, current: peer.currentEpoch, trusted: peer.trusted });
}

/** A configuration that was never agreed upon gets the epoch's zxid for a version, so that it is later than
 *  any that a server which is to join was given. Agreed upon it is with NEWLEADER. (ZOOKEEPER-1783) */
function nameFirstConfiguration(peer: PeerState, ctx: PeerContext, epoch: number): void {
  if (peer.config.reconfig === null || peer.lastSeen.version !== 0n) return;
  foresee(peer, ctx, { ...peer.committed, version: makeZxid(epoch, 0) });
}

/** The disk has kept an epoch of this leadership: first the accepted one, later the current one. */
export function onLeaderEpochsSaved(peer: PeerState, ctx: PeerContext): void {
  const leading = peer.leading;
  if (leading === null || leading.epoch === null) return;
  if (!leading.epochDurable) {
    assert(peer.acceptedEpoch === leading.epoch, 'LEADERINFO leaves after its epoch is durable');
    leading.epochDurable = true;
    countEpochAck(peer, ctx, leading, peer.config.serverId, leading.initialCurrentEpoch);
    for (const learner of [...leading.learners.values()]) {
      if (learner.stage === 'waitingForEpoch') sendLeaderInfo(ctx, leading.epoch, learner);
    }
    maybeStartSync(peer, ctx, leading);
    return;
  }
  if (peer.currentEpoch === leading.epoch && !leading.currentEpochDurable) {
    leading.currentEpochDurable = true;
    onOwnNewLeaderAck(peer, ctx);
  }
}

function sendLeaderInfo(ctx: PeerContext, epoch: number, learner: LearnerLink): void {
  learner.stage = 'epochAck';
  const packet = makePacket('LEADERINFO', makeZxid(epoch, 0), encodeEpoch(PROTOCOL_VERSION));
  sendPacket(ctx, learner, packet);
}

/** ACKEPOCH: what the learner has. Until the quorum exists, one that has more than this leader is sent
 *  away, for then another one must lead. */
export function onEpochAck(
  peer: PeerState,
  ctx: PeerContext,
  learner: LearnerLink,
  packet: QuorumPacket,
): void {
  const leading = peer.leading;
  if (leading === null || learner.server === null) return;
  if (packet.type !== 'ACKEPOCH' || packet.data === null) {
    refuse(peer, ctx, learner, 'ACKEPOCH must answer LEADERINFO');
    return;
  }
  const currentEpoch = decodeEpoch(packet.data);
  learner.lastZxid = packet.zxid;
  if (leading.epochAcked) {
    startSync(peer, ctx, learner);
    return;
  }
  if (currentEpoch !== ALREADY_PROMISED) {
    const ahead =
      currentEpoch > leading.initialCurrentEpoch ||
      (currentEpoch === leading.initialCurrentEpoch && packet.zxid > leading.initialZxid);
    if (ahead) {
      refuse(peer, ctx, learner, 'it is ahead of its leader');
      return;
    }
  }
  learner.stage = 'waitingForSync';
  const asks = isCounted(peer, learner);
  const counted = asks && currentEpoch !== ALREADY_PROMISED && packet.zxid !== zxidOf(-1n);
  if (counted) countEpochAck(peer, ctx, leading, learner.server, currentEpoch, learner);
  else
    traceEpochAck(peer, ctx, leading, { learner, server: learner.server, currentEpoch, counted });
  maybeStartSync(peer, ctx, leading);
}

function countEpochAck(
  peer: PeerState,
  ctx: PeerContext,
  leading: LeaderState,
  server: ServerId,
  currentEpoch: number,
  learner: LearnerLink | null = null,
): void {
  leading.epochAcks.add(server);
  traceEpochAck(peer, ctx, leading, { learner, server, currentEpoch, counted: true });
}

function traceEpochAck(
  peer: PeerState,
  ctx: PeerContext,
  leading: LeaderState,
  ack: {
    readonly learner: LearnerLink | null;
    readonly server: ServerId;
    readonly currentEpoch: number;
    readonly counted: boolean;
  },
): void {
  trace(ctx, {
    kind: 'epochAcked',
    server: ack.server,
    currentEpoch: ack.currentEpoch,
    lastZxid: ack.learner?.lastZxid ?? leading.initialZxid,
    counted: ack.counted,
    have: leading.epochAcks.size,
    need: peer.quorum,
  });
}

/** A quorum promised: the epoch is this leader's alone. Its own current epoch is written while the
 *  learners are already being synchronised; its own NEWLEADER ack waits for that write. */
function maybeStartSync(peer: PeerState, ctx: PeerContext, leading: LeaderState): void {
  if (leading.epochAcked || leading.epoch === null) return;
  const acks = leading.epochAcks;
  if (!acks.has(peer.config.serverId) || !haveQuorum(peer, acks)) return;
  leading.epochAcked = true;
  leading.deadlineMillis = peer.nowMillis + initLimitMillis(peer.config);
  enterPhase(peer, ctx, 'synchronization');
  const { epoch } = leading;
  saveEpochs(peer, ctx, { accepted: epoch, current: epoch, trusted: peer.trusted });
  for (const learner of [...leading.learners.values()]) {
    if (learner.stage === 'waitingForSync') startSync(peer, ctx, learner);
  }
}
