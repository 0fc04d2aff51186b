// Whether what comes from outside (a file, another page) is a trace event to the last field. Whoever draws, words
// or searches events trusts their types: one with a field missing would break the page behind the reader's back.

import { PACKET_TYPE, SERVER_STATE_CODE } from './packet.ts';
import type { Phase, Standing, SyncMode, TraceEvent } from './trace.ts';
import type { Traced, TraceKind, VoterStanding, VoteRule } from './trace.ts';
import { EVENT_TYPE, OP_CODE } from './request.ts';
import { count, flag, isRecord, listOf, moment, oneOf, orNull, recordOf, seat } from './shapes.ts';
import { server, text, vote, whole, wide, type Check, type Fields } from './shapes.ts';

type EventOf<Kind extends TraceKind> = Extract<TraceEvent, { readonly kind: Kind }>;

/** Of an event: who asks whether it has a session, or a zxid, must find none that its kind does not have. */
const eventOf = <T>(fields: Fields<T>): Check => {
  const check = recordOf(fields);
  const names = Object.keys(fields).length + 1;
  return (value) => check(value) && Object.keys(value as object).length === names;
};

const state = oneOf(SERVER_STATE_CODE);
const op = oneOf(OP_CODE);
const rule = oneOf<VoteRule>({ epoch: 0, zxid: 0, id: 0, same: 0 });
const ballot = recordOf<EventOf<'ballotSent'>['ballot']>({
  ...{ state, vote, round: wide, config: text },
});
const accepted = recordOf<EventOf<'epochProposed'>['accepted'][number]>({
  ...{ server, epoch: whole },
});
const quorum = { have: count, need: count };
const standing = recordOf<VoterStanding>({
  ...{ server, silentMillis: orNull(moment) },
  standing: oneOf<Standing>({
    ...{ answered: 0, ownDisk: 0, asked: 0, silent: 0, joining: 0, notCounted: 0 },
    ...{ notLinked: 0, linkClosed: 0, cutOff: 0, refused: 0 },
  }),
});
const wait = { ...quorum, waitedMillis: moment, standings: listOf(standing) };
const packet = { peer: orNull(server), type: oneOf(PACKET_TYPE), zxid: wide, bytes: count };
const session = { session: wide, connection: whole, timeoutMillis: whole };
const path = orNull(text);

type Shapes = { readonly [Kind in TraceKind]: Fields<Omit<EventOf<Kind>, 'kind'>> };

const SHAPES: Shapes = {
  serverStarted: {
    ...{ acceptedEpoch: whole, currentEpoch: whole, lastZxid: wide, snapshotZxid: orNull(wide) },
    ...{ logEntries: count, trusted: flag },
  },
  serverHalted: { reason: text },
  readOnlyStarted: { zxid: wide },
  readOnlyEnded: {},
  roleChanged: {
    ...{ from: state, to: state, leader: orNull(server) },
    reason: oneOf<EventOf<'roleChanged'>['reason']>({
      ...{ quorumLost: 0, leaderSilent: 0, leaderLinkClosed: 0, leaderUnreachable: 0 },
      ...{ initLimitExceeded: 0, counterUsedUp: 0, oldEpoch: 0, protocolError: 0 },
      ...{ trustRegained: 0, reconfigured: 0, electionWon: 0, electionLost: 0, started: 0 },
    }),
  },
  phaseChanged: {
    phase: oneOf<Phase>({ election: 0, discovery: 0, synchronization: 0, broadcast: 0 }),
    epoch: whole,
  },
  epochAccepted: { epoch: whole },
  currentEpochSaved: { epoch: whole },
  configurationActivated: { version: wide, voters: listOf(server), observers: listOf(server) },
  roundStarted: { round: wide, vote },
  ballotSent: { to: server, ballot },
  ballotReceived: { from: server, ballot },
  ballotIgnored: {
    ...{ from: server, round: wide, theirRound: wide },
    reason: oneOf<EventOf<'ballotIgnored'>['reason']>({
      ...{ oldRound: 0, notAVoter: 0, suspect: 0, observer: 0 },
    }),
  },
  voteChanged: { because: server, from: vote, to: vote, rule, round: wide },
  voteKept: { against: server, mine: vote, theirs: vote, rule },
  voteCounted: { leader: server, ...quorum, voters: listOf(server) },
  electionDecided: {
    ...{ leader: server, round: wide, vote },
    how: oneOf<EventOf<'electionDecided'>['how']>({ quorumOfLooking: 0, joinedEstablished: 0 }),
  },
  packetSent: packet,
  packetReceived: packet,
  epochProposed: { epoch: whole, ...quorum, accepted: listOf(accepted) },
  epochAcked: { server, currentEpoch: whole, lastZxid: wide, counted: flag, ...quorum },
  epochAwaited: { epoch: orNull(whole), ...wait },
  learnerRefused: { server, reason: text },
  syncDecided: {
    ...{ server, learnerZxid: wide, leaderZxid: wide, committedMin: wide, committedMax: wide },
    ...{ target: wide, proposals: count, mode: oneOf<SyncMode>({ DIFF: 0, TRUNC: 0, SNAP: 0 }) },
    rule: oneOf<EventOf<'syncDecided'>['rule']>({
      ...{ sameZxid: 0, aheadOfLeader: 0, insideWindow: 0, divergedInsideWindow: 0 },
      ...{ newEpochOnly: 0, behindWindow: 0, notInHistory: 0 },
    }),
  },
  historyTruncated: { to: wide, removed: listOf(wide) },
  snapshotInstalled: { zxid: wide, bytes: count },
  newLeaderAcked: { server, ...quorum },
  newLeaderAwaited: { epoch: whole, ...wait },
  leaderEstablished: { epoch: whole, lastZxid: wide, supporters: listOf(server) },
  synchronised: { leader: server, epoch: whole },
  requestForwarded: { session: wide, cxid: whole, op },
  proposed: { zxid: wide, session: wide, cxid: whole, op, path },
  proposalLogged: { zxid: wide, count },
  ackCounted: { zxid: wide, server, ...quorum },
  commitAwaited: { zxid: wide, ...wait },
  committed: { zxid: wide, voters: listOf(server) },
  applied: { zxid: wide, session: wide, op, path, err: whole },
  snapshotTaken: { zxid: wide, bytes: count },
  quorumChecked: { ...quorum, servers: listOf(server) },
  learnerCutOff: { server, reason: text },
  clientConnected: { connection: whole },
  clientRefused: {
    connection: whole,
    reason: oneOf<EventOf<'clientRefused'>['reason']>({
      ...{ notServing: 0, aheadOfServer: 0, readOnlyServer: 0, expired: 0, wrongPassword: 0 },
      ...{ badFrame: 0, overloaded: 0 },
    }),
  },
  sessionOpened: session,
  sessionResumed: session,
  sessionExpired: { session: wide, silentMillis: moment },
  sessionClosed: { session: wide, ephemerals: listOf(text) },
  sessionMoved: { session: wide },
  requestReceived: { session: wide, xid: whole, op, path },
  replied: { session: wide, xid: whole, op, zxid: wide, err: whole },
  watchSet: {
    ...{ session: wide, path: text },
    watch: oneOf<EventOf<'watchSet'>['watch']>({
      ...{ data: 0, exists: 0, child: 0, persistent: 0, persistentRecursive: 0 },
    }),
  },
  watchFired: { session: wide, path: text, event: oneOf(EVENT_TYPE), zxid: wide },
  quotaExceeded: {
    ...{ subject: text, path: text, limit: moment, value: moment, isHard: flag, refused: flag },
    what: oneOf<EventOf<'quotaExceeded'>['what']>({ count: 0, bytes: 0 }),
  },
  badFrame: { from: text, reason: text },
  diskFailed: { reason: text },
  traceDropped: { count },
};

const CHECKS = new Map<string, Check>(
  Object.entries(SHAPES).map(([kind, fields]) => [kind, eventOf(fields)]),
);

const isEvent: Check = (value) => {
  if (!isRecord(value)) return false;
  const { kind } = value;
  return typeof kind === 'string' && CHECKS.get(kind)?.(value) === true;
};

const HEX = /^(?:[0-9a-f]{2}|\?\?)*$/;

/** True if every field that its kind has is there and of its type, and the event has no other. */
export function isTraced(value: unknown): value is Traced {
  if (!isRecord(value)) return false;
  const { wire } = value;
  const isWire = wire === undefined || (text(wire) && HEX.test(wire as string));
  return (
    isWire &&
    seat(value['server']) &&
    count(value['sequence']) &&
    moment(value['atMillis']) &&
    isEvent(value['event'])
  );
}
