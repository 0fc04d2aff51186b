// Barrier: everybody waits while a znode is there. Double barrier: so many enter together and leave together.

import type { Stat } from '../../../vocabulary/stat.ts';
import { abortable } from '../event-stream.ts';
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
  async raise({ signal }: CallOptions = {}): Promise<void> {
    const client = this.#client;
    const parent = this.#path.slice(0, this.#path.lastIndexOf('/'));
    if (parent !== '') await steps.ensurePath(client, parent, signal);
    // Asked of the leader: the server of this session may not know yet that the last one is lifted.
    const raise = async (): Promise<void> => {
      await client.create(this.#path).catch((error: unknown) => {
        if (!isKeeperError(error, 'NodeExists')) throw error;
      });
    };
    await steps.persistently(client, raise, { signal });
  }

  /** Everybody goes on. No delete can name one barrier among those of a path: where another client lifts this one and
   *  raises the next just now, the next may go. Only what an answer that was lost leaves open is looked at again,
   *  and a barrier that was raised since then stays. */
  async lift({ signal }: CallOptions = {}): Promise<void> {
    const client = this.#client;
    await steps.persistently(client, () => client.sync(this.#path), { signal });
    const standing = await steps.persistently(client, () => client.exists(this.#path), { signal });
    if (standing === null) return;
    const isIt = ({ czxid }: Stat): boolean => czxid === standing.czxid;
    await abortable(steps.deleteOwn(client, this.#path, isIt), signal);
  }

  /** Resolves when there is none. Sees every barrier whose `raise` was answered before. */
  async wait({ signal }: CallOptions = {}): Promise<void> {
    await steps.persistently(this.#client, () => this.#client.sync(this.#path), { signal });
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
    await steps.ensurePath(client, this.#path, signal);
    const stepBack = ({ name }: Round): Promise<void> =>
      steps.deleteOwn(client, this.#pathOf(name));
    const round = await steps.madeOrUndone(signal, () => this.#step(signal), stepBack);
    try {
      await this.#awaitOthers(round, signal);
      this.#round = round;
    } catch (error) {
      if (!client.lost.aborted) await steps.soon(stepBack(round));
      throw error;
    }
  }

  /** Resolves when all of its round have left, or are gone. Aborted, it may be called again. */
  async leave({ signal }: CallOptions = {}): Promise<void> {
    const round = this.#round;
    if (round === null) throw new Error('it has not entered');
    for (;;) {
      const inside = await this.#inside(round, signal);
      const [first = null] = inside;
      if (first === null) break;
      const isIn = inside.includes(round.name);
      const last = inside.at(-1) ?? first;
      if (isIn && first === round.name && last !== first) {
        // The first waits for the last, the others for the first: nobody is woken for nothing.
        await steps.untilGone(this.#client, this.#pathOf(last), signal);
      } else {
        if (isIn) {
          await abortable(steps.deleteOwn(this.#client, this.#pathOf(round.name)), signal);
        }
        if (first !== round.name) {
          await steps.untilGone(this.#client, this.#pathOf(first), signal);
        }
      }
    }
    await this.#endRound(round, signal);
    this.#round = null;
  }

  /** Into the round that gathers now. */
  async #step(signal: AbortSignal | undefined): Promise<Round> {
    const client = this.#client;
    for (;;) {
      await steps.persistently(client, () => client.sync(this.#path), { signal });
      const get = (): ReturnType<Client['get']> => client.get(this.#path);
      const { stat } = await steps.persistently(client, get, { signal });
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
        const look = (): Promise<Stat | null> => client.exists(this.#pathOf(name));
        const made = await steps.persistently(client, look, { mustEnd: true });
        if (made !== null) return round;
        if (isKeeperError(error, 'NodeExists')) await this.#awaitEnd(round, signal);
      }
    }
  }

  /** Until nobody is inside any more. All of them may have died there, and then nobody has ended it. */
  async #awaitEnd(round: Round, signal: AbortSignal | undefined): Promise<void> {
    const [first] = await this.#inside(round, signal);
    if (first === undefined) await this.#endRound(round, signal);
    else await steps.untilGone(this.#client, this.#pathOf(first), signal);
  }

  async #awaitOthers(round: Round, signal: AbortSignal | undefined): Promise<void> {
    const client = this.#client;
    const ready = this.#pathOf(readyOf(round));
    for (;;) {
      const watched = await steps.readAndWatch(client, 'exists', ready, signal);
      const { response, changed, forget } = watched;
      const isReady = response !== null;
      const inside = isReady ? [] : await this.#inside(round, signal).catch(rethrowAfter(forget));
      if (!isReady && inside.length < this.#count) {
        await changed();
        continue;
      }
      forget();
      // Whoever else sees it may have been quicker.
      if (!isReady) await steps.ensurePath(client, ready, signal);
      return;
    }
  }

  /** The names of a round that are there, in an order that all of them see. */
  async #inside(round: Round, signal: AbortSignal | undefined): Promise<string[]> {
    const names = await steps.childrenOf(this.#client, this.#path, signal);
    return names.filter((name) => name.startsWith(`${String(round.number)}-`)).sort();
  }

  /** One of those who leave does it; for the others it is done. */
  async #endRound(round: Round, signal: AbortSignal | undefined): Promise<void> {
    const client = this.#client;
    const end = [
      { op: 'set', path: this.#path, data: null, version: round.number },
      { op: 'delete', path: this.#pathOf(readyOf(round)) },
    ] as const;
    try {
      await steps.persistently(client, () => client.multi(end), { signal });
    } catch (error) {
      if (!isKeeperError(error, 'BadVersion') && !steps.isNoNode(error)) throw error;
    }
  }

  #pathOf(name: string): string {
    return `${this.#path}/${name}`;
  }
}

const rethrowAfter =
  (work: () => void) =>
  (error: unknown): never => {
    work();
    throw error;
  };

const readyOf = ({ number }: Round): string => `ready-${String(number)}`;
