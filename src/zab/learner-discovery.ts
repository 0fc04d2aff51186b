// The discovery phase, the learner's side: dial the elected leader, say who one is and what one has
// accepted, and promise its epoch. The promise is on disk before ACKEPOCH leaves.

import { makeFifo } from '../base/fifo.ts';
import { encodeEpoch, encodeLearnerInfo } from '../jute/quorum.ts';
import type { LinkId, ServerId } from '../vocabulary/ids.ts';
import { PROTOCOL_VERSION, type QuorumPacket } from '../vocabulary/packet.ts';
import { epochOf, makeZxid, ZXID_ZERO } from '../vocabulary/zxid.ts';
import { ALREADY_PROMISED, isPossibleEpoch } from './discovery.ts';
import { lastCommitted, lastLogged } from './history.ts';
import { makePacket, sendPacket } from './links.ts';
import { enterPhase, leaveRole } from './role.ts';
import {
  initLimitMillis,
  observes,
  type LearnerState,
  type PeerContext,
  type PeerState,
} from './state.ts';
import { saveEpochs } from './storage.ts';

/** As Apache's Learner: so many attempts, then a new election. */
const DIAL_ATTEMPTS_MAX = 5;
/** Pause before the n-th new attempt: this times two to the n. */
const REDIAL_MILLIS = 25;

/** Elected somebody else: go there. */
export function startLearning(peer: PeerState, ctx: PeerContext, leader: ServerId): void {
  peer.learning = {
    leader,
    observer: observes(peer),
    stage: 'dialling',
    link: null,
    dialAttempts: 0,
    redialAtMillis: null,
    deadlineMillis: peer.nowMillis + initLimitMillis(peer.config),
    heardAtMillis: peer.nowMillis,
    epoch: peer.acceptedEpoch,
    configuration: null,
    mode: null,
    target: ZXID_ZERO,
    snapshot: null,
    proposals: [],
    commitCount: 0,
    commitUpTo: lastCommitted(peer.history),
    awaitedTicket: null,
    ackNext: 0,
    syncs: makeFifo(),
  };
  enterPhase(peer, ctx, 'discovery');
  dial(ctx, peer.learning);
}

function dial(ctx: PeerContext, learning: LearnerState): void {
  learning.dialAttempts += 1;
  learning.redialAtMillis = null;
  ctx.emit({ kind: 'dial', peer: learning.leader });
}

export function onDialFailed(peer: PeerState, ctx: PeerContext, other: ServerId): void {
  const learning = peer.learning;
  if (learning === null || learning.leader !== other || learning.stage !== 'dialling') return;
  if (learning.redialAtMillis !== null) return;
  if (learning.dialAttempts >= DIAL_ATTEMPTS_MAX) {
    leaveRole(peer, ctx, 'leaderUnreachable');
    return;
  }
  learning.redialAtMillis = peer.nowMillis + REDIAL_MILLIS * 2 ** learning.dialAttempts;
}

export function onRedialTick(peer: PeerState, ctx: PeerContext): void {
  const learning = peer.learning;
  if (learning === null || learning.redialAtMillis === null) return;
  if (peer.nowMillis >= learning.redialAtMillis) dial(ctx, learning);
}

/** The link to the leader stands. */
export function onLeaderLinked(peer: PeerState, ctx: PeerContext, link: LinkId): void {
  const learning = peer.learning;
  if (learning === null) return;
  learning.link = link;
  learning.redialAtMillis = null;
  learning.stage = 'leaderInfo';
  const info = encodeLearnerInfo({
    serverId: peer.config.serverId,
    protocolVersion: PROTOCOL_VERSION,
    configVersion: peer.committed.version,
  });
  const type = learning.observer ? 'OBSERVERINFO' : 'FOLLOWERINFO';
  sendToLeader(ctx, learning, makePacket(type, makeZxid(peer.acceptedEpoch, 0), info));
}

export function onLeaderInfo(peer: PeerState, ctx: PeerContext, packet: QuorumPacket): void {
  const learning = peer.learning;
  if (learning === null) return;
  if (packet.type !== 'LEADERINFO') {
    leaveRole(peer, ctx, 'protocolError');
    return;
  }
  const epoch = epochOf(packet.zxid);
  if (epoch < peer.acceptedEpoch || epoch < 0) {
    leaveRole(peer, ctx, 'oldEpoch');
    return;
  }
  if (epoch > peer.acceptedEpoch && !isPossibleEpoch(epoch)) {
    leaveRole(peer, ctx, 'protocolError');
    return;
  }
  learning.epoch = epoch;
  if (epoch === peer.acceptedEpoch) {
    sendEpochAck(peer, ctx, learning, ALREADY_PROMISED);
    return;
  }
  learning.stage = 'savingEpoch';
  saveEpochs(peer, ctx, { accepted: epoch, current: peer.currentEpoch, trusted: peer.trusted });
}

/** The promise is on disk. */
export function onEpochPromised(peer: PeerState, ctx: PeerContext, learning: LearnerState): void {
  // A suspect whom a change is to make a voter is asked as one: its promise must not count.
  const counts = peer.trusted || peer.config.reconfig === null;
  sendEpochAck(peer, ctx, learning, counts ? peer.currentEpoch : ALREADY_PROMISED);
}

function sendEpochAck(
  peer: PeerState,
  ctx: PeerContext,
  learning: LearnerState,
  currentEpoch: number,
): void {
  learning.stage = 'syncMode';
  enterPhase(peer, ctx, 'synchronization');
  const packet = makePacket('ACKEPOCH', lastLogged(peer.history), encodeEpoch(currentEpoch));
  sendToLeader(ctx, learning, packet);
}

export function sendToLeader(ctx: PeerContext, learning: LearnerState, packet: QuorumPacket): void {
  if (learning.link === null) return;
  sendPacket(ctx, { link: learning.link, server: learning.leader }, packet);
}
