// What is followed on this page and its story, kept up with what happens. Nothing is looked through while
// nothing is followed.

import type { TraceEvent, Traced } from '../../vocabulary/trace.ts';
import type { NodeView } from '../../vocabulary/playground.ts';
import type { RoomStore } from './room.svelte.ts';
import { isNodeOnThread, isOnThread, isSame, storyOf, threadOf, type Followed } from './thread.ts';

export class Following {
  followed = $state.raw<Followed | null>(null);
  readonly #store: RoomStore;
  readonly thread = $derived.by(() => {
    if (this.followed === null) return null;
    void this.#store.historyVersion;
    return threadOf(this.followed, this.#store.history);
  });
  readonly story: readonly Traced[] = $derived.by(() =>
    this.thread === null ? [] : storyOf(this.thread, this.#store.history),
  );

  constructor(store: RoomStore) {
    this.#store = store;
  }

  /** The same again ends it. */
  readonly toggle = (followed: Followed): void => {
    this.followed = isSame(this.followed, followed) ? null : followed;
  };

  readonly end = (): void => {
    this.followed = null;
  };

  readonly has = (event: TraceEvent): boolean =>
    this.thread !== null && isOnThread(this.thread, event);

  /** The session that is followed, or whose transaction is. */
  readonly hasSession = (session: bigint): boolean => {
    const { followed, thread } = this;
    return followed?.kind === 'session'
      ? followed.session === session
      : thread?.request?.session === session;
  };

  readonly hasNode = (
    node: NodeView,
    watches: readonly { readonly path: string; readonly session: bigint }[],
  ): boolean => this.followed !== null && isNodeOnThread(this.followed, node, watches);
}
