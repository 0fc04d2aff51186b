// Barrier: everybody waits while a znode is there. Double barrier: so many enter together and leave together.

import { isKeeperError, type CallOptions, type Client } from '../keeper-client.ts';
import * as steps from './steps.ts';

export class Barrier {
  readonly #client: Client;
  readonly #path: string;

  constructor(client: Client, path: string) {
    this.#client = client;
    this.#path = path;
  }

  /** From now on everybody waits. */
  async raise(): Promise<void> {
    const client = this.#client;
    const parent = this.#path.slice(0, this.#path.lastIndexOf('/'));
    if (parent !== '') await steps.ensurePath(client, parent);
    // Asked of the leader: the server of this session may not know yet that the last one is lifted.
    await steps.persistently(client, () =>
      client.create(this.#path).catch((error: unknown) => {
        if (!isKeeperError(error, 'NodeExists')) throw error;
      }),
    );
  }

  /** Everybody goes on. Lifts the barrier that is there now, and none that is raised meanwhile. */
  async lift(): Promise<void> {
    const client = this.#client;
    await steps.persistently(client, () => client.sync(this.#path));
    const standing = await steps.persistently(client, () => client.exists(this.#path));
    if (standing === null) return;
    await steps.deleteOwn(client, this.#path, ({ czxid }) => czxid === standing.czxid);
  }

  /** Resolves when there is none. Sees every barrier whose `raise` was answered before. */
  async wait({ signal }: CallOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    await steps.persistently(this.#client, () => this.#client.sync(this.#path));
    await steps.untilGone(this.#client, this.#path, signal);
  }
}

interface Round {
  /** The version of the barrier's own znode; the last one to leave raises it. */
  readonly number: number;
  readonly name: string;
}

/** A round's names begin with its number, so that who is quick to enter again holds nobody up who is slow
 *  to leave. One that dies inside does not keep the others from leaving. */
export class DoubleBarrier {
  readonly #client: Client;
  readonly #path: string;
  readonly #count: number;
  #round: Round | null = null;

  constructor(client: Client, path: string, count: number) {
    this.#client = client;
    this.#path = path;
    this.#count = steps.toWhole(count, 1);
  }

  /** Resolves when `count` have entered. Who comes while a round is inside waits for the next one. Aborted,
   *  it steps back before it rejects. */
  async enter({ signal }: CallOptions = {}): Promise<void> {
    if (this.#round !== null) throw new Error('it has entered already');
    const client = this.#client;
    await steps.ensurePath(client, this.#path);
    const round = await this.#step(signal);
    try {
      await this.#awaitOthers(round, signal);
      this.#round = round;
    } catch (error) {
      if (!client.lost.aborted) await steps.deleteOwn(client, this.#pathOf(round.name));
      throw error;
    }
  }

  /** Resolves when all of its round have left, or are gone. */
  async leave({ signal }: CallOptions = {}): Promise<void> {
    const round = this.#round;
    if (round === null) throw new Error('it has not entered');
    for (;;) {
      signal?.throwIfAborted();
      const inside = await this.#inside(round);
      const [first = null] = inside;
      if (first === null) break;
      const isIn = inside.includes(round.name);
      const last = inside.at(-1) ?? first;
      if (isIn && first === round.name && last !== first) {
        // The first waits for the last, the others for the first: nobody is woken for nothing.
        await steps.untilGone(this.#client, this.#pathOf(last), signal);
      } else {
        if (isIn) await steps.deleteOwn(this.#client, this.#pathOf(round.name));
        if (first !== round.name) {
          await steps.untilGone(this.#client, this.#pathOf(first), signal);
        }
      }
    }
    await this.#endRound(round);
    this.#round = null;
  }

  /** Into the round that gathers now. */
  async #step(signal: AbortSignal | undefined): Promise<Round> {
    const client = this.#client;
    for (;;) {
      signal?.throwIfAborted();
      await steps.persistently(client, () => client.sync(this.#path));
      const { stat } = await steps.persistently(client, () => client.get(this.#path));
      const name = `${String(stat.version)}-${crypto.randomUUID()}`;
      const round = { number: stat.version, name };
      const ready = this.#pathOf(readyOf(round));
      const step = [
        { op: 'check', path: this.#path, version: round.number },
        // Both together say: only if it is not there.
        { op: 'create', path: ready },
        { op: 'delete', path: ready },
        { op: 'create', path: this.#pathOf(name), ephemeral: true },
      ] as const;
      try {
        await steps.persistently(client, () => client.multi(step));
        return round;
      } catch (error) {
        const refused = isKeeperError(error, 'NodeExists') || isKeeperError(error, 'BadVersion');
        if (!refused) throw error;
        // It may be there from an attempt whose answer was lost.
        const made = await steps.persistently(
          client,
          () => client.exists(this.#pathOf(name)),
          true,
        );
        if (made !== null) return round;
        if (isKeeperError(error, 'NodeExists')) await this.#awaitEnd(round, signal);
      }
    }
  }

  /** Until nobody is inside any more. All of them may have died there, and then nobody has ended it. */
  async #awaitEnd(round: Round, signal: AbortSignal | undefined): Promise<void> {
    const [first] = await this.#inside(round);
    if (first === undefined) await this.#endRound(round);
    else await steps.untilGone(this.#client, this.#pathOf(first), signal);
  }

  async #awaitOthers(round: Round, signal: AbortSignal | undefined): Promise<void> {
    const client = this.#client;
    const ready = this.#pathOf(readyOf(round));
    for (;;) {
      signal?.throwIfAborted();
      const { response, changed, forget } = await steps.readAndWatch(client, 'exists', ready);
      const isReady = response !== null;
      if (!isReady && (await this.#inside(round)).length < this.#count) {
        await changed(signal);
        continue;
      }
      forget();
      // Whoever else sees it may have been quicker.
      if (!isReady) await steps.ensurePath(client, ready);
      return;
    }
  }

  /** The names of a round that are there, in an order that all of them see. */
  async #inside(round: Round): Promise<string[]> {
    const names = await steps.childrenOf(this.#client, this.#path);
    return names.filter((name) => name.startsWith(`${String(round.number)}-`)).sort();
  }

  /** One of those who leave does it; for the others it is done. */
  async #endRound(round: Round): Promise<void> {
    const client = this.#client;
    const end = [
      { op: 'set', path: this.#path, data: null, version: round.number },
      { op: 'delete', path: this.#pathOf(readyOf(round)) },
    ] as const;
    try {
      await steps.persistently(client, () => client.multi(end));
    } catch (error) {
      if (!isKeeperError(error, 'BadVersion') && !steps.isNoNode(error)) throw error;
    }
  }

  #pathOf(name: string): string {
    return `${this.#path}/${name}`;
  }
}

const readyOf = ({ number }: Round): string => `ready-${String(number)}`;
