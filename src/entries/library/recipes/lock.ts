// Lock and read/write lock: held by one session at a time, or by one writer or any number of readers.

import type { CallOptions, Client } from '../keeper-client.ts';
import { standInLine, type Held } from './line.ts';

export class Lock {
  readonly #client: Client;
  readonly #path: string;

  /** The path is the lock's own; it is made when it is missing. */
  constructor(client: Client, path: string) {
    this.#client = client;
    this.#path = path;
  }

  /** Waits in line. Not reentrant: a second acquire waits for the release of the first. */
  acquire({ signal }: CallOptions = {}): Promise<Held> {
    const line = { root: this.#path, label: 'lock', waitsFor: null, signal };
    return standInLine(this.#client, line);
  }

  /** Does the work while the lock is held; the work is given the signal of {@link Held}. */
  async with<T>(work: (held: Held) => Promise<T>, options: CallOptions = {}): Promise<T> {
    const held = await this.acquire(options);
    let result: T;
    try {
      result = await work(held);
    } catch (error) {
      // What the work failed of, whatever becomes of the release.
      await held.release().catch(() => undefined);
      throw error;
    }
    await held.release();
    return result;
  }
}

const WRITERS = new Set(['write']);

export class ReadWriteLock {
  readonly #client: Client;
  readonly #path: string;

  constructor(client: Client, path: string) {
    this.#client = client;
    this.#path = path;
  }

  /** Together with other readers, behind every writer that came before. */
  acquireRead({ signal }: CallOptions = {}): Promise<Held> {
    const line = { root: this.#path, label: 'read', waitsFor: WRITERS, signal };
    return standInLine(this.#client, line);
  }

  /** Alone. */
  acquireWrite({ signal }: CallOptions = {}): Promise<Held> {
    const line = { root: this.#path, label: 'write', waitsFor: null, signal };
    return standInLine(this.#client, line);
  }
}
