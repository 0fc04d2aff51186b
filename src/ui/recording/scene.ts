// A recorded room as its events tell it: what a page once saw in its servers' own pictures is worked out again
// from what they told and from what happened to them. Pure; what nobody told is left out.

import { serverId, type ServerId } from '../../vocabulary/ids.ts';
import type { RoomView, SeatView } from '../../vocabulary/playground.ts';
import type { RecordedSeat, Turn } from '../../vocabulary/recording.ts';
import type { Traced, TraceEvent } from '../../vocabulary/trace.ts';
import { cellsOnDisk, LOG_CELLS_MAX, LOST_CELLS_MAX } from '../../vocabulary/view.ts';
import type { LogCell, RoleView, ServerView } from '../../vocabulary/view.ts';
import { epochOf, zxidMax, ZXID_ZERO, type Zxid } from '../../vocabulary/zxid.ts';
import type { ServerState } from '../../vocabulary/packet.ts';

/** Of one server, the newest: more are not read in a list. */
const SESSIONS_MAX = 500;

/** By server, in the order of their ids. */
export type Scene = ReadonlyMap<ServerId, SeatView>;

export const sceneOf = (seats: readonly RecordedSeat[]): Scene =>
  new Map(seats.map(({ server, role }) => [serverId(server), emptySeat(server, role)]));

/** Whoever told something, where the recording does not say who was there. */
export function seatsOf(events: readonly Traced[]): readonly RecordedSeat[] {
  const roles = new Map<number, RecordedSeat['role']>();
  for (const { server, event } of events) {
    const observes = event.kind === 'roleChanged' && event.to === 'OBSERVING';
    if (observes || !roles.has(server)) roles.set(server, observes ? 'observer' : 'participant');
  }
  return [...roles].sort(([a], [b]) => a - b).map(([server, role]) => ({ server, role }));
}

function emptySeat(server: number, role: SeatView['role']): SeatView {
  return {
    ...{ serverId: serverId(server), role, own: false, present: false, frozen: false },
    ...{ killed: false, lostDisk: false, server: null, onDisk: [], outside: [] },
  };
}

export function sceneWithTurn(scene: Scene, { kind, server }: Turn): Scene {
  const seat = server === null ? undefined : scene.get(serverId(server));
  if (seat === undefined) return scene;
  switch (kind) {
    case 'down':
      return withSeat(scene, {
        ...{ ...seat, killed: seat.present, frozen: false, server: null },
        onDisk: seat.server === null ? seat.onDisk : cellsOnDisk(seat.server),
      });
    case 'up':
      return withSeat(scene, { ...seat, killed: false, present: true, onDisk: [] });
    case 'frozen':
    case 'thawed':
      return withSeat(scene, { ...seat, frozen: kind === 'frozen' });
    case 'cut':
    case 'healed':
      return scene;
  }
}

export function sceneWith(scene: Scene, { server, event }: Traced): Scene {
  const seat = scene.get(server) ?? emptySeat(server, 'participant');
  // What a server that was killed told last may be heard after its end.
  if (seat.killed && event.kind !== 'serverStarted') return scene;
  const before = seat.server ?? freshView(server);
  const view = {
    ...before,
    ...viewChange(before, event),
    ...logChange(before, event),
    ...heard(before, event),
    ...servesBy(before, event),
  };
  const after = withSeat(scene, {
    ...{ ...seat, present: true, killed: false, server: view, onDisk: [] },
    ...(event.kind === 'serverStarted' ? { lostDisk: !event.trusted } : {}),
  });
  return everywhere(after, server, event);
}

const withSeat = (scene: Scene, seat: SeatView): Scene => new Map(scene).set(seat.serverId, seat);

function freshView(server: ServerId): ServerView {
  return {
    ...{ serverId: server, role: 'looking', phase: 'election', round: 0n, vote: null },
    ...{ acceptedEpoch: 0, currentEpoch: 0, leader: null, serving: false, trusted: true },
    ...{ lastLogged: ZXID_ZERO, lastDurable: ZXID_ZERO, lastCommitted: ZXID_ZERO },
    ...{ lastApplied: ZXID_ZERO, log: [], lost: [], sessions: [], watches: [], nodeCount: 0 },
    ...{ treeDigest: 0n, peers: [], haltedBecause: null, queuedDiskWrites: 0, badFrames: 0 },
  };
}

const ROLE_OF: Readonly<Record<ServerState, RoleView>> = {
  ...{ LOOKING: 'looking', FOLLOWING: 'following', LEADING: 'leading', OBSERVING: 'observing' },
};

/** What an event says of its server beside its log. */
function viewChange(before: ServerView, event: TraceEvent): Partial<ServerView> {
  switch (event.kind) {
    case 'serverStarted': {
      const { acceptedEpoch, currentEpoch, lastZxid, trusted } = event;
      return {
        ...freshView(before.serverId),
        ...{ acceptedEpoch, currentEpoch, trusted, lastLogged: lastZxid, lastDurable: lastZxid },
      };
    }
    case 'serverHalted':
      return { role: 'down', serving: false, haltedBecause: event.reason, sessions: [] };
    case 'roleChanged': {
      const phase = event.to === 'LOOKING' ? 'election' : before.phase;
      return { role: ROLE_OF[event.to], leader: event.leader, serving: false, phase };
    }
    case 'phaseChanged':
      return { phase: event.phase, serving: before.serving && event.phase === 'broadcast' };
    case 'epochAccepted':
      return { acceptedEpoch: event.epoch };
    case 'currentEpochSaved':
      return { currentEpoch: event.epoch };
    case 'roundStarted':
      return { round: event.round, vote: event.vote };
    case 'voteChanged':
      return { round: event.round, vote: event.to };
    case 'leaderEstablished': {
      const { serverId: leader } = before;
      return { role: 'leading', serving: true, leader, currentEpoch: event.epoch };
    }
    case 'synchronised':
      return { serving: true, leader: event.leader, currentEpoch: event.epoch };
    case 'sessionOpened':
    case 'sessionResumed': {
      const { session: id, timeoutMillis, connection } = event;
      const here = { id, timeoutMillis, connection, here: true, ephemerals: [], fuse: null };
      const others = before.sessions.filter((known) => known.id !== id);
      return { sessions: [...others, here].slice(-SESSIONS_MAX) };
    }
    case 'badFrame':
      return { badFrames: before.badFrames + 1 };
    default:
      return {};
  }
}

/** Where a recording begins in the middle, what a server does tells what it is by then: only a leader proposes and
 *  decides, and its decisions are told to who follows it. */
function servesBy(before: ServerView, event: TraceEvent): Partial<ServerView> {
  if (before.serving || before.round > 0n || before.acceptedEpoch > 0) return {};
  const here = (role: RoleView, leader: ServerId | null, zxid: Zxid): Partial<ServerView> => ({
    ...{ role, leader, serving: true, phase: 'broadcast' },
    currentEpoch: Math.max(before.currentEpoch, epochOf(zxid)),
  });
  if (event.kind === 'proposed' || event.kind === 'ackCounted') {
    return here('leading', before.serverId, event.zxid);
  }
  if (event.kind !== 'packetReceived') return {};
  if (event.type === 'COMMIT') return here('following', event.peer, event.zxid);
  return event.type === 'INFORM' ? here('observing', event.peer, event.zxid) : {};
}

/** Whom the server has heard since it started: nobody tells when a link ends. */
function heard({ peers }: ServerView, event: TraceEvent): Partial<ServerView> {
  const peer = event.kind === 'packetReceived' ? event.peer : null;
  const from = event.kind === 'ballotReceived' ? event.from : peer;
  return from === null || peers.includes(from) ? {} : { peers: [...peers, from] };
}

/** What an event says of its server's log. */
function logChange(before: ServerView, event: TraceEvent): Partial<ServerView> {
  const { log } = before;
  switch (event.kind) {
    case 'serverStarted':
      return { log: [], lost: [] };
    case 'proposed':
      return { log: logWith(log, event.zxid, 'proposed') };
    case 'packetReceived':
      if (event.type === 'PROPOSAL') return { log: logWith(log, event.zxid, 'proposed') };
      return event.type === 'COMMIT' || event.type === 'INFORM'
        ? committed(before, event.zxid)
        : {};
    case 'proposalLogged': {
      const last = event.zxid;
      const cells = Math.min(event.count, LOG_CELLS_MAX);
      const zxids = Array.from(
        { length: cells },
        (_, at) => (last - BigInt(cells - 1 - at)) as Zxid,
      );
      return {
        log: zxids.reduce((known, zxid) => logWith(known, zxid, 'logged'), log),
        ...{ lastLogged: zxidMax(before.lastLogged, last) },
        lastDurable: zxidMax(before.lastDurable, last),
      };
    }
    case 'committed':
      return committed(before, event.zxid);
    case 'applied': {
      const { zxid } = event;
      const lastApplied = zxidMax(before.lastApplied, zxid);
      const lastLogged = zxidMax(before.lastLogged, zxid);
      return { ...committed(before, zxid), lastApplied, lastLogged };
    }
    case 'historyTruncated': {
      const removed = event.removed.map((zxid) => ({ zxid, by: 'TRUNC' as const }));
      return {
        log: log.filter(({ zxid }) => zxid <= event.to),
        lost: [...before.lost, ...removed].slice(-LOST_CELLS_MAX),
        ...{ lastLogged: event.to, lastDurable: event.to },
      };
    }
    case 'snapshotInstalled': {
      const { zxid } = event;
      return {
        ...{ log: [], lastLogged: zxid, lastDurable: zxid },
        ...{ lastCommitted: zxid, lastApplied: zxid },
      };
    }
    default:
      return {};
  }
}

const committed = (before: ServerView, zxid: Zxid): Partial<ServerView> => ({
  log: logWith(before.log, zxid, 'committed'),
  lastCommitted: zxidMax(before.lastCommitted, zxid),
});

const RANK: Readonly<Record<LogCell['state'], number>> = { proposed: 0, logged: 1, committed: 2 };

/** Ascending; nothing that is further in its life goes back. */
function logWith(log: readonly LogCell[], zxid: Zxid, state: LogCell['state']): readonly LogCell[] {
  const at = log.findIndex((cell) => cell.zxid >= zxid);
  const known = log[at];
  const cell = { zxid, state };
  if (known === undefined) return [...log, cell].slice(-LOG_CELLS_MAX);
  if (known.zxid !== zxid)
    return [...log.slice(0, at), cell, ...log.slice(at)].slice(-LOG_CELLS_MAX);
  if (RANK[known.state] >= RANK[state]) return log;
  return [...log.slice(0, at), cell, ...log.slice(at + 1)];
}

/** What one server tells of others: where a session is now, or that it is over, and who votes. */
function everywhere(scene: Scene, server: ServerId, event: TraceEvent): Scene {
  switch (event.kind) {
    case 'sessionOpened':
    case 'sessionResumed':
    case 'sessionMoved':
    case 'sessionClosed':
    case 'sessionExpired': {
      const isTheirs = event.kind === 'sessionOpened' || event.kind === 'sessionResumed';
      const { session } = event;
      return new Map(
        [...scene].map(([id, seat]): readonly [ServerId, SeatView] => {
          const stays = (isTheirs && id === server) || seat.server === null;
          return [id, stays ? seat : withoutSession(seat, seat.server, session)];
        }),
      );
    }
    case 'configurationActivated':
      return new Map(
        [...scene].map(([id, seat]): readonly [ServerId, SeatView] => {
          if (event.observers.includes(id)) return [id, { ...seat, role: 'observer' }];
          return [id, event.voters.includes(id) ? { ...seat, role: 'participant' } : seat];
        }),
      );
    default:
      return scene;
  }
}

function withoutSession(seat: SeatView, view: ServerView, session: bigint): SeatView {
  if (!view.sessions.some(({ id }) => id === session)) return seat;
  const sessions = view.sessions.filter(({ id }) => id !== session);
  return { ...seat, server: { ...view, sessions } };
}

/** The room that the stage shows: nobody sits in it, and nothing can be done to it. */
export function roomOfScene(scene: Scene): RoomView {
  const servers = [...scene.values()].sort((a, b) => a.serverId - b.serverId);
  const seats = servers.filter(({ role }) => role === 'participant').length;
  return {
    ...{ room: '', seats, seat: null, link: '', signalling: 'open', servers },
    ...{ cuts: [], faults: [], sessions: [], problems: [] },
    gateway: { state: 'none', ports: [] },
    quorum: quorumOf(servers, Math.floor(seats / 2) + 1),
  };
}

function quorumOf(servers: readonly SeatView[], need: number): RoomView['quorum'] {
  const voters = servers.filter(
    ({ role, present, killed, lostDisk }) =>
      role === 'participant' && present && !killed && !lostDisk,
  );
  let leader: ServerView | null = null;
  for (const { server } of voters) {
    if (server?.role !== 'leading' || !server.serving) continue;
    if (leader === null || server.currentEpoch > leader.currentEpoch) leader = server;
  }
  const under = voters.filter(
    ({ server }) => server?.serving === true && server.leader === leader?.serverId,
  );
  const epochs = servers.map(({ server }) => server?.currentEpoch ?? 0);
  return {
    have: leader === null ? voters.length : under.length,
    ...{ need, serving: leader !== null, leader: leader?.serverId ?? null },
    epoch: leader?.currentEpoch ?? Math.max(0, ...epochs),
  };
}
