// A laboratory world as the interface's room: seats, cuts, quorum and sessions as they are at one moment.

import type { CutView, RoomView, SeatView } from '../vocabulary/playground.ts';
import type { ServerView } from '../vocabulary/view.ts';
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
      outside: [],
    };
  });
  return {
    ...{ room: 'lab', seats, seat: null, link: '', signalling: 'open', problems: [] },
    gateway: { state: 'none', ports: [] },
    ...{ servers, cuts: cutsOf(lab), quorum: quorumOf(servers, seats) },
    sessions: [...lab.clients].map(([number, client]) => {
      const { sessionId, state, attachedTo, timeoutMillis } = client.view();
      const session = { number, sessionId, state, attachedTo, timeoutMillis };
      return client.recipe === null ? session : { ...session, recipe: client.recipe };
    }),
  };
}

function cutsOf({ world }: LabWorld): CutView[] {
  return world.servers.flatMap((a) =>
    world.servers
      .filter((b) => a < b && world.network.path(a, b) !== 'open')
      .map((b) => ({ a, b })),
  );
}

function quorumOf(servers: readonly SeatView[], seats: number): RoomView['quorum'] {
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
    need: Math.floor(seats / 2) + 1,
    serving: leader !== null,
    leader: leader?.serverId ?? null,
    epoch: leader?.currentEpoch ?? Math.max(0, ...servers.map((s) => s.server?.currentEpoch ?? 0)),
  };
}
