// What the person's panels and commands are about on this page: a server, a znode, a session, a view.
// What is selected everywhere is another matter (selection.ts). Nothing here is known to the ensemble.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { RunView } from '../../vocabulary/lab-run.ts';

export type PanelName = 'stage' | 'lesson' | 'why' | 'tree' | 'server' | 'clients';

/** `compare`: two branches of a laboratory. */
export type ViewName = RunView;

export class Choice {
  /** What stands in the middle. */
  view = $state<ViewName>('stage');
  /** The tape stands below the space-time diagram, on its axis, and no longer in the bar. */
  unfolded = $state(false);
  server = $state<ServerId | null>(null);
  /** A person chose it: else it is the page's own idea, and nothing on the stage. */
  byHand = $state(false);
  /** The server whose tree is shown; null: this page's own. */
  treeOf = $state<ServerId | null>(null);
  path = $state('/');
  session = $state(1);
  /** Where the stage is always in sight, its name stands for the first panel beside it. */
  panel = $state<PanelName>('stage');
  /** On a phone: the panel has the whole height, and the stage is behind it. */
  sheetTall = $state(false);
  /** The branches that lie side by side. */
  compared = $state.raw<{ readonly left: number; readonly right: number } | null>(null);
}
