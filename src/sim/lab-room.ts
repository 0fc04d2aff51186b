// A laboratory world as the interface's room: seats, cuts, quorum and sessions as they are at one moment.

import type { CutView, FaultView, RoomView, SeatView } from '../vocabulary/playground.ts';
import { LOG_CELLS_MAX, type LogCell, type ServerView } from '../vocabulary/view.ts';
import type { DiskImage } from './disk-image.ts';
import { SMALL_QUORUM_LESS } from './broken-rules.ts';
import type { LabWorld } from './lab-world.ts';

export function roomOfLab(lab: LabWorld): RoomView {
  const { world } = lab;
  const seats = world.ensemble.members.filter(({ role }) => role === 'participant').length;
  const servers = world.ensemble.members.map(({ serverId, role }): SeatView => {
    const seat = world.seat(serverId);
    return {
      ...{ serverId, role, own: false, present: seat.hasRun },
      frozen: seat.isFrozen,
      killed: seat.hasRun && !seat.isRunning,
      lostDisk: !seat.disk.image.trusted,
      server: seat.view(),
      onDisk: seat.isRunning ? [] : cellsOf(seat.disk.image),
      outside: [],
    };
  });
  return {
    ...{ room: 'lab', seats, seat: null, link: '', signalling: 'open', problems: [] },
    gateway: { state: 'none', ports: [] },
    ...{ servers, cuts: cutsOf(lab), faults: faultsOf(lab) },
    quorum: quorumOf(servers, neededBy(lab, seats), newestEpochOf(lab)),
    sessions: [...lab.clients].map(([number, client]) => ({
      ...{ number, ...client.view(), recipes: client.recipes },
    })),
  };
}

const cellsOf = ({ log }: DiskImage): LogCell[] =>
  log.slice(-LOG_CELLS_MAX).map(({ zxid }) => ({ zxid, state: 'logged' }));

function cutsOf({ world }: LabWorld): CutView[] {
  return world.servers.flatMap((a) =>
    world.servers
      .filter((b) => a < b && world.network.path(a, b) !== 'open')
      .map((b) => ({ a, b })),
  );
}

function faultsOf({ world }: LabWorld): FaultView[] {
  const { network, servers } = world;
  const [usualMillis] = world.diskMillis;
  const ofServers = servers.flatMap((server): FaultView[] => {
    const { disk, clockPercent: percent } = world.seat(server);
    const { latencyMillisMin: millis, failure } = disk.behaviour;
    return [
      ...(millis === usualMillis ? [] : [{ kind: 'slowDisk' as const, server, millis }]),
      ...(failure === null ? [] : [{ kind: 'fullDisk' as const, server }]),
      ...(percent === 100 ? [] : [{ kind: 'skewClock' as const, server, percent }]),
    ];
  });
  const ofLinks = servers.flatMap((from) =>
    servers.flatMap((to): FaultView[] => {
      if (from === to) return [];
      const held = network.isWayHeld(from, to);
      const millis = from < to ? network.slowMillis(from, to) : 0;
      return [
        ...(held ? [{ kind: 'cutWay' as const, from, to }] : []),
        ...(millis === 0 ? [] : [{ kind: 'slowLink' as const, a: from, b: to, millis }]),
      ];
    }),
  );
  return [...ofServers, ...ofLinks];
}

/** As many as the servers themselves ask for. */
function neededBy({ broken }: LabWorld, seats: number): number {
  const majority = Math.floor(seats / 2) + 1;
  return Math.max(1, majority - (broken.has('smallQuorum') ? SMALL_QUORUM_LESS : 0));
}

/** Of those that run and, where they are down, of their disks. */
const newestEpochOf = ({ world }: LabWorld): number =>
  Math.max(
    0,
    ...world.servers.map((server) => {
      const { disk } = world.seat(server);
      return world.seat(server).view()?.currentEpoch ?? disk.image.currentEpoch;
    }),
  );

function quorumOf(
  servers: readonly SeatView[],
  need: number,
  newestEpoch: number,
): RoomView['quorum'] {
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
  return {
    have: leader === null ? voters.length : under.length,
    need,
    serving: leader !== null,
    leader: leader?.serverId ?? null,
    epoch: leader?.currentEpoch ?? newestEpoch,
  };
}
