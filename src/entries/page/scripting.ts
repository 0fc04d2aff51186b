// window.tabkeeper: the page for learners' consoles and for tests, as the README documents it. The same
// way in as the interface has, with promises, errors and async iterables.

import { firstMultiError } from '../../client/client.ts';
import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import { serverId } from '../../vocabulary/ids.ts';
import type { RoleView } from '../../vocabulary/view.ts';
import type {
  MultiOperation,
  MultiResult,
  Request,
  Response,
  WatcherEvent,
} from '../../vocabulary/request.ts';
import { OPEN_ACL, type Stat } from '../../vocabulary/stat.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import { formatZxid, zxidOf } from '../../vocabulary/zxid.ts';
import { KeeperError } from './client-session.ts';
import { createFlags } from './commands.ts';
import { OWN_SESSION, SESSION_TIMEOUT_MILLIS, type TabPlayground } from './playground.ts';

type Data = string | Uint8Array | null;

/** A stat for people: zxids and session ids as ZooKeeper prints them. */
export type ScriptStat = Readonly<Record<keyof Stat, number | string>>;

export interface ScriptStatus {
  readonly room: string;
  readonly seats: number;
  readonly seat: number | null;
  readonly serverId: number;
  readonly role: RoleView;
  readonly phase: string;
  readonly epoch: number;
  readonly lastZxid: string;
  readonly leaderId: number | null;
  readonly servers: readonly {
    readonly serverId: number;
    readonly present: boolean;
    readonly role: RoleView;
    readonly epoch: number;
    readonly lastZxid: string;
  }[];
}

export type ScriptOperation =
  | {
      readonly op: 'create';
      readonly path: string;
      readonly data?: Data;
      readonly ephemeral?: boolean;
      readonly sequential?: boolean;
    }
  | { readonly op: 'set'; readonly path: string; readonly data: Data; readonly version?: number }
  | { readonly op: 'delete' | 'check'; readonly path: string; readonly version?: number };

const ANY_VERSION = -1;

export class ScriptClient {
  readonly #playground: TabPlayground;
  readonly #number: number;

  constructor(playground: TabPlayground, number: number) {
    this.#playground = playground;
    this.#number = number;
  }

  async create(
    path: string,
    data: Data = null,
    options: { readonly ephemeral?: boolean; readonly sequential?: boolean } = {},
  ): Promise<string> {
    const flags = createFlags(options.ephemeral ?? false, options.sequential ?? false);
    const body = { path: text(path), data: bytes(data), acl: OPEN_ACL, flags };
    const response = await this.#ask({ kind: 'create', ...body });
    return response.kind === 'path' ? response.path : path;
  }

  async get(
    path: string,
    options: { readonly watch?: boolean } = {},
  ): Promise<{ readonly data: Uint8Array | null; readonly stat: ScriptStat }> {
    const watch = options.watch ?? false;
    const response = await this.#ask({ kind: 'getData', path: text(path), watch });
    if (response.kind !== 'data') throw new KeeperError(ERROR_CODE.MarshallingError, 'unknown');
    return { data: response.data?.slice() ?? null, stat: statForPeople(response.stat) };
  }

  async set(
    path: string,
    data: Data,
    options: { readonly version?: number } = {},
  ): Promise<ScriptStat> {
    const version = options.version ?? ANY_VERSION;
    const fields = { path: text(path), data: bytes(data), version };
    const response = await this.#ask({ kind: 'setData', ...fields });
    if (response.kind !== 'stat') throw new KeeperError(ERROR_CODE.MarshallingError, 'unknown');
    return statForPeople(response.stat);
  }

  async delete(path: string, options: { readonly version?: number } = {}): Promise<void> {
    await this.#ask({ kind: 'delete', path: text(path), version: options.version ?? ANY_VERSION });
  }

  /** Null when there is no such node. */
  async exists(
    path: string,
    options: { readonly watch?: boolean } = {},
  ): Promise<ScriptStat | null> {
    const watch = options.watch ?? false;
    try {
      const response = await this.#ask({ kind: 'exists', path: text(path), watch });
      return response.kind === 'stat' ? statForPeople(response.stat) : null;
    } catch (error) {
      if (error instanceof KeeperError && error.code === ERROR_CODE.NoNode) return null;
      throw error;
    }
  }

  async children(path: string, options: { readonly watch?: boolean } = {}): Promise<string[]> {
    const watch = options.watch ?? false;
    const response = await this.#ask({ kind: 'getChildren', path: text(path), watch });
    return response.kind === 'children' ? [...response.children] : [];
  }

  async sync(path: string): Promise<void> {
    await this.#ask({ kind: 'sync', path: text(path) });
  }

  /** All or nothing. Rejects with the error of the first operation that failed. */
  async multi(operations: readonly ScriptOperation[]): Promise<readonly MultiResult[]> {
    const request: Request = { kind: 'multi', operations: operations.map(operationOf) };
    const response = await this.#ask(request);
    if (response.kind !== 'multi') return [];
    const code = firstMultiError(response.results);
    if (code !== ERROR_CODE.Ok) throw new KeeperError(code, 'failed');
    return response.results;
  }

  /** Watch and session events; each is given once. */
  get events(): AsyncIterable<WatcherEvent> {
    const playground = this.#playground;
    const number = this.#number;
    return {
      async *[Symbol.asyncIterator]() {
        yield* (await playground.session(number)).events;
      },
    };
  }

  async close(): Promise<void> {
    await this.#playground.closeSession(this.#number);
  }

  async #ask(request: Request): Promise<Response> {
    return (await this.#playground.session(this.#number)).request(request);
  }
}

export interface Scripting {
  readonly status: () => ScriptStatus;
  readonly client: ScriptClient;
  readonly openClient: (options?: { readonly timeoutMillis?: number }) => Promise<ScriptClient>;
  readonly kill: (id?: number) => void;
  readonly restart: (id?: number) => void;
  readonly freeze: (id: number, on: boolean) => void;
  readonly cut: (a: number, b: number) => void;
  readonly heal: (a?: number, b?: number) => void;
  readonly trace: (options?: { readonly since?: number }) => AsyncIterable<Traced>;
}

export function makeScripting(playground: TabPlayground): Scripting {
  const own = (id: number | undefined) => serverId(id ?? playground.state.seat ?? 0);
  return {
    status: () => statusOf(playground),
    client: new ScriptClient(playground, OWN_SESSION),
    openClient: async (options = {}) => {
      const timeoutMillis = options.timeoutMillis ?? SESSION_TIMEOUT_MILLIS;
      return new ScriptClient(playground, await playground.openSession(timeoutMillis));
    },
    kill: (id) => {
      playground.step({ kind: 'kill', server: own(id) });
    },
    restart: (id) => {
      playground.step({ kind: 'restart', server: own(id) });
    },
    freeze: (id, on) => {
      playground.step({ kind: 'freeze', server: own(id), on });
    },
    cut: (a, b) => {
      playground.step({ kind: 'cut', a: serverId(a), b: serverId(b) });
    },
    heal: (a, b) => {
      if (a === undefined || b === undefined) playground.step({ kind: 'healAll' });
      else playground.step({ kind: 'heal', a: serverId(a), b: serverId(b) });
    },
    trace: (options = {}) => playground.trace(options.since ?? 0),
  };
}

function statusOf(playground: TabPlayground): ScriptStatus {
  const room = playground.room();
  const seat = playground.seated ? room.seat : null;
  const server = room.servers.find((known) => known.own)?.server ?? null;
  return {
    room: room.room,
    seats: room.seats,
    seat,
    serverId: seat ?? 0,
    role: server?.role ?? 'down',
    phase: server?.phase ?? 'down',
    epoch: server?.currentEpoch ?? 0,
    lastZxid: formatZxid(server?.lastLogged ?? zxidOf(0n)),
    leaderId: server?.leader ?? null,
    servers: room.servers.map((known) => ({
      serverId: known.serverId,
      present: known.present,
      role: known.present ? (known.server?.role ?? 'down') : 'down',
      epoch: known.server?.currentEpoch ?? 0,
      lastZxid: formatZxid(known.server?.lastLogged ?? zxidOf(0n)),
    })),
  };
}

function operationOf(operation: ScriptOperation): MultiOperation {
  const path = text(operation.path);
  switch (operation.op) {
    case 'create': {
      const flags = createFlags(operation.ephemeral ?? false, operation.sequential ?? false);
      return { kind: 'create', path, data: bytes(operation.data ?? null), acl: OPEN_ACL, flags };
    }
    case 'set': {
      const version = operation.version ?? ANY_VERSION;
      return { kind: 'setData', path, data: bytes(operation.data), version };
    }
    case 'delete':
    case 'check':
      return { kind: operation.op, path, version: operation.version ?? ANY_VERSION };
    default:
      throw new KeeperError(ERROR_CODE.BadArguments, 'failed');
  }
}

/** Whoever scripts may hand over anything: what is no text is no path. */
function text(value: unknown): string {
  if (typeof value !== 'string') throw new KeeperError(ERROR_CODE.BadArguments, 'failed');
  return value;
}

function bytes(data: unknown): Uint8Array | null {
  if (data === null || data === undefined) return null;
  if (typeof data === 'string') return new TextEncoder().encode(data);
  if (data instanceof Uint8Array) return data;
  throw new KeeperError(ERROR_CODE.BadArguments, 'failed');
}

function statForPeople(stat: Stat): ScriptStat {
  return {
    ...stat,
    czxid: formatZxid(stat.czxid),
    mzxid: formatZxid(stat.mzxid),
    pzxid: formatZxid(stat.pzxid),
    ephemeralOwner: formatZxid(zxidOf(stat.ephemeralOwner)),
  };
}
