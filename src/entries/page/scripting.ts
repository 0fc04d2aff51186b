// window.tabkeeper: the page for learners' consoles and for tests, as the README documents it. The same
// way in as the interface has, with promises, errors and async iterables.

import { firstMultiError } from '../../client/client.ts';
import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import { serverId, type ServerId } from '../../vocabulary/ids.ts';
import { CHANNEL_NAMES, FAULT_MILLIS_MAX, type ChannelName } from '../../vocabulary/playground.ts';
import { isRecipeName, type RecipeName, type RecipeView } from '../../vocabulary/recipe.ts';
import type { RoleView } from '../../vocabulary/view.ts';
import { ADD_WATCH_MODE } from '../../vocabulary/request.ts';
import type { Request, Response, WatcherEvent } from '../../vocabulary/request.ts';
import { OPEN_ACL } from '../../vocabulary/stat.ts';
import { CLOCK_PERCENT_MAX, CLOCK_PERCENT_MIN } from '../../vocabulary/steps.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import { formatZxid, zxidOf } from '../../vocabulary/zxid.ts';
import { KeeperError } from '../client/client-session.ts';
import { createFlags } from '../../client/zkcli/znode-programs.ts';
import {
  bytes,
  isWhole,
  operationOf,
  optionsOf,
  resultForPeople,
  statForPeople,
  text,
  versionOf,
  type Data,
  type ScriptOperation,
  type ScriptResult,
  type ScriptStat,
} from './script-values.ts';
import { OWN_SESSION, SESSION_TIMEOUT_MILLIS } from './page-sessions.ts';
import type { TabPlayground } from './playground.ts';

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
    /** False: a suspect, whose history was lost; null while nothing is heard of it. */
    readonly trusted: boolean | null;
  }[];
}

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
    const { ephemeral, sequential } = optionsOf(options);
    const flags = createFlags(ephemeral ?? false, sequential ?? false);
    const body = { path: text(path), data: bytes(data), acl: OPEN_ACL, flags };
    const response = await this.#ask({ kind: 'create', ...body });
    return response.kind === 'path' ? response.path : path;
  }

  async get(
    path: string,
    options: { readonly watch?: boolean } = {},
  ): Promise<{ readonly data: Uint8Array | null; readonly stat: ScriptStat }> {
    const watch = optionsOf(options).watch ?? false;
    const response = await this.#ask({ kind: 'getData', path: text(path), watch });
    if (response.kind !== 'data') throw new KeeperError(ERROR_CODE.MarshallingError, 'unknown');
    return { data: response.data?.slice() ?? null, stat: statForPeople(response.stat) };
  }

  async set(
    path: string,
    data: Data,
    options: { readonly version?: number } = {},
  ): Promise<ScriptStat> {
    const fields = { path: text(path), data: bytes(data), version: versionOf(options) };
    const response = await this.#ask({ kind: 'setData', ...fields });
    if (response.kind !== 'stat') throw new KeeperError(ERROR_CODE.MarshallingError, 'unknown');
    return statForPeople(response.stat);
  }

  async delete(path: string, options: { readonly version?: number } = {}): Promise<void> {
    await this.#ask({ kind: 'delete', path: text(path), version: versionOf(options) });
  }

  /** Null when there is no such node. */
  async exists(
    path: string,
    options: { readonly watch?: boolean } = {},
  ): Promise<ScriptStat | null> {
    const watch = optionsOf(options).watch ?? false;
    try {
      const response = await this.#ask({ kind: 'exists', path: text(path), watch });
      return response.kind === 'stat' ? statForPeople(response.stat) : null;
    } catch (error) {
      if (error instanceof KeeperError && error.code === ERROR_CODE.NoNode) return null;
      throw error;
    }
  }

  async children(path: string, options: { readonly watch?: boolean } = {}): Promise<string[]> {
    const watch = optionsOf(options).watch ?? false;
    const response = await this.#ask({ kind: 'getChildren', path: text(path), watch });
    return response.kind === 'children' ? [...response.children] : [];
  }

  async sync(path: string): Promise<void> {
    await this.#ask({ kind: 'sync', path: text(path) });
  }

  /** A watch that stays: `events` has every change of the znode, with `recursive` of all below it too. */
  async addWatch(path: string, options: { readonly recursive?: boolean } = {}): Promise<void> {
    const { recursive = false } = optionsOf(options);
    const mode = ADD_WATCH_MODE[recursive ? 'persistentRecursive' : 'persistent'];
    await this.#ask({ kind: 'addWatch', path: text(path), mode });
  }

  /** All or nothing. Rejects with the error of the first operation that failed; `results` of the error
   *  has what became of each. */
  async multi(operations: readonly ScriptOperation[]): Promise<readonly ScriptResult[]> {
    if (!Array.isArray(operations)) throw new KeeperError(ERROR_CODE.BadArguments, 'failed');
    const request: Request = { kind: 'multi', operations: operations.map(operationOf) };
    const response = await this.#ask(request);
    if (response.kind !== 'multi') return [];
    const code = firstMultiError(response.results);
    const results = response.results.map(resultForPeople);
    if (code !== ERROR_CODE.Ok) throw Object.assign(new KeeperError(code, 'failed'), { results });
    return results;
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

  /** From now on this client follows a recipe under `root`: what it says of itself, each once. */
  async *follow(recipe: RecipeName, root: string): AsyncGenerator<RecipeView> {
    if (!isRecipeName(recipe)) throw new KeeperError(ERROR_CODE.BadArguments, 'failed');
    const { recipes } = await this.#playground.session(this.#number);
    yield* recipes.follow(recipe, text(root));
  }

  /** It gives up what it holds, or waits for, under `root`. */
  async letGo(root: string): Promise<void> {
    const { recipes } = await this.#playground.session(this.#number);
    recipes.letGo(text(root));
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
  /** At `server` first, if it is said; else at this tab's own. */
  readonly openClient: (options?: {
    readonly timeoutMillis?: number;
    readonly server?: number;
  }) => Promise<ScriptClient>;
  readonly kill: (id?: number) => void;
  readonly restart: (id?: number) => void;
  readonly freeze: (id: number, on: boolean) => void;
  readonly cut: (a: number, b: number) => void;
  readonly heal: (a?: number, b?: number) => void;
  /** Every one of these from all others. */
  readonly cutOff: (ids: readonly number[]) => void;
  /** What `from` sends to `to` waits. */
  readonly cutWay: (from: number, to: number, on: boolean) => void;
  readonly slowLink: (a: number, b: number, millis: number) => void;
  readonly closeChannel: (a: number, b: number, channel: ChannelName) => void;
  readonly slowDisk: (id: number, millis: number) => void;
  readonly fullDisk: (id: number, on: boolean) => void;
  readonly skewClock: (id: number, percent: number) => void;
  readonly wipe: (id: number) => void;
  readonly killAll: () => void;
  readonly trace: (options?: { readonly since?: number }) => AsyncIterable<Traced>;
}

export function makeScripting(playground: TabPlayground): Scripting {
  const seat = (id: unknown): ServerId => {
    const known = isWhole(id) && playground.state.seats.has(id);
    if (!known) throw new KeeperError(ERROR_CODE.BadArguments, 'failed');
    return serverId(id);
  };
  const own = (id: number | undefined) => seat(id ?? playground.state.seat);
  const pair = (a: unknown, b: unknown) => {
    if (a === b) throw new KeeperError(ERROR_CODE.BadArguments, 'failed');
    return { a: seat(a), b: seat(b) };
  };
  const faults = makeFaults(playground, seat, pair);
  return {
    ...faults,
    status: () => statusOf(playground),
    client: new ScriptClient(playground, OWN_SESSION),
    openClient: async (options = {}) => {
      const { timeoutMillis = SESSION_TIMEOUT_MILLIS, server } = optionsOf(options);
      if (!isWhole(timeoutMillis) || timeoutMillis < 1) {
        throw new KeeperError(ERROR_CODE.BadArguments, 'failed');
      }
      const first = server === undefined ? undefined : seat(server);
      return new ScriptClient(playground, await playground.openSession(timeoutMillis, first));
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
      playground.step({ kind: 'cut', ...pair(a, b) });
    },
    heal: (a, b) => {
      if (a === undefined && b === undefined) playground.step({ kind: 'healAll' });
      else playground.step({ kind: 'heal', ...pair(a, b) });
    },
    trace: (options = {}) => playground.trace(options.since ?? 0),
  };
}

type Faults = Pick<
  Scripting,
  | ('cutOff' | 'cutWay' | 'slowLink' | 'closeChannel')
  | ('slowDisk' | 'fullDisk' | 'skewClock' | 'wipe' | 'killAll')
>;

function makeFaults(
  playground: TabPlayground,
  seat: (id: unknown) => ServerId,
  pair: (a: unknown, b: unknown) => { a: ServerId; b: ServerId },
): Faults {
  const millisOf = (value: unknown): number => {
    if (isWhole(value) && value >= 0 && value <= FAULT_MILLIS_MAX) return value;
    throw new KeeperError(ERROR_CODE.BadArguments, 'failed');
  };
  const percentOf = (value: unknown): number => {
    if (isWhole(value) && value >= CLOCK_PERCENT_MIN && value <= CLOCK_PERCENT_MAX) return value;
    throw new KeeperError(ERROR_CODE.BadArguments, 'failed');
  };
  const channelOf = (value: unknown): ChannelName => {
    const channel = CHANNEL_NAMES.find((name) => name === value);
    if (channel === undefined) throw new KeeperError(ERROR_CODE.BadArguments, 'failed');
    return channel;
  };
  const { step } = playground;
  return {
    cutOff: (ids) => {
      if (!Array.isArray(ids)) throw new KeeperError(ERROR_CODE.BadArguments, 'failed');
      step({ kind: 'cutOff', servers: ids.map(seat) });
    },
    cutWay: (from, to, on) => {
      const { a, b } = pair(from, to);
      step({ kind: 'cutWay', from: a, to: b, on });
    },
    slowLink: (a, b, millis) => {
      step({ kind: 'slowLink', ...pair(a, b), millis: millisOf(millis) });
    },
    closeChannel: (a, b, channel) => {
      step({ kind: 'closeChannel', ...pair(a, b), channel: channelOf(channel) });
    },
    slowDisk: (id, millis) => {
      step({ kind: 'slowDisk', server: seat(id), millis: millisOf(millis) });
    },
    fullDisk: (id, on) => {
      step({ kind: 'fullDisk', server: seat(id), on });
    },
    skewClock: (id, percent) => {
      step({ kind: 'skewClock', server: seat(id), percent: percentOf(percent) });
    },
    wipe: (id) => {
      step({ kind: 'wipe', server: seat(id) });
    },
    killAll: () => {
      step({ kind: 'killAll' });
    },
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
      trusted: known.server?.trusted ?? null,
    })),
  };
}
