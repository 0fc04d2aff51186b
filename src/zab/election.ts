// Fast leader election (FastLeaderElection.lookForLeader): rounds, ballots, counting, and the answers
// given to ballots in every other state. Decides nothing about data: whoever is elected must still win
// the discovery phase. Persists nothing.

import type { ServerId } from '../vocabulary/ids.ts';
import { LONG_MIN, type Ballot, type Vote } from '../vocabulary/packet.ts';
import { configText, memberOf } from '../vocabulary/ensemble.ts';
import { adoptHeard } from './activation.ts';
import { lastLogged } from './history.ts';
import { isVoter, mayVote, trace, type PeerContext, type PeerState } from './state.ts';
import { mayElect } from './quorums.ts';
import { compareVotes, decidingRule, NOBODY, sameBallot, sameSettled, unvoted } from './vote.ts';

/** Begins a round: one up, the own vote to every voter. */
export function startRound(peer: PeerState, ctx: PeerContext): void {
  const election = peer.election;
  election.round += 1n;
  election.voting = true;
  election.vote = initialVote(peer);
  election.received.clear();
  election.settled.clear();
  election.resendAfterMillis = peer.config.electionBackoffMinMillis;
  election.resendAtMillis = peer.nowMillis + election.resendAfterMillis;
  trace(ctx, { kind: 'roundStarted', round: election.round, vote: election.vote });
  countOwn(peer);
  broadcastBallot(peer, ctx);
  const held = [...election.held].sort(([a], [b]) => a - b);
  election.held.clear();
  for (const [from, ballot] of held) if (election.voting) onLookingBallot(peer, ctx, from, ballot);
  if (election.voting) judge(peer, ctx, peer.config.serverId);
}

/** What this server would be as a leader; one who must not win votes for nobody. */
function initialVote(peer: PeerState): Vote {
  const self = peer.config.serverId;
  if (!mayVote(peer) || memberOf(peer.committed, self)?.role !== 'participant') return unvoted();
  return {
    leader: self,
    zxid: lastLogged(peer.history),
    peerEpoch: BigInt(peer.currentEpoch),
  };
}

/** Any ballot, in any state. */
export function onBallot(peer: PeerState, ctx: PeerContext, from: ServerId, ballot: Ballot): void {
  if (from === peer.config.serverId) return;
  trace(ctx, { kind: 'ballotReceived', from, ballot });
  const election = peer.election;
  if (peer.role === 'LOOKING' && adoptHeard(peer, ctx, ballot.config)) {
    // Other voters: what was counted means nothing any more.
    election.voting = false;
    election.decided = null;
    election.finalizeAtMillis = null;
    election.held.set(from, ballot);
    return;
  }
  if (!isVoter(peer, from)) {
    ignore(peer, ctx, from, ballot, 'notAVoter');
    if (ballot.state === 'LOOKING' && (peer.role !== 'LOOKING' || election.voting)) {
      sendBallot(peer, ctx, from);
    }
    return;
  }
  if (peer.role !== 'LOOKING') {
    if (ballot.state === 'LOOKING') sendBallot(peer, ctx, from);
    return;
  }
  if (!election.voting) {
    election.held.set(from, ballot);
    return;
  }
  onLookingBallot(peer, ctx, from, ballot);
}

/** The looking server's loop, for one ballot of a voter. */
function onLookingBallot(peer: PeerState, ctx: PeerContext, from: ServerId, ballot: Ballot): void {
  if (ballot.state === 'OBSERVING') {
    ignore(peer, ctx, from, ballot, 'observer');
    return;
  }
  if (ballot.state === 'LOOKING') {
    onOtherLooking(peer, ctx, from, ballot);
    return;
  }
  if (isVoter(peer, ballot.vote.leader)) onSettledBallot(peer, ctx, from, ballot);
}

function onOtherLooking(peer: PeerState, ctx: PeerContext, from: ServerId, ballot: Ballot): void {
  const election = peer.election;
  if (!isVoter(peer, ballot.vote.leader)) {
    // A suspect asks without voting: it learns what there is and is not counted.
    ignore(peer, ctx, from, ballot, isUnvoted(ballot.vote) ? 'suspect' : 'notAVoter');
    if (mayVote(peer)) sendBallot(peer, ctx, from);
    return;
  }
  if (ballot.round < election.round) {
    ignore(peer, ctx, from, ballot, 'oldRound');
    // From who does not vote it would be answered at once, and so on for ever.
    if (mayVote(peer)) sendBallot(peer, ctx, from);
    return;
  }
  if (ballot.round > election.round) {
    election.round = ballot.round;
    election.received.clear();
    const initial = initialVote(peer);
    const better = compareVotes(ballot.vote, initial) > 0;
    changeVote(peer, ctx, from, better ? ballot.vote : initial);
  } else if (compareVotes(ballot.vote, election.vote) > 0) {
    changeVote(peer, ctx, from, ballot.vote);
  } else {
    trace(ctx, {
      kind: 'voteKept',
      against: from,
      mine: election.vote,
      theirs: ballot.vote,
      rule: decidingRule(election.vote, ballot.vote),
    });
  }
  election.received.set(from, ballot);
  judge(peer, ctx, from);
}

function changeVote(peer: PeerState, ctx: PeerContext, because: ServerId, to: Vote): void {
  const election = peer.election;
  const from = election.vote;
  election.vote = to;
  election.finalizeAtMillis = null;
  trace(ctx, {
    kind: 'voteChanged',
    because,
    from,
    to,
    rule: decidingRule(from, to),
    round: election.round,
  });
  countOwn(peer);
  broadcastBallot(peer, ctx);
}

/** The own ballot counts like any other, unless this server may not vote. */
function countOwn(peer: PeerState): void {
  if (mayVote(peer)) peer.election.received.set(peer.config.serverId, ownBallot(peer));
}

/** Looks whether a quorum agrees with the own vote. The election ends at once when no better vote can
 *  come any more: every voter has voted for the winner. The leader whose closed link made us look is
 *  not waited for: its vote could not arrive, and if it does arrive it counts. Otherwise silence for
 *  finalizeWait ends it. An early end costs at most another election: discovery, not the election,
 *  keeps a wrong leader from being established. */
function judge(peer: PeerState, ctx: PeerContext, because: ServerId): void {
  const election = peer.election;
  if (!isVoter(peer, election.vote.leader)) return;
  const wanted: Ballot = { ...ownBallot(peer), state: 'LOOKING' };
  const supporters = supportersOf(election.received, (ballot) => sameBallot(ballot, wanted));
  if (because !== peer.config.serverId || supporters.size > 0) {
    trace(ctx, {
      kind: 'voteCounted',
      leader: election.vote.leader,
      have: supporters.size,
      need: peer.quorum,
      voters: [...supporters].sort((a, b) => a - b),
    });
  }
  if (!mayElect(peer, supporters)) {
    election.finalizeAtMillis = null;
    return;
  }
  const missing = peer.voters.filter((voter) => !supporters.has(voter));
  const gone = election.absent;
  const late = missing.some((voter) => voter !== gone || election.received.has(voter));
  if (!late) {
    decide(peer, ctx, wanted, 'quorumOfLooking');
    return;
  }
  election.finalizeAtMillis ??= peer.nowMillis + peer.config.finalizeWaitMillis;
}

function supportersOf(
  ballots: ReadonlyMap<ServerId, Ballot>,
  agrees: (ballot: Ballot) => boolean,
): Set<ServerId> {
  const supporters = new Set<ServerId>();
  for (const [server, ballot] of ballots) if (agrees(ballot)) supporters.add(server);
  return supporters;
}

/** A voter that has a leader. First with the ballots of this round, then with all that have a leader;
 *  either way the leader itself must say LEADING: nobody joins a dead leader on hearsay. */
function onSettledBallot(peer: PeerState, ctx: PeerContext, from: ServerId, ballot: Ballot): void {
  const election = peer.election;
  if (ballot.round === election.round) {
    election.received.set(from, ballot);
    const agree = supportersOf(election.received, (other) =>
      other.state === 'LOOKING'
        ? sameBallot(other, ballot)
        : other.vote.leader === ballot.vote.leader,
    );
    if (mayElect(peer, agree) && leaderAnswers(peer, election.received, ballot)) {
      decide(peer, ctx, ballot, 'joinedEstablished');
      return;
    }
  }
  election.settled.set(from, ballot);
  const agree = supportersOf(election.settled, (other) => sameSettled(other, ballot));
  if (mayElect(peer, agree) && leaderAnswers(peer, election.settled, ballot)) {
    election.round = ballot.round;
    decide(peer, ctx, ballot, 'joinedEstablished');
  }
}

function leaderAnswers(
  peer: PeerState,
  ballots: ReadonlyMap<ServerId, Ballot>,
  ballot: Ballot,
): boolean {
  const leader = ballot.vote.leader;
  if (leader === peer.config.serverId) {
    return mayVote(peer) && ballot.round === peer.election.round;
  }
  return ballots.get(leader)?.state === 'LEADING';
}

function decide(
  peer: PeerState,
  ctx: PeerContext,
  ballot: Ballot,
  how: 'quorumOfLooking' | 'joinedEstablished',
): void {
  const election = peer.election;
  election.voting = false;
  election.finalizeAtMillis = null;
  election.decided = { ballot, how };
  peer.settledVote = { vote: ballot.vote, round: election.round };
  trace(ctx, {
    kind: 'electionDecided',
    leader: ballot.vote.leader,
    round: election.round,
    how,
    vote: ballot.vote,
  });
}

/** Timers of a looking server: the end of finalizeWait, and the resend. */
export function onElectionTick(peer: PeerState, ctx: PeerContext): void {
  const election = peer.election;
  if (!election.voting) return;
  if (election.finalizeAtMillis !== null && peer.nowMillis >= election.finalizeAtMillis) {
    decide(peer, ctx, { ...ownBallot(peer), state: 'LOOKING' }, 'quorumOfLooking');
    return;
  }
  if (peer.nowMillis >= election.resendAtMillis) {
    broadcastBallot(peer, ctx);
    const doubled = election.resendAfterMillis * 2;
    election.resendAfterMillis = Math.min(doubled, peer.config.electionBackoffMaxMillis);
    election.resendAtMillis = peer.nowMillis + election.resendAfterMillis;
  }
}

/** What this server says on the election port now. */
export function ownBallot(peer: PeerState): Ballot {
  const config = configText(peer.committed);
  if (peer.role !== 'LOOKING' && peer.settledVote !== null) {
    const { vote, round } = peer.settledVote;
    return { state: peer.role, vote, round, config };
  }
  // Whoever may not vote never repeats another's vote: it would be counted as its own.
  const vote = peer.election.vote;
  return { state: 'LOOKING', vote, round: peer.election.round, config };
}

export function sendBallot(peer: PeerState, ctx: PeerContext, to: ServerId): void {
  const own = ownBallot(peer);
  const silent = own.state === 'LOOKING' && !mayVote(peer) && own.vote.leader !== NOBODY;
  const ballot = silent ? { ...own, vote: unvoted() } : own;
  ctx.emit({ kind: 'sendBallot', to, ballot });
  trace(ctx, { kind: 'ballotSent', to, ballot });
}

function broadcastBallot(peer: PeerState, ctx: PeerContext): void {
  for (const voter of peer.voters) {
    if (voter !== peer.config.serverId) sendBallot(peer, ctx, voter);
  }
}

/** The channel is there (again): whatever was sent into the void is due now. */
export function onElectionOpened(peer: PeerState, ctx: PeerContext, other: ServerId): void {
  if (other === peer.config.serverId) return;
  if (peer.role !== 'LOOKING' || peer.election.voting) sendBallot(peer, ctx, other);
}

/** The leader is established: late joiners shall see equal votes from all of its members. */
export function raiseVoteEpoch(peer: PeerState, epoch: number): void {
  if (peer.settledVote === null) return;
  const { vote, round } = peer.settledVote;
  peer.settledVote = { vote: { ...vote, peerEpoch: BigInt(epoch) }, round };
}

function ignore(
  peer: PeerState,
  ctx: PeerContext,
  from: ServerId,
  ballot: Ballot,
  reason: 'oldRound' | 'notAVoter' | 'suspect' | 'observer',
): void {
  const { round } = peer.election;
  trace(ctx, { kind: 'ballotIgnored', from, reason, round, theirRound: ballot.round });
}

/** Peers heard of in this election. */
export function heardPeers(peer: PeerState): ServerId[] {
  const heard = new Set([...peer.election.received.keys(), ...peer.election.settled.keys()]);
  heard.delete(peer.config.serverId);
  return [...heard];
}

export const isUnvoted = (vote: Vote): boolean => vote.peerEpoch === LONG_MIN;
