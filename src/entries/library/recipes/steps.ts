// Steps that every recipe takes, right when a connection goes in the middle: a request whose end is unknown
// is looked up or said again, never guessed at.

import { ERROR_CODE } from '../../../vocabulary/error-code.ts';
import type { Request, Response } from '../../../vocabulary/request.ts';
import type { Stat } from '../../../vocabulary/stat.ts';
import { KeeperError } from '../../client/keeper-error.ts';
import { abortable } from '../event-stream.ts';
import { isKeeperError, type CallOptions, type Client } from '../keeper-client.ts';
import type { Data } from '../values.ts';

/** Each attempt stands behind a new connection, which does not come for nothing. */
const ATTEMPTS_MAX = 100;
/** Between two attempts of which the first did not leave. */
const PAUSE_MILLIS = 100;
/** As long as whoever gives up waits for what it leaves behind; that goes on without it then. */
const TAKING_BACK_MILLIS_MAX = 1_000;

type Signal = AbortSignal | undefined;

export const isNoNode = (error: unknown): boolean => isKeeperError(error, 'NoNode');

/** Does again what may be done twice, for as long as connections are lost under it. What did not even leave
 *  is only said again if an earlier attempt may have happened: then it has to be found out, however long no
 *  server is there, or until the session is over. `mustEnd`: it has to be done in any case. Aborted, it rejects at
 *  once: only for what may be left where it is. */
export async function persistently<T>(
  client: Client,
  work: () => Promise<T>,
  { mustEnd = false, signal }: CallOptions & { readonly mustEnd?: boolean } = {},
): Promise<T> {
  let doubt: unknown = null;
  for (let attempt = 1; ;) {
    signal?.throwIfAborted();
    try {
      return await abortable(work(), signal);
    } catch (error) {
      signal?.throwIfAborted();
      // An answer that is too long for this client would be so again: that one (MarshallingError) is no loss.
      const isLoss = isKeeperError(error, 'ConnectionLoss');
      const unknown = isLoss && error.outcome === 'unknown';
      if (unknown) doubt = error;
      const unsent = isLoss && (mustEnd || doubt !== null);
      if (!unknown && !unsent) throw error;
      if (client.lost.aborted) throw client.lost.reason;
      if (attempt === ATTEMPTS_MAX) throw doubt ?? error;
      // What did not leave costs no connection: it may be said until the session is over.
      if (unknown) attempt += 1;
      else await new Promise((resolve) => setTimeout(resolve, PAUSE_MILLIS));
    }
  }
}

/** What is made stays only for whoever wants it still. Aborted, it rejects when that is undone, or soon: what was
 *  on its way is waited for, found and taken back all the same, for as long as the session lives. */
export async function madeOrUndone<T>(
  signal: Signal,
  make: () => Promise<T>,
  undo: (made: T) => Promise<void>,
): Promise<T> {
  signal?.throwIfAborted();
  const making = make();
  try {
    return await abortable(making, signal);
  } catch (error) {
    if (signal?.aborted === true) await soon(making.then(undo));
    throw error;
  }
}

/** Resolves when the work has ended, however it did, or goes on for too long. */
export async function soon(work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>(
    (resolve) => (timer = setTimeout(resolve, TAKING_BACK_MILLIS_MAX)),
  );
  await Promise.race([work.catch(() => undefined), late]);
  clearTimeout(timer);
}

export const childrenOf = (client: Client, path: string, signal?: Signal): Promise<string[]> =>
  persistently(client, () => client.children(path), { signal });

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
    await persistently(client, attempt, { mustEnd: true });
  } catch (error) {
    if (!isNoNode(error)) throw error;
  }
}

/** An ephemeral sequential znode with a name that is like no other: when the answer to its create is lost, it is
 *  found by that name instead of made a second time, where it would stand in its own way. Aborted, none is left. */
export function createNamed(
  client: Client,
  root: string,
  { label, data = null, signal }: CallOptions & { readonly label: string; readonly data?: Data },
): Promise<string> {
  const prefix = `${crypto.randomUUID()}-${label}`;
  let found: string | undefined;
  const make = async (): Promise<string> => {
    if (found !== undefined) return found;
    // None is there at this moment.
    signal?.throwIfAborted();
    try {
      const options = { ephemeral: true, sequential: true };
      return await client.create(`${root}/${prefix}`, data, options);
    } catch (error) {
      if (!(error instanceof KeeperError) || error.outcome !== 'unknown') throw error;
      // What the other connection sent is decided before the answer to this sync.
      await persistently(client, () => client.sync(root), { mustEnd: true });
      const names = await persistently(client, () => client.children(root), { mustEnd: true });
      const name = names.find((each) => each.startsWith(prefix));
      if (name === undefined) throw error;
      found = `${root}/${name}`;
      return found;
    }
  };
  return madeOrUndone(
    signal,
    () => persistently(client, make),
    (path) => deleteOwn(client, path),
  );
}

/** An ephemeral with a name of the caller's. One that this session has there already counts as made, whatever its
 *  data. Aborted, what this call made is taken back, and what an earlier one had made stays; after an answer that was
 *  lost nobody can tell which of them made it, and it is taken back. */
export async function createEphemeral(
  client: Client,
  path: string,
  data: Data,
  signal?: Signal,
): Promise<void> {
  let inDoubt = false;
  /** True if it was made here. */
  const make = async (): Promise<boolean> => {
    if (!inDoubt) signal?.throwIfAborted();
    try {
      await client.create(path, data, { ephemeral: true });
      return true;
    } catch (error) {
      inDoubt ||= error instanceof KeeperError && error.outcome === 'unknown';
      if (!isKeeperError(error, 'NodeExists')) throw error;
      const stat = await persistently(client, () => client.exists(path), { mustEnd: true });
      if (stat?.ephemeralOwner !== client.sessionId) throw error;
      return inDoubt;
    }
  };
  await madeOrUndone(
    signal,
    () => persistently(client, make),
    async (isOwn) => {
      if (isOwn) await deleteOwn(client, path);
    },
  );
}

export async function ensurePath(client: Client, path: string, signal?: Signal): Promise<void> {
  await persistently(client, () => client.ensure(path), { signal });
}

/** Ends what was made; aborted, nobody waits for that any more, and it goes on. */
export type Ending = (options?: CallOptions) => Promise<void>;

/** Does it once: the same work for each call, unless it failed. */
export function once(work: () => Promise<void>): Ending {
  let done: Promise<void> | null = null;
  return ({ signal } = {}) => {
    done ??= work().catch((error: unknown) => {
      done = null;
      throw error;
    });
    return abortable(done, signal);
  };
}

/** The signal that is aborted when the session may be over, for whoever asks at any moment. */
export function doubtOf(client: Client): () => AbortSignal {
  const signal = client.doubtful;
  return () => {
    client.lookAtClock();
    return signal;
  };
}

type Reading = Extract<Request, { readonly watch: boolean }>['kind'];

export interface Watched {
  /** Null when there is no such znode. Then only `exists` has set a watch. */
  readonly response: Response | null;
  /** Resolves at the watch's event; rejects when `signal` is aborted or the session is over. */
  readonly changed: () => Promise<void>;
  /** For whoever does not wait. */
  readonly forget: () => void;
}

/** Sets a one-shot watch with a reading. */
export async function readAndWatch(
  client: Client,
  kind: Reading,
  path: string,
  signal?: Signal,
): Promise<Watched> {
  let fire = (): void => undefined;
  const fired = new Promise<void>((resolve) => (fire = resolve));
  const forget = client.once(path, fire);
  const changed = async (): Promise<void> => {
    await abortable(fired, signal).finally(forget);
    if (client.lost.aborted) throw client.lost.reason;
  };
  try {
    const request = { kind, path, watch: true } as const;
    const response = await persistently(client, () => client.request(request), { signal });
    return { response, changed, forget };
  } catch (error) {
    if (isNoNode(error)) return { response: null, changed, forget };
    forget();
    throw error;
  }
}

/** Resolves when there is no such znode. */
export async function untilGone(client: Client, path: string, signal: Signal): Promise<void> {
  for (;;) {
    // A reading of its data leaves no watch behind where the znode is gone; `exists` would.
    const { response, changed, forget } = await readAndWatch(client, 'getData', path, signal);
    if (response === null) {
      forget();
      return;
    }
    await changed();
  }
}

export const placeLost = (): KeeperError => new KeeperError(ERROR_CODE.NoNode, 'failed');

export const text = (data: Uint8Array | null): string =>
  data === null ? '' : new TextDecoder().decode(data);

export const toWhole = (value: number, from: number): number => {
  if (Number.isSafeInteger(value) && value >= from) return value;
  throw new KeeperError(ERROR_CODE.BadArguments, 'failed');
};
