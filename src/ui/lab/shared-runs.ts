// How a laboratory's page gives its world away, and what it was opened by.

import type { RunSelection } from '../../vocabulary/lab-run.ts';
import type { Recording } from '../../vocabulary/recording.ts';

export interface SharedRuns {
  /** Null: too long for a link. */
  readonly share: (selection: RunSelection, told: Recording) => Promise<string | null>;
  /** The text of a file: it holds all that was told. */
  readonly save: (selection: RunSelection, told: Recording) => Promise<string>;
  /** The page was opened by a link to a run that is none. */
  readonly badLink: boolean;
  /** Of the run that the page was opened by. */
  readonly selection: RunSelection | null;
  /** What was told of it came along. */
  readonly recorded: boolean;
  /** That run was played by another engine than this page's, or by an unknown one. */
  readonly engineChanged: boolean;
}

/** What came of sharing or saving: asked for whenever it is shown, in the language that is read then. */
export interface ShareSaid {
  readonly words: () => string;
  /** What of it was typed by somebody; empty: nothing. */
  readonly carried: () => string;
  /** Null: it was copied. */
  readonly link: string | null;
}
