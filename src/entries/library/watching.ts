// The lasting watches of one client and whoever reads them. One watch at the server serves all readers of
// a path; it goes with the last of them. A server replays nothing that happened while the connection was
// away, so every reader is told of each reconnection and has to look again.

import { ADD_WATCH_MODE, WATCHER_TYPE, type WatcherEvent } from '../../vocabulary/request.ts';
import type { Request } from '../../vocabulary/request.ts';
import { parentOf } from '../../tree/path.ts';
import { abortable, EventStream } from './event-stream.ts';

export interface WatchEvent {
  /** `Reconnected`: changes may have been missed, so read again. */
  readonly type:
    'NodeCreated' | 'NodeDeleted' | 'NodeDataChanged' | 'NodeChildrenChanged' | 'Reconnected';
  readonly path: string;
}

interface Watched {
  readonly path: string;
  readonly streams: Readonly<Record<Mode, Set<EventStream<WatchEvent>>>>;
  /** What the server was asked for, until it refuses. */
  readonly stands: Record<Mode, Promise<unknown> | null>;
}

type Mode = 'persistent' | 'persistentRecursive';
type Ask = (request: Request) => Promise<unknown>;

export class Watching {
  readonly #watched = new Map<string, Watched>();
  readonly #once = new Map<string, Set<() => void>>();
  readonly #ask: Ask;
  /** Whose NodeChildrenChanged was told with the event before. */
  #told: string | null = null;
  #wasConnected = false;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Resolves when the server has the watch: no later change is missed. */
  async watch(
    path: string,
    recursive: boolean,
    signal?: AbortSignal,
  ): Promise<EventStream<WatchEvent>> {
    signal?.throwIfAborted();
    const mode = recursive ? 'persistentRecursive' : 'persistent';
    const watched = this.#watched.get(path) ?? unwatched(path);
    this.#watched.set(path, watched);
    const { streams } = watched;
    const stream = new EventStream<WatchEvent>(() => {
      streams[mode].delete(stream);
      if (this.#watched.get(path) === watched) this.#forgetUnread(path);
    }, signal);
    streams[mode].add(stream);
    try {
      await abortable(this.#stand(watched, mode), signal);
    } catch (error) {
      stream.finish(error);
      throw error;
    }
    return stream;
  }

  /** Servers before 3.9 keep one watch of a path and client, and the newest takes the place of the others: a recursive
   *  one is never replaced, for all that the others tell follows from it. */
  #stand(watched: Watched, mode: Mode): Promise<unknown> {
    const { path, stands } = watched;
    const standing = stands.persistentRecursive ?? stands[mode];
    if (standing !== null) return standing;
    const asked = this.#ask({ kind: 'addWatch', path, mode: ADD_WATCH_MODE[mode] });
    stands[mode] = asked;
    asked.catch(() => {
      stands[mode] = null;
      // Whoever counted on it looks again.
      this.#wake(path);
    });
    return asked;
  }

  /** Whether a lasting watch tells all that a one-shot watch of this path would: at servers before 3.9 that one would
   *  end it. */
  covers(path: string): boolean {
    const stands = this.#watched.get(path)?.stands;
    return stands !== undefined && (stands.persistentRecursive ?? stands.persistent) !== null;
  }

  /** Calls back once, at the next event of exactly this path. The caller sets the watch at the server. */
  once(path: string, wake: () => void): () => void {
    const wakes = this.#once.get(path) ?? new Set();
    this.#once.set(path, wakes.add(wake));
    return () => {
      wakes.delete(wake);
      if (wakes.size > 0 || this.#once.get(path) !== wakes) return;
      this.#once.delete(path);
      this.#forgetUnread(path);
    };
  }

  onEvent({ type, path }: WatcherEvent): void {
    if (type === 'None' || type.endsWith('Removed')) return;
    // Of a server that keeps both watches.
    const isTold = type === 'NodeChildrenChanged' && path === this.#told;
    this.#told = null;
    if (isTold) return;
    this.#push({ type, path } as WatchEvent);
    if (path === '/' || (type !== 'NodeCreated' && type !== 'NodeDeleted')) return;
    const parent = parentOf(path);
    if ((this.#watched.get(parent)?.stands.persistentRecursive ?? null) === null) return;
    this.#told = parent;
    this.#push({ type: 'NodeChildrenChanged', path: parent });
  }

  #push(event: WatchEvent): void {
    const { type, path } = event;
    for (const { path: root, streams } of [...this.#watched.values()]) {
      const below = path.startsWith(root === '/' ? '/' : `${root}/`);
      if (path === root) for (const stream of [...streams.persistent]) stream.push(event);
      // A recursive watch tells of the children themselves instead.
      if ((path !== root && !below) || type === 'NodeChildrenChanged') continue;
      for (const stream of [...streams.persistentRecursive]) stream.push(event);
    }
    this.#wake(path);
  }

  #wake(path: string): void {
    const wakes = this.#once.get(path);
    this.#once.delete(path);
    for (const wake of wakes ?? []) wake();
    if (wakes !== undefined) this.#forgetUnread(path);
  }

  onConnected(): void {
    if (this.#wasConnected) {
      for (const watched of [...this.#watched.values()]) {
        const { path } = watched;
        for (const stream of streamsOf(watched)) stream.push({ type: 'Reconnected', path });
      }
    }
    this.#wasConnected = true;
  }

  /** Null when it was closed on purpose. */
  onEnded(error: Error | null): void {
    const watched = [...this.#watched.values()];
    this.#watched.clear();
    for (const one of watched) for (const stream of streamsOf(one)) stream.finish(error);
    const once = [...this.#once.values()];
    this.#once.clear();
    for (const wakes of once) for (const wake of wakes) wake();
  }

  /** The server's lasting watch goes with its last reader, but not while somebody waits for one event of the path:
   *  it may be the lasting one that tells it. */
  #forgetUnread(path: string): void {
    const watched = this.#watched.get(path);
    if (watched === undefined || streamsOf(watched).length > 0 || this.#once.has(path)) return;
    this.#watched.delete(path);
    this.#ask({ kind: 'removeWatches', path, type: WATCHER_TYPE.any }).catch(() => undefined);
  }
}

const unwatched = (path: string): Watched => ({
  path,
  streams: { persistent: new Set(), persistentRecursive: new Set() },
  stands: { persistent: null, persistentRecursive: null },
});

const streamsOf = ({ streams }: Watched): EventStream<WatchEvent>[] => [
  ...streams.persistent,
  ...streams.persistentRecursive,
];
