// The trace in words: one line an event, with the moment, the server and what it did and why. Lines for
// people, and for the golden transcripts; nothing is ever read back from them.

import { formatSessionId, type ServerId } from '../vocabulary/ids.ts';
import { LONG_MIN, type Ballot, type Vote } from '../vocabulary/packet.ts';
import { errorName } from '../vocabulary/error-code.ts';
import type { QuorumWait, Standing, TraceEvent, VoterStanding } from '../vocabulary/trace.ts';
import { formatZxid } from '../vocabulary/zxid.ts';
import { sayOfClient } from './describe-client.ts';
import type { Observation } from './observation.ts';

type Event<Kind extends TraceEvent['kind'], One = TraceEvent> = One extends { kind: infer Kinds }
  ? Kind extends Kinds
    ? One
    : never
  : never;
type Sayings = { readonly [Kind in TraceEvent['kind']]: (event: Event<Kind>) => string };

export function transcriptOf(
  observations: readonly Observation[],
  keep: (event: TraceEvent) => boolean = () => true,
): string[] {
  const lines: string[] = [];
  for (const observation of observations) {
    const says = sayOf(observation, keep);
    if (says === null) continue;
    const who =
      observation.at === 'server'
        ? `server ${String(observation.server)}`
        : `client ${String(observation.client)}`;
    lines.push(`${String(observation.millis).padStart(6)} ms  ${who}  ${says}`);
  }
  return lines;
}

function sayOf(observation: Observation, keep: (event: TraceEvent) => boolean): string | null {
  if (observation.at === 'client') return sayOfClient(observation.what);
  const { what } = observation;
  switch (what.kind) {
    case 'traced':
      return keep(what.event) ? sayEvent(what.event) : null;
    case 'crashed':
      return 'is gone, and with it what was not durable';
    case 'diskLost':
      return 'has lost its whole disk';
    case 'diskBroken':
      return 'has a disk that fails from now on';
    default:
      return null;
  }
}

export function sayEvent<Kind extends TraceEvent['kind']>(event: Event<Kind>): string {
  const say = SAYINGS[event.kind] as (event: Event<Kind>) => string;
  return say(event);
}

const list = (servers: readonly ServerId[]): string => `{${servers.join(', ')}}`;

export function sayVote({ leader, zxid, peerEpoch }: Vote): string {
  if (zxid === LONG_MIN || peerEpoch === LONG_MIN) return 'nobody yet';
  return `${String(leader)} (epoch ${String(peerEpoch)}, zxid ${formatZxid(zxid)})`;
}

const sayBallot = ({ state, vote, round }: Ballot): string =>
  `${state}, votes ${sayVote(vote)} in round ${String(round)}`;

const RULES: Readonly<Record<Event<'voteChanged'>['rule'], string>> = {
  epoch: 'by the epoch',
  zxid: 'same epoch, by the zxid',
  id: 'same epoch, same zxid, by the id',
  same: 'the same vote',
};

const SYNC_RULES: Readonly<Record<Event<'syncDecided'>['rule'], string>> = {
  sameZxid: 'both end at the same zxid',
  aheadOfLeader: 'it has more than the leader',
  insideWindow: 'it ends inside the committed window',
  divergedInsideWindow: 'it holds what the leader never had',
  newEpochOnly: 'nothing is missing but the new epoch',
  behindWindow: 'it ends before the committed window',
  notInHistory: 'its end is not in the history of the leader',
};

const sayPacket = (event: Event<'packetSent'>): string => {
  const peer = event.peer === null ? 'somebody' : String(event.peer);
  const way = event.kind === 'packetSent' ? `sends ${peer}` : `hears from ${peer}:`;
  return `${way} ${event.type} ${formatZxid(event.zxid)}`;
};

const STANDINGS: Readonly<Record<Exclude<Standing, 'silent'>, string>> = {
  answered: 'has answered',
  ownDisk: 'waits for its own disk',
  asked: 'has not answered yet',
  joining: 'is not that far yet',
  notCounted: 'follows without being counted',
  notLinked: 'has no link to it',
  linkClosed: 'closed its link',
  cutOff: 'was cut off',
  refused: 'was refused',
};

const sayStanding = ({ server, standing, silentMillis }: VoterStanding): string =>
  standing === 'silent'
    ? `${String(server)} is silent for ${String(silentMillis ?? 0)} ms`
    : `${String(server)} ${STANDINGS[standing]}`;

const sayWait = ({ have, need, waitedMillis, standings }: QuorumWait): string =>
  `${String(have)} of ${String(need)} needed after ${String(waitedMillis)} ms; ` +
  standings
    .filter(({ standing }) => standing !== 'answered')
    .map(sayStanding)
    .join(', ');

const at = (path: string | null): string => (path === null ? '' : ` ${path}`);
const sayErr = (err: number): string => (err === 0 ? 'ok' : (errorName(err) ?? String(err)));

const SAYINGS: Sayings = {
  serverStarted: (e) =>
    `starts with epochs ${String(e.acceptedEpoch)}/${String(e.currentEpoch)} ` +
    `and ${String(e.logEntries)} log entries up to ${formatZxid(e.lastZxid)}` +
    (e.trusted ? '' : ', a suspect'),
  serverHalted: (e) => `halts: ${e.reason}`,
  readOnlyStarted: (e) => `serves reads only, up to ${formatZxid(e.zxid)}`,
  readOnlyEnded: () => 'ends serving reads only',
  roleChanged: (e) =>
    `is ${e.to}${e.leader === null ? '' : ` with leader ${String(e.leader)}`} (was ${e.from}: ${e.reason})`,
  phaseChanged: (e) => `enters ${e.phase}, epoch ${String(e.epoch)}`,
  epochAccepted: (e) => `has accepted epoch ${String(e.epoch)}, durably`,
  currentEpochSaved: (e) => `is in epoch ${String(e.epoch)}, durably`,
  configurationActivated: (e) =>
    `counts quorums among ${e.voters.join(', ')} (configuration ${e.version.toString(16)})`,
  roundStarted: (e) => `begins round ${String(e.round)} and votes ${sayVote(e.vote)}`,
  ballotSent: (e) => `tells ${String(e.to)}: ${sayBallot(e.ballot)}`,
  ballotReceived: (e) => `hears from ${String(e.from)}: ${sayBallot(e.ballot)}`,
  ballotIgnored: (e) => `ignores the ballot of ${String(e.from)}: ${e.reason}`,
  voteChanged: (e) =>
    `now votes ${sayVote(e.to)} instead of ${sayVote(e.from)}, after ${String(e.because)}: ${RULES[e.rule]}`,
  voteKept: (e) =>
    `keeps its vote ${sayVote(e.mine)} against ${sayVote(e.theirs)} of ${String(e.against)}: ${RULES[e.rule]}`,
  voteCounted: (e) =>
    `counts ${String(e.have)} of ${String(e.need)} needed for ${String(e.leader)} ${list(e.voters)}`,
  electionDecided: (e) =>
    `has elected ${String(e.leader)} in round ${String(e.round)}` +
    (e.how === 'joinedEstablished' ? ', which leads already' : ''),
  packetSent: (e) => sayPacket({ ...e, kind: 'packetSent' }),
  packetReceived: (e) => sayPacket({ ...e, kind: 'packetReceived' }),
  epochProposed: (e) =>
    `proposes epoch ${String(e.epoch)} over ${String(e.have)} of ${String(e.need)} needed: ` +
    e.accepted.map((one) => `${String(one.server)} had accepted ${String(one.epoch)}`).join(', '),
  epochAcked: (e) =>
    `has the epoch acked by ${String(e.server)} (epoch ${String(e.currentEpoch)}, ` +
    `last ${formatZxid(e.lastZxid)}): ${String(e.have)} of ${String(e.need)}` +
    (e.counted ? '' : ', not counted'),
  epochAwaited: (e) =>
    (e.epoch === null
      ? 'has no quorum yet to propose an epoch: '
      : `has no quorum yet for epoch ${String(e.epoch)}: `) + sayWait(e),
  learnerRefused: (e) => `refuses ${String(e.server)}: ${e.reason}`,
  syncDecided: (e) =>
    `synchronises ${String(e.server)} by ${e.mode}, from ${formatZxid(e.learnerZxid)} ` +
    `to ${formatZxid(e.leaderZxid)} with ${String(e.proposals)} proposals: ${SYNC_RULES[e.rule]}`,
  historyTruncated: (e) =>
    `cuts its history back to ${formatZxid(e.to)}: ${e.removed.map(formatZxid).join(', ')} gone`,
  snapshotInstalled: (e) => `holds the leader's tree at ${formatZxid(e.zxid)}, durably`,
  newLeaderAcked: (e) =>
    `is acknowledged as the leader by ${String(e.server)}: ${String(e.have)} of ${String(e.need)}`,
  newLeaderAwaited: (e) => `is not established in epoch ${String(e.epoch)} yet: ${sayWait(e)}`,
  leaderEstablished: (e) =>
    `leads epoch ${String(e.epoch)} from ${formatZxid(e.lastZxid)} on, with ${list(e.supporters)}`,
  synchronised: (e) => `serves under ${String(e.leader)} in epoch ${String(e.epoch)}`,
  requestForwarded: (e) =>
    `passes ${e.op} of ${formatSessionId(e.session)} on to the leader (cxid ${String(e.cxid)})`,
  proposed: (e) => `proposes ${formatZxid(e.zxid)}: ${e.op}${at(e.path)}`,
  proposalLogged: (e) =>
    `has ${String(e.count)} more in its log, durably, up to ${formatZxid(e.zxid)}`,
  ackCounted: (e) =>
    `counts the ack of ${String(e.server)} for ${formatZxid(e.zxid)}: ${String(e.have)} of ${String(e.need)}`,
  commitAwaited: (e) => `does not commit ${formatZxid(e.zxid)} yet: ${sayWait(e)}`,
  committed: (e) => `commits ${formatZxid(e.zxid)} with ${list(e.voters)}`,
  applied: (e) =>
    `applies ${formatZxid(e.zxid)}: ${e.op}${at(e.path)}${e.err === 0 ? '' : ` (${sayErr(e.err)})`}`,
  snapshotTaken: (e) => `has a snapshot at ${formatZxid(e.zxid)}`,
  quorumChecked: (e) =>
    `still hears ${list(e.servers)}: ${String(e.have)} of ${String(e.need)} needed`,
  learnerCutOff: (e) => `cuts ${String(e.server)} off: ${e.reason}`,
  clientConnected: (e) => `is called by a client (connection ${String(e.connection)})`,
  clientRefused: (e) => `refuses connection ${String(e.connection)}: ${e.reason}`,
  sessionOpened: (e) =>
    `opens session ${formatSessionId(e.session)}, timeout ${String(e.timeoutMillis)} ms`,
  sessionResumed: (e) => `takes session ${formatSessionId(e.session)} over`,
  sessionExpired: (e) =>
    `lets session ${formatSessionId(e.session)} expire after ${String(e.silentMillis)} ms of silence`,
  sessionClosed: (e) =>
    `has closed session ${formatSessionId(e.session)}` +
    (e.ephemerals.length > 0 ? ` and deleted ${e.ephemerals.join(', ')}` : ''),
  sessionMoved: (e) => `refuses what comes for session ${formatSessionId(e.session)}: it moved`,
  requestReceived: (e) => `is asked ${e.op}${at(e.path)} (xid ${String(e.xid)})`,
  replied: (e) =>
    `answers ${e.op} (xid ${String(e.xid)}) at ${formatZxid(e.zxid)}: ${sayErr(e.err)}`,
  watchSet: (e) => `keeps a ${e.watch} watch on ${e.path}`,
  watchFired: (e) => `fires ${e.event} ${e.path} at ${formatZxid(e.zxid)}`,
  quotaExceeded: (e) =>
    `${e.refused ? 'refuses' : 'sees'} ${e.path} go past the ${e.isHard ? 'hard' : 'soft'} quota of ${e.subject}: ` +
    `${e.what} ${String(e.value)} of ${String(e.limit)}`,
  badFrame: (e) => `cannot read what ${e.from} sent: ${e.reason}`,
  diskFailed: (e) => `is failed by its disk: ${e.reason}`,
  traceDropped: (e) => `did ${String(e.count)} more things than could be said`,
};
