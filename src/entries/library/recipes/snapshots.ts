// What a place looks like, again and again: read at once, and after every change. Changes that come while
// it is read are one.

import { abortable } from '../event-stream.ts';
import type { CallOptions, Client } from '../keeper-client.ts';
import * as steps from './steps.ts';

/** Ends when the client is closed or the reader has gone; throws when the session is lost or `signal` is
 *  aborted. */
export function snapshots<T>(
  client: Client,
  path: string,
  read: () => Promise<T>,
  { signal }: CallOptions,
): AsyncGenerator<T, void, undefined> {
  const left = new AbortController();
  const stop = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]);
  const views = look(client, path, read, { stop, left: left.signal });
  const end = views.return.bind(views);
  // A generator would only hear of it after the view that it waits for.
  views.return = (value) => {
    left.abort();
    return end(value);
  };
  return views;
}

async function* look<T>(
  client: Client,
  path: string,
  read: () => Promise<T>,
  { stop, left }: { readonly stop: AbortSignal; readonly left: AbortSignal },
): AsyncGenerator<T, void, undefined> {
  let changed = true;
  let ended = false;
  let wake: () => void = () => undefined;
  const failure: { error: unknown } = { error: null };
  try {
    await abortable(steps.ensurePath(client, path), stop);
    const changes = await steps.persistently(client, () => client.watch(path, { signal: stop }));
    const listening = (async () => {
      for await (const _ of changes) {
        changed = true;
        wake();
      }
    })();
    void listening
      .catch((error: unknown) => (failure.error = error))
      .finally(() => {
        ended = true;
        wake();
      });
    try {
      while (!ended) {
        changed = false;
        yield await abortable(read(), stop);
        if (!changed && !ended) await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      await changes.return?.();
    }
    if (failure.error !== null) throw failure.error;
  } catch (error) {
    if (!left.aborted) throw error;
  }
}

/** The data of each child of now; one that goes meanwhile is none. */
export async function readChildren(
  client: Client,
  path: string,
  signal?: AbortSignal,
): Promise<Map<string, Uint8Array | null>> {
  const names = (await steps.childrenOf(client, path, signal)).sort();
  const found = await Promise.all(
    names.map(async (name) => {
      try {
        const get = (): ReturnType<Client['get']> => client.get(`${path}/${name}`);
        const { data } = await steps.persistently(client, get, { signal });
        return [[name, data] as const];
      } catch (error) {
        if (steps.isNoNode(error)) return [];
        throw error;
      }
    }),
  );
  return new Map(found.flat());
}
