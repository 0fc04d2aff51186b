// The lasting watches of one client and whoever reads them. One watch at the server serves all readers of
// a path; it goes with the last of them. A server replays nothing that happened while the connection was
// away, so every reader is told of each reconnection and has to look again.

import { ADD_WATCH_MODE, WATCHER_TYPE, type WatcherEvent } from '../../vocabulary/request.ts';
import type { Request } from '../../vocabulary/request.ts';
import { abortable, EventStream } from './event-stream.ts';

export interface WatchEvent {
  /** `Reconnected`: changes may have been missed, so read again. */
  readonly type:
    'NodeCreated' | 'NodeDeleted' | 'NodeDataChanged' | 'NodeChildrenChanged' | 'Reconnected';
  readonly path: string;
}

interface Watched {
  readonly path: string;
  readonly recursive: boolean;
  readonly streams: Set<EventStream<WatchEvent>>;
}

type Ask = (request: Request) => Promise<unknown>;

export class Watching {
  readonly #watched = new Map<string, Watched>();
  readonly #once = new Map<string, Set<() => void>>();
  readonly #ask: Ask;
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
    const key = `${String(recursive)} ${path}`;
    const watched = this.#watched.get(key) ?? { path, recursive, streams: new Set() };
    this.#watched.set(key, watched);
    const stream = new EventStream<WatchEvent>(() => {
      watched.streams.delete(stream);
      if (watched.streams.size === 0) this.#forget(key, watched);
    }, signal);
    watched.streams.add(stream);
    const mode = ADD_WATCH_MODE[recursive ? 'persistentRecursive' : 'persistent'];
    try {
      await abortable(this.#ask({ kind: 'addWatch', path, mode }), signal);
    } catch (error) {
      stream.finish(error);
      throw error;
    }
    return stream;
  }

  /** Calls back once, at the next event of exactly this path. The caller sets the watch at the server. */
  once(path: string, wake: () => void): () => void {
    const wakes = this.#once.get(path) ?? new Set();
    this.#once.set(path, wakes.add(wake));
    return () => {
      wakes.delete(wake);
      if (wakes.size === 0 && this.#once.get(path) === wakes) this.#once.delete(path);
    };
  }

  onEvent({ type, path }: WatcherEvent): void {
    if (type === 'None' || type.endsWith('Removed')) return;
    const event = { type, path } as WatchEvent;
    for (const { path: root, recursive, streams } of [...this.#watched.values()]) {
      const below = recursive && path.startsWith(root === '/' ? '/' : `${root}/`);
      if (path !== root && !below) continue;
      // A recursive watch tells of the children themselves instead.
      if (recursive && type === 'NodeChildrenChanged') continue;
      for (const stream of [...streams]) stream.push(event);
    }
    const wakes = this.#once.get(path);
    this.#once.delete(path);
    for (const wake of wakes ?? []) wake();
  }

  onConnected(): void {
    if (this.#wasConnected) {
      for (const { path, streams } of [...this.#watched.values()]) {
        for (const stream of [...streams]) stream.push({ type: 'Reconnected', path });
      }
    }
    this.#wasConnected = true;
  }

  /** Null when it was closed on purpose. */
  onEnded(error: Error | null): void {
    const watched = [...this.#watched.values()];
    this.#watched.clear();
    for (const { streams } of watched) for (const stream of [...streams]) stream.finish(error);
    const once = [...this.#once.values()];
    this.#once.clear();
    for (const wakes of once) for (const wake of wakes) wake();
  }

  #forget(key: string, watched: Watched): void {
    if (this.#watched.get(key) !== watched) return;
    this.#watched.delete(key);
    // Servers before 3.9 know no type for one mode alone: while the other mode is read, both stay.
    if (this.#watched.has(`${String(!watched.recursive)} ${watched.path}`)) return;
    if (this.#once.has(watched.path)) return;
    const { path } = watched;
    this.#ask({ kind: 'removeWatches', path, type: WATCHER_TYPE.any }).catch(() => undefined);
  }
}
