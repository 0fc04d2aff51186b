// The broadcast phase, the leader's side: PROPOSAL to the followers, their ACKs, COMMIT in zxid order
// once a quorum has the entry on disk, INFORM to observers, and the watch over who is still there.

import { assert } from '../base/assert.ts';
import { peekFifo, pushFifo, shiftFifo } from '../base/fifo.ts';
import type { LinkId, ServerId } from '../vocabulary/ids.ts';
import type { LogEntry } from '../vocabulary/transaction.ts';
import {
  counterOf,
  COUNTER_MAX,
  epochOf,
  makeZxid,
  nextZxid,
  ZXID_ZERO,
  type Zxid,
} from '../vocabulary/zxid.ts';
import { heldByQuorums, holders, isHeldEnough } from './acks.ts';
import { activateCommitted, commitPacket, isSynced } from './activation.ts';
import { noteGone, settleTiming, startTiming, tellGivenUp } from './awaited.ts';
import { noteEntry } from './configurations.ts';
import { appendEntry, endOf, entryAt, lastApplied, lastCommitted, trimHistory } from './history.ts';
import { hangUp, makePacket, sendPacket } from './links.ts';
import { isPending } from './quorums.ts';
import { followDesignated, leaveRole } from './role.ts';
import {
  haveQuorum,
  isVoter,
  syncLimitMillis,
  trace,
  type Gone,
  type LeaderState,
  type LearnerLink,
  type PeerContext,
  type PeerState,
} from './state.ts';
import { applyCommitted, flushLog, maybeTakeSnapshot } from './storage.ts';

/** A follower with more unacked proposals than this is cut off. */
export const LEARNER_OUTSTANDING_MAX = 20_000;
/** Waiting sync requests of all learners, and of this server. */
export const SYNCS_MAX = 100_000;

/** The zxid of the next proposal; null when this server does not lead or its counter is used up: then
 *  it steps down, and the next leader begins a new epoch. (ZOOKEEPER-1277) */
export function nextProposalZxid(peer: PeerState): Zxid | null {
  const leading = peer.leading;
  if (leading === null || !leading.established || leading.counterUsedUp) return null;
  if (leading.designated !== null) return null;
  if (counterOf(leading.lastProposed) + 1 >= COUNTER_MAX) {
    leading.counterUsedUp = true;
    return null;
  }
  return nextZxid(leading.lastProposed);
}

export function propose(peer: PeerState, ctx: PeerContext, entry: LogEntry): void {
  const leading = peer.leading;
  assert(leading !== null && leading.established, 'only an established leader proposes (Z6)');
  assert(entry.zxid === nextZxid(leading.lastProposed), 'proposals are numbered one by one (Z4)');
  appendEntry(peer.history, entry);
  leading.lastProposed = entry.zxid;
  startTiming(peer, leading);
  noteEntry(peer, ctx, entry);
  const packet = makePacket('PROPOSAL', entry.zxid, entry.bytes);
  for (const learner of leading.learners.values()) {
    if (!learner.forwarding || !learner.follower) continue;
    sendPacket(ctx, learner, packet);
    if (learner.timedZxid === null) {
      learner.timedZxid = entry.zxid;
      learner.timedSinceMillis = peer.nowMillis;
    }
    if (outstandingAt(learner, entry.zxid) > LEARNER_OUTSTANDING_MAX) {
      cutOff(peer, ctx, learner, 'too many unacked proposals');
    }
  }
  flushLog(peer, ctx);
}

function outstandingAt(learner: LearnerLink, last: Zxid): number {
  const from = epochOf(learner.acked) === epochOf(last) ? counterOf(learner.acked) : 0;
  return counterOf(last) - from;
}

/** Proposals that are not committed yet. */
export function outstandingCount(peer: PeerState): number {
  return peer.leading?.established === true ? endOf(peer.history) - peer.history.committed : 0;
}

/** ACK of a proposal. An ack says that everything up to it is durable there: they come in order. */
export function onAck(peer: PeerState, ctx: PeerContext, learner: LearnerLink, zxid: Zxid): void {
  const leading = peer.leading;
  if (leading === null || learner.server === null) return;
  if (zxid > leading.lastProposed) {
    dropLearner(peer, ctx, learner.link, 'ack of what was never proposed');
    return;
  }
  if (zxid <= learner.acked) return;
  learner.acked = zxid;
  if (learner.timedZxid !== null && zxid >= learner.timedZxid) {
    learner.timedZxid = zxid < leading.lastProposed ? leading.lastProposed : null;
    learner.timedSinceMillis = peer.nowMillis;
  }
  if (!learner.follower || !isVoter(peer, learner.server)) return;
  if (zxid > lastCommitted(peer.history)) traceAck(peer, ctx, zxid, learner.server);
  tryCommit(peer, ctx);
}

/** The leader's own disk has done its part. */
export function onOwnLogged(peer: PeerState, ctx: PeerContext, from: number, end: number): void {
  if (peer.leading?.established !== true) return;
  for (let position = from; position < end; position += 1) {
    const entry = entryAt(peer.history, position);
    ctx.application.onStage('acked', entry);
    traceAck(peer, ctx, entry.zxid, peer.config.serverId);
  }
  tryCommit(peer, ctx);
  settleApplied(peer, ctx);
}

function traceAck(peer: PeerState, ctx: PeerContext, zxid: Zxid, server: ServerId): void {
  const have = holders(peer, zxid).length;
  trace(ctx, { kind: 'ackCounted', zxid, server, have, need: peer.quorum });
}

/** Commits everything that the quorums of voters have on disk, in order. */
export function tryCommit(peer: PeerState, ctx: PeerContext): void {
  const leading = peer.leading;
  if (leading === null || !leading.established || leading.designated !== null) return;
  const zxid = heldByQuorums(peer, leading);
  if (zxid === null || zxid <= lastCommitted(peer.history)) return;
  const { committed } = peer;
  commitUpTo(peer, ctx, leading, zxid);
  settleTiming(peer, leading);
  // Behind a configuration that holds now another quorum counts.
  if (committed !== peer.committed) tryCommit(peer, ctx);
  settleApplied(peer, ctx);
}

function commitUpTo(peer: PeerState, ctx: PeerContext, leading: LeaderState, last: Zxid): void {
  const history = peer.history;
  while (history.committed < endOf(history)) {
    const entry = entryAt(history, history.committed);
    if (entry.zxid > last) break;
    const voters = holders(peer, entry.zxid).sort((a, b) => a - b);
    assert(isHeldEnough(peer, entry.zxid, voters), 'a quorum has on disk what is committed (Z16)');
    history.committed += 1;
    trace(ctx, { kind: 'committed', zxid: entry.zxid, voters });
    ctx.application.onStage('quorumAcked', entry);
    const activates = isPending(peer) && entry.zxid === peer.lastSeen.version;
    if (activates) activateCommitted(peer, ctx, leading, entry);
    else announce(ctx, leading, entry);
    answerSyncs(peer, ctx, leading);
    if (activates) return;
  }
}

/** COMMIT to followers, INFORM to observers. A follower between NEWLEADER and UPTODATE gets its
 *  COMMITs after UPTODATE: Apache's could not take them before (ZOOKEEPER-4394). */
function announce(ctx: PeerContext, leading: LeaderState, entry: LogEntry): void {
  const commit = makePacket('COMMIT', entry.zxid);
  const inform = makePacket('INFORM', entry.zxid, entry.bytes);
  for (const learner of leading.learners.values()) {
    if (!learner.forwarding) continue;
    if (learner.follower && learner.stage !== 'serving') continue;
    sendPacket(ctx, learner, learner.follower ? commit : inform);
    learner.commitSent = entry.zxid;
  }
}

/** The COMMITs that were held back until UPTODATE. */
export function releaseCommits(peer: PeerState, ctx: PeerContext, learner: LearnerLink): void {
  const leading = peer.leading;
  if (leading === null || leading.epoch === null || !learner.follower) return;
  const last = lastCommitted(peer.history);
  let zxid = learner.commitSent;
  const start = makeZxid(leading.epoch, 0);
  if (zxid < start) zxid = start;
  while (zxid < last) {
    zxid = nextZxid(zxid);
    sendPacket(ctx, learner, commitPacket(leading, zxid));
  }
  if (last > learner.commitSent) learner.commitSent = last;
}

/** Applies what may be applied, and does what waits for it. */
export function settleApplied(peer: PeerState, ctx: PeerContext): void {
  if (!applyCommitted(peer, ctx)) return;
  answerOwnSyncs(peer, ctx);
  trimHistory(peer.history, peer.config.committedLogEntriesMax, neededFrom(peer));
  maybeTakeSnapshot(peer, ctx);
}

/** The first position that a learner whose SNAP is being taken will need. */
function neededFrom({ leading }: PeerState): number {
  let from = Infinity;
  for (const { taking } of leading?.learners.values() ?? []) {
    if (taking !== null) from = Math.min(from, taking.from);
  }
  return from;
}

function answerSyncs(peer: PeerState, ctx: PeerContext, leading: LeaderState): void {
  const committed = lastCommitted(peer.history);
  for (;;) {
    const head = peekFifo(leading.syncs);
    if (head === undefined || head.zxid > committed) return;
    shiftFifo(leading.syncs);
    const learner = leading.learners.get(head.link);
    if (learner !== undefined) sendPacket(ctx, learner, makePacket('SYNC', ZXID_ZERO));
  }
}

function answerOwnSyncs(peer: PeerState, ctx: PeerContext): void {
  const syncs = peer.leading?.ownSyncs;
  if (syncs === undefined) return;
  const applied = lastApplied(peer.history);
  for (;;) {
    const head = peekFifo(syncs);
    if (head === undefined || head > applied) return;
    shiftFifo(syncs);
    ctx.application.onSynced();
  }
}

/** A learner's sync request: SYNC follows the COMMIT of all that is outstanding now. */
export function onSyncRequest(peer: PeerState, ctx: PeerContext, learner: LearnerLink): void {
  const leading = peer.leading;
  if (leading === null || !ctx.application.beforeSync()) return;
  if (outstandingCount(peer) === 0) {
    sendPacket(ctx, learner, makePacket('SYNC', ZXID_ZERO));
    return;
  }
  if (leading.syncs.items.length >= SYNCS_MAX) {
    cutOff(peer, ctx, learner, 'too many waiting syncs');
    return;
  }
  pushFifo(leading.syncs, { link: learner.link, zxid: leading.lastProposed });
}

/** This leader's own sync: done once all that is proposed so far is applied here. */
export function onOwnSync(peer: PeerState, ctx: PeerContext): void {
  const leading = peer.leading;
  if (leading === null || !leading.established || !ctx.application.beforeSync()) return;
  if (peer.history.applied === endOf(peer.history)) {
    ctx.application.onSynced();
    return;
  }
  assert(leading.ownSyncs.items.length < SYNCS_MAX, 'waiting syncs stay below their bound');
  pushFifo(leading.ownSyncs, leading.lastProposed);
}

/** A learner is given up: its link is closed by us. */
export function cutOff(
  peer: PeerState,
  ctx: PeerContext,
  learner: LearnerLink,
  reason: string,
): void {
  if (learner.server !== null)
    trace(ctx, { kind: 'learnerCutOff', server: learner.server, reason });
  dropLearner(peer, ctx, learner.link, reason);
}

export function dropLearner(
  peer: PeerState,
  ctx: PeerContext,
  link: LinkId,
  reason: string,
  how: Gone = 'cutOff',
): void {
  hangUp(ctx, link, reason);
  forgetLearner(peer, ctx, link, how);
}

/** The link is gone. A leader whose live followers are no quorum any more steps down at once: the
 *  others cannot come back to it without an election anyway. */
export function forgetLearner(
  peer: PeerState,
  ctx: PeerContext,
  link: LinkId,
  how: Gone = 'linkClosed',
): void {
  const leading = peer.leading;
  const learner = leading?.learners.get(link);
  if (leading === null || learner === undefined) return;
  leading.learners.delete(link);
  ctx.application.endSnapshot(link);
  if (learner.server !== null && leading.byServer.get(learner.server) === link) {
    leading.byServer.delete(learner.server);
    leading.newLeaderAcks.delete(learner.server);
    noteGone(peer, leading, learner.server, how);
  }
  if (leading.established && !haveQuorum(peer, new Set(supporters(peer)))) {
    stepDown(peer, ctx, leading);
  }
}

/** Whoever was designated has the followers now. */
function stepDown(peer: PeerState, ctx: PeerContext, { designated }: LeaderState): void {
  if (designated === null) {
    tellGivenUp(peer, ctx);
    leaveRole(peer, ctx, 'quorumLost');
  } else followDesignated(peer, ctx, designated);
}

/** This server and the voters that acked NEWLEADER over a link that lives. */
export function supporters(peer: PeerState): ServerId[] {
  return votersOf(peer, () => true);
}

function votersOf(peer: PeerState, isThere: (learner: LearnerLink) => boolean): ServerId[] {
  const servers = [peer.config.serverId];
  for (const learner of peer.leading?.learners.values() ?? []) {
    const counts = learner.server !== null && isSynced(learner) && isThere(learner);
    if (counts && learner.server !== null) servers.push(learner.server);
  }
  return servers.filter((server) => isVoter(peer, server)).sort((a, b) => a - b);
}

/** Who has been silent for too long goes, then the rest must be a quorum. (Leader.lead's main loop) */
export function checkQuorum(peer: PeerState, ctx: PeerContext): void {
  const leading = peer.leading;
  if (leading === null || !leading.established) return;
  const limit = syncLimitMillis(peer.config);
  const heard = ({ heardAtMillis }: LearnerLink): boolean =>
    peer.nowMillis - heardAtMillis <= limit;
  const servers = votersOf(peer, heard);
  trace(ctx, { kind: 'quorumChecked', have: servers.length, need: peer.quorum, servers });
  if (!haveQuorum(peer, new Set(servers))) stepDown(peer, ctx, leading);
}
