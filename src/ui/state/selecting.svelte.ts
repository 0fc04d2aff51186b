// What is selected on this page, and what belongs to it, kept up with what happens. Nothing is looked through
// while nothing is selected.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { NodeView } from '../../vocabulary/playground.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import type { Zxid } from '../../vocabulary/zxid.ts';
import { belongs } from './belonging.ts';
import type { RoomStore } from './room.svelte.ts';
import { SelectedEvents, storyOf, type Selected } from './selected-events.ts';
import {
  isNodeSelected,
  isSame,
  isServerSelected,
  isThread,
  isWatchSelected,
  type Selection,
} from './selection.ts';

export class Selecting {
  current = $state.raw<Selection | null>(null);
  /** There was one, and it was put away. */
  cleared = $state(false);
  readonly #store: RoomStore;
  readonly #events = new SelectedEvents();
  readonly selected: Selected | null = $derived.by(() => {
    if (this.current === null) return null;
    void this.#store.historyVersion;
    return this.#events.after(this.current, this.#store.history);
  });
  /** Of what goes on through many events; else none. */
  readonly story: readonly Traced[] = $derived(
    this.selected === null || !isThread(this.current) ? [] : storyOf(this.selected.events),
  );

  constructor(store: RoomStore) {
    this.#store = store;
  }

  readonly choose = (selection: Selection): void => {
    this.current = selection;
    this.cleared = false;
  };

  /** The same again clears it. */
  readonly toggle = (selection: Selection): void => {
    if (isSame(this.current, selection)) this.clear();
    else this.choose(selection);
  };

  readonly clear = (): void => {
    if (this.current === null) return;
    this.current = null;
    this.cleared = true;
  };

  /** Whether it is this very thing. */
  readonly is = (selection: Selection): boolean => isSame(this.current, selection);

  readonly has = (traced: Traced): boolean =>
    this.selected !== null && belongs(this.selected.scope, traced);

  /** The session that is selected, or whose transaction, watch or event is. */
  readonly hasSession = (session: bigint): boolean => {
    const { current, selected } = this;
    if (current?.kind === 'session' || current?.kind === 'watch') {
      return current.session === session;
    }
    return selected !== null && [...selected.scope.sessions].some((one) => one === session);
  };

  readonly hasZxid = (zxid: Zxid): boolean => this.selected?.scope.zxids.has(zxid) === true;

  readonly hasServer = (server: ServerId): boolean =>
    this.current !== null && isServerSelected(this.current, server);

  readonly hasNode = (
    node: NodeView,
    watches: readonly { readonly path: string; readonly session: bigint }[],
  ): boolean => this.current !== null && isNodeSelected(this.current, node, watches);

  readonly hasWatch = (watch: { readonly path: string; readonly session: bigint }): boolean =>
    this.current !== null && isWatchSelected(this.current, watch);
}
