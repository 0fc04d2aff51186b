// A whole ensemble with its clients in one thread and virtual time: the product's own host, engine,
// codecs and client library over virtual networks, disks and clocks. One seed, one run, always.

import { present } from '../base/assert.ts';
import { forkRandom, makeRandom, nextBetween, type Random } from '../base/random.ts';
import { makePacketStream, pushPacketBytes } from '../jute/quorum.ts';
import type { ClientConfig } from '../client/client.ts';
import { defaultServerConfig, sessionPassword, type ServerConfig } from '../server/server.ts';
import type { DiskOutput } from '../vocabulary/boundary.ts';
import type { Ensemble, Member } from '../vocabulary/ensemble.ts';
import { serverId, type ServerId, type SessionId } from '../vocabulary/ids.ts';
import type { QuorumPacket } from '../vocabulary/packet.ts';
import type { ServerView } from '../vocabulary/view.ts';
import { Agenda } from './agenda.ts';
import { ClientActor } from './client-actor.ts';
import type { Disks } from './disk-image.ts';
import type { ClientHappening, Happening, History, Observation } from './observation.ts';
import { Seat } from './seat.ts';
import { VirtualDisk } from './virtual-disk.ts';
import { VirtualDoors } from './virtual-door.ts';
import { VirtualNetwork, type LinkEnd, type PathState } from './virtual-network.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly participants: number;
  readonly observers?: number;
  readonly ensemble?: Partial<Ensemble>;
  readonly config?: Partial<ServerConfig>;
  readonly tickEveryMillis?: number;
  readonly networkMillis?: readonly [min: number, max: number];
  readonly diskMillis?: readonly [min: number, max: number];
  /** What the disks hold already. */
  readonly disks?: Disks;
  /** What the wall clocks show at the beginning, but for their disagreement. */
  readonly wallStartMillis?: number;
}

/** Sees every quorum packet as it leaves, and says what leaves instead. */
export type PacketFilter = (
  from: ServerId,
  to: ServerId,
  packet: QuorumPacket,
) => readonly QuorumPacket[];

const DIAL_MILLIS_MAX = 300;
const WALL_SKEW_MILLIS_MAX = 5_000;
/** 2026-01-01, so that transcripts and stats show plausible dates. */
const WALL_START_MILLIS = 1_767_225_600_000;
const OBSERVATIONS_MAX = 4_000_000;

export class World {
  readonly agenda = new Agenda();
  readonly ensemble: Ensemble;
  readonly seats: ReadonlyMap<ServerId, Seat>;
  readonly clients: ClientActor[] = [];
  readonly network: VirtualNetwork;
  readonly doors: VirtualDoors;
  readonly observations: Observation[] = [];
  /** A planted fault: hears what a server's disk now holds, before the server does. */
  onDurable: ((server: ServerId, change: DiskOutput) => void) | null = null;
  readonly #options: WorldOptions;
  readonly #seeds: Random;
  readonly #streams = new WeakMap<LinkEnd, ReturnType<typeof makePacketStream>>();

  constructor(options: WorldOptions) {
    this.#options = options;
    const root = makeRandom(options.seed);
    this.#seeds = forkRandom(root);
    this.ensemble = makeEnsemble(options);
    const [latencyMillisMin, latencyMillisMax] = options.networkMillis ?? [1, 3];
    this.network = new VirtualNetwork(this.agenda, forkRandom(root), {
      ...{ latencyMillisMin, latencyMillisMax, dialMillisMax: DIAL_MILLIS_MAX },
    });
    this.network.wiretap = (from, to, end, bytes) => {
      this.#observePackets(from, to, end, bytes);
      return bytes;
    };
    this.doors = new VirtualDoors(this.agenda, () => this.network.latency());
    const places = this.ensemble.members.map((member) => {
      return [member.serverId, this.#makeSeat(member.serverId, root)] as const;
    });
    this.seats = new Map(places);
  }

  get history(): History {
    const { disks = NO_DISKS } = this.#options;
    return { ensemble: this.ensemble, observations: this.observations, disks };
  }

  get servers(): readonly ServerId[] {
    return [...this.seats.keys()];
  }

  /** How long a write of a healthy disk takes here. */
  get diskMillis(): readonly [min: number, max: number] {
    return this.#options.diskMillis ?? [1, 3];
  }

  seat(server: number): Seat {
    return present(this.seats.get(serverId(server)), 'the server is a member');
  }

  view(server: number): ServerView | null {
    return this.seat(server).view();
  }

  openServer(server: number): void {
    const seat = this.seat(server);
    if (seat.isRunning) return;
    seat.start(this.#configOf(seat.server), {
      network: (deliver) => this.network.attach({ server: seat.server, deliver }),
      clientDoor: (deliver) => this.doors.attach({ server: seat.server, deliver }),
    });
  }

  openAll(): void {
    for (const server of this.servers) this.openServer(server);
  }

  crash(server: number, how: 'loud' | 'silent' = 'loud'): void {
    const seat = this.seat(server);
    if (!seat.isRunning) return;
    seat.crash();
    this.network.detach(seat.server, how);
    this.doors.detach(seat.server);
  }

  setPath(a: number, b: number, state: PathState): void {
    this.network.setPath(serverId(a), serverId(b), state);
  }

  cut(a: number, b: number): void {
    this.setPath(a, b, 'cut');
  }

  heal(a: number, b: number): void {
    this.setPath(a, b, 'open');
  }

  /** Cuts every path between the two groups. */
  partition(group: readonly number[], others: readonly number[], state: PathState = 'cut'): void {
    for (const a of group) for (const b of others) this.setPath(a, b, state);
  }

  healAll(): void {
    for (const a of this.servers) for (const b of this.servers) if (a < b) this.heal(a, b);
  }

  /** The whole database of a server that is down is gone. It returns as a suspect. */
  wipeDisk(server: number): void {
    const seat = this.seat(server);
    if (seat.isRunning) return;
    seat.disk.lose(false);
    this.#note(seat.server, { kind: 'diskLost' });
  }

  /** From now on its disk refuses every write, or takes them again. */
  fillDisk(server: number, full: boolean): void {
    const seat = this.seat(server);
    seat.disk.behaviour.failure = full ? 'the disk is full' : null;
    if (full) this.#note(seat.server, { kind: 'diskBroken' });
  }

  openClient(config: Partial<ClientConfig> = {}): ClientActor {
    const number = this.clients.length + 1;
    const note = (what: ClientHappening): void => {
      this.#observe({ at: 'client', millis: this.agenda.nowMillis, client: number, what });
    };
    const client = new ClientActor(
      this.agenda,
      this.doors,
      {
        servers: this.servers,
        timeoutMillis: this.ensemble.sessionTimeoutMillisMin * 4,
        seed: nextBetween(this.#seeds, 0, 0xffff_ffff),
        ...config,
      },
      note,
    );
    this.clients.push(client);
    return client;
  }

  /** What a client needs to go on with a session of this ensemble: here nothing is a secret. */
  sessionOf(id: SessionId): NonNullable<ClientConfig['session']> {
    const [server = serverId(1)] = this.servers;
    const common = defaultServerConfig(server, this.ensemble, null);
    const { sessionSecret } = { ...common, ...this.#options.config };
    return { id, password: sessionPassword(sessionSecret, id) };
  }

  run(millis: number): void {
    const until = this.agenda.nowMillis + millis;
    while (this.agenda.next(until));
  }

  /** True as soon as `condition` holds, false when it does not within `millisMax`. */
  runUntil(condition: () => boolean, millisMax: number): boolean {
    const until = this.agenda.nowMillis + millisMax;
    while (!condition()) if (!this.agenda.next(until)) return condition();
    return true;
  }

  /** Changes or drops quorum packets on their way out; what is observed is what leaves. */
  filterPackets(filter: PacketFilter, encode: (packet: QuorumPacket) => Uint8Array): void {
    this.network.wiretap = (from, to, end, bytes) => {
      if (end.purpose !== 'quorum') return bytes;
      const leaving = this.#packetsOf(end, bytes).flatMap((packet) => filter(from, to, packet));
      for (const packet of leaving) this.#notePacket(from, to, packet);
      return concat(leaving.map(encode));
    };
  }

  /** Writes down what every server says of itself now. */
  observeViews(): void {
    for (const seat of this.seats.values()) {
      const view = seat.view();
      if (view !== null) this.#note(seat.server, { kind: 'viewed', view });
    }
  }

  #observePackets(from: ServerId, to: ServerId, end: LinkEnd, bytes: Uint8Array): void {
    if (end.purpose !== 'quorum') return;
    for (const packet of this.#packetsOf(end, bytes)) this.#notePacket(from, to, packet);
  }

  #packetsOf(end: LinkEnd, bytes: Uint8Array): QuorumPacket[] {
    let stream = this.#streams.get(end);
    if (stream === undefined) {
      stream = makePacketStream();
      this.#streams.set(end, stream);
    }
    return pushPacketBytes(stream, bytes);
  }

  #notePacket(from: ServerId, to: ServerId, packet: QuorumPacket): void {
    this.#note(from, { kind: 'packetLeft', to, packet });
  }

  #makeSeat(server: ServerId, root: Random): Seat {
    const note = (what: Happening): void => {
      this.#note(server, what);
    };
    const [latencyMillisMin, latencyMillisMax] = this.diskMillis;
    const behaviour = {
      ...{ latencyMillisMin, latencyMillisMax, failure: null },
      ...{ answersEarly: false, forgetsTruncations: false },
    };
    const { agenda } = this;
    const begins = this.#options.disks?.get(server);
    const onDurable = (change: DiskOutput): void => {
      note({ kind: 'durable', change });
      this.onDurable?.(server, change);
    };
    const disk = new VirtualDisk(agenda, forkRandom(root), behaviour, onDurable, begins);
    const { tickEveryMillis = 10, wallStartMillis = WALL_START_MILLIS } = this.#options;
    const wallSkewMillis = nextBetween(root, -WALL_SKEW_MILLIS_MAX, WALL_SKEW_MILLIS_MAX);
    return new Seat({
      ...{ server, agenda, disk, tickEveryMillis, wallSkewMillis, wallStartMillis, note },
      begun: begins !== undefined,
    });
  }

  #configOf(server: ServerId): ServerConfig {
    // One number is passed over for each server: runs of a seed stay what they are.
    nextBetween(this.#seeds, 0, 0xffff_ffff);
    return { ...defaultServerConfig(server, this.ensemble, null), ...this.#options.config };
  }

  #note(server: ServerId, what: Happening): void {
    this.#observe({ at: 'server', millis: this.agenda.nowMillis, server, what });
  }

  #observe(observation: Observation): void {
    if (this.observations.length < OBSERVATIONS_MAX) this.observations.push(observation);
  }
}

const NO_DISKS: Disks = new Map();

function makeEnsemble(options: WorldOptions): Ensemble {
  const count = options.participants + (options.observers ?? 0);
  const members = Array.from({ length: count }, (_, index): Member => {
    const role = index < options.participants ? 'participant' : 'observer';
    const id = serverId(index + 1);
    const host = `server${String(id)}`;
    return { serverId: id, role, host, quorumPort: 2888, electionPort: 3888, clientPort: 2181 };
  });
  return {
    members,
    tickMillis: 100,
    initLimit: 10,
    syncLimit: 5,
    sessionTimeoutMillisMin: 200,
    sessionTimeoutMillisMax: 2_000,
    finalizeWaitMillis: 20,
    notificationMillisMin: 20,
    notificationMillisMax: 200,
    snapshotEveryTransactions: 1_000,
    committedLogEntriesMax: 500,
    ...options.ensemble,
  };
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
