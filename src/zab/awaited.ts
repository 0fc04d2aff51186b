// A quorum that a leader still waits for: who has answered, and what keeps each of the others as far as the
// leader knows. Told when something stands in the way, when it takes long, and when the leader gives up; so
// a trace says why nothing happens. It decides nothing. (SyncedLearnerTracker.hasAllQuorums, while false)

import type { ServerId } from '../vocabulary/ids.ts';
import type { Standing, TraceEvent, VoterStanding } from '../vocabulary/trace.ts';
import type { Zxid } from '../vocabulary/zxid.ts';
import { holders } from './acks.ts';
import { entryAt, endOf, lastCommitted } from './history.ts';
import { isVoter, type Quorum } from './quorums.ts';
import {
  initLimitMillis,
  syncLimitMillis,
  trace,
  type Gone,
  type LeaderState,
  type LearnerLink,
  type LearnerStage,
  type PeerContext,
  type PeerState,
} from './state.ts';

/** Ticks that servers which are there may take for their answer before it is worth a line. */
const SLOW_TICKS = 2;

interface Awaited {
  readonly kind: 'commitAwaited' | 'epochAwaited' | 'newLeaderAwaited';
  readonly zxid: Zxid | null;
  readonly sinceMillis: number;
  readonly answered: ReadonlySet<ServerId>;
  /** Where a learner stands that has been asked. */
  readonly stage: LearnerStage;
}

/** By the clock. Of what is told, nothing is told again within syncLimit, and never more than one line a tick. */
export function maybeTellAwaited(peer: PeerState, ctx: PeerContext): void {
  const awaited = awaitedOf(peer);
  if (awaited === null) return;
  const waitedMillis = peer.nowMillis - awaited.sinceMillis;
  if (waitedMillis <= peer.config.tickMillis) return;
  const told = standingsOf(peer, awaited);
  if (told === null) return;
  const isSlow = waitedMillis > SLOW_TICKS * peer.config.tickMillis;
  if ((isSlow || isHindered(told)) && isNews(peer, awaited, told)) tell(peer, ctx, awaited, told);
}

/** This leader is about to give up: what it had not got by then, unless it has just been told. */
export function tellGivenUp(peer: PeerState, ctx: PeerContext): void {
  const awaited = awaitedOf(peer);
  const told = awaited === null ? null : standingsOf(peer, awaited);
  if (awaited === null || told === null) return;
  if (textOf(awaited, told) !== peer.leading?.told?.text) tell(peer, ctx, awaited, told);
}

/** A proposal waits from now on; while one does, the next is not timed. */
export function startTiming(peer: PeerState, leading: LeaderState): void {
  leading.timed ??= { zxid: leading.lastProposed, sinceMillis: peer.nowMillis };
}

/** What was timed may be committed: then the newest of those that wait still. */
export function settleTiming(peer: PeerState, leading: LeaderState): void {
  if (leading.timed === null || leading.timed.zxid > lastCommitted(peer.history)) return;
  leading.timed = null;
  if (peer.history.committed < endOf(peer.history)) startTiming(peer, leading);
}

/** Remembers how a voter's link ended. Invariant of `gone`: voters only, so it is bounded. */
export function noteGone(peer: PeerState, leading: LeaderState, server: ServerId, how: Gone): void {
  if (isVoter(peer, server)) leading.gone.set(server, how);
}

function awaitedOf(peer: PeerState): Awaited | null {
  const { leading } = peer;
  if (leading === null || leading.designated !== null) return null;
  // Discovery and synchronization set their limit anew with each of their quorums.
  const sinceMillis = leading.deadlineMillis - initLimitMillis(peer.config);
  const before = { zxid: null, sinceMillis };
  if (leading.epoch === null) {
    const answered = new Set(leading.infos.keys());
    return { ...before, kind: 'epochAwaited', answered, stage: 'info' };
  }
  if (!leading.epochAcked) {
    return { ...before, kind: 'epochAwaited', answered: leading.epochAcks, stage: 'epochAck' };
  }
  if (!leading.established) {
    const answered = leading.newLeaderAcks;
    return { ...before, kind: 'newLeaderAwaited', answered, stage: 'newLeaderAck' };
  }
  const { timed } = leading;
  const { history } = peer;
  if (timed === null || history.committed >= endOf(history)) return null;
  const { zxid } = entryAt(history, history.committed);
  const answered = new Set(holders(peer, zxid));
  return {
    kind: 'commitAwaited',
    zxid,
    sinceMillis: timed.sinceMillis,
    answered,
    stage: 'serving',
  };
}

interface Told {
  readonly have: number;
  readonly need: number;
  readonly standings: readonly VoterStanding[];
}

/** Of the first quorum that is needed and missing; null if there is none. */
function standingsOf(peer: PeerState, { zxid, answered, stage }: Awaited): Told | null {
  const missing = peer.quorums.find(
    (quorum) => (zxid === null || zxid >= quorum.from) && countOf(quorum, answered) < quorum.size,
  );
  if (missing === undefined) return null;
  const standings = [...missing.voters]
    .sort((a, b) => a - b)
    .map((server) => standingOf(peer, server, answered.has(server), stage));
  return { have: countOf(missing, answered), need: missing.size, standings };
}

const countOf = ({ voters }: Quorum, servers: ReadonlySet<ServerId>): number =>
  [...voters].filter((server) => servers.has(server)).length;

function standingOf(
  peer: PeerState,
  server: ServerId,
  answered: boolean,
  stage: LearnerStage,
): VoterStanding {
  const known = { server, silentMillis: null };
  if (answered) return { ...known, standing: 'answered' };
  if (server === peer.config.serverId) return { ...known, standing: 'ownDisk' };
  const { leading } = peer;
  const learner = leading === null ? undefined : learnerOf(leading, server);
  if (learner === undefined) {
    return { ...known, standing: leading?.gone.get(server) ?? 'notLinked' };
  }
  const silentMillis = peer.nowMillis - learner.heardAtMillis;
  return { server, silentMillis, standing: linkedStanding(peer, learner, stage) };
}

function learnerOf({ byServer, learners }: LeaderState, server: ServerId): LearnerLink | undefined {
  const link = byServer.get(server);
  if (link !== undefined) return learners.get(link);
  return [...learners.values()].find(
    (learner) => learner.server === null && learner.peer === server,
  );
}

function linkedStanding(peer: PeerState, learner: LearnerLink, stage: LearnerStage): Standing {
  if (learner.stage !== 'info' && !learner.follower) return 'notCounted';
  if (learner.stage === 'serving') {
    // It answers a PING every half tick.
    return peer.nowMillis - learner.heardAtMillis > peer.config.tickMillis ? 'silent' : 'asked';
  }
  return learner.stage === stage ? 'asked' : 'joining';
}

/** Those that may still answer are too few, as far as this leader knows. */
function isHindered({ need, standings }: Told): boolean {
  const there: readonly Standing[] = ['answered', 'ownDisk', 'asked', 'joining'];
  return standings.filter(({ standing }) => there.includes(standing)).length < need;
}

function isNews(peer: PeerState, awaited: Awaited, told: Told): boolean {
  const last = peer.leading?.told ?? null;
  if (last === null) return true;
  const pause =
    last.text === textOf(awaited, told) ? syncLimitMillis(peer.config) : peer.config.tickMillis;
  return peer.nowMillis - last.atMillis > pause;
}

/** Equal where the same would be told, but for the times and the proposal. */
const textOf = ({ kind, stage }: Awaited, { standings }: Told): string =>
  [kind, stage, ...standings.map((one) => `${String(one.server)} ${one.standing}`)].join(', ');

function tell(peer: PeerState, ctx: PeerContext, awaited: Awaited, told: Told): void {
  const { leading } = peer;
  if (leading === null) return;
  leading.told = { text: textOf(awaited, told), atMillis: peer.nowMillis };
  const event = eventOf(leading, awaited, {
    ...told,
    waitedMillis: peer.nowMillis - awaited.sinceMillis,
  });
  trace(ctx, event);
}

function eventOf(
  { epoch }: LeaderState,
  { kind, zxid }: Awaited,
  wait: Told & { readonly waitedMillis: number },
): TraceEvent {
  if (zxid !== null) return { kind: 'commitAwaited', zxid, ...wait };
  if (kind === 'newLeaderAwaited' && epoch !== null) return { kind, epoch, ...wait };
  return { kind: 'epochAwaited', epoch, ...wait };
}
