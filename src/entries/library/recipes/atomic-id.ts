// Ids that are never given twice: the numbers that a server appends to sequential znodes. They grow, with
// gaps; each znode goes as soon as its number is read.

import { abortable } from '../event-stream.ts';
import type { CallOptions, Client } from '../keeper-client.ts';
import * as steps from './steps.ts';

export class AtomicId {
  readonly #client: Client;
  readonly #path: string;

  constructor(client: Client, path: string) {
    this.#client = client;
    this.#path = path;
  }

  /** Up to 2^31 of them below one path. Aborted, a number may be left out. */
  async next({ signal }: CallOptions = {}): Promise<number> {
    await steps.ensurePath(this.#client, this.#path, signal);
    // Ephemeral: one whose author dies before it is deleted goes with its session.
    const made = await steps.createNamed(this.#client, this.#path, { label: 'id-', signal });
    await abortable(steps.deleteOwn(this.#client, made), signal);
    return Number(made.slice(-10));
  }
}
