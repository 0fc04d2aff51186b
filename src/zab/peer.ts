// One member of the ensemble: the facade of zab/. Feeds each input to the phase it belongs to and
// changes from LOOKING into a role only between inputs, so that no phase ever runs inside another.

import { assert, unreachable } from '../base/assert.ts';
import type { Input } from '../vocabulary/boundary.ts';
import type { Ensemble } from '../vocabulary/ensemble.ts';
import type { LinkId, ServerId, Ticket } from '../vocabulary/ids.ts';
import type { Identity } from '../vocabulary/packet.ts';
import type { Zxid } from '../vocabulary/zxid.ts';
import { forgetLearner, onOwnLogged, onOwnSync, propose as proposeEntry } from './broadcast.ts';
import { recallConfigurations } from './configurations.ts';
import { addLearner, onLeaderEpochsSaved, startDiscovery } from './discovery.ts';
import { onBallot, onElectionOpened, onElectionTick, startRound } from './election.ts';
import { lastLogged } from './history.ts';
import { ackLogged, settleLearned } from './learner-broadcast.ts';
import {
  onDialFailed,
  onEpochPromised,
  onLeaderLinked,
  onRedialTick,
  sendToLeader,
  startLearning,
} from './learner-discovery.ts';
import { maybeAckNewLeader } from './learner-synchronization.ts';
import { onLeaderTick } from './leader-timers.ts';
import { hangUp, makePacket, NO_ZXID } from './links.ts';
import { onPacket } from './packets.ts';
import { isPending } from './quorums.ts';
import { halt, leaveRole } from './role.ts';
import {
  observes,
  syncLimitMillis,
  trace,
  type LearnerState,
  type PeerConfig,
  type PeerContext,
  type PeerState,
  type PendingWrite,
} from './state.ts';
import { isDiskIdle, flushLog, takeDiskAnswer } from './storage.ts';

export { makePeer, type PeerConfig, type PeerContext, type PeerState } from './state.ts';
export { isPending, isVoter } from './quorums.ts';
export { nextProposalZxid, outstandingCount } from './broadcast.ts';
export { isQuorumSynced } from './activation.ts';
export {
  isLooking,
  peerStatus,
  pendingSyncs,
  unappliedEntries,
  type PeerStatus,
} from './status.ts';

/** Links that came before there was a leader. */
const PARKED_LINKS_MAX = 512;

/** The times of an ensemble as a peer needs them. */
export function peerConfigOf(serverId: ServerId, ensemble: Ensemble): PeerConfig {
  return {
    serverId,
    ensemble,
    tickMillis: ensemble.tickMillis,
    initLimit: ensemble.initLimit,
    syncLimit: ensemble.syncLimit,
    finalizeWaitMillis: ensemble.finalizeWaitMillis,
    electionBackoffMinMillis: ensemble.notificationMillisMin,
    electionBackoffMaxMillis: ensemble.notificationMillisMax,
    snapshotEvery: ensemble.snapshotEveryTransactions,
    committedLogEntriesMax: ensemble.committedLogEntriesMax,
    reconfig: null,
  };
}

/** Gives the application its snapshot. The first tick begins the first election. */
export function startPeer(peer: PeerState, ctx: PeerContext): void {
  assert(!peer.started, 'a peer starts once');
  peer.started = true;
  const snapshot = peer.recoveredSnapshot;
  peer.recoveredSnapshot = null;
  if (snapshot !== null) ctx.application.restore(snapshot.zxid, snapshot.bytes);
  recallConfigurations(peer, ctx);
  trace(ctx, {
    kind: 'serverStarted',
    acceptedEpoch: peer.acceptedEpoch,
    currentEpoch: peer.currentEpoch,
    lastZxid: lastLogged(peer.history),
    snapshotZxid: snapshot?.zxid ?? null,
    logEntries: peer.history.entries.length,
    trusted: peer.trusted,
  });
  const to = 'LOOKING';
  trace(ctx, { kind: 'roleChanged', from: to, to, leader: null, reason: 'started' });
}

/** One input. Inputs of clients are not for this floor and do nothing. */
export function stepPeer(peer: PeerState, ctx: PeerContext, input: Input): void {
  if (peer.haltedBecause !== null) return;
  assert(peer.started, 'a peer is started before its first input');
  dispatch(peer, ctx, input);
  if (peer.leading?.counterUsedUp === true) leaveRole(peer, ctx, 'counterUsedUp');
  advance(peer, ctx, input.kind === 'tick');
}

function dispatch(peer: PeerState, ctx: PeerContext, input: Input): void {
  switch (input.kind) {
    case 'tick':
      onTick(peer, ctx, input.nowMillis);
      return;
    case 'electionOpened':
      onElectionOpened(peer, ctx, input.peer);
      return;
    case 'ballot':
      onBallot(peer, ctx, input.from, input.ballot);
      return;
    case 'linkUp':
      onLinkUp(peer, ctx, input);
      return;
    case 'linkDown':
      onLinkDown(peer, ctx, input.link);
      return;
    case 'dialFailed':
      onDialFailed(peer, ctx, input.peer);
      return;
    case 'packet':
      onPacket(peer, ctx, input.link, input.packet);
      return;
    case 'diskDone':
      onDiskDone(peer, ctx, input.ticket);
      return;
    case 'diskFailed':
      trace(ctx, { kind: 'diskFailed', reason: input.reason });
      halt(peer, ctx, `the disk failed: ${input.reason}`);
      return;
    case 'clientOpened':
    case 'clientFrame':
    case 'clientClosed':
      return;
    default:
      unreachable(input, 'stepPeer');
  }
}

/** From LOOKING into a round once the disk is quiet, and from a decided round into a role. */
function advance(peer: PeerState, ctx: PeerContext, ticked: boolean): void {
  if (peer.role !== 'LOOKING' || peer.haltedBecause !== null) return;
  const election = peer.election;
  const due = peer.nowMillis >= election.startAtMillis && (ticked || election.round > 0n);
  if (!election.voting && election.decided === null && due && isDiskIdle(peer)) {
    startRound(peer, ctx);
  }
  const { decided } = election;
  // A designated leader may be known while the disk is still busy with the last role.
  if (decided !== null && (decided.how !== 'designated' || isDiskIdle(peer))) {
    takeRole(peer, ctx, decided.ballot.vote.leader, decided.how === 'designated');
  }
}

function takeRole(peer: PeerState, ctx: PeerContext, leader: ServerId, designated: boolean): void {
  const election = peer.election;
  election.decided = null;
  election.absent = null;
  peer.generation += 1;
  peer.leader = leader;
  const leads = leader === peer.config.serverId;
  if (leads) {
    peer.role = 'LEADING';
    trace(ctx, {
      kind: 'roleChanged',
      from: 'LOOKING',
      to: 'LEADING',
      leader,
      reason: designated ? 'reconfigured' : 'electionWon',
    });
    startDiscovery(peer, ctx);
    adoptParked(peer, ctx);
    return;
  }
  const to = observes(peer) ? 'OBSERVING' : 'FOLLOWING';
  peer.role = to;
  const reason = designated ? 'reconfigured' : 'electionLost';
  trace(ctx, { kind: 'roleChanged', from: 'LOOKING', to, leader, reason });
  for (const link of peer.parked.keys()) hangUp(ctx, link, 'not the leader');
  peer.parked.clear();
  startLearning(peer, ctx, leader);
}

/** Others may know that this server leads before it does: what they said has waited here. */
function adoptParked(peer: PeerState, ctx: PeerContext): void {
  const parked = [...peer.parked];
  peer.parked.clear();
  for (const [link, early] of parked) {
    if (peer.leading === null) {
      hangUp(ctx, link, 'not the leader');
      continue;
    }
    addLearner(peer, link, early.peer);
    for (const packet of early.packets) onPacket(peer, ctx, link, packet);
  }
}

function onTick(peer: PeerState, ctx: PeerContext, nowMillis: number): void {
  const slept = peer.nowMillis === 0 ? 0 : Math.max(0, nowMillis - peer.nowMillis);
  peer.nowMillis = Math.max(peer.nowMillis, nowMillis);
  if (peer.role === 'LOOKING') onElectionTick(peer, ctx);
  onLeaderTick(peer, ctx, slept);
  if (peer.learning !== null) onLearnerTick(peer, ctx, peer.learning, slept);
}

/** A learner notices a silent leader by itself. */
function onLearnerTick(
  peer: PeerState,
  ctx: PeerContext,
  learning: LearnerState,
  slept: number,
): void {
  const limit = syncLimitMillis(peer.config);
  if (slept > limit / 2) {
    learning.heardAtMillis += slept;
    learning.deadlineMillis += slept;
  }
  const serves = learning.stage === 'serving';
  if (serves && peer.nowMillis - learning.heardAtMillis > limit) {
    leaveRole(peer, ctx, 'leaderSilent');
    return;
  }
  if (!serves && peer.nowMillis > learning.deadlineMillis) {
    leaveRole(peer, ctx, 'initLimitExceeded');
    return;
  }
  onRedialTick(peer, ctx);
}

function onLinkUp(
  peer: PeerState,
  ctx: PeerContext,
  input: { readonly link: LinkId; readonly peer: ServerId | null; readonly dialled: boolean },
): void {
  const { link } = input;
  if (input.dialled) {
    const learning = peer.learning;
    const wanted = learning?.stage === 'dialling' && learning.leader === input.peer;
    if (wanted) onLeaderLinked(peer, ctx, link);
    else hangUp(ctx, link, 'dialled in a role that has ended');
    return;
  }
  if (peer.leading !== null) {
    addLearner(peer, link, input.peer);
    return;
  }
  // While a configuration is pending this server may be designated before it knows it.
  const mayLead = peer.role === 'LOOKING' || isPending(peer);
  if (mayLead && peer.parked.size < PARKED_LINKS_MAX) {
    peer.parked.set(link, { peer: input.peer, packets: [] });
    return;
  }
  hangUp(ctx, link, 'not the leader');
}

function onLinkDown(peer: PeerState, ctx: PeerContext, link: LinkId): void {
  peer.parked.delete(link);
  if (peer.learning !== null && peer.learning.link === link) {
    leaveRole(peer, ctx, 'leaderLinkClosed');
    return;
  }
  forgetLearner(peer, ctx, link);
}

function onDiskDone(peer: PeerState, ctx: PeerContext, ticket: Ticket): void {
  const from = peer.history.durable;
  const write = takeDiskAnswer(peer, ctx, ticket);
  if (write === null) return;
  if (write.kind === 'append' && peer.role !== 'LOOKING') flushLog(peer, ctx);
  if (write.generation !== peer.generation) return;
  if (peer.leading !== null) onLeaderDisk(peer, ctx, write, from);
  else if (peer.learning !== null) onLearnerDisk(peer, ctx, peer.learning, write);
}

function onLeaderDisk(peer: PeerState, ctx: PeerContext, write: PendingWrite, from: number): void {
  if (write.kind === 'saveEpochs') onLeaderEpochsSaved(peer, ctx);
  if (write.kind === 'append') onOwnLogged(peer, ctx, from, peer.history.durable);
}

function onLearnerDisk(
  peer: PeerState,
  ctx: PeerContext,
  learning: LearnerState,
  write: PendingWrite,
): void {
  if (write.kind === 'saveEpochs' && learning.stage === 'savingEpoch') {
    onEpochPromised(peer, ctx, learning);
    return;
  }
  maybeAckNewLeader(peer, ctx);
  ackLogged(peer, ctx);
  if (write.kind === 'append' && learning.stage === 'serving') settleLearned(peer, ctx);
}

/** The established leader gives a transaction its place in the history. */
export function propose(peer: PeerState, ctx: PeerContext, zxid: Zxid, bytes: Uint8Array): void {
  proposeEntry(peer, ctx, { zxid, bytes });
}

/** A learner sends a client's request to its leader (data as in a REQUEST packet). */
export function forwardRequest(
  peer: PeerState,
  ctx: PeerContext,
  data: Uint8Array,
  authinfo: readonly Identity[],
): void {
  if (peer.learning === null || !peer.serving) return;
  sendToLeader(ctx, peer.learning, { ...makePacket('REQUEST', NO_ZXID, data), authinfo });
}

/** Answered by application.onSynced, once for each call, in order. `data` is that of a REQUEST of type
 *  sync; a leader does not need it. */
export function requestSync(
  peer: PeerState,
  ctx: PeerContext,
  data: Uint8Array,
  authinfo: readonly Identity[] = [],
): void {
  if (peer.leading !== null) onOwnSync(peer, ctx);
  else forwardRequest(peer, ctx, data, authinfo);
}

/** Answered by application.onRevalidated. A leader asks its own sessions instead. */
export function requestRevalidate(peer: PeerState, ctx: PeerContext, data: Uint8Array): void {
  if (peer.learning === null || !peer.serving) return;
  sendToLeader(ctx, peer.learning, makePacket('REVALIDATE', NO_ZXID, data));
}
