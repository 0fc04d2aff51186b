// The synchronization phase, the learner's side. Nothing of a sync touches memory or disk before
// NEWLEADER, so an interrupted one leaves nothing behind (R5). Then, in this order on the disk: history,
// current epoch; then the ACK. What was told as committed is applied at UPTODATE, not before.

import { assert } from '../base/assert.ts';
import { sameBytes } from '../base/sha256.ts';
import { decodeUtf8 } from '../base/utf8.ts';
import { decodeDesignated } from '../jute/quorum.ts';
import { CodecError } from '../jute/reader.ts';
import type { QuorumPacket } from '../vocabulary/packet.ts';
import type { LogEntry } from '../vocabulary/transaction.ts';
import { counterOf, follows, makeZxid, zxidMax, type Zxid } from '../vocabulary/zxid.ts';
import { onActivation, readConfiguration } from './activation.ts';
import { foresee, noteHistory } from './configurations.ts';
import { raiseVoteEpoch } from './election.ts';
import {
  appendEntry,
  endOf,
  entryAt,
  lastCommitted,
  lastLogged,
  positionAfter,
  replaceHistory,
  zxidBefore,
  type History,
} from './history.ts';
import { sendToLeader } from './learner-discovery.ts';
import { ackLogged, settleLearned } from './learner-broadcast.ts';
import { makePacket } from './links.ts';
import { enterPhase, halt, leaveRole } from './role.ts';
import { trace, type LearnerState, type PeerContext, type PeerState } from './state.ts';
import { flushLogNow, lastTicket, noteReplaced, saveEpochs } from './storage.ts';
import { saveSnapshot, truncateLog } from './storage.ts';

/** Proposals of one sync kept in memory until NEWLEADER. */
export const SYNC_PROPOSALS_MAX = 1_000_000;

/** DIFF, TRUNC or SNAP. */
export function onSyncMode(peer: PeerState, ctx: PeerContext, packet: QuorumPacket): void {
  const learning = peer.learning;
  if (learning === null) return;
  const { type } = packet;
  if ((type !== 'DIFF' && type !== 'TRUNC' && type !== 'SNAP') || bare(packet)) {
    leaveRole(peer, ctx, 'protocolError');
    return;
  }
  learning.mode = type;
  learning.target = type === 'DIFF' ? lastLogged(peer.history) : packet.zxid;
  learning.snapshot = type === 'SNAP' ? packet.snapshot : null;
  learning.commitUpTo = learning.target;
  learning.stage = 'collecting';
}

const bare = (packet: QuorumPacket): boolean => packet.type === 'SNAP' && packet.snapshot === null;

/** Everything between the mode and NEWLEADER. */
export function onCollecting(peer: PeerState, ctx: PeerContext, packet: QuorumPacket): void {
  const learning = peer.learning;
  if (learning === null) return;
  const { zxid } = packet;
  let fits = true;
  switch (packet.type) {
    case 'PROPOSAL':
      fits = collect(learning, packet);
      break;
    case 'INFORM':
    case 'INFORMANDACTIVATE':
      fits = collect(learning, proposalInside(packet)) && markCommitted(learning, zxid);
      break;
    // Which configuration holds, NEWLEADER says.
    case 'COMMIT':
    case 'COMMITANDACTIVATE':
      fits = markCommitted(learning, zxid);
      break;
    case 'NEWLEADER':
      onNewLeader(peer, ctx, learning, packet);
      break;
    default:
      fits = packet.type === 'PING';
  }
  if (!fits) leaveRole(peer, ctx, 'protocolError');
}

/** INFORMANDACTIVATE has the designated leader before the proposal. */
export function proposalInside(packet: QuorumPacket): QuorumPacket {
  if (packet.type !== 'INFORMANDACTIVATE' || packet.data === null) return packet;
  return { ...packet, data: decodeDesignated(packet.data).proposal };
}

/** Kept in order and without holes (R7). */
function collect(learning: LearnerState, packet: QuorumPacket): boolean {
  const { zxid } = packet;
  if (packet.data === null || learning.proposals.length >= SYNC_PROPOSALS_MAX) return false;
  const last = learning.proposals[learning.proposals.length - 1]?.zxid ?? learning.target;
  if (!follows(last, zxid)) return false;
  learning.proposals.push({ zxid, bytes: packet.data });
  return true;
}

function markCommitted(learning: LearnerState, zxid: Zxid): boolean {
  if (learning.proposals[learning.commitCount]?.zxid !== zxid) return false;
  learning.commitCount += 1;
  learning.commitUpTo = zxid;
  return true;
}

/** The leader's history ends here: take it over. */
function onNewLeader(
  peer: PeerState,
  ctx: PeerContext,
  learning: LearnerState,
  { zxid, data }: QuorumPacket,
): void {
  if (zxid !== makeZxid(learning.epoch, 0) || !takeConfiguration(peer, learning, data)) {
    leaveRole(peer, ctx, 'protocolError');
    return;
  }
  const rest =
    learning.mode === 'SNAP'
      ? takeSnapshot(peer, ctx, learning)
      : takeDifference(peer, ctx, learning);
  if (rest === null) return;
  for (const entry of rest) appendEntry(peer.history, entry);
  noteHistory(peer, ctx);
  if (learning.configuration !== null) foresee(peer, ctx, learning.configuration);
  learning.proposals = [];
  learning.snapshot = null;
  learning.ackNext = positionAfter(peer.history, learning.commitUpTo);
  flushLogNow(peer, ctx);
  if (peer.currentEpoch !== learning.epoch || peer.epochsMended) {
    saveEpochs(peer, ctx, {
      accepted: peer.acceptedEpoch,
      current: learning.epoch,
      trusted: peer.trusted,
    });
  }
  learning.stage = 'savingHistory';
  learning.awaitedTicket = lastTicket(peer);
  maybeAckNewLeader(peer, ctx);
}

/** The leader's configuration, to hold from UPTODATE on. False if it cannot be read. (Before 3.5 there was
 *  none.) */
function takeConfiguration(
  peer: PeerState,
  learning: LearnerState,
  data: Uint8Array | null,
): boolean {
  if (peer.config.reconfig === null || data === null || data.length < 2) return true;
  learning.configuration = readConfiguration(decodeUtf8(data));
  return learning.configuration !== null;
}

/** SNAP: the tree and the whole history are replaced. Null if that could not be.
 *  Danger: a leader that is not established sends the tree as of what it has applied, and its history
 *  behind it. If our own log shares some of that history, it may be committed and we may be one of the
 *  quorum that has it; replaced by the tree it would be off our disk until the appends are durable. So
 *  what is shared stays: a cut behind it leads to the same history. */
function takeSnapshot(
  peer: PeerState,
  ctx: PeerContext,
  learning: LearnerState,
): LogEntry[] | null {
  const { snapshot, target, proposals } = learning;
  assert(snapshot !== null, 'a SNAP brings a tree');
  const reaches = proposals[proposals.length - 1]?.zxid ?? target;
  const known = lastCommitted(peer.history);
  if (reaches < known && counterOf(known) !== 0) {
    halt(peer, ctx, 'the leader lacks what this server knows to be committed (Z9)');
    return null;
  }
  const shared = proposals.findLastIndex((entry) => isHeld(peer.history, entry));
  const last = proposals[shared];
  if (last !== undefined) {
    const end = positionAfter(peer.history, last.zxid);
    return cutBehind(peer, ctx, end) ? proposals.slice(shared + 1) : null;
  }
  try {
    ctx.application.restore(target, snapshot);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    trace(ctx, { kind: 'badFrame', from: String(learning.leader), reason: error.message });
    leaveRole(peer, ctx, 'protocolError');
    return null;
  }
  noteReplaced(peer);
  replaceHistory(peer.history, target);
  saveSnapshot(peer, ctx, { zxid: target, bytes: snapshot, replacesHistory: true });
  return [...proposals];
}

/** DIFF and TRUNC: what is behind the target goes, unless the leader sends the very same again. */
function takeDifference(
  peer: PeerState,
  ctx: PeerContext,
  learning: LearnerState,
): LogEntry[] | null {
  const { history } = peer;
  const { target, proposals } = learning;
  const end = positionAfter(history, target);
  if (end < history.applied || (end === history.first && history.floor > target)) {
    halt(peer, ctx, 'the leader cuts off what this server has applied (Z9)');
    return null;
  }
  let same = 0;
  while (end + same < endOf(history) && isSame(entryAt(history, end + same), proposals[same])) {
    same += 1;
  }
  if (!cutBehind(peer, ctx, end + same)) return null;
  // An epoch's zero is no entry: the history is there when nothing above it is left.
  if (zxidBefore(history, end) !== target && counterOf(target) !== 0) {
    leaveRole(peer, ctx, 'protocolError');
    return null;
  }
  return proposals.slice(same);
}

/** Cuts the history at a position, unless that would take what is committed: then this server halts. */
function cutBehind(peer: PeerState, ctx: PeerContext, cut: number): boolean {
  const { history } = peer;
  if (cut < history.committed) {
    halt(peer, ctx, 'the leader cuts off what this server knows to be committed (Z9)');
    return false;
  }
  if (cut < endOf(history)) truncateLog(peer, ctx, zxidBefore(history, cut), cut);
  return true;
}

/** True if this very entry is in the log, or is what stands directly before its window. */
function isHeld(history: History, entry: LogEntry): boolean {
  const end = positionAfter(history, entry.zxid);
  if (end === history.first) return history.floor === entry.zxid;
  return isSame(entryAt(history, end - 1), entry);
}

const isSame = (mine: LogEntry, theirs: LogEntry | undefined): boolean =>
  theirs !== undefined && mine.zxid === theirs.zxid && sameBytes(mine.bytes, theirs.bytes);

/** The ACK of NEWLEADER leaves when history and epoch are on disk, and before any ack of a proposal. */
export function maybeAckNewLeader(peer: PeerState, ctx: PeerContext): void {
  const learning = peer.learning;
  if (learning === null || learning.stage !== 'savingHistory') return;
  const answered = peer.storage.answeredTicket;
  if (learning.awaitedTicket !== null && answered < learning.awaitedTicket) return;
  assert(
    peer.currentEpoch === learning.epoch,
    'the epoch is durable before NEWLEADER is acked (R1)',
  );
  assert(peer.history.durable >= learning.ackNext, 'NEWLEADER is acked after its history (Z13)');
  learning.awaitedTicket = null;
  learning.stage = 'upToDate';
  sendToLeader(ctx, learning, makePacket('ACK', makeZxid(learning.epoch, 0)));
  ackLogged(peer, ctx);
}

/** UPTODATE: the leader is established, what it told to be committed is. */
export function onUpToDate(peer: PeerState, ctx: PeerContext): void {
  const learning = peer.learning;
  if (learning === null) return;
  const { history } = peer;
  sendToLeader(ctx, learning, makePacket('ACK', makeZxid(learning.epoch, 0)));
  history.committed = Math.max(history.committed, positionAfter(history, learning.commitUpTo));
  learning.heardAtMillis = peer.nowMillis;
  learning.stage = 'serving';
  peer.election.failures = 0;
  raiseVoteEpoch(peer, learning.epoch);
  if (peer.trusted) {
    trace(ctx, { kind: 'synchronised', leader: learning.leader, epoch: learning.epoch });
    enterPhase(peer, ctx, 'broadcast');
  }
  settleLearned(peer, ctx);
  adoptConfigurations(peer, ctx, learning);
  // It may have made another server of this one.
  if (peer.learning !== learning) return;
  if (!peer.trusted) {
    regainTrust(peer, ctx);
    return;
  }
  peer.serving = true;
  ctx.application.startServing(learning.observer ? 'observing' : 'following');
}

/** A leader that did not need this suspect has given it all there is: it may be trusted again. Until its disk
 *  says so, which may take as long as a home likes, it serves nobody and takes no proposal: what it showed
 *  would be old, and what came would pile up behind that one write. The next election waits for it (R4). */
function regainTrust(peer: PeerState, ctx: PeerContext): void {
  const { acceptedEpoch: accepted, currentEpoch: current } = peer;
  saveEpochs(peer, ctx, { accepted, current, trusted: true });
  leaveRole(peer, ctx, 'trustRegained');
}

/** What came with NEWLEADER, then what was committed since. Apache's leaders send with NEWLEADER also a
 *  configuration that is only proposed: it has to wait for its COMMITANDACTIVATE. */
function adoptConfigurations(peer: PeerState, ctx: PeerContext, learning: LearnerState): void {
  const known = zxidMax(lastCommitted(peer.history), makeZxid(learning.epoch, 0));
  for (const next of [learning.configuration, peer.lastSeen]) {
    const holds = next !== null && next.version <= known && peer.learning === learning;
    if (holds) onActivation(peer, ctx, next, null);
  }
}

/** COMMIT between NEWLEADER and UPTODATE: remembered until then. */
export function onEarlyCommit(peer: PeerState, learning: LearnerState, zxid: Zxid): boolean {
  const position = positionAfter(peer.history, learning.commitUpTo);
  if (position >= endOf(peer.history) || entryAt(peer.history, position).zxid !== zxid)
    return false;
  learning.commitUpTo = zxid;
  return true;
}
