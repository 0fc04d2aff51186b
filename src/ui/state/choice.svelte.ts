// What the person has chosen on this page: a server, a znode, a session, a panel. Nothing here is
// known to the ensemble.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { Traced } from '../../vocabulary/trace.ts';

export type PanelName = 'stage' | 'lesson' | 'why' | 'tree' | 'server' | 'clients';

/** `compare`: two branches of a laboratory. */
export type ViewName = 'stage' | 'spaceTime' | 'charts' | 'compare';

export class Choice {
  /** What stands in the middle. */
  view = $state<ViewName>('stage');
  /** The part of the time axis that the space-time diagram looks at, where it is spaced by time. */
  sight = $state.raw<{ readonly from: number; readonly to: number } | null>(null);
  server = $state<ServerId | null>(null);
  /** The server whose tree is shown; null: this page's own. */
  treeOf = $state<ServerId | null>(null);
  path = $state('/');
  session = $state(1);
  /** Where the stage is always in sight, its name stands for the first panel beside it. */
  panel = $state<PanelName>('stage');
  /** On a phone: the panel has the whole height, and the stage is behind it. */
  sheetTall = $state(false);
  /** What was chosen where it flew. */
  event = $state.raw<Traced | null>(null);
  /** Servers that the chosen event of the feed speaks of. */
  marked = $state.raw<readonly ServerId[]>([]);
}
