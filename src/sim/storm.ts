// A bad day, drawn from a seed: crashes, cuts, silences, freezes, slow and torn disks under the load of
// some clients; then everything is mended, and the ensemble must serve again and agree. What went wrong
// is said by the checkers, or here: a storm that does not end in service must not pass.

import { forkRandom, makeRandom, nextBelow, nextBetween, nextChance } from '../base/random.ts';
import type { Random } from '../base/random.ts';
import { ERROR_CODE } from '../vocabulary/error-code.ts';
import { CREATE_FLAG } from '../vocabulary/request.ts';
import { OPEN_ACL } from '../vocabulary/stat.ts';
import { formatZxid } from '../vocabulary/zxid.ts';
import { judge } from './checkers/all.ts';
import type { Violation } from './observation.ts';
import { askSomething } from './workload.ts';
import { World, type WorldOptions } from './world.ts';

export interface StormResult {
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** Items of virtual time that were done. */
  readonly steps: number;
  readonly millis: number;
  readonly committed: number;
  readonly answered: number;
  readonly faults: readonly string[];
  readonly world: World;
}

/** What a storm may do, drawn from its seed unless given. */
export interface StormPlan {
  readonly participants: number;
  readonly observers: number;
  readonly clients: number;
  readonly stormMillis: number;
  readonly kinds: readonly FaultKind[];
}

const FAULT_KINDS = [
  ...(['crash', 'crashSilently', 'crashAll', 'cut', 'silence', 'isolate', 'reset'] as const),
  ...(['freeze', 'slowDisk', 'dropClients', 'slowNetwork'] as const),
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** From mended to served: elections with their back-off, synchronization, a session, a write. */
const CALM_MILLIS_MAX = 20_000;
const LOAD_EVERY_MILLIS = 7;

export function runStorm(seed: number, plan?: Partial<StormPlan>): StormResult {
  const random = makeRandom(seed);
  const drawn = { ...drawPlan(random), ...plan };
  const world = new World({ seed, ...drawOptions(random, drawn) });
  const storm = new Storm(world, drawn, random);
  const violations: Violation[] = [];
  try {
    storm.rage();
    violations.push(...storm.calm());
  } catch (error) {
    const says = error instanceof Error ? (error.stack ?? error.message) : String(error);
    violations.push({ rule: 'X2 nothing is thrown', millis: world.agenda.nowMillis, says });
  }
  violations.push(...judge(world.history));
  return {
    ...{ seed, violations, world, faults: storm.faults },
    steps: world.agenda.entered,
    millis: world.agenda.nowMillis,
    ...countsOf(world),
  };
}

function drawPlan(random: Random): StormPlan {
  const kinds = FAULT_KINDS.filter(() => nextChance(random, 50));
  return {
    participants: nextChance(random, 70) ? 3 : 5,
    observers: nextChance(random, 25) ? 1 : 0,
    clients: nextBetween(random, 1, 3),
    stormMillis: nextBetween(random, 1_000, 4_000),
    kinds: kinds.length > 0 ? kinds : ['crash'],
  };
}

function drawOptions(random: Random, plan: StormPlan): Omit<WorldOptions, 'seed'> {
  const { participants, observers } = plan;
  return {
    ...{ participants, observers },
    tickEveryMillis: nextBetween(random, 5, 30),
    networkMillis: [1, nextBetween(random, 1, 12)],
    diskMillis: [0, nextBetween(random, 1, 15)],
    ensemble: {
      snapshotEveryTransactions: nextChance(random, 50) ? nextBetween(random, 5, 60) : 1_000,
      committedLogEntriesMax: nextChance(random, 50) ? nextBetween(random, 1, 20) : 500,
    },
  };
}

class Storm {
  readonly faults: string[] = [];
  readonly #world: World;
  readonly #plan: StormPlan;
  readonly #faultRandom: Random;
  readonly #loadRandom: Random;
  #raging = true;
  #asked = 0;

  constructor(world: World, plan: StormPlan, random: Random) {
    this.#world = world;
    this.#plan = plan;
    this.#faultRandom = forkRandom(random);
    this.#loadRandom = forkRandom(random);
  }

  rage(): void {
    const world = this.#world;
    for (const server of world.servers) {
      world.agenda.after(nextBelow(this.#faultRandom, 200), () => {
        world.openServer(server);
      });
    }
    for (let count = 0; count < this.#plan.clients; count += 1) {
      world.openClient({ timeoutMillis: nextBetween(this.#loadRandom, 400, 2_000) });
    }
    this.#load();
    this.#nextFault();
    world.run(this.#plan.stormMillis);
  }

  /** Mends everything, for ever, and waits for service and agreement. */
  calm(): Violation[] {
    this.#raging = false;
    const world = this.#world;
    world.healAll();
    world.network.behaviour.latencyMillisMax = 3;
    for (const seat of world.seats.values()) {
      seat.disk.behaviour.latencyMillisMax = 3;
      seat.freeze(false);
      if (seat.haltedBecause !== null) world.crash(seat.server);
    }
    world.openAll();
    const served = this.#waitForWrite();
    if (!served) return [this.#notLive('no write was answered')];
    const agreed = world.runUntil(() => this.#agree(), CALM_MILLIS_MAX);
    world.observeViews();
    return agreed ? [] : [this.#notLive('the servers do not agree')];
  }

  #waitForWrite(): boolean {
    const client = this.#world.openClient({ timeoutMillis: 2_000, queueMillisMax: 400 });
    let answered = false;
    const write = (): void => {
      const flags = CREATE_FLAG.persistent;
      const request = { kind: 'create', path: '/calm', data: null, acl: OPEN_ACL, flags } as const;
      client.ask(request, (result) => {
        const exists = result.outcome === 'failed' && result.code === ERROR_CODE.NodeExists;
        if (result.outcome === 'ok' || exists) answered = true;
        else write();
      });
    };
    write();
    const inTime = this.#world.runUntil(() => answered, CALM_MILLIS_MAX);
    client.close();
    return inTime;
  }

  /** Every server serves and has applied the same. */
  #agree(): boolean {
    const views = [...this.#world.seats.values()].map((seat) => seat.view());
    const [first] = views;
    return views.every((view) => view?.serving === true && view.lastApplied === first?.lastApplied);
  }

  #notLive(says: string): Violation {
    const world = this.#world;
    const servers = [...world.seats.values()].map((seat) => {
      const view = seat.view();
      if (view === null) return `${String(seat.server)} is down`;
      const what = `${view.role}/${view.phase} at ${formatZxid(view.lastApplied)}`;
      return `${String(seat.server)} is ${what} (logged ${formatZxid(view.lastLogged)})`;
    });
    const millis = world.agenda.nowMillis;
    return { rule: 'L2 calm brings service', millis, says: `${says}: ${servers.join('; ')}` };
  }

  #load(): void {
    if (!this.#raging) return;
    const random = this.#loadRandom;
    for (const client of this.#world.clients) {
      this.#asked += 1;
      if (nextChance(random, 40)) askSomething(client, random, this.#asked);
    }
    if (nextChance(random, 1)) this.#replaceClient();
    this.#world.agenda.after(LOAD_EVERY_MILLIS, () => {
      this.#load();
    });
  }

  /** One client closes, or dies without a word, and another comes. */
  #replaceClient(): void {
    const random = this.#loadRandom;
    const old = this.#world.clients[nextBelow(random, this.#world.clients.length)];
    if (nextChance(random, 50)) old?.close();
    else old?.die();
    this.#world.openClient({ timeoutMillis: nextBetween(random, 400, 2_000) });
  }

  #nextFault(): void {
    this.#world.agenda.after(nextBetween(this.#faultRandom, 20, 500), () => {
      if (!this.#raging) return;
      const kind = this.#plan.kinds[nextBelow(this.#faultRandom, this.#plan.kinds.length)];
      if (kind !== undefined) this.#strike(kind);
      this.#nextFault();
    });
  }

  #strike(kind: FaultKind): void {
    const random = this.#faultRandom;
    const { servers } = this.#world;
    const a = servers[nextBelow(random, servers.length)];
    const b = servers[nextBelow(random, servers.length)];
    if (a === undefined || b === undefined) return;
    const millis = nextBetween(random, 10, nextChance(random, 50) ? 200 : 1_500);
    const where = `${kind} ${String(a)} ${String(b)} for ${String(millis)} ms`;
    this.faults.push(`${String(this.#world.agenda.nowMillis)}: ${where}`);
    STRIKES[kind](this.#world, { a, b, millis, random });
  }
}

interface Strike {
  readonly a: number;
  readonly b: number;
  readonly millis: number;
  readonly random: Random;
}

const STRIKES: Readonly<Record<FaultKind, (world: World, strike: Strike) => void>> = {
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

function countsOf(world: World): { committed: number; answered: number } {
  let committed = 0;
  let answered = 0;
  for (const observation of world.observations) {
    if (observation.at === 'client') {
      if (observation.what.kind === 'answered' && observation.what.result.outcome === 'ok') {
        answered += 1;
      }
    } else if (observation.what.kind === 'traced') {
      if (observation.what.event.kind === 'committed') committed += 1;
    }
  }
  return { committed, answered };
}
