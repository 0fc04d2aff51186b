// A world that does steps and can be taken along one event at a time: what the laboratory's history is
// made of. It keeps nothing of what it told; whoever takes it along listens.

import type { ClientConfig } from '../client/client.ts';
import { serverId, sessionId } from '../vocabulary/ids.ts';
import {
  CLIENTS_MAX,
  type LabOptions,
  type ClientStep,
  type LabStep,
  type PathStep,
  type Moment,
  type RuleName,
} from '../vocabulary/steps.ts';
import { bitsOf } from '../vocabulary/taken.ts';
import { breakRule } from './broken-rules.ts';
import type { ClientActor } from './client-actor.ts';
import type { Disks } from './disk-image.ts';
import type { Observation } from './observation.ts';
import { World } from './world.ts';

/** A laboratory's clocks tick coarser than a tab's: a run is replayed to go back in it. */
const TICK_EVERY_MILLIS = 20;
const LOST_CLIENT_TIMEOUT_MILLIS_MIN = 200;
/** As in the rooms of tabs, so that what is taken from one keeps its sessions' times. */
const TAKEN_SESSIONS = { sessionTimeoutMillisMin: 1_000, sessionTimeoutMillisMax: 120_000 };

export class LabWorld {
  readonly world: World;
  readonly broken = new Set<RuleName>();
  readonly #clients = new Map<number, ClientActor>();
  #events = 0;

  /** `disks`: those that the options name, as they are read. */
  constructor(options: LabOptions, disks: Disks = new Map()) {
    const { seed, participants, observers, knobs = {}, taken } = options;
    const tickEveryMillis = TICK_EVERY_MILLIS;
    this.world = new World({
      ...{ seed, participants, observers, tickEveryMillis, disks },
      ...(taken === undefined ? {} : { wallStartMillis: taken.wallMillis }),
      ensemble: taken === undefined ? knobs : { ...knobs, ...TAKEN_SESSIONS },
    });
  }

  get now(): Moment {
    return { millis: this.world.agenda.nowMillis, events: this.#events };
  }

  client(number: number): ClientActor | null {
    return this.#clients.get(number) ?? null;
  }

  get clients(): ReadonlyMap<number, ClientActor> {
    return this.#clients;
  }

  /** The next event if it is due by then; else the clock goes there, and null. */
  next(untilMillis: number): readonly Observation[] | null {
    if (!this.world.agenda.next(untilMillis)) return null;
    this.#events += 1;
    return this.#take();
  }

  /** Time goes by until then, or until something is due. */
  pass(untilMillis: number): void {
    this.world.agenda.pass(untilMillis);
  }

  /** What was observed at once. A step that makes no sense now (a server that is none of this
   *  ensemble's, a client that never was) does nothing. */
  do(step: LabStep): readonly Observation[] {
    if (this.#makesSense(step)) this.#carryOut(step);
    return this.#take();
  }

  #take(): readonly Observation[] {
    const { observations } = this.world;
    return observations.length === 0 ? NOTHING : observations.splice(0);
  }

  #makesSense(step: LabStep): boolean {
    const servers = serversOf(step);
    if (!servers.every((server) => this.world.seats.has(serverId(server)))) return false;
    if (isOpening(step)) return this.#clients.size < CLIENTS_MAX;
    return !('client' in step) || step.client === null || this.#clients.has(step.client);
  }

  #carryOut(step: LabStep): void {
    const { world } = this;
    switch (step.kind) {
      case 'openServer':
        if (world.seat(step.server).haltedBecause !== null) world.crash(step.server);
        world.openServer(step.server);
        break;
      case 'crash':
        world.crash(step.server, step.silent ? 'silent' : 'loud');
        break;
      case 'wipeDisk':
        world.wipeDisk(step.server);
        break;
      case 'freeze':
        world.seat(step.server).freeze(step.on);
        break;
      case 'slowDisk':
        this.#slowDisk(step.server, step.millis);
        break;
      case 'fullDisk':
        world.fillDisk(step.server, step.on);
        break;
      case 'skewClock':
        world.seat(step.server).setClockPace(step.percent);
        break;
      case 'breakRule':
        if (step.on) this.broken.add(step.rule);
        else this.broken.delete(step.rule);
        breakRule(world, step.rule, this.broken);
        break;
      case 'openClient':
      case 'resumeClient':
      case 'closeClient':
      case 'killClient':
      case 'moveClient':
      case 'command':
      case 'startRecipe':
      case 'letGo':
      case 'callProvider':
        this.#doClient(step);
        break;
      default:
        this.#doPaths(step);
    }
  }

  #doPaths(step: PathStep): void {
    const { world } = this;
    switch (step.kind) {
      case 'cut':
        world.setPath(step.a, step.b, step.silent ? 'silent' : 'cut');
        break;
      case 'heal':
        world.heal(step.a, step.b);
        this.#openWays([step.a, step.b]);
        break;
      case 'cutWay':
        world.network.setWay(serverId(step.from), serverId(step.to), !step.on);
        break;
      case 'partition':
        step.groups.forEach((group, at) => {
          const others = step.groups.slice(at + 1).flat();
          world.partition(group, others, step.silent ? 'silent' : 'cut');
        });
        break;
      case 'healAll':
        world.healAll();
        this.#openWays(world.servers);
        break;
      case 'slowLink':
        world.network.slowPath(serverId(step.a), serverId(step.b), step.millis);
        break;
      case 'closeChannel':
        world.network.reset(serverId(step.a), serverId(step.b), step.channel);
        break;
    }
  }

  #openWays(servers: readonly number[]): void {
    for (const from of servers) {
      for (const to of servers) {
        if (from !== to) this.world.network.setWay(serverId(from), serverId(to), true);
      }
    }
  }

  #slowDisk(server: number, millis: number): void {
    const { behaviour } = this.world.seat(server).disk;
    const [min, max] = millis === 0 ? this.world.diskMillis : [millis, millis];
    behaviour.latencyMillisMin = min;
    behaviour.latencyMillisMax = max;
  }

  #doClient(step: ClientStep): void {
    if (isOpening(step)) {
      this.#openClient(step);
      return;
    }
    const { client: number } = step;
    const client =
      step.kind === 'letGo' && number === null
        ? [...this.#clients.values()].find((one) => one.holds(step.root))
        : this.#clients.get(number ?? 0);
    if (client === undefined) return;
    switch (step.kind) {
      case 'closeClient':
        client.close();
        break;
      case 'killClient':
        client.die();
        break;
      case 'moveClient':
        client.reach = new Set(step.server === null ? [] : [serverId(step.server)]);
        client.breakConnection();
        break;
      case 'startRecipe':
        client.follow(step.recipe, step.root);
        break;
      case 'letGo':
        client.letGo(step.root);
        break;
      case 'callProvider':
        client.callProvider(step.root, (address) => this.#whoIsAt(step.root, address));
        break;
      case 'command':
        client.run(step.command);
        break;
    }
  }

  #whoIsAt(root: string, address: string): number | null {
    const found = [...this.#clients].find(([, client]) => client.isAt(root, address));
    return found?.[0] ?? null;
  }

  #openClient(step: OpeningStep): void {
    const timeoutMillis = Math.max(step.timeoutMillis, LOST_CLIENT_TIMEOUT_MILLIS_MIN);
    const { servers } = this.world;
    const wanted = servers.filter((server) => server === step.server);
    const others = servers.filter((server) => server !== step.server);
    const config: Partial<ClientConfig> = {
      ...{ timeoutMillis, shuffle: false, servers: [...wanted, ...others] },
      ...(step.kind === 'resumeClient'
        ? { session: this.world.sessionOf(sessionId(bitsOf(step.session))) }
        : {}),
    };
    const client = this.world.openClient(config);
    if (step.kind === 'openClient' && step.server !== null) {
      client.reach = new Set([serverId(step.server)]);
    }
    this.#clients.set(this.#clients.size + 1, client);
  }
}

const NOTHING: readonly Observation[] = [];

type OpeningStep = Extract<LabStep, { kind: 'openClient' | 'resumeClient' }>;

const isOpening = (step: LabStep): step is OpeningStep =>
  step.kind === 'openClient' || step.kind === 'resumeClient';

function serversOf(step: LabStep): readonly number[] {
  switch (step.kind) {
    case 'cut':
    case 'heal':
    case 'slowLink':
    case 'closeChannel':
      return step.a === step.b ? [0] : [step.a, step.b];
    case 'cutWay':
      return step.from === step.to ? [0] : [step.from, step.to];
    case 'partition':
      return step.groups.flat();
    case 'openClient':
    case 'resumeClient':
    case 'moveClient':
      return step.server === null ? [] : [step.server];
    default:
      return 'server' in step ? [step.server] : [];
  }
}
