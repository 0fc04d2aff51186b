// The synchronization phase, the leader's side: a learner is brought to the leader's history by DIFF,
// TRUNC or SNAP, then NEWLEADER; a quorum of its ACKs establishes the leader, UPTODATE lets serve.

import { assert, present } from '../base/assert.ts';
import { makeWriter, writeString, written } from '../jute/writer.ts';
import { configText } from '../vocabulary/ensemble.ts';
import { joinPieces } from '../vocabulary/pieces.ts';
import { makeZxid, zxidMax, type Zxid } from '../vocabulary/zxid.ts';
import { releaseCommits, settleApplied, supporters, tryCommit } from './broadcast.ts';
import { isCounted } from './activation.ts';
import { activate } from './configurations.ts';
import { raiseVoteEpoch } from './election.ts';
import { endOf, entryAt, lastApplied, lastCommitted, lastLogged, zxidBefore } from './history.ts';
import { makePacket, NO_ZXID, sendPacket } from './links.ts';
import { enterPhase, leaveRole } from './role.ts';
import {
  haveQuorum,
  initLimitMillis,
  isVoter,
  trace,
  type LearnerLink,
  type PeerContext,
  type PeerState,
  type SnapTaking,
} from './state.ts';
import { decideSync, type SyncDecision } from './sync-decision.ts';

/** Decides how this learner gets to the leader's history, and sends that at once, or when its tree is taken. */
export function startSync(peer: PeerState, ctx: PeerContext, learner: LearnerLink): void {
  const range = rangeOf(peer);
  const { floor, first } = peer.history;
  const { committed, leaderZxid } = range;
  const decision = decideSync({ committed, floor, leaderZxid, learnerZxid: learner.lastZxid });
  if (decision.mode === 'SNAP') {
    beginSnap(peer, ctx, learner, decision.rule);
    return;
  }
  const type = decision.mode === 'TRUNC' ? 'TRUNC' : 'DIFF';
  sendPacket(ctx, learner, makePacket(type, decision.target));
  bringUpToDate(peer, ctx, learner, range, decision, first + decision.from);
}

/** What a leader may give away as committed. */
interface Range {
  /** A position. */
  readonly limit: number;
  readonly leaderZxid: Zxid;
  readonly committed: readonly Zxid[];
}

function rangeOf({ leading, history }: PeerState): Range {
  assert(leading !== null && leading.epoch !== null, 'only a leader synchronises');
  // Before it is established a leader gives its whole initial history as committed: being established
  // is what commits it. Afterwards only what is committed, then the outstanding proposals.
  const limit = leading.established ? history.committed : endOf(history);
  const leaderZxid = leading.established
    ? zxidMax(zxidBefore(history, limit), makeZxid(leading.epoch, 0))
    : zxidBefore(history, limit);
  const committed: Zxid[] = [];
  for (let at = history.first; at < limit; at += 1) committed.push(entryAt(history, at).zxid);
  return { limit, leaderZxid, committed };
}

/** Behind DIFF, TRUNC or SNAP. From here on everything live goes to the learner too: one step, so nothing can fall
 *  between. */
function bringUpToDate(
  peer: PeerState,
  ctx: PeerContext,
  learner: LearnerLink,
  { limit, leaderZxid, committed }: Range,
  decision: Pick<SyncDecision, 'mode' | 'target' | 'rule'>,
  from: number,
): void {
  const { leading, history } = peer;
  assert(leading !== null && leading.epoch !== null, 'only a leader synchronises');
  trace(ctx, {
    kind: 'syncDecided',
    server: learner.server ?? peer.config.serverId,
    mode: decision.mode,
    learnerZxid: learner.lastZxid,
    leaderZxid,
    committedMin: committed[0] ?? leaderZxid,
    committedMax: committed[committed.length - 1] ?? leaderZxid,
    target: decision.target,
    proposals: Math.max(0, limit - from),
    rule: decision.rule,
  });
  sendHistory(peer, ctx, learner, from, limit);
  learner.commitSent = zxidMax(learner.commitSent, zxidBefore(history, limit));
  learner.acked = learner.commitSent;
  learner.forwarding = true;
  learner.stage = 'newLeaderAck';
  learner.deadlineMillis = peer.nowMillis + initLimitMillis(peer.config);
  // Being established is what commits the last seen configuration. Afterwards it may be one that is only
  // proposed, and follows as a proposal.
  const data = utf8(configText(leading.established ? peer.committed : peer.lastSeen));
  sendPacket(ctx, learner, makePacket('NEWLEADER', makeZxid(leading.epoch, 0), data));
}

/** The tree holds committed entries only and is that of one moment: its zxid is exact. A small one is sent at once;
 *  a large one is taken tick by tick, or this leader would be silent for seconds. */
function beginSnap(
  peer: PeerState,
  ctx: PeerContext,
  learner: LearnerLink,
  rule: SyncDecision['rule'],
): void {
  const { history, leading } = peer;
  let zxid = lastApplied(history);
  // A learner's own leftovers must not be newer than the tree it gets: Apache's would bring them back
  // at its next start.
  const complete = history.applied === endOf(history);
  if (learner.lastZxid > zxid && complete) zxid = makeZxid(leading?.epoch ?? 0, 0);
  ctx.application.beginSnapshot(learner.link);
  learner.stage = 'waitingForSync';
  const from = history.applied;
  learner.taking = { zxid, from, rule, pieces: [], restsSinceMillis: null };
  takeForSnap(peer, ctx, learner, learner.taking, 1);
}

/** Between two steps of taking whoever came meanwhile has its turn for so long: a loaded server ticks with everything
 *  that comes, and would take pieces before each. */
const STEP_MILLIS = 10;
/** So many are taken for each of these that have passed, or a busy machine, whose ticks come late, would need longer
 *  than its learner waits (initLimit). */
const PIECES_PER_STEP = 8;
/** Of one tick, however late it is. */
const PIECES_MAX = 64;

export const piecesDue = (millis: number): number =>
  Math.min(PIECES_PER_STEP * Math.floor(millis / STEP_MILLIS), PIECES_MAX);

export function goOnTaking(
  peer: PeerState,
  ctx: PeerContext,
  learner: LearnerLink,
  taking: SnapTaking,
): void {
  // It waits for this leader, and not the other way round.
  learner.deadlineMillis = peer.nowMillis + initLimitMillis(peer.config);
  taking.restsSinceMillis ??= peer.nowMillis;
  const restedMillis = peer.nowMillis - taking.restsSinceMillis;
  if (restedMillis < STEP_MILLIS) return;
  taking.restsSinceMillis = null;
  takeForSnap(peer, ctx, learner, taking, piecesDue(restedMillis));
}

function takeForSnap(
  peer: PeerState,
  ctx: PeerContext,
  learner: LearnerLink,
  taking: SnapTaking,
  piecesMax: number,
): void {
  const { zxid, from, pieces } = taking;
  for (let taken = 0; taken < piecesMax; taken += 1) {
    const piece = present(
      ctx.application.nextSnapshotPiece(learner.link),
      'no tree is replaced while its server leads',
    );
    pieces.push(piece.bytes);
    if (!piece.isLast) continue;
    learner.taking = null;
    learner.commitSent = zxid;
    sendPacket(ctx, learner, { ...makePacket('SNAP', zxid), snapshot: joinPieces(pieces) });
    const decision = { mode: 'SNAP', target: zxid, rule: taking.rule } as const;
    bringUpToDate(peer, ctx, learner, rangeOf(peer), decision, from);
    return;
  }
}

/** PROPOSAL and COMMIT for what is committed, PROPOSAL alone (to voters) for what is outstanding. */
function sendHistory(
  peer: PeerState,
  ctx: PeerContext,
  learner: LearnerLink,
  from: number,
  limit: number,
): void {
  const history = peer.history;
  for (let at = from; at < endOf(history); at += 1) {
    const entry = entryAt(history, at);
    if (at >= limit && !learner.follower) return;
    sendPacket(ctx, learner, makePacket('PROPOSAL', entry.zxid, entry.bytes));
    if (at < limit) sendPacket(ctx, learner, makePacket('COMMIT', entry.zxid));
  }
}

/** ACK of NEWLEADER: the learner has the leader's history and epoch on disk. */
export function onNewLeaderAck(peer: PeerState, ctx: PeerContext, learner: LearnerLink): void {
  const leading = peer.leading;
  if (leading === null || learner.server === null) return;
  learner.stage = 'waitingForService';
  learner.heardAtMillis = peer.nowMillis;
  learner.timedSinceMillis = peer.nowMillis;
  if (isCounted(peer, learner)) {
    leading.newLeaderAcks.add(learner.server);
    traceNewLeaderAck(peer, ctx, learner.server);
  }
  if (leading.established) {
    sendUpToDate(peer, ctx, learner);
    tryCommit(peer, ctx);
    return;
  }
  maybeEstablish(peer, ctx);
}

/** This leader's own epoch is durable, as all of its history was before. */
export function onOwnNewLeaderAck(peer: PeerState, ctx: PeerContext): void {
  const leading = peer.leading;
  if (leading === null) return;
  assert(
    peer.history.durable === endOf(peer.history),
    'a leader acks only what is on its disk (Z13)',
  );
  leading.newLeaderAcks.add(peer.config.serverId);
  traceNewLeaderAck(peer, ctx, peer.config.serverId);
  maybeEstablish(peer, ctx);
}

function traceNewLeaderAck(peer: PeerState, ctx: PeerContext, server: LearnerLink['peer']): void {
  const leading = peer.leading;
  if (leading === null || server === null) return;
  const have = leading.newLeaderAcks.size;
  trace(ctx, { kind: 'newLeaderAcked', server, have, need: peer.quorum });
}

/** Established: the initial history is committed, and this server leads in earnest. */
function maybeEstablish(peer: PeerState, ctx: PeerContext): void {
  const leading = peer.leading;
  if (leading === null || leading.epoch === null || leading.established) return;
  const acks = leading.newLeaderAcks;
  if (!acks.has(peer.config.serverId) || !haveQuorum(peer, acks)) return;
  assert(peer.currentEpoch === leading.epoch, 'the new epoch is durable before it is served (R1)');
  leading.established = true;
  leading.lastProposed = makeZxid(leading.epoch, 0);
  peer.election.failures = 0;
  raiseVoteEpoch(peer, leading.epoch);
  peer.history.committed = endOf(peer.history);
  activate(peer, ctx, peer.lastSeen);
  settleApplied(peer, ctx);
  assert(lastApplied(peer.history) === lastLogged(peer.history), 'a leader serves all it has (Z8)');
  trace(ctx, {
    kind: 'leaderEstablished',
    epoch: leading.epoch,
    lastZxid: lastCommitted(peer.history),
    supporters: supporters(peer),
  });
  enterPhase(peer, ctx, 'broadcast');
  leading.nextPingAtMillis = peer.nowMillis + peer.config.tickMillis / 2;
  leading.nextCheckAtMillis = peer.nowMillis + peer.config.tickMillis;
  peer.serving = true;
  for (const learner of [...leading.learners.values()]) {
    if (learner.stage === 'waitingForService') sendUpToDate(peer, ctx, learner);
  }
  ctx.application.startServing('leading');
  // It has completed a configuration in which it is no voter: the others elect one of theirs.
  if (!isVoter(peer, peer.config.serverId)) leaveRole(peer, ctx, 'reconfigured');
}

function sendUpToDate(peer: PeerState, ctx: PeerContext, learner: LearnerLink): void {
  learner.stage = 'serving';
  sendPacket(ctx, learner, makePacket('UPTODATE', NO_ZXID));
  releaseCommits(peer, ctx, learner);
}

/** Only the bytes of the text, without a length. */
function utf8(text: string): Uint8Array {
  const writer = makeWriter();
  writeString(writer, text);
  return written(writer).subarray(4);
}
