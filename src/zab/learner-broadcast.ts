// The broadcast phase, the learner's side: PROPOSAL to the log, ACK when it is on disk, COMMIT in
// order, INFORM for observers, and the answers to PING and SYNC.

import { assert } from '../base/assert.ts';
import { peekFifo, shiftFifo, pushFifo } from '../base/fifo.ts';
import type { QuorumPacket } from '../vocabulary/packet.ts';
import { follows, type Zxid } from '../vocabulary/zxid.ts';
import { decodeDesignated } from '../jute/quorum.ts';
import { onActivation } from './activation.ts';
import { SYNCS_MAX } from './broadcast.ts';
import { noteEntry } from './configurations.ts';
import {
  appendEntry,
  endOf,
  entryAt,
  lastApplied,
  lastCommitted,
  lastLogged,
  trimHistory,
} from './history.ts';
import { sendToLeader } from './learner-discovery.ts';
import { makePacket } from './links.ts';
import type { LearnerState, PeerContext, PeerState } from './state.ts';
import { applyCommitted, flushLog, maybeTakeSnapshot } from './storage.ts';

/** Proposals received and not yet applied. */
export const LEARNER_LOG_MAX = 1_000_000;

/** A live PROPOSAL. False if it does not fit: that breaks the link. */
export function onProposal(peer: PeerState, ctx: PeerContext, packet: QuorumPacket): boolean {
  const { history } = peer;
  if (packet.data === null || !follows(lastLogged(history), packet.zxid)) return false;
  if (endOf(history) - history.applied >= LEARNER_LOG_MAX) return false;
  const entry = { zxid: packet.zxid, bytes: packet.data };
  appendEntry(history, entry);
  noteEntry(peer, ctx, entry);
  if (packet.type === 'PROPOSAL') ctx.application.onStage('received', entry);
  flushLog(peer, ctx);
  return true;
}

/** COMMIT of the oldest uncommitted entry, and of no other. */
export function onCommit(peer: PeerState, ctx: PeerContext, zxid: Zxid): boolean {
  const { history } = peer;
  if (history.committed >= endOf(history)) return false;
  const entry = entryAt(history, history.committed);
  if (entry.zxid !== zxid) return false;
  history.committed += 1;
  ctx.application.onStage('commitReceived', entry);
  settleLearned(peer, ctx);
  return true;
}

/** As COMMIT; and the configuration that the entry makes holds. */
export function onCommitAndActivate(
  peer: PeerState,
  ctx: PeerContext,
  { zxid, data }: QuorumPacket,
): boolean {
  const { history } = peer;
  if (peer.config.reconfig === null || data === null || history.committed >= endOf(history)) {
    return false;
  }
  const entry = entryAt(history, history.committed);
  const next = entry.zxid === zxid ? ctx.application.configurationOf(entry) : null;
  if (next === null) return false;
  onActivation(peer, ctx, next, decodeDesignated(data).leader, () => {
    onCommit(peer, ctx, zxid);
  });
  return true;
}

/** INFORMANDACTIVATE: the designated leader, then the proposal. */
export function onInformAndActivate(
  peer: PeerState,
  ctx: PeerContext,
  packet: QuorumPacket,
): boolean {
  if (packet.data === null) return false;
  const data = decodeDesignated(packet.data).proposal;
  return onProposal(peer, ctx, { ...packet, data }) && onCommitAndActivate(peer, ctx, packet);
}

/** INFORM: a proposal that is committed already. */
export function onInform(peer: PeerState, ctx: PeerContext, packet: QuorumPacket): boolean {
  if (!onProposal(peer, ctx, packet)) return false;
  return onCommit(peer, ctx, packet.zxid);
}

/** Acks, one by one and in order, what has become durable. Observers and suspects ack nothing. */
export function ackLogged(peer: PeerState, ctx: PeerContext): void {
  const learning = peer.learning;
  if (learning === null || learning.observer || !hasAckedNewLeader(learning)) return;
  const { history } = peer;
  while (learning.ackNext < history.durable) {
    // An entry that was committed and applied in the meantime may have left the window already.
    if (learning.ackNext >= history.first) {
      const entry = entryAt(history, learning.ackNext);
      assert(learning.ackNext < history.durable, 'an ack leaves after the disk has it (R2, Z13)');
      ctx.application.onStage('acked', entry);
      sendToLeader(ctx, learning, makePacket('ACK', entry.zxid));
    }
    learning.ackNext += 1;
  }
}

const hasAckedNewLeader = (learning: LearnerState): boolean =>
  learning.stage === 'upToDate' || learning.stage === 'serving';

/** Applies what is committed and durable, and hands up the syncs that waited for it. */
export function settleLearned(peer: PeerState, ctx: PeerContext): void {
  if (!applyCommitted(peer, ctx)) return;
  handUpSyncs(peer, ctx);
  trimHistory(peer.history, peer.config.committedLogEntriesMax);
  maybeTakeSnapshot(peer, ctx);
}

/** SYNC: the oldest waiting sync is done once all COMMITs before it are applied here. */
export function onSync(peer: PeerState, ctx: PeerContext, learning: LearnerState): boolean {
  if (learning.syncs.items.length >= SYNCS_MAX) return false;
  pushFifo(learning.syncs, lastCommitted(peer.history));
  handUpSyncs(peer, ctx);
  return true;
}

function handUpSyncs(peer: PeerState, ctx: PeerContext): void {
  const learning = peer.learning;
  if (learning === null) return;
  const applied = lastApplied(peer.history);
  for (;;) {
    const head = peekFifo(learning.syncs);
    if (head === undefined || head > applied) return;
    shiftFifo(learning.syncs);
    ctx.application.onSynced();
  }
}

/** PING is answered at once, with the sessions heard of since the last one. */
export function onPing(ctx: PeerContext, learning: LearnerState, zxid: Zxid): void {
  sendToLeader(ctx, learning, makePacket('PING', zxid, ctx.application.takeTouched()));
}
