// What a leader does by the clock: limits of discovery and synchronization, PINGs, silent learners,
// the quorum check. Deadlines compare times; a clock that stood still (a sleeping laptop) is forgiven
// once, for what the others sent meanwhile is still to be read.

import { maybeTellAwaited, tellGivenUp } from './awaited.ts';
import { lastLogged } from './history.ts';
import { checkQuorum, cutOff } from './broadcast.ts';
import { makePacket, sendPacket } from './links.ts';
import { leaveRole } from './role.ts';
import { goOnTaking } from './synchronization.ts';
import {
  syncLimitMillis,
  type LeaderState,
  type LearnerLink,
  type PeerContext,
  type PeerState,
} from './state.ts';
import { zxidMax } from '../vocabulary/zxid.ts';

export function onLeaderTick(peer: PeerState, ctx: PeerContext, sleptMillis: number): void {
  const leading = peer.leading;
  if (leading === null) return;
  if (sleptMillis > syncLimitMillis(peer.config) / 2) forgive(leading, sleptMillis);
  if (!leading.established && peer.nowMillis > leading.deadlineMillis) {
    tellGivenUp(peer, ctx);
    leaveRole(peer, ctx, 'initLimitExceeded');
    return;
  }
  for (const learner of [...leading.learners.values()]) {
    const reason = lateBecause(peer, learner);
    if (reason !== null) cutOff(peer, ctx, learner, reason);
    else if (learner.taking !== null) goOnTaking(peer, ctx, learner, learner.taking);
    if (peer.leading !== leading) return;
  }
  if (peer.nowMillis >= leading.nextPingAtMillis) {
    leading.nextPingAtMillis = peer.nowMillis + peer.config.tickMillis / 2;
    sendPings(peer, ctx, leading);
  }
  if (leading.established && peer.nowMillis >= leading.nextCheckAtMillis) {
    leading.nextCheckAtMillis = peer.nowMillis + peer.config.tickMillis;
    checkQuorum(peer, ctx);
  }
  maybeTellAwaited(peer, ctx);
}

/** Moves every limit by the time that this server was not there. */
function forgive(leading: LeaderState, sleptMillis: number): void {
  leading.deadlineMillis += sleptMillis;
  if (leading.timed !== null) leading.timed.sinceMillis += sleptMillis;
  for (const learner of leading.learners.values()) {
    learner.heardAtMillis += sleptMillis;
    learner.deadlineMillis += sleptMillis;
    learner.timedSinceMillis += sleptMillis;
  }
}

function lateBecause(peer: PeerState, learner: LearnerLink): string | null {
  const now = peer.nowMillis;
  const limit = syncLimitMillis(peer.config);
  if (learner.stage === 'waitingForService') return null;
  if (learner.stage !== 'serving') {
    return now > learner.deadlineMillis ? 'initLimit exceeded' : null;
  }
  if (now - learner.heardAtMillis > limit) return 'silent for syncLimit';
  const unacked = learner.follower && learner.timedZxid !== null;
  return unacked && now - learner.timedSinceMillis > limit
    ? 'a proposal unacked for syncLimit'
    : null;
}

/** To every learner that has NEWLEADER: it answers once it serves. */
function sendPings(peer: PeerState, ctx: PeerContext, leading: LeaderState): void {
  const packet = makePacket('PING', zxidMax(leading.lastProposed, lastLogged(peer.history)));
  for (const learner of leading.learners.values()) {
    if (learner.forwarding) sendPacket(ctx, learner, packet);
  }
}
