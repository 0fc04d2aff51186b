// Counter: a whole number that is changed only from the version that was read. Each add counts once, also when
// its answer is lost: see witness.ts.

import { isKeeperError, type Client } from '../keeper-client.ts';
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
  async value(): Promise<bigint> {
    await steps.ensurePath(this.#client, this.#path);
    await steps.persistently(this.#client, () => this.#client.sync(this.#path));
    return (await this.#read()).value;
  }

  /** Resolves with the value that it made. */
  async add(by: number | bigint = 1): Promise<bigint> {
    await steps.ensurePath(this.#client, this.#path);
    const step = BigInt(by);
    for (;;) {
      const { value, version } = await this.#read();
      const data = String(value + step);
      try {
        await this.#witness.change([{ op: 'set', path: this.#path, data, version }]);
        return value + step;
      } catch (error) {
        // Another one was quicker: from its value.
        if (!isKeeperError(error, 'BadVersion')) throw error;
      }
    }
  }

  async #read(): Promise<{ readonly value: bigint; readonly version: number }> {
    const read = await steps.persistently(this.#client, () => this.#client.get(this.#path));
    const digits = steps.text(read.data);
    if (!/^(?:-?\d+)?$/.test(digits)) throw new Error(`${this.#path} holds no whole number`);
    return { value: BigInt(digits), version: read.stat.version };
  }
}
