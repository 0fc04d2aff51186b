// A small ensemble for the tests of this floor: servers stepped by hand, links that are FIFO until they
// break, disks that answer later (and only when they may), clients that speak in raw frames.

import { present } from '../base/assert.ts';
import type { Input, Output } from '../vocabulary/boundary.ts';
import type { Ensemble, MemberRole } from '../vocabulary/ensemble.ts';
import {
  connectionId,
  linkId,
  serverId,
  type ConnectionId,
  type LinkId,
  type ServerId,
} from '../vocabulary/ids.ts';
import type { TraceEvent, TraceKind } from '../vocabulary/trace.ts';
import { TestClient } from './client.fixture.ts';
import { makeDisk, writeTo, type TestDisk } from './disk.fixture.ts';
import {
  defaultServerConfig,
  makeServer,
  startServer,
  step,
  type ServerConfig,
  type ServerState,
} from './server.ts';

const TICK_MILLIS = 100;
const STEP_MILLIS = 10;
const DELIVERIES_MAX = 200_000;

export interface Seat {
  readonly id: ServerId;
  readonly disk: TestDisk;
  state: ServerState | null;
  readonly trace: TraceEvent[];
  halted: string | null;
}

interface LinkEnd {
  readonly seat: Seat;
  readonly other: LinkId;
}

function makeEnsemble(size: number, observers: number): Ensemble {
  const member = (id: number) => ({
    serverId: serverId(id),
    role: (id <= size ? 'participant' : 'observer') satisfies MemberRole as MemberRole,
    ...{ host: `s${String(id)}`, quorumPort: 2888, electionPort: 3888, clientPort: 2181 },
  });
  return {
    members: Array.from({ length: size + observers }, (_, index) => member(index + 1)),
    ...{ tickMillis: TICK_MILLIS, initLimit: 20, syncLimit: 10 },
    ...{ sessionTimeoutMillisMin: 200, sessionTimeoutMillisMax: 2000 },
    ...{ finalizeWaitMillis: 20, notificationMillisMin: 40, notificationMillisMax: 400 },
    ...{ snapshotEveryTransactions: 100_000, committedLogEntriesMax: 500 },
  };
}

export class TestEnsemble {
  readonly ensemble: Ensemble;
  readonly seats: Seat[];
  readonly #links = new Map<LinkId, LinkEnd>();
  readonly #cuts = new Set<string>();
  readonly #clients = new Map<ConnectionId, { readonly seat: Seat; readonly client: TestClient }>();
  #arrivals: { readonly seat: Seat; readonly state: ServerState | null; readonly input: Input }[] =
    [];
  #nextLink = 1;
  #nextConnection = 1;
  nowMillis = 0;
  /** What differs from the default at every server. */
  config: Partial<ServerConfig> = {};

  constructor(size: number, observers = 0) {
    this.ensemble = makeEnsemble(size, observers);
    this.seats = this.ensemble.members.map((member) => ({
      ...{ id: member.serverId, disk: makeDisk(), state: null, trace: [], halted: null },
    }));
  }

  seat(id: number): Seat {
    return present(this.seats[id - 1], 'a seat has a number');
  }

  open(id: number): void {
    const seat = this.seat(id);
    const { log, snapshot, acceptedEpoch, currentEpoch, trusted } = seat.disk;
    const recovered = { log: [...log], snapshot, acceptedEpoch, currentEpoch, trusted };
    seat.state = makeServer(
      { ...defaultServerConfig(seat.id, this.ensemble, null), ...this.config },
      recovered,
    );
    this.#carryOut(seat, startServer(seat.state));
    for (const other of this.seats) {
      if (other === seat || other.state === null) continue;
      this.#arrive(seat, { kind: 'electionOpened', peer: other.id });
      this.#arrive(other, { kind: 'electionOpened', peer: seat.id });
    }
  }

  /** As a kill: memory and what the disk had not answered are gone. */
  crash(id: number): void {
    const seat = this.seat(id);
    seat.state = null;
    seat.disk.waiting = [];
    seat.disk.pieces = [];
    for (const [link, end] of [...this.#links]) if (end.seat === seat) this.#break(link, 'crash');
    for (const { client, seat: its } of this.#clients.values()) {
      if (its === seat) client.closedBecause ??= 'crash';
    }
  }

  cut(a: number, b: number): void {
    this.#cuts.add(`${String(Math.min(a, b))}|${String(Math.max(a, b))}`);
    for (const [link, end] of [...this.#links]) {
      const other = this.#links.get(end.other)?.seat.id;
      if (other !== undefined && this.#isCut(end.seat.id, other)) this.#break(link, 'cut');
    }
  }

  /** Lets time pass: a tick every ten milliseconds, and all that follows from it. */
  run(millis: number): void {
    const end = this.nowMillis + millis;
    while (this.nowMillis < end) {
      this.nowMillis += STEP_MILLIS;
      const wallMillis = 1_700_000_000_000 + this.nowMillis;
      for (const seat of this.seats) {
        if (seat.state === null) continue;
        this.#feed(seat, { kind: 'tick', nowMillis: this.nowMillis, wallMillis });
      }
      this.settle();
    }
  }

  runUntil(what: string, is: () => boolean, millisMax = 5000): void {
    const end = this.nowMillis + millisMax;
    while (!is()) {
      if (this.nowMillis >= end) throw new Error(`never came: ${what}`);
      this.run(STEP_MILLIS);
    }
  }

  /** Everything that is under way arrives; disks answer one write after the other. */
  settle(): void {
    for (let deliveries = 0; deliveries < DELIVERIES_MAX; deliveries += 1) {
      const next = this.#arrivals.shift();
      if (next !== undefined) {
        if (next.seat.state === next.state) this.#feed(next.seat, next.input);
        continue;
      }
      const busy = this.seats.filter((seat) => !seat.disk.held && seat.disk.waiting.length > 0);
      if (busy.length === 0) return;
      for (const seat of busy) this.#write(seat);
    }
    throw new Error('the ensemble never comes to rest');
  }

  /** Opens servers 1 .. size and waits for a leader that all others follow. */
  start(): this {
    for (const seat of this.seats) this.open(seat.id);
    this.runUntil('all serve', () => this.isServed());
    return this;
  }

  /** True while one server leads and all others that run learn from it. */
  isServed(): boolean {
    const running = this.seats.filter((seat) => seat.state !== null);
    const leading = running.filter((seat) => seat.state?.role === 'leading');
    return leading.length === 1 && running.every((seat) => seat.state?.role !== null);
  }

  leader(): Seat {
    const leading = this.seats.filter((seat) => seat.state?.role === 'leading');
    return present(leading[0], 'somebody leads');
  }

  followers(): Seat[] {
    return this.seats.filter((seat) => seat.state?.role === 'following');
  }

  traced<K extends TraceKind>(seat: Seat, kind: K): Extract<TraceEvent, { readonly kind: K }>[] {
    return seat.trace.filter(
      (event): event is Extract<TraceEvent, { readonly kind: K }> => event.kind === kind,
    );
  }

  /** A connection without a session yet. */
  dial(seat: Seat): TestClient {
    const id = connectionId(this.#nextConnection++);
    const send = (input: Input): void => {
      this.send(seat, input);
    };
    const settle = (): void => {
      this.settle();
    };
    const client = new TestClient({ send, settle }, id);
    this.#clients.set(id, { seat, client });
    this.send(seat, { kind: 'clientOpened', connection: id, address: '127.0.0.1' });
    return client;
  }

  /** A client with a new session. */
  connect(seat: Seat, timeoutMillis = 1000): TestClient {
    const client = this.dial(seat);
    client.handshake({ timeoutMillis });
    this.settle();
    if (client.takeConnectResponse() === null) throw new Error('no session was opened');
    return client;
  }

  send(seat: Seat, input: Input): void {
    if (seat.state !== null) this.#feed(seat, input);
  }

  #feed(seat: Seat, input: Input): void {
    if (seat.state === null || seat.halted !== null) return;
    this.#carryOut(seat, step(seat.state, input));
  }

  #arrive(seat: Seat, input: Input): void {
    this.#arrivals.push({ seat, state: seat.state, input });
  }

  #carryOut(seat: Seat, outputs: readonly Output[]): void {
    for (const output of outputs) this.#carryOutOne(seat, output);
  }

  #carryOutOne(seat: Seat, output: Output): void {
    switch (output.kind) {
      case 'append':
      case 'truncate':
      case 'saveSnapshot':
      case 'snapshotPiece':
      case 'saveEpochs':
        seat.disk.waiting.push(output);
        return;
      case 'sendBallot':
        if (this.#reaches(seat, output.to)) {
          const { ballot } = output;
          this.#arrive(this.seat(output.to), { kind: 'ballot', from: seat.id, ballot });
        }
        return;
      case 'dial':
        this.#dial(seat, this.seat(output.peer));
        return;
      case 'hangUp':
        this.#break(output.link, output.reason);
        return;
      case 'sendPacket': {
        const end = this.#links.get(output.link);
        const other = end === undefined ? undefined : this.#links.get(end.other);
        if (end === undefined || other === undefined) return;
        this.#arrive(other.seat, { kind: 'packet', link: end.other, packet: output.packet });
        return;
      }
      case 'reply':
        this.#clients.get(output.connection)?.client.frames.push(output.frame);
        return;
      case 'closeClient': {
        const client = this.#clients.get(output.connection)?.client;
        if (client !== undefined) client.closedBecause ??= output.reason;
        return;
      }
      case 'halt':
        seat.halted = output.reason;
        return;
      case 'trace':
        seat.trace.push(output.event);
    }
  }

  #isCut(a: ServerId, b: ServerId): boolean {
    return this.#cuts.has(`${String(Math.min(a, b))}|${String(Math.max(a, b))}`);
  }

  #reaches(seat: Seat, to: ServerId): boolean {
    return this.seat(to).state !== null && !this.#isCut(seat.id, to);
  }

  #dial(seat: Seat, target: Seat): void {
    if (!this.#reaches(seat, target.id)) {
      this.#arrive(seat, { kind: 'dialFailed', peer: target.id, reason: 'nobody there' });
      return;
    }
    const [mine, theirs] = [linkId(this.#nextLink++), linkId(this.#nextLink++)];
    this.#links.set(mine, { seat, other: theirs });
    this.#links.set(theirs, { seat: target, other: mine });
    this.#arrive(seat, { kind: 'linkUp', link: mine, peer: target.id, dialled: true });
    this.#arrive(target, { kind: 'linkUp', link: theirs, peer: seat.id, dialled: false });
  }

  #break(link: LinkId, reason: string): void {
    const end = this.#links.get(link);
    if (end === undefined) return;
    const other = this.#links.get(end.other);
    this.#links.delete(link);
    this.#links.delete(end.other);
    this.#arrivals = this.#arrivals.filter(({ input }) => {
      return input.kind !== 'packet' || (input.link !== link && input.link !== end.other);
    });
    this.#arrive(end.seat, { kind: 'linkDown', link, reason });
    if (other !== undefined)
      this.#arrive(other.seat, { kind: 'linkDown', link: end.other, reason });
  }

  #write({ disk, ...seat }: Seat): void {
    const write = disk.waiting.shift();
    if (write === undefined) return;
    writeTo(disk, write);
    this.#arrive(this.seat(seat.id), { kind: 'diskDone', ticket: write.ticket });
  }
}
