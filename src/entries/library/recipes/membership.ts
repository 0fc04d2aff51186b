// Group membership: who is in a group is who holds an ephemeral of its name there.

import type { CallOptions, Client } from '../keeper-client.ts';
import type { Data } from '../values.ts';
import { readChildren, snapshots } from './snapshots.ts';
import * as steps from './steps.ts';

export interface Member {
  readonly name: string;
  /** Aborted when the others may have seen this member go. */
  readonly signal: AbortSignal;
  readonly leave: steps.Ending;
}

export type Members = ReadonlyMap<string, Uint8Array | null>;

export class Group {
  readonly #client: Client;
  readonly #path: string;

  constructor(client: Client, path: string) {
    this.#client = client;
    this.#path = path;
  }

  /** Rejects with NodeExists when another session has the name. Aborted, it has not joined. */
  async join(name: string, data: Data = null, { signal }: CallOptions = {}): Promise<Member> {
    const client = this.#client;
    await steps.ensurePath(client, this.#path, signal);
    const path = `${this.#path}/${name}`;
    await steps.createEphemeral(client, path, data, signal);
    const doubt = steps.doubtOf(client);
    const leave = steps.once(() => steps.deleteOwn(client, path));
    return {
      ...{ name, leave },
      get signal() {
        return doubt();
      },
    };
  }

  /** Names and data of now. */
  async members({ signal }: CallOptions = {}): Promise<Members> {
    await steps.ensurePath(this.#client, this.#path, signal);
    return readChildren(this.#client, this.#path, signal);
  }

  /** The members now, and after each one that came or went. */
  watch(options: CallOptions = {}): AsyncGenerator<Members, void, undefined> {
    const read = (): Promise<Members> => readChildren(this.#client, this.#path);
    return snapshots(this.#client, this.#path, read, options);
  }
}
