// Standing in line: an ephemeral sequential znode, and a watch of the nearest before it that it has to wait
// for, so that each going wakes one (recipes of ZooKeeper's documentation, locks without a herd).

import type { Client } from '../keeper-client.ts';
import type { Data } from '../values.ts';
import * as steps from './steps.ts';

export interface Place {
  readonly name: string;
  readonly number: number;
  /** What the name says between its unique beginning and its number. */
  readonly label: string;
}

/** The places of a line, first to last. What else lies there is none. */
export function placesOf(names: readonly string[]): Place[] {
  return names
    .flatMap((name) => {
      const match = /^[0-9a-f-]{36}-([a-z]+)-(-?\d{10,11})$/.exec(name);
      return match === null ? [] : [{ name, label: match[1] ?? '', number: Number(match[2]) }];
    })
    .sort((a, b) => a.number - b.number);
}

/** What is held as long as the session is. */
export class Held {
  /** The znode that stands for it. */
  readonly path: string;
  /** Greater for each later holder: what is written elsewhere under the lock can be fenced with it. */
  readonly fence: bigint;
  /** Gives it up, however long no server is there. Done once, unless it failed; aborted, it goes on without you. */
  readonly release: steps.Ending;
  readonly #doubt: () => AbortSignal;

  /** @internal */
  constructor(client: Client, path: string, fence: bigint) {
    this.release = steps.once(() => steps.deleteOwn(client, path));
    this.path = path;
    this.fence = fence;
    this.#doubt = steps.doubtOf(client);
  }

  /** Aborted when it may be lost, before the servers can have given it to another one: stop at once what only the
   *  holder may do. Ask this property after whatever may have lasted: it looks at the clock. */
  get signal(): AbortSignal {
    return this.#doubt();
  }
}

export interface LineOptions {
  readonly root: string;
  readonly label: string;
  /** Labels that one has to wait for; null for all. */
  readonly waitsFor: ReadonlySet<string> | null;
  readonly data?: Data;
  readonly signal?: AbortSignal | undefined;
}

/** Resolves when it is this one's turn. Aborted, it leaves the line before it rejects; with no server there it
 *  rejects soon, and leaves as soon as there is one. */
export async function standInLine(client: Client, options: LineOptions): Promise<Held> {
  const { root, label, data = null, signal } = options;
  await steps.ensurePath(client, root, signal);
  const path = await steps.createNamed(client, root, { label: `${label}-`, data, signal });
  try {
    await awaitTurn(client, path.slice(root.length + 1), options);
    const stat = await steps.persistently(client, () => client.exists(path), { signal });
    if (stat === null) throw steps.placeLost();
    return new Held(client, path, stat.czxid);
  } catch (error) {
    if (!client.lost.aborted) await steps.soon(steps.deleteOwn(client, path));
    throw error;
  }
}

async function awaitTurn(client: Client, name: string, options: LineOptions): Promise<void> {
  const { root, waitsFor, signal } = options;
  for (;;) {
    const places = placesOf(await steps.childrenOf(client, root, signal));
    const own = places.findIndex((place) => place.name === name);
    // Somebody has deleted it.
    if (own === -1) throw steps.placeLost();
    const before = places.slice(0, own);
    const blocking = before.filter(({ label }) => waitsFor === null || waitsFor.has(label)).at(-1);
    if (blocking === undefined) return;
    await steps.untilGone(client, `${root}/${blocking.name}`, signal);
  }
}
