// Which packet goes to which rule, by the stage a link is in. Bytes that are no record, and packets
// that cannot come now, close that one link and change nothing else.

import { CodecError } from '../jute/reader.ts';
import { peekRequestType } from '../jute/quorum.ts';
import type { LinkId } from '../vocabulary/ids.ts';
import type { QuorumPacket } from '../vocabulary/packet.ts';
import { counterOf, makeZxid } from '../vocabulary/zxid.ts';
import { dropLearner, onAck, onSyncRequest } from './broadcast.ts';
import { onEpochAck, onLearnerInfo } from './discovery.ts';
import {
  onCommit,
  onCommitAndActivate,
  onInform,
  onInformAndActivate,
  onPing,
  onProposal,
  onSync,
} from './learner-broadcast.ts';
import { onLeaderInfo } from './learner-discovery.ts';
import {
  onCollecting,
  onEarlyCommit,
  onSyncMode,
  onUpToDate,
  proposalInside,
} from './learner-synchronization.ts';
import { hangUp, makePacket, NO_ZXID, packetBytes, sendPacket, serverOf } from './links.ts';
import { leaveRole } from './role.ts';
import {
  trace,
  type LearnerLink,
  type LearnerState,
  type PeerContext,
  type PeerState,
} from './state.ts';
import { onNewLeaderAck } from './synchronization.ts';

/** A dialler that came before this server knew that it leads says no more than who it is. */
const PARKED_PACKETS_MAX = 4;
/** Client request type of sync. */
const SYNC_REQUEST = 9;

export function onPacket(
  peer: PeerState,
  ctx: PeerContext,
  link: LinkId,
  packet: QuorumPacket,
): void {
  const parked = peer.parked.get(link);
  if (parked !== undefined) {
    parked.packets.push(packet);
    if (parked.packets.length > PARKED_PACKETS_MAX) {
      peer.parked.delete(link);
      hangUp(ctx, link, 'too many packets before there is a leader');
    }
    return;
  }
  const learner = peer.leading?.learners.get(link);
  const learning = peer.learning?.link === link ? peer.learning : null;
  if (learner === undefined && learning === null) return;
  traceReceived(peer, ctx, link, packet);
  try {
    if (learner !== undefined) onLearnerPacket(peer, ctx, learner, packet);
    else if (learning !== null) onLeaderPacket(peer, ctx, learning, packet);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    trace(ctx, { kind: 'badFrame', from: String(serverOf(peer, link)), reason: error.message });
    if (learner !== undefined) dropLearner(peer, ctx, link, 'bad packet');
    else leaveRole(peer, ctx, 'protocolError');
  }
}

function traceReceived(
  peer: PeerState,
  ctx: PeerContext,
  link: LinkId,
  packet: QuorumPacket,
): void {
  const { type, zxid } = packet;
  const bytes = packetBytes(packet);
  trace(ctx, { kind: 'packetReceived', peer: serverOf(peer, link), type, zxid, bytes }, packet);
}

/** At the leader. */
function onLearnerPacket(
  peer: PeerState,
  ctx: PeerContext,
  learner: LearnerLink,
  packet: QuorumPacket,
): void {
  learner.heardAtMillis = peer.nowMillis;
  switch (learner.stage) {
    case 'info':
      onLearnerInfo(peer, ctx, learner, packet);
      return;
    case 'waitingForEpoch':
    case 'waitingForSync':
      dropLearner(peer, ctx, learner.link, 'spoke out of turn');
      return;
    case 'epochAck':
      onEpochAck(peer, ctx, learner, packet);
      return;
    case 'newLeaderAck':
      onBeforeNewLeaderAck(peer, ctx, learner, packet);
      return;
    case 'waitingForService':
    case 'serving':
      onServingPacket(peer, ctx, learner, packet);
      return;
  }
}

/** The ACK of NEWLEADER is known by its zxid: an early ack of a proposal is just that. (4685) */
function onBeforeNewLeaderAck(
  peer: PeerState,
  ctx: PeerContext,
  learner: LearnerLink,
  packet: QuorumPacket,
): void {
  if (packet.type === 'PING') return;
  if (packet.type !== 'ACK') {
    dropLearner(peer, ctx, learner.link, 'NEWLEADER must be acked');
    return;
  }
  if (packet.zxid === makeZxid(peer.leading?.epoch ?? 0, 0)) onNewLeaderAck(peer, ctx, learner);
  else if (counterOf(packet.zxid) !== 0) onAck(peer, ctx, learner, packet.zxid);
}

function onServingPacket(
  peer: PeerState,
  ctx: PeerContext,
  learner: LearnerLink,
  packet: QuorumPacket,
): void {
  const from = { link: learner.link, server: learner.server ?? peer.config.serverId };
  switch (packet.type) {
    case 'ACK':
      if (counterOf(packet.zxid) !== 0) onAck(peer, ctx, learner, packet.zxid);
      return;
    case 'PING':
      if (packet.data !== null) ctx.application.onTouch(from, packet.data);
      return;
    case 'REVALIDATE':
      if (packet.data === null || learner.stage !== 'serving') break;
      sendPacket(
        ctx,
        learner,
        makePacket('REVALIDATE', NO_ZXID, ctx.application.onRevalidate(from, packet.data)),
      );
      return;
    case 'REQUEST':
      if (packet.data === null || learner.stage !== 'serving') break;
      if (peekRequestType(packet.data) === SYNC_REQUEST) onSyncRequest(peer, ctx, learner);
      else ctx.application.onRequest(from, packet.data, packet.authinfo);
      return;
    default:
      break;
  }
  dropLearner(peer, ctx, learner.link, `${packet.type} cannot come from a learner now`);
}

/** At a learner. */
function onLeaderPacket(
  peer: PeerState,
  ctx: PeerContext,
  learning: LearnerState,
  packet: QuorumPacket,
): void {
  learning.heardAtMillis = peer.nowMillis;
  switch (learning.stage) {
    case 'dialling':
    case 'leaderInfo':
      onLeaderInfo(peer, ctx, packet);
      return;
    case 'savingEpoch':
      leaveRole(peer, ctx, 'protocolError');
      return;
    case 'syncMode':
      onSyncMode(peer, ctx, packet);
      return;
    case 'collecting':
      onCollecting(peer, ctx, packet);
      return;
    case 'savingHistory':
    case 'upToDate':
    case 'serving':
      if (!onLivePacket(peer, ctx, learning, packet)) leaveRole(peer, ctx, 'protocolError');
      return;
  }
}

/** From NEWLEADER on. False for what cannot come now. */
function onLivePacket(
  peer: PeerState,
  ctx: PeerContext,
  learning: LearnerState,
  packet: QuorumPacket,
): boolean {
  const serves = learning.stage === 'serving';
  switch (packet.type) {
    case 'PROPOSAL':
      return onProposal(peer, ctx, packet);
    case 'COMMIT':
      return serves ? onCommit(peer, ctx, packet.zxid) : onEarlyCommit(peer, learning, packet.zxid);
    case 'COMMITANDACTIVATE':
      if (serves) return onCommitAndActivate(peer, ctx, packet);
      return onEarlyCommit(peer, learning, packet.zxid);
    case 'INFORMANDACTIVATE': {
      if (serves) return onInformAndActivate(peer, ctx, packet);
      const proposal = proposalInside(packet);
      return onProposal(peer, ctx, proposal) && onEarlyCommit(peer, learning, packet.zxid);
    }
    case 'INFORM':
      if (serves) return onInform(peer, ctx, packet);
      return onProposal(peer, ctx, packet) && onEarlyCommit(peer, learning, packet.zxid);
    case 'UPTODATE':
      if (learning.stage !== 'upToDate') return false;
      onUpToDate(peer, ctx);
      return true;
    case 'PING':
      if (serves) onPing(ctx, learning, packet.zxid);
      return true;
    case 'SYNC':
      return serves && onSync(peer, ctx, learning);
    case 'REVALIDATE':
      if (!serves || packet.data === null) return false;
      ctx.application.onRevalidated(packet.data);
      return true;
    default:
      return false;
  }
}
