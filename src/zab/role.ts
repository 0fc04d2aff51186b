// Leaving a role, and stopping for good. A role ends at once; the next election begins only when the
// disk has answered for all it was asked (R4), so that the zxid voted with is what a restart would find.

import { configText } from '../vocabulary/ensemble.ts';
import type { ServerId } from '../vocabulary/ids.ts';
import type { LeaveReason } from '../vocabulary/trace.ts';
import { recallConfigurations } from './configurations.ts';
import { cutHistory, lastLogged } from './history.ts';
import { hangUp } from './links.ts';
import { trace, type PeerContext, type PeerState } from './state.ts';

/** Failed attempts in a row before the next round is put off, and by how much at most. */
const FAILURES_FREE = 2;
const PAUSE_MILLIS = 50;

/** Back to LOOKING, whatever this server was. */
export function leaveRole(peer: PeerState, ctx: PeerContext, reason: LeaveReason): void {
  if (peer.role === 'LOOKING') return;
  const from = peer.role;
  peer.election.absent = reason === 'leaderLinkClosed' ? peer.leader : null;
  letLearnersGo(peer, ctx, reason);
  if (peer.learning !== null && peer.learning.link !== null) {
    hangUp(ctx, peer.learning.link, reason);
  }
  if (!peer.serving) peer.election.failures += 1;
  peer.leading = null;
  peer.learning = null;
  peer.leader = null;
  peer.generation += 1;
  peer.role = 'LOOKING';
  stopServing(peer, ctx);
  // What was collected but never handed to the disk was never acked: it goes, like in a crash.
  cutHistory(peer.history, peer.history.issued);
  recallConfigurations(peer, ctx);
  waitForElection(peer);
  trace(ctx, { kind: 'roleChanged', from, to: 'LOOKING', leader: null, reason });
  enterPhase(peer, ctx, 'election');
}

function letLearnersGo({ leading }: PeerState, ctx: PeerContext, reason: string): void {
  for (const link of leading?.learners.keys() ?? []) {
    hangUp(ctx, link, reason);
    ctx.application.endSnapshot(link);
  }
}

/** Straight into the next role, without an election: the committed configuration says who leads. */
export function followDesignated(peer: PeerState, ctx: PeerContext, leader: ServerId): void {
  leaveRole(peer, ctx, 'reconfigured');
  const { election, currentEpoch } = peer;
  const vote = { leader, zxid: lastLogged(peer.history), peerEpoch: BigInt(currentEpoch) };
  const config = configText(peer.committed);
  const ballot = { state: 'LOOKING', vote, round: election.round, config } as const;
  election.decided = { ballot, how: 'designated' };
  peer.settledVote = { vote, round: election.round };
}

/** Everything of the last election is forgotten but the round. */
function waitForElection(peer: PeerState): void {
  const election = peer.election;
  election.voting = false;
  election.decided = null;
  election.finalizeAtMillis = null;
  election.received.clear();
  election.settled.clear();
  election.held.clear();
  const late = election.failures - FAILURES_FREE;
  const pause =
    late > 0 ? Math.min(PAUSE_MILLIS * 2 ** Math.min(late, 10), peer.config.tickMillis) : 0;
  election.startAtMillis = peer.nowMillis + pause;
}

export function stopServing(peer: PeerState, ctx: PeerContext): void {
  if (!peer.serving) return;
  peer.serving = false;
  ctx.application.stopServing();
}

export function enterPhase(peer: PeerState, ctx: PeerContext, phase: PeerState['phase']): void {
  if (peer.phase === phase) return;
  peer.phase = phase;
  const epoch = peer.leading?.epoch ?? peer.learning?.epoch ?? peer.currentEpoch;
  trace(ctx, { kind: 'phaseChanged', phase, epoch });
}

/** The end of this server: its disk failed, or a rule would be broken by going on. */
export function halt(peer: PeerState, ctx: PeerContext, reason: string): void {
  if (peer.haltedBecause !== null) return;
  letLearnersGo(peer, ctx, 'halted');
  for (const link of peer.parked.keys()) hangUp(ctx, link, 'halted');
  if (peer.learning !== null && peer.learning.link !== null) {
    hangUp(ctx, peer.learning.link, 'halted');
  }
  peer.haltedBecause = reason;
  stopServing(peer, ctx);
  peer.leading = null;
  peer.learning = null;
  peer.leader = null;
  peer.parked.clear();
  peer.generation += 1;
  peer.role = 'LOOKING';
  peer.phase = 'election';
  peer.election.voting = false;
  trace(ctx, { kind: 'serverHalted', reason });
  ctx.emit({ kind: 'halt', reason });
}
