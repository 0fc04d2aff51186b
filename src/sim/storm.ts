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
import { quorumSize } from '../vocabulary/ensemble.ts';
import {
  FAULT_KINDS,
  mendAll,
  ODD_FAULT_KINDS,
  STRIKES,
  trustedCount,
  type FaultKind,
} from './strikes.ts';
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

/** From mended to served, and from served to agreed: a few elections with their back-off (an election
 *  that fails takes initLimit, here a second), synchronization, a session, a write. */
const CALM_MILLIS_MAX = 5_000;
/** Longer than syncLimit: what is silent in the calm is found out. */
const STILL_MILLIS = 600;
const LOAD_EVERY_MILLIS = 7;
const STAYS_DOWN_MILLIS = 3_000;

export function runStorm(seed: number, plan?: Partial<StormPlan>): StormResult {
  const random = makeRandom(seed);
  const plain = drawPlan(random);
  const drawn = { ...plain, kinds: [...plain.kinds, ...oddKinds(seed)], ...plan };
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

/** Every fourth storm is of the odd kind as well: disks that fail or are lost, ways that are cut in one
 *  direction, clients that move. Drawn apart, so that the other storms stay what they were. */
const ODD_EVERY = 4;
const ODD_SALT = 0x0dd_0dd;

function oddKinds(seed: number): readonly FaultKind[] {
  if (seed % ODD_EVERY !== 0) return [];
  const random = makeRandom(seed ^ ODD_SALT);
  const kinds = ODD_FAULT_KINDS.filter(() => nextChance(random, 50));
  // Twice, for they are fewer than the others.
  return kinds.flatMap((kind) => [kind, kind]);
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
    mendAll(world);
    if (trustedCount(world) < quorumSize(world.ensemble)) return this.#staysDown();
    const served = this.#waitForWrite();
    if (!served) return [this.#notLive('no write was answered')];
    const agreed = world.runUntil(() => this.#agree(), CALM_MILLIS_MAX);
    world.observeViews();
    if (!agreed) return [this.#notLive('the servers do not agree')];
    return this.#staysCalm();
  }

  /** Without a fault nobody leaves its role any more, and all agree still. */
  #staysCalm(): Violation[] {
    const world = this.#world;
    // A link that went silent in the storm may still have to be found out.
    world.run(STILL_MILLIS);
    const from = world.observations.length;
    world.run(STILL_MILLIS);
    const left = world.observations
      .slice(from)
      .find(({ what }) => what.kind === 'traced' && what.event.kind === 'roleChanged');
    if (left?.at === 'server') {
      return [this.#notLive(`server ${String(left.server)} left its role in the calm`)];
    }
    const agreed = world.runUntil(() => this.#agree(), CALM_MILLIS_MAX);
    return agreed ? [] : [this.#notLive('the servers do not agree any more')];
  }

  /** Too few disks are trusted. No write may be answered, until the disks of others are back. */
  #staysDown(): Violation[] {
    const world = this.#world;
    const answered = (): boolean =>
      world.servers.some((server) => world.view(server)?.serving === true) &&
      trustedCount(world) < quorumSize(world.ensemble);
    world.run(world.ensemble.syncLimit * world.ensemble.tickMillis * 4);
    const wrong = world.runUntil(answered, STAYS_DOWN_MILLIS);
    world.observeViews();
    if (!wrong) return [];
    const says = 'servers serve although too few disks are trusted';
    return [{ rule: 'Z20 suspects out', millis: world.agenda.nowMillis, says }];
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

  /** Every server serves, is trusted, and has applied the same. */
  #agree(): boolean {
    const views = [...this.#world.seats.values()].map((seat) => seat.view());
    const [first] = views;
    return views.every(
      (view) => view?.serving === true && view.trusted && view.lastApplied === first?.lastApplied,
    );
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
