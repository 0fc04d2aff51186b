// One session as its owner sees it: operations as promises, events as async iterators. Connections come and
// go below it; the session never becomes another one. When it is over, everything rejects and stays so.

import { pathWithout, type Chroot } from '../../client/chroot.ts';
import { firstMultiError } from '../../client/client.ts';
import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import type {
  KeeperStateName,
  MultiResult,
  Request,
  Response,
  WatcherEvent,
} from '../../vocabulary/request.ts';
import type { Acl, Stat } from '../../vocabulary/stat.ts';
import type { ClientSession } from '../client/client-session.ts';
import { KeeperError } from '../client/keeper-error.ts';
import { parseServers } from '../client/servers.ts';
import { openTcpSession } from '../client/tcp-session.ts';
import { askBelow } from './chrooted.ts';
import { abortable, EventStream } from './event-stream.ts';
import * as values from './values.ts';
import { Watching, type WatchEvent } from './watching.ts';

export interface ConnectOptions {
  /** Asked for; the servers decide within their bounds. 10 seconds unless it says otherwise. */
  readonly sessionTimeoutMillis?: number;
  /** How long the first connection may take. 15 seconds unless it says otherwise. */
  readonly connectMillisMax?: number;
  /** How long a request may wait for a connection. The session's timeout unless it says otherwise. */
  readonly queueMillisMax?: number;
  /** The longest frame, of requests and of answers: jute.maxbuffer, which the servers have to be given as well for
   *  longer requests. 1,048,575 bytes unless it says otherwise. */
  readonly frameBytesMax?: number;
  /** Said to every server before anything else. */
  readonly auth?: readonly Auth[];
  /** Ends the attempt to connect; nothing afterwards. */
  readonly signal?: AbortSignal;
}

export interface Auth {
  readonly scheme: string;
  readonly credentials: string | Uint8Array;
}

/** Aborted before the call: nothing is sent. Afterwards: the promise rejects, what was sent is done. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface VersionOptions extends CallOptions {
  /** Only if the znode is at this version; else BadVersion. */
  readonly version?: number;
}

export type ClientEvent = WatcherEvent;

const SESSION_TIMEOUT_MILLIS = 10_000;
const CONNECT_MILLIS_MAX = 15_000;
/** Of the session's timeout: when no server is known to have heard of it for longer, it may be over without our
 *  knowing. */
const TRUSTED_PART = 2 / 3;
const DOUBT_LOOK_MILLIS_MIN = 50;

/** A session over TCP with one of the servers `host:port,host:port,...`, ours or Apache's; with `/path` behind them
 *  that is the root of all that this client names, and has to be there. Rejects with a
 *  {@link KeeperError}: ConnectionLoss if no server is there in time, AuthFailed. */
export async function connect(
  connectionString: string,
  options: ConnectOptions = {},
): Promise<Client> {
  options.signal?.throwIfAborted();
  const client = new Client(connectionString, options);
  const ready = Promise.all([
    client.established(options.connectMillisMax ?? CONNECT_MILLIS_MAX),
    ...(options.auth ?? []).map(({ scheme, credentials }) => client.addAuth(scheme, credentials)),
  ]);
  try {
    await abortable(ready, options.signal);
    return client;
  } catch (error) {
    ready.catch(() => undefined);
    void client.close();
    throw error;
  }
}

export class Client {
  readonly #session: ClientSession;
  readonly #chroot: Chroot;
  readonly #watching: Watching;
  readonly #streams = new Set<EventStream<ClientEvent>>();
  readonly #lost = new AbortController();
  #doubts = new AbortController();
  #doubtTimer: ReturnType<typeof setTimeout> | undefined;
  #closing = false;

  /** @internal Use {@link connect}. */
  constructor(connectionString: string, options: ConnectOptions) {
    const timeoutMillis = options.sessionTimeoutMillis ?? SESSION_TIMEOUT_MILLIS;
    if (!Number.isSafeInteger(timeoutMillis) || timeoutMillis < 1) throw values.badArguments();
    const { addresses, chroot } = parseServers(connectionString);
    this.#chroot = chroot;
    this.#watching = new Watching((request) => this.request(request));
    const onWatch = (whole: WatcherEvent): void => {
      const event = { ...whole, path: pathWithout(chroot, whole.path) };
      this.#tell(event);
      this.#watching.onEvent(event);
    };
    const onState = (event: WatcherEvent): void => {
      this.#tell(event);
      this.#onState(event.state);
    };
    this.#session = openTcpSession(
      addresses,
      timeoutMillis,
      { onChanged: () => undefined, onWatch, onState },
      values.boundsOf(options, timeoutMillis),
    );
  }

  get state(): KeeperStateName | 'Connecting' {
    return this.#session.view().state;
  }

  /** The same for the life of this client. */
  get sessionId(): bigint {
    return this.#session.view().sessionId;
  }

  /** With the id, what a connection needs to go on with this session. A secret. */
  get sessionPassword(): Uint8Array {
    return this.#session.password;
  }

  /** As the server granted it. */
  get sessionTimeoutMillis(): number {
    return this.#session.view().timeoutMillis;
  }

  /** Aborted when the session is over for good: expired, closed or refused. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Aborted as soon as the session may be over: what only its owner may do has to stop. Another signal
   *  comes if the session turns out to live, so take it anew for what begins then. */
  get doubtful(): AbortSignal {
    this.lookAtClock();
    return this.#doubts.signal;
  }

  /** @internal A process that stood still may run again before its timers do: what has to be doubted by now. */
  lookAtClock(): void {
    this.#session.tick();
    if (this.#trustedMillis() <= 0) this.#doubt();
  }

  /** Resolves with the path that was made. */
  async create(
    path: string,
    data: values.Data = null,
    options: values.CreateOptions & CallOptions = {},
  ): Promise<string> {
    const response = await this.#ask(values.createOf(path, data, options), options);
    if (response.kind === 'path' || response.kind === 'pathAndStat') return response.path;
    throw unreadable();
  }

  /** Makes what is missing of a path, without data. */
  async ensure(path: string, options: CallOptions = {}): Promise<void> {
    if ((await this.exists(path, options)) !== null) return;
    for (let end = path.indexOf('/', 1); ; end = path.indexOf('/', end + 1)) {
      const part = end === -1 ? path : path.slice(0, end);
      await this.create(part, null, options).catch((error: unknown) => {
        if (!isKeeperError(error, 'NodeExists')) throw error;
      });
      if (end === -1) return;
    }
  }

  async get(
    path: string,
    options: CallOptions = {},
  ): Promise<{ readonly data: Uint8Array | null; readonly stat: Stat }> {
    const request = { kind: 'getData', path: values.text(path), watch: false } as const;
    const response = await this.#ask(request, options);
    if (response.kind !== 'data') throw unreadable();
    return { data: values.ownBytes(response.data), stat: response.stat };
  }

  async set(path: string, data: values.Data, options: VersionOptions = {}): Promise<Stat> {
    const version = values.versionOf(options.version);
    const fields = { path: values.text(path), data: values.bytes(data), version };
    const response = await this.#ask({ kind: 'setData', ...fields }, options);
    if (response.kind !== 'stat') throw unreadable();
    return response.stat;
  }

  async delete(path: string, options: VersionOptions = {}): Promise<void> {
    const version = values.versionOf(options.version);
    await this.#ask({ kind: 'delete', path: values.text(path), version }, options);
  }

  /** Null when there is no such znode. */
  async exists(path: string, options: CallOptions = {}): Promise<Stat | null> {
    const request = { kind: 'exists', path: values.text(path), watch: false } as const;
    try {
      const response = await this.#ask(request, options);
      return response.kind === 'stat' ? response.stat : null;
    } catch (error) {
      if (isKeeperError(error, 'NoNode')) return null;
      throw error;
    }
  }

  /** Names, in no order. */
  async children(path: string, options: CallOptions = {}): Promise<string[]> {
    const request = { kind: 'getChildren', path: values.text(path), watch: false } as const;
    const response = await this.#ask(request, options);
    if (response.kind !== 'children') throw unreadable();
    return [...response.children];
  }

  /** What is read afterwards is as new as anything that was acknowledged before. */
  async sync(path = '/', options: CallOptions = {}): Promise<void> {
    await this.#ask({ kind: 'sync', path: values.text(path) }, options);
  }

  /** All or nothing. Rejects with the error of the first operation that failed; `results` of it has what
   *  became of each. */
  async multi(
    operations: readonly values.Operation[],
    options: CallOptions = {},
  ): Promise<readonly MultiResult[]> {
    const request: Request = { kind: 'multi', operations: operations.map(values.operationOf) };
    const response = await this.#ask(request, options);
    if (response.kind !== 'multi') throw unreadable();
    const results = response.results.map(values.ownResult);
    const code = firstMultiError(results);
    if (code !== ERROR_CODE.Ok) throw Object.assign(new KeeperError(code, 'failed'), { results });
    return results;
  }

  async getAcl(
    path: string,
    options: CallOptions = {},
  ): Promise<{ readonly acl: readonly Acl[]; readonly stat: Stat }> {
    const response = await this.#ask({ kind: 'getACL', path: values.text(path) }, options);
    if (response.kind !== 'acl') throw unreadable();
    return { acl: response.acl, stat: response.stat };
  }

  /** `version` is of the list: `aversion` in a Stat. */
  async setAcl(path: string, acl: readonly Acl[], options: VersionOptions = {}): Promise<Stat> {
    const version = values.versionOf(options.version);
    const request = { kind: 'setACL', path: values.text(path), acl, version } as const;
    const response = await this.#ask(request, options);
    if (response.kind !== 'stat') throw unreadable();
    return response.stat;
  }

  /** Said again on every new connection. Refused credentials end the session with AuthFailed. */
  async addAuth(
    scheme: string,
    credentials: string | Uint8Array,
    options: CallOptions = {},
  ): Promise<void> {
    const auth = values.bytes(credentials);
    await this.#ask({ kind: 'auth', scheme: values.text(scheme), auth }, options);
  }

  /** Every change of a znode and of its list of children, or `recursive`ly of all below it, from the moment
   *  this resolves until the loop over it is left. Throws SessionExpired into the loop when the session is
   *  lost. Asks for servers of 3.6 or newer; those before 3.9 keep one mode for a path. */
  async watch(
    path: string,
    options: { readonly recursive?: boolean } & CallOptions = {},
  ): Promise<AsyncIterableIterator<WatchEvent>> {
    const { recursive = false, signal } = options;
    return this.#watching.watch(values.text(path), recursive, signal);
  }

  /** Everything that comes from now on: connections lost and found, the session's end, watches that fired. */
  events({ signal }: CallOptions = {}): AsyncIterableIterator<ClientEvent> {
    signal?.throwIfAborted();
    const forget = (): unknown => this.#streams.delete(stream);
    const stream: EventStream<ClientEvent> = new EventStream(forget, signal);
    if (this.lost.aborted) stream.finish();
    else this.#streams.add(stream);
    return stream;
  }

  /** Ends the session, and with it its ephemerals. Without a connection they go at its timeout. Aborted, it is
   *  closed all the same, and nobody waits for that. */
  async close({ signal }: CallOptions = {}): Promise<void> {
    this.#closing = true;
    await abortable(this.#session.close(), signal);
  }

  /** @internal Rejects when there is no session in time. */
  async established(millisMax: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, millisMax)));
    await Promise.race([this.#session.established(), late]);
    clearTimeout(timer);
    const { state } = this;
    if (state === 'AuthFailed') throw new KeeperError(ERROR_CODE.AuthFailed, 'failed');
    if (this.#session.ended) throw sessionExpired();
    if (state === 'Connecting') throw new KeeperError(ERROR_CODE.ConnectionLoss, 'failed');
  }

  /** @internal For recipes: a request as it is, and a call at the next event of a path. */
  request(request: Request): Promise<Response> {
    const covered = 'watch' in request && request.watch && this.#watching.covers(request.path);
    return askBelow(this.#session, this.#chroot, covered ? { ...request, watch: false } : request);
  }

  /** @internal */
  once(path: string, wake: () => void): () => void {
    return this.#watching.once(path, wake);
  }

  async #ask(request: Request, { signal }: CallOptions): Promise<Response> {
    signal?.throwIfAborted();
    return abortable(this.request(request), signal);
  }

  #tell(event: ClientEvent): void {
    for (const stream of [...this.#streams]) stream.push(event);
  }

  #onState(state: KeeperStateName): void {
    switch (state) {
      case 'SyncConnected':
      case 'ConnectedReadOnly':
        this.#lookForDoubt();
        this.#watching.onConnected();
        return;
      case 'Disconnected':
        this.#lookForDoubt();
        return;
      case 'AuthFailed':
      case 'Closed':
      case 'Expired':
        this.#onEnded(state);
    }
  }

  /** How much longer the session certainly lives. Not since a server was heard last: it may have told of watches
   *  for long without hearing anything itself. */
  #trustedMillis(): number {
    return this.sessionTimeoutMillis * TRUSTED_PART - this.#session.unprovenMillis;
  }

  #doubt(): void {
    this.#doubts.abort(new KeeperError(ERROR_CODE.ConnectionLoss, 'unknown'));
  }

  /** From the first connection on, for as long as the session is not known to be over. */
  #lookForDoubt(): void {
    clearTimeout(this.#doubtTimer);
    if (this.lost.aborted) return;
    const left = this.#trustedMillis();
    if (left <= 0) this.#doubt();
    else if (this.#doubts.signal.aborted) this.#doubts = new AbortController();
    const again = (): void => {
      this.#lookForDoubt();
    };
    this.#doubtTimer = setTimeout(again, Math.max(left, DOUBT_LOOK_MILLIS_MIN));
  }

  #onEnded(state: KeeperStateName): void {
    clearTimeout(this.#doubtTimer);
    const code = state === 'AuthFailed' ? ERROR_CODE.AuthFailed : ERROR_CODE.SessionExpired;
    const error = new KeeperError(code, 'failed');
    this.#lost.abort(error);
    this.#doubts.abort(error);
    const onPurpose = this.#closing && state === 'Closed';
    this.#watching.onEnded(onPurpose ? null : error);
    for (const stream of [...this.#streams]) stream.finish(onPurpose ? null : error);
  }
}

export const sessionExpired = (): KeeperError =>
  new KeeperError(ERROR_CODE.SessionExpired, 'failed');

const unreadable = (): KeeperError => new KeeperError(ERROR_CODE.MarshallingError, 'unknown');

export const isKeeperError = (error: unknown, name: string): error is KeeperError =>
  error instanceof KeeperError && error.name === name;
