// Service discovery: each instance of a service is an ephemeral with its address, below the service's name.

import type { CallOptions, Client } from '../keeper-client.ts';
import { readChildren, snapshots } from './snapshots.ts';
import * as steps from './steps.ts';

export interface ServiceInstance {
  readonly id: string;
  readonly address: string;
  readonly port: number;
  /** Whatever JSON can say. */
  readonly payload?: unknown;
}

export interface Registration {
  readonly instance: ServiceInstance;
  /** Aborted when the others may have seen it go. */
  readonly signal: AbortSignal;
  readonly unregister: steps.Ending;
}

export class ServiceDiscovery {
  readonly #client: Client;
  readonly #path: string;

  constructor(client: Client, path: string) {
    this.#client = client;
    this.#path = path;
  }

  /** There until it is taken back or the session ends. Aborted, it is not there. */
  async register(
    service: string,
    about: Omit<ServiceInstance, 'id'>,
    { signal }: CallOptions = {},
  ): Promise<Registration> {
    const client = this.#client;
    const root = `${this.#path}/${service}`;
    await steps.ensurePath(client, root, signal);
    const instance: ServiceInstance = { id: crypto.randomUUID(), ...about };
    const path = `${root}/${instance.id}`;
    await steps.createEphemeral(client, path, JSON.stringify(instance), signal);
    const doubt = steps.doubtOf(client);
    const unregister = steps.once(() => steps.deleteOwn(client, path));
    return {
      ...{ instance, unregister },
      get signal() {
        return doubt();
      },
    };
  }

  async instances(
    service: string,
    { signal }: CallOptions = {},
  ): Promise<readonly ServiceInstance[]> {
    const root = `${this.#path}/${service}`;
    await steps.ensurePath(this.#client, root, signal);
    return readInstances(this.#client, root, signal);
  }

  /** The instances now, and after each one that came or went. */
  watch(
    service: string,
    options: CallOptions = {},
  ): AsyncGenerator<readonly ServiceInstance[], void, undefined> {
    const root = `${this.#path}/${service}`;
    return snapshots(this.#client, root, () => readInstances(this.#client, root), options);
  }
}

async function readInstances(
  client: Client,
  root: string,
  signal?: AbortSignal,
): Promise<readonly ServiceInstance[]> {
  const found = await readChildren(client, root, signal);
  return [...found.values()].flatMap(instanceOf);
}

/** What somebody else wrote there is no instance. */
function instanceOf(data: Uint8Array | null): ServiceInstance[] {
  try {
    const value: unknown = JSON.parse(steps.text(data));
    if (typeof value !== 'object' || value === null) return [];
    const { id, address, port } = value as Record<string, unknown>;
    const known = typeof id === 'string' && typeof address === 'string';
    return known && typeof port === 'number' ? [value as ServiceInstance] : [];
  } catch {
    return [];
  }
}
