// Counter: a whole number that is changed only from the version that was read. Each add counts once, also when
// its answer is lost: see witness.ts.

import { isKeeperError, type CallOptions, type Client } from '../keeper-client.ts';
import { abortable } from '../event-stream.ts';
import * as steps from './steps.ts';
import { Witness } from './witness.ts';

export class Counter {
  readonly #client: Client;
  readonly #path: string;
  readonly #witness: Witness;

  /** The path's data is the number in decimal digits; without data it is 0. */
  constructor(client: Client, path: string) {
    this.#client = client;
    this.#path = path;
    this.#witness = new Witness(client, `${path}/authors`);
  }

  /** As new as anything that was acknowledged before. */
  async value({ signal }: CallOptions = {}): Promise<bigint> {
    await steps.ensurePath(this.#client, this.#path, signal);
    await steps.persistently(this.#client, () => this.#client.sync(this.#path), { signal });
    return (await this.#read(signal)).value;
  }

  /** Resolves with the value that it made. Aborted, it may still count, once: what was sent is done. */
  async add(by: number | bigint = 1, { signal }: CallOptions = {}): Promise<bigint> {
    await steps.ensurePath(this.#client, this.#path, signal);
    const step = BigInt(by);
    for (;;) {
      const { value, version } = await this.#read(signal);
      const set = { op: 'set', path: this.#path, data: String(value + step), version } as const;
      try {
        await abortable(this.#witness.change([set], signal), signal);
        return value + step;
      } catch (error) {
        // Another one was quicker: from its value.
        if (!isKeeperError(error, 'BadVersion')) throw error;
      }
    }
  }

  async #read(signal: AbortSignal | undefined): Promise<{
    readonly value: bigint;
    readonly version: number;
  }> {
    const get = (): ReturnType<Client['get']> => this.#client.get(this.#path);
    const read = await steps.persistently(this.#client, get, { signal });
    const digits = steps.text(read.data);
    if (!/^(?:-?\d+)?$/.test(digits)) throw new Error(`${this.#path} holds no whole number`);
    return { value: BigInt(digits), version: read.stat.version };
  }
}
