// Queue: items in the order of their numbers, each given to one taker. A lost answer neither puts an item
// twice nor loses one: see witness.ts. A taker that dies with an item in hand has taken it.

import { abortable } from '../event-stream.ts';
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

  /** Behind all that is there. Aborted, it may still be put, once: what was sent is done. */
  async put(data: Data, { signal }: CallOptions = {}): Promise<void> {
    await steps.ensurePath(this.#client, this.#items, signal);
    const path = `${this.#items}/item-`;
    const put = { op: 'create', path, data, sequential: true } as const;
    await abortable(this.#witness.change([put], signal), signal);
  }

  /** The first item; waits for one. An item that is being taken is not lost: from then on an abort is too late. */
  async take({ signal }: CallOptions = {}): Promise<Uint8Array | null> {
    const client = this.#client;
    await steps.ensurePath(client, this.#items, signal);
    for (;;) {
      const watched = await steps.readAndWatch(client, 'getChildren', this.#items, signal);
      const { response, changed, forget } = watched;
      const names = response?.kind === 'children' ? [...response.children].sort() : [];
      if (names.length === 0) {
        await changed();
        continue;
      }
      forget();
      for (const name of names) {
        const taken = await this.#tryTake(`${this.#items}/${name}`, signal);
        if (taken !== null) return taken.data;
      }
    }
  }

  /** How many items wait. */
  async size({ signal }: CallOptions = {}): Promise<number> {
    await steps.ensurePath(this.#client, this.#items, signal);
    return (await steps.childrenOf(this.#client, this.#items, signal)).length;
  }

  /** Null when another one was quicker. */
  async #tryTake(
    path: string,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly data: Uint8Array | null } | null> {
    try {
      const get = (): ReturnType<Client['get']> => this.#client.get(path);
      const { data } = await steps.persistently(this.#client, get, { signal });
      await this.#witness.change([{ op: 'delete', path }], signal);
      return { data };
    } catch (error) {
      if (isKeeperError(error, 'NoNode')) return null;
      throw error;
    }
  }
}
