// The two clients from npm, as far as the cases use them. They are installed beside our own dependencies
// (scripts/real-peers.mjs), and asked for there.

import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const INSTALLED = resolve(import.meta.dirname, '../../../.cache/npm-clients/package.json');
const load = createRequire(INSTALLED);

type Callback<T> = (error: Error | null, value: T) => void;

/** node-zookeeper-client: written in JavaScript alone. */
export interface PureClient {
  connect(): void;
  close(): void;
  once(name: 'connected' | 'disconnected', listener: () => void): void;
  getSessionId(): Buffer;
  addAuthInfo(scheme: string, auth: Buffer): void;
  create(path: string, data: Buffer, mode: number, done: Callback<string>): void;
  mkdirp(path: string, done: Callback<string>): void;
  getData(path: string, watcher: ((event: PureEvent) => void) | null, done: PureData): void;
  setData(path: string, data: Buffer, version: number, done: Callback<PureStat>): void;
  exists(
    path: string,
    watcher: ((event: PureEvent) => void) | null,
    done: Callback<PureStat | null>,
  ): void;
  getChildren(path: string, done: Callback<string[]>): void;
  remove(path: string, version: number, done: Callback<undefined>): void;
  setACL(path: string, acl: unknown[], version: number, done: Callback<PureStat>): void;
  transaction(): PureTransaction;
}
export interface PureStat {
  readonly version: number;
}
export interface PureEvent {
  readonly name: string;
  readonly path: string;
}
type PureData = (error: Error | null, data: Buffer, stat: PureStat) => void;
export interface PureTransaction {
  create(path: string, data: Buffer): PureTransaction;
  setData(path: string, data: Buffer, version: number): PureTransaction;
  commit(done: Callback<readonly { readonly err?: number }[]>): void;
}
export interface PureModule {
  createClient(hosts: string, options: { readonly sessionTimeout: number }): PureClient;
  readonly CreateMode: Readonly<
    Record<'PERSISTENT' | 'EPHEMERAL' | 'PERSISTENT_SEQUENTIAL', number>
  >;
  readonly ACL: { readonly CREATOR_ALL_ACL: unknown[] };
}

export const loadPureClient = (): PureModule => load('node-zookeeper-client') as PureModule;

/** zookeeper: Apache's C client inside Node. */
export interface NativeClient {
  init(config: Record<string, never>): void;
  close(): void;
  once(name: 'connect' | 'close', listener: () => void): void;
  readonly client_id: string;
  readonly client_password: string;
  create(path: string, data: string, flags: number): Promise<string>;
  get(path: string, watch: boolean): Promise<[NativeStat, Buffer]>;
  set(path: string, data: string, version: number): Promise<NativeStat>;
  pathExists(path: string, watch: boolean): Promise<boolean>;
  w_get(path: string, onEvent: NativeWatcher): Promise<[NativeStat, Buffer]>;
  w_get_children(path: string, onEvent: NativeWatcher): Promise<string[]>;
  get_children2(path: string, watch: boolean): Promise<[string[], NativeStat]>;
  delete_(path: string, version: number): Promise<void>;
  get_acl(path: string): Promise<[NativeAcl[], NativeStat]>;
  sync(path: string): Promise<string>;
}
export type NativeWatcher = (type: number, state: number, path: string) => void;
export interface NativeStat {
  readonly version: number;
  readonly numChildren: number;
}
export interface NativeAcl {
  readonly perms: number;
  readonly scheme: string;
  readonly auth: string;
}
export interface NativeModule {
  new (config: {
    readonly connect: string;
    readonly timeout: number;
    readonly debug_level: number;
    readonly host_order_deterministic: boolean;
  }): NativeClient;
}

const loadNativeClient = (): NativeModule =>
  (load('zookeeper') as { readonly Promise: NativeModule }).Promise;

/** Resolves when it is connected to one of them. */
export async function openPure(hosts: string): Promise<PureClient> {
  const client = loadPureClient().createClient(hosts, { sessionTimeout: 10_000 });
  const connected = new Promise<void>((resolve) => {
    client.once('connected', resolve);
  });
  client.connect();
  await connected;
  return client;
}

export const pureCalls = (client: PureClient) => ({
  create: promisify(client.create.bind(client)),
  mkdirp: promisify(client.mkdirp.bind(client)),
  exists: promisify(client.exists.bind(client)),
  setData: promisify(client.setData.bind(client)),
  getChildren: promisify(client.getChildren.bind(client)),
  remove: promisify(client.remove.bind(client)),
  setACL: promisify(client.setACL.bind(client)),
  getData: (path: string, watcher: ((event: PureEvent) => void) | null = null) =>
    new Promise<string>((resolve, reject) => {
      client.getData(path, watcher, (error, data) => {
        if (error === null) resolve(data.toString());
        else reject(error);
      });
    }),
});

/** Names of zookeeper.h. */
export const ZOO = { ephemeral: 1, sequence: 2, changedEvent: 3, childEvent: 4 } as const;

export async function openNative(hosts: string): Promise<NativeClient> {
  const Native = loadNativeClient();
  const client = new Native({
    ...{ connect: hosts, timeout: 10_000, debug_level: 1, host_order_deterministic: false },
  });
  const connected = new Promise<void>((resolve) => {
    client.once('connect', resolve);
  });
  client.init({});
  await connected;
  return client;
}
