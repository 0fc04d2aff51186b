// Which drawer of the feed an event belongs to, and whether it is told in words at all. What only
// moves (ballots, packets) is shown on the stage; what repeats without news is left out.

import type { TraceEvent, TraceKind } from '../../vocabulary/trace.ts';

export type FeedKind = 'life' | 'election' | 'sync' | 'broadcast' | 'clients';

export const FEED_KINDS: readonly FeedKind[] = ['election', 'sync', 'broadcast', 'clients', 'life'];

const DRAWER = {
  serverStarted: 'life',
  serverHalted: 'life',
  readOnlyStarted: 'life',
  readOnlyEnded: 'life',
  roleChanged: 'life',
  phaseChanged: null,
  epochAccepted: 'sync',
  currentEpochSaved: 'sync',
  configurationActivated: 'life',
  roundStarted: 'election',
  ballotSent: null,
  ballotReceived: null,
  ballotIgnored: 'election',
  voteChanged: 'election',
  voteKept: 'election',
  voteCounted: 'election',
  electionDecided: 'election',
  packetSent: null,
  packetReceived: null,
  epochProposed: 'sync',
  epochAcked: 'sync',
  epochAwaited: 'sync',
  learnerRefused: 'sync',
  syncDecided: 'sync',
  historyTruncated: 'sync',
  snapshotInstalled: 'sync',
  newLeaderAcked: 'sync',
  newLeaderAwaited: 'sync',
  leaderEstablished: 'sync',
  synchronised: 'sync',
  requestForwarded: 'broadcast',
  proposed: 'broadcast',
  proposalLogged: 'broadcast',
  ackCounted: 'broadcast',
  commitAwaited: 'broadcast',
  committed: 'broadcast',
  applied: 'broadcast',
  snapshotTaken: 'life',
  quorumChecked: null,
  learnerCutOff: 'life',
  clientConnected: null,
  clientRefused: 'clients',
  sessionOpened: 'clients',
  sessionResumed: 'clients',
  sessionExpired: 'clients',
  sessionClosed: 'clients',
  sessionMoved: 'clients',
  requestReceived: 'clients',
  replied: 'clients',
  watchSet: 'clients',
  watchFired: 'clients',
  quotaExceeded: 'clients',
  badFrame: 'life',
  diskFailed: 'life',
  traceDropped: 'life',
} as const satisfies Readonly<Record<TraceKind, FeedKind | null>>;

/** The events of a drawer; of null: those that the feed does not tell. */
export type EventIn<Drawer extends FeedKind | null> = Extract<
  TraceEvent,
  {
    readonly kind: {
      [Kind in TraceKind]: (typeof DRAWER)[Kind] extends Drawer ? Kind : never;
    }[TraceKind];
  }
>;

export const isIn = <Drawer extends FeedKind | null>(
  event: TraceEvent,
  drawer: Drawer,
): event is EventIn<Drawer> => DRAWER[event.kind] === drawer;

/** Null: not told in words. Pings and session upkeep are never told. */
export function feedKind(event: TraceEvent): FeedKind | null {
  if ('op' in event && event.op === 'ping') return null;
  return DRAWER[event.kind];
}
