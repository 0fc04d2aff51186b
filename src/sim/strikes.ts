// The faults of a storm: each strikes one or two servers, or clients, and most end after a time.

import { nextBelow, nextBetween, nextChance, type Random } from '../base/random.ts';
import { quorumSize } from '../vocabulary/ensemble.ts';
import type { World } from './world.ts';

export const FAULT_KINDS = [
  ...(['crash', 'crashSilently', 'crashAll', 'cut', 'silence', 'isolate', 'reset'] as const),
  ...(['freeze', 'slowDisk', 'dropClients', 'slowNetwork'] as const),
] as const;

export const ODD_FAULT_KINDS = [
  ...(['cutWay', 'fullDisk', 'wipeDisk', 'moveClient', 'closeClient'] as const),
] as const;

/** `wipeAnyDisk` is in no drawn plan: it can leave too few trusted disks for ever. */
export type FaultKind =
  (typeof FAULT_KINDS)[number] | (typeof ODD_FAULT_KINDS)[number] | 'wipeAnyDisk';

export interface Strike {
  readonly a: number;
  readonly b: number;
  readonly millis: number;
  readonly random: Random;
}

export const STRIKES: Readonly<Record<FaultKind, (world: World, strike: Strike) => void>> = {
  crash: (world, { a, millis }) => {
    crashFor(world, a, millis, 'loud');
  },
  crashSilently: (world, { a, millis }) => {
    crashFor(world, a, millis, 'silent');
  },
  crashAll: (world, { random }) => {
    for (const server of world.servers) crashFor(world, server, nextBelow(random, 300), 'loud');
  },
  cut: (world, { a, b, millis }) => {
    world.cut(a, b);
    world.agenda.after(millis, () => {
      world.heal(a, b);
    });
  },
  silence: (world, { a, b, millis }) => {
    world.setPath(a, b, 'silent');
    world.agenda.after(millis, () => {
      world.heal(a, b);
    });
  },
  isolate: (world, { a, millis, random }) => {
    const state = nextChance(random, 50) ? 'cut' : 'silent';
    const others = world.servers.filter((server) => server !== a);
    world.partition([a], others, state);
    world.agenda.after(millis, () => {
      for (const other of others) world.heal(a, other);
    });
  },
  reset: (world, { a, b }) => {
    world.network.reset(world.seat(a).server, world.seat(b).server);
  },
  freeze: (world, { a, millis }) => {
    world.seat(a).freeze(true);
    world.agenda.after(millis, () => {
      world.seat(a).freeze(false);
    });
  },
  slowDisk: (world, { a, millis, random }) => {
    const { behaviour } = world.seat(a).disk;
    const before = behaviour.latencyMillisMax;
    behaviour.latencyMillisMax = nextBetween(random, 20, 300);
    world.agenda.after(millis, () => {
      behaviour.latencyMillisMax = before;
    });
  },
  cutWay: (world, { a, b, millis }) => {
    const [from, to] = [world.seat(a).server, world.seat(b).server];
    world.network.setWay(from, to, false);
    world.agenda.after(millis, () => {
      world.network.setWay(from, to, true);
    });
  },
  fullDisk: (world, { a, millis }) => {
    world.fillDisk(a, true);
    world.agenda.after(millis, () => {
      world.fillDisk(a, false);
      if (world.seat(a).haltedBecause !== null) world.crash(a);
      world.openServer(a);
    });
  },
  wipeDisk: (world, { a, millis }) => {
    const others = world.servers.filter((server) => server !== a);
    if (trustedCount(world, others) >= quorumSize(world.ensemble)) wipeFor(world, a, millis);
  },
  wipeAnyDisk: (world, { a, millis }) => {
    wipeFor(world, a, millis);
  },
  moveClient: (world, { a, millis, random }) => {
    const client = world.clients[nextBelow(random, world.clients.length)];
    if (client === undefined) return;
    client.reach = new Set([world.seat(a).server]);
    client.breakConnection();
    world.agenda.after(millis, () => {
      client.reach = null;
    });
  },
  closeClient: (world, { random }) => {
    world.clients[nextBelow(random, world.clients.length)]?.close();
    world.openClient({ timeoutMillis: nextBetween(random, 400, 2_000) });
  },
  dropClients: (world, { a }) => {
    world.doors.drop(world.seat(a).server);
  },
  slowNetwork: (world, { millis, random }) => {
    const { behaviour } = world.network;
    const before = behaviour.latencyMillisMax;
    behaviour.latencyMillisMax = nextBetween(random, 20, 120);
    world.agenda.after(millis, () => {
      behaviour.latencyMillisMax = before;
    });
  },
};

function crashFor(world: World, server: number, millis: number, how: 'loud' | 'silent'): void {
  world.crash(server, how);
  world.agenda.after(millis, () => {
    world.openServer(server);
  });
}

/** Its database is gone, and it comes back as one that has none. */
function wipeFor(world: World, server: number, millis: number): void {
  world.crash(server);
  world.wipeDisk(server);
  world.agenda.after(millis, () => {
    world.openServer(server);
  });
}

/** Participants whose disk is trusted. */
export function trustedCount(world: World, servers: readonly number[] = world.servers): number {
  return world.ensemble.members.filter(
    ({ serverId, role }) =>
      role === 'participant' &&
      servers.includes(serverId) &&
      world.seat(serverId).disk.image.trusted,
  ).length;
}

/** Ends every fault that is still going on, and brings every server up. */
export function mendAll(world: World): void {
  world.healAll();
  for (const from of world.servers) {
    for (const to of world.servers) world.network.setWay(from, to, true);
  }
  world.network.behaviour.latencyMillisMax = 3;
  for (const client of world.clients) client.reach = null;
  for (const seat of world.seats.values()) {
    seat.disk.behaviour.latencyMillisMax = 3;
    world.fillDisk(seat.server, false);
    seat.freeze(false);
    if (seat.haltedBecause !== null) world.crash(seat.server);
  }
  world.openAll();
}
