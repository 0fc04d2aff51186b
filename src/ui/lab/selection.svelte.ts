// What a shared run had selected, selected again where it is opened.

import { serverId } from '../../vocabulary/ids.ts';
import type { RunSelection } from '../../vocabulary/lab-run.ts';
import type { Desk } from '../state/desk.ts';
import { eventSelection } from '../state/selection.ts';
import { followedOf } from './selection.ts';

/** To be called while a component is made: an event is selected as soon as it has been told. */
export function select(
  { choice, selection, store }: Pick<Desk, 'choice' | 'selection' | 'store'>,
  shared: RunSelection,
): void {
  const { view, server, session, path, compared, event, followed } = shared;
  Object.assign(choice, { view, session, path, compared });
  choice.server = server === null ? null : serverId(server);
  choice.byHand = server !== null;
  if (followed !== null) selection.choose(followedOf(followed));
  if (event === null && (followed === null || followed.kind === 'server')) return;
  choice.panel = 'why';
  let sought = event;
  $effect(() => {
    if (sought === null || store.historyVersion === 0) return;
    // The person has chosen something else meanwhile.
    if (selection.current !== null) {
      sought = null;
      return;
    }
    const { server: of, sequence, atMillis } = sought;
    const found = store.history.findLast(
      (traced) =>
        traced.server === of && traced.sequence === sequence && traced.atMillis === atMillis,
    );
    if (found === undefined) return;
    sought = null;
    selection.choose(eventSelection(found));
  });
}
