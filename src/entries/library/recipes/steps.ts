// Steps that every recipe takes, right when a connection goes in the middle: a request whose end is unknown
// is looked up or said again, never guessed at.

import { ERROR_CODE } from '../../../vocabulary/error-code.ts';
import type { Request, Response } from '../../../vocabulary/request.ts';
import type { Stat } from '../../../vocabulary/stat.ts';
import { KeeperError } from '../../client/keeper-error.ts';
import { abortable } from '../event-stream.ts';
import { isKeeperError, type Client } from '../keeper-client.ts';
import { type CreateOptions, type Data } from '../values.ts';

/** Each attempt stands behind a new connection, which does not come for nothing. */
const ATTEMPTS_MAX = 100;

export const isNoNode = (error: unknown): boolean => isKeeperError(error, 'NoNode');

/** Does again what may be done twice, for as long as connections are lost under it. What did not even leave
 *  is only said again if an earlier attempt may have happened: then it has to be found out, however long no
 *  server is there, or until the session is over. `mustEnd`: it has to be done in any case. */
export async function persistently<T>(
  client: Client,
  work: () => Promise<T>,
  mustEnd = false,
): Promise<T> {
  let doubt: unknown = null;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const unknown = error instanceof KeeperError && error.outcome === 'unknown';
      if (unknown) doubt = error;
      const unsent = isKeeperError(error, 'ConnectionLoss') && (mustEnd || doubt !== null);
      if (!unknown && !unsent) throw error;
      if (client.lost.aborted) throw client.lost.reason;
      if (attempt === ATTEMPTS_MAX) throw doubt ?? error;
    }
  }
}

export const childrenOf = (client: Client, path: string): Promise<string[]> =>
  persistently(client, () => client.children(path));

const isEphemeralOf =
  (client: Client) =>
  ({ ephemeralOwner }: Stat): boolean =>
    ephemeralOwner === client.sessionId;

/** Gone is gone, whoever did it. What stands there after a delete whose answer was lost may be somebody
 *  else's by then: it is only deleted if it is `isOwn`. */
export async function deleteOwn(
  client: Client,
  path: string,
  isOwn: (stat: Stat) => boolean = isEphemeralOf(client),
): Promise<void> {
  let doubt = false;
  const attempt = async (): Promise<void> => {
    if (doubt) {
      await client.sync(path);
      const stat = await client.exists(path);
      if (stat === null || !isOwn(stat)) return;
    }
    doubt = true;
    await client.delete(path);
  };
  try {
    await persistently(client, attempt, true);
  } catch (error) {
    if (!isNoNode(error)) throw error;
  }
}

/** A sequential znode with a name that is like no other: when the answer to its create is lost, it is found by
 *  that name instead of made a second time, where it would stand in its own way. */
export async function createNamed(
  client: Client,
  root: string,
  label: string,
  data: Data,
  options: CreateOptions,
): Promise<string> {
  const prefix = `${crypto.randomUUID()}-${label}`;
  let found: string | undefined;
  return persistently(client, async () => {
    if (found !== undefined) return found;
    try {
      return await client.create(`${root}/${prefix}`, data, { ...options, sequential: true });
    } catch (error) {
      if (!(error instanceof KeeperError) || error.outcome !== 'unknown') throw error;
      // What the other connection sent is decided before the answer to this sync.
      await persistently(client, () => client.sync(root), true);
      const names = await persistently(client, () => client.children(root), true);
      const name = names.find((each) => each.startsWith(prefix));
      if (name === undefined) throw error;
      found = `${root}/${name}`;
      return found;
    }
  });
}

/** An ephemeral with a name of the caller's. Made by this session it is ours, also if no answer came. */
export async function createEphemeral(client: Client, path: string, data: Data): Promise<void> {
  await persistently(client, async () => {
    try {
      await client.create(path, data, { ephemeral: true });
    } catch (error) {
      if (!isKeeperError(error, 'NodeExists')) throw error;
      const stat = await persistently(client, () => client.exists(path), true);
      if (stat?.ephemeralOwner !== client.sessionId) throw error;
    }
  });
}

export async function ensurePath(client: Client, path: string): Promise<void> {
  await persistently(client, () => client.ensure(path));
}

/** Does it once: the same promise each time, unless it failed. */
export function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () =>
    (done ??= work().catch((error: unknown) => {
      done = null;
      throw error;
    }));
}

type Reading = Extract<Request, { readonly watch: boolean }>['kind'];

export interface Watched {
  /** Null when there is no such znode. Then only `exists` has set a watch. */
  readonly response: Response | null;
  /** Resolves at the watch's event; rejects when `signal` is aborted or the session is over. */
  readonly changed: (signal?: AbortSignal) => Promise<void>;
  /** For whoever does not wait. */
  readonly forget: () => void;
}

/** Sets a one-shot watch with a reading. */
export async function readAndWatch(client: Client, kind: Reading, path: string): Promise<Watched> {
  let fire = (): void => undefined;
  const fired = new Promise<void>((resolve) => (fire = resolve));
  const forget = client.once(path, fire);
  const changed = async (signal?: AbortSignal): Promise<void> => {
    await abortable(fired, signal).finally(forget);
    if (client.lost.aborted) throw client.lost.reason;
  };
  try {
    const request = { kind, path, watch: true } as const;
    const response = await persistently(client, () => client.request(request));
    return { response, changed, forget };
  } catch (error) {
    if (isNoNode(error)) return { response: null, changed, forget };
    forget();
    throw error;
  }
}

/** Resolves when there is no such znode. */
export async function untilGone(
  client: Client,
  path: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    // A reading of its data leaves no watch behind where the znode is gone; `exists` would.
    const { response, changed, forget } = await readAndWatch(client, 'getData', path);
    if (response === null) {
      forget();
      return;
    }
    await changed(signal);
  }
}

export const placeLost = (): KeeperError => new KeeperError(ERROR_CODE.NoNode, 'failed');

export const text = (data: Uint8Array | null): string =>
  data === null ? '' : new TextDecoder().decode(data);

export const toWhole = (value: number, from: number): number => {
  if (Number.isSafeInteger(value) && value >= from) return value;
  throw new KeeperError(ERROR_CODE.BadArguments, 'failed');
};
