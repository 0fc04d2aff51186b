// Leader election: candidates in line, the first of them leads until it resigns or its session ends.

import type { CallOptions, Client } from '../keeper-client.ts';
import { placesOf, standInLine, type Held } from './line.ts';
import { snapshots } from './snapshots.ts';
import * as steps from './steps.ts';

export class LeaderElection {
  readonly #client: Client;
  readonly #path: string;

  constructor(client: Client, path: string) {
    this.#client = client;
    this.#path = path;
  }

  /** Resolves when this candidate leads. `release` resigns; the signal is aborted when it may lead no more. */
  lead(id: string, { signal }: CallOptions = {}): Promise<Held> {
    const line = { root: this.#path, label: 'candidate', waitsFor: null, data: id, signal };
    return standInLine(this.#client, line);
  }

  /** The id of who leads, or null while nobody does. */
  async leader({ signal }: CallOptions = {}): Promise<string | null> {
    for (;;) {
      const [first] = placesOf(await this.#candidates(signal));
      if (first === undefined) return null;
      try {
        const path = `${this.#path}/${first.name}`;
        const get = (): ReturnType<Client['get']> => this.#client.get(path);
        const { data } = await steps.persistently(this.#client, get, { signal });
        return steps.text(data);
      } catch (error) {
        // It has just gone: the next one.
        if (!steps.isNoNode(error)) throw error;
      }
    }
  }

  /** Who leads now, and each time that changes. */
  async *leaders(options: CallOptions = {}): AsyncGenerator<string | null, void, undefined> {
    let before: string | null | undefined;
    const all = snapshots(this.#client, this.#path, () => this.leader(), options);
    for await (const leader of all) {
      if (leader !== before) yield leader;
      before = leader;
    }
  }

  async #candidates(signal: AbortSignal | undefined): Promise<string[]> {
    try {
      return await steps.childrenOf(this.#client, this.#path, signal);
    } catch (error) {
      if (steps.isNoNode(error)) return [];
      throw error;
    }
  }
}
