// Exactly once: a change and a znode of its author's in one multi. When the answer is lost, the version of
// that znode tells whether the change was made. Changes of one author come one after the other.

import { KeeperError } from '../../client/keeper-error.ts';
import type { Client } from '../keeper-client.ts';
import type { Operation } from '../values.ts';
import * as steps from './steps.ts';

export class Witness {
  readonly #client: Client;
  readonly #root: string;
  readonly #path: string;
  #version: number | null = null;
  #before: Promise<unknown> = Promise.resolve();

  /** `root` is a place for znodes of authors; they are ephemeral. */
  constructor(client: Client, root: string) {
    this.#client = client;
    this.#root = root;
    this.#path = `${root}/${crypto.randomUUID()}`;
  }

  /** Done when it resolves; not done when it rejects, but for the end of the session in the middle, which is
   *  told as `unknown`. After an abort it is not begun, nor tried again; what was sent is found out all the same. */
  change(operations: readonly Operation[], signal?: AbortSignal): Promise<void> {
    const change = this.#before.then(() => this.#change(operations, signal));
    this.#before = change.catch(() => undefined);
    return change;
  }

  async #change(operations: readonly Operation[], signal?: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      signal?.throwIfAborted();
      const version = this.#version ?? (await this.#look());
      const note = { op: 'set', path: this.#path, data: null, version } as const;
      try {
        await this.#client.multi([...operations, note]);
        this.#version = version + 1;
        return;
      } catch (error) {
        const lost = error instanceof KeeperError && error.outcome === 'unknown';
        if (!lost) throw error;
        this.#version = null;
        const now = await this.#look().catch(() => null);
        // Nobody can tell any more, and it must not be said that it was not made.
        if (now === null || attempt === ATTEMPTS_MAX) throw error;
        if (now > version) return;
      }
    }
  }

  /** The version of the author's znode, when all is decided that was sent before. */
  async #look(): Promise<number> {
    const client = this.#client;
    await steps.ensurePath(client, this.#root);
    await steps.createEphemeral(client, this.#path, null);
    await steps.persistently(client, () => client.sync(this.#path));
    const stat = await steps.persistently(client, () => client.exists(this.#path));
    if (stat === null) throw steps.placeLost();
    this.#version = stat.version;
    return stat.version;
  }
}

const ATTEMPTS_MAX = 100;
