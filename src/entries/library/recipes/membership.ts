// Group membership: who is in a group is who holds an ephemeral of its name there.

import type { CallOptions, Client } from '../keeper-client.ts';
import type { Data } from '../values.ts';
import { readChildren, snapshots } from './snapshots.ts';
import * as steps from './steps.ts';

export interface Member {
  readonly name: string;
  /** Aborted when the others may have seen this member go. */
  readonly signal: AbortSignal;
  readonly leave: () => Promise<void>;
}

export type Members = ReadonlyMap<string, Uint8Array | null>;

export class Group {
  readonly #client: Client;
  readonly #path: string;

  constructor(client: Client, path: string) {
    this.#client = client;
    this.#path = path;
  }

  /** Rejects with NodeExists when another session has the name. */
  async join(name: string, data: Data = null): Promise<Member> {
    const client = this.#client;
    await steps.ensurePath(client, this.#path);
    const path = `${this.#path}/${name}`;
    await steps.createEphemeral(client, path, data);
    const signal = client.doubtful;
    const leave = steps.once(() => steps.deleteOwn(client, path));
    return { name, signal, leave };
  }

  /** Names and data of now. */
  async members(): Promise<Members> {
    await steps.ensurePath(this.#client, this.#path);
    return readChildren(this.#client, this.#path);
  }

  /** The members now, and after each one that came or went. */
  watch(options: CallOptions = {}): AsyncGenerator<Members, void, undefined> {
    const read = (): Promise<Members> => readChildren(this.#client, this.#path);
    return snapshots(this.#client, this.#path, read, options);
  }
}
