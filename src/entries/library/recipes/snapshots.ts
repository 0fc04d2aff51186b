// What a place looks like, again and again: read at once, and after every change. Changes that come while
// it is read are one.

import { abortable } from '../event-stream.ts';
import type { CallOptions, Client } from '../keeper-client.ts';
import * as steps from './steps.ts';

/** Ends when the client is closed; throws when the session is lost or `signal` is aborted. */
export async function* snapshots<T>(
  client: Client,
  path: string,
  read: () => Promise<T>,
  { signal }: CallOptions,
): AsyncGenerator<T, void, undefined> {
  await steps.ensurePath(client, path);
  const options = signal === undefined ? {} : { signal };
  const changes = await steps.persistently(client, () => client.watch(path, options));
  let changed = true;
  let ended = false;
  let wake: () => void = () => undefined;
  const listening = (async () => {
    for await (const _ of changes) {
      changed = true;
      wake();
    }
    ended = true;
    wake();
  })();
  listening.catch(() => undefined);
  try {
    while (!ended) {
      changed = false;
      yield await abortable(read(), signal);
      const more = new Promise<void>((resolve) => (wake = resolve));
      if (!changed && !ended) await Promise.race([more, listening]);
    }
  } finally {
    await changes.return?.();
  }
}

/** The data of each child of now; one that goes meanwhile is none. */
export async function readChildren(
  client: Client,
  path: string,
): Promise<Map<string, Uint8Array | null>> {
  const names = (await steps.childrenOf(client, path)).sort();
  const found = await Promise.all(
    names.map(async (name) => {
      try {
        const { data } = await steps.persistently(client, () => client.get(`${path}/${name}`));
        return [[name, data] as const];
      } catch (error) {
        if (steps.isNoNode(error)) return [];
        throw error;
      }
    }),
  );
  return new Map(found.flat());
}
