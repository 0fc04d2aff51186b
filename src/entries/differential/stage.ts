// One of the two systems as a scene uses it: clients with names, and all that is seen there as lines, which have
// to be the same in the other system. A scene does one thing after the other and waits for what comes of it,
// never for a time: what is silent too long, or has had its time, goes when the system says so.

import { setTimeout as pause } from 'node:timers/promises';

import { decodeReply, encodeRequest } from '../../jute/client.ts';
import { XID, type Request } from '../../vocabulary/request.ts';
import { zxidOf, type Zxid } from '../../vocabulary/zxid.ts';
import { sortEvents } from './seen.ts';
import { applied, beginSide, endSide, makeSide, nudge, openOnlooker, type Side } from './side.ts';
import { serving, type RunningSystem } from './systems.fixture.ts';
import { connectFrame, Wire, type Session } from './wire.ts';

export interface Coming {
  readonly timeoutMillis?: number;
  /** Whose session is asked for. */
  readonly resumes?: SceneClient;
}

const NOTHING: Session = { id: 0n, password: new Uint8Array(16) };
const WAIT_MILLIS_MAX = 30_000;
const POLL_MILLIS = 20;
const BEAT_MILLIS = 200;
const BEAT = 'beat';

/** A connection with a name. */
export class SceneClient {
  readonly name: string;
  readonly wire: Wire;
  #xid = 0;
  #told = 0;

  constructor(name: string, wire: Wire) {
    this.name = name;
    this.wire = wire;
  }

  /** One after the other, each with its answer, or with the end of the connection. */
  async ask(...requests: readonly Request[]): Promise<void> {
    for (const request of requests) {
      this.#xid += 1;
      const label = labelOf(request);
      this.wire.send(encodeRequest(this.#xid, request), { label, kind: request.kind });
      if (!(await this.wire.answered())) throw new Error(`${this.name}: no answer to ${label}`);
    }
  }

  /** Says that it is there, until what this gives is called. */
  beat(): () => Promise<void> {
    const ping = (): void => {
      const frame = encodeRequest(XID.ping, { kind: 'ping' });
      this.wire.send(frame, { label: BEAT, kind: 'ping' });
    };
    const timer = setInterval(ping, BEAT_MILLIS);
    return async () => {
      clearInterval(timer);
      await this.wire.answered();
    };
  }

  /** What it saw since this was called last; events that stand side by side are sorted. */
  news(): string[] {
    const { seen } = this.wire;
    sortEvents(seen, this.#told);
    const lines = seen.slice(this.#told).map(({ text }) => text);
    this.#told = seen.length;
    return lines.filter((line) => !line.startsWith(`${BEAT} -> `));
  }
}

/** Without numbers that are another system's own. */
function labelOf(request: Request): string {
  if ('path' in request) return `${request.kind} ${request.path}`;
  return 'prefix' in request ? `${request.kind} ${request.prefix}` : request.kind;
}

const withoutZxids = (line: string): string =>
  line.replace(/ zxid \S+/, '').replace(/"([cmp]zxid)":"[^"]*"/g, '"$1"');

export class Stage {
  readonly said: string[] = [];
  readonly #system: RunningSystem;
  readonly #side: Side;
  /** By client ports, leader first: a scene's numbers of servers stay, whoever leads later. */
  readonly #ports: readonly number[];
  readonly #away = new Set<number>();
  #clients = 0;
  #zxidsCount = true;

  private constructor(system: RunningSystem) {
    this.#system = system;
    this.#side = makeSide(system);
    this.#ports = system.clientPorts;
  }

  static async open(system: RunningSystem): Promise<Stage> {
    await serving(system);
    const stage = new Stage(system);
    await beginSide(stage.#side);
    return stage;
  }

  /** A connection with an answer to its first frame; tried again where nobody serves. */
  async connect(name: string, server: number, coming: Coming = {}): Promise<SceneClient> {
    const { timeoutMillis = 60_000, resumes } = coming;
    const { id, password } = resumes?.wire.session ?? NOTHING;
    const end = performance.now() + WAIT_MILLIS_MAX;
    for (;;) {
      const wire = new Wire(this.#ports[server] ?? 0, this.#side.names);
      wire.onLate = () => {
        nudge(this.#side);
      };
      wire.send(connectFrame(id, password, { timeoutMillis }), null);
      await wire.answered();
      if (wire.seen[0]?.kind === 'connected') return this.#join(name, wire);
      wire.drop();
      if (performance.now() > end) throw new Error(`${name} finds nobody who serves`);
      await pause(POLL_MILLIS);
    }
  }

  #join(name: string, wire: Wire): SceneClient {
    const { names, wires } = this.#side;
    const { id } = wire.session;
    if (id !== 0n && !names.sessions.has(id)) names.sessions.set(id, `the session of ${name}`);
    this.#clients += 1;
    wires.set(this.#clients, wire);
    return new SceneClient(name, wire);
  }

  /** What this client saw since it was told of last, up to now: whoever is there says so first. */
  async tell(...clients: readonly SceneClient[]): Promise<void> {
    for (const client of clients) {
      if (!client.wire.closed) await client.ask({ kind: 'ping' });
      const news = client.news();
      this.said.push(`${client.name}:`, ...(this.#zxidsCount ? news : news.map(withoutZxids)));
    }
  }

  /** From here on: how many there are is a system's own affair. */
  leaveOutZxids(): void {
    this.#zxidsCount = false;
  }

  /** Until every server that is there has applied the newest. */
  settle(): Promise<void> {
    return applied(this.#side);
  }

  /** The newest zxid that anybody was told, as this system counts. */
  get newest(): Zxid {
    return zxidOf(this.#side.zxidMax);
  }

  /** Until this znode is gone at every server that is there. */
  async gone(path: string): Promise<void> {
    const end = performance.now() + WAIT_MILLIS_MAX;
    const exists = encodeRequest(1, { kind: 'exists', path, watch: false });
    for (const watcher of this.#side.watchers) {
      for (;;) {
        const frame = await watcher.ask(exists);
        watcher.seen.length = 0;
        if (frame !== null && decodeReply(frame).header.err !== 0) break;
        if (frame === null || performance.now() > end) throw new Error(`${path} never goes`);
        await pause(POLL_MILLIS);
      }
    }
  }

  /** `kill -9`. */
  async kill(server: number): Promise<void> {
    this.#away.add(server);
    await this.#system.stopServer(this.#ports[server] ?? 0);
    await this.#lookOn();
  }

  /** Until all serve. */
  async restart(server: number): Promise<void> {
    this.#system.startServer(this.#ports[server] ?? 0);
    await serving(this.#system);
    this.#away.delete(server);
    await this.#lookOn();
  }

  /** With a connection to each server that is there: those of before may have ended with another server. */
  async #lookOn(): Promise<void> {
    for (const wires of [this.#side.watchers, this.#side.nudgers]) {
      for (const wire of wires.splice(0)) wire.drop();
      for (const [server, port] of this.#ports.entries()) {
        if (!this.#away.has(server)) wires.push(await this.#onlooker(port));
      }
    }
  }

  async #onlooker(port: number): Promise<Wire> {
    const end = performance.now() + WAIT_MILLIS_MAX;
    for (;;) {
      const wire = await openOnlooker(this.#side, port);
      if (!wire.closed) return wire;
      if (performance.now() > end) throw new Error('nobody leads');
      await pause(POLL_MILLIS);
    }
  }

  /** Ends the sessions of all who are there, so that none of them goes in the middle of a later scene. */
  async end(): Promise<void> {
    for (const wire of this.#side.wires.values()) {
      if (wire.closed) continue;
      wire.send(encodeRequest(0, { kind: 'closeSession' }), { label: 'end', kind: 'closeSession' });
      await wire.ended();
    }
    endSide(this.#side);
  }
}
