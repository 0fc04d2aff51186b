// Queue: items in the order of their numbers, each given to one taker. A lost answer neither puts an item
// twice nor loses one: see witness.ts. A taker that dies with an item in hand has taken it.

import { isKeeperError, type CallOptions, type Client } from '../keeper-client.ts';
import type { Data } from '../values.ts';
import * as steps from './steps.ts';
import { Witness } from './witness.ts';

export class Queue {
  readonly #client: Client;
  readonly #items: string;
  readonly #witness: Witness;

  constructor(client: Client, path: string) {
    this.#client = client;
    this.#items = `${path}/items`;
    this.#witness = new Witness(client, `${path}/authors`);
  }

  /** Behind all that is there. */
  async put(data: Data): Promise<void> {
    await steps.ensurePath(this.#client, this.#items);
    const path = `${this.#items}/item-`;
    await this.#witness.change([{ op: 'create', path, data, sequential: true }]);
  }

  /** The first item; waits for one. */
  async take({ signal }: CallOptions = {}): Promise<Uint8Array | null> {
    const client = this.#client;
    await steps.ensurePath(client, this.#items);
    for (;;) {
      signal?.throwIfAborted();
      const watched = await steps.readAndWatch(client, 'getChildren', this.#items);
      const { response, changed, forget } = watched;
      const names = response?.kind === 'children' ? [...response.children].sort() : [];
      if (names.length === 0) {
        await changed(signal);
        continue;
      }
      forget();
      for (const name of names) {
        signal?.throwIfAborted();
        const taken = await this.#tryTake(`${this.#items}/${name}`);
        if (taken !== null) return taken.data;
      }
    }
  }

  /** How many items wait. */
  async size(): Promise<number> {
    await steps.ensurePath(this.#client, this.#items);
    return (await steps.childrenOf(this.#client, this.#items)).length;
  }

  /** Null when another one was quicker. */
  async #tryTake(path: string): Promise<{ readonly data: Uint8Array | null } | null> {
    try {
      const { data } = await steps.persistently(this.#client, () => this.#client.get(path));
      await this.#witness.change([{ op: 'delete', path }]);
      return { data };
    } catch (error) {
      if (isKeeperError(error, 'NoNode')) return null;
      throw error;
    }
  }
}
