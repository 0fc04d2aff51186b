// Where we are in time, and in which time: what the tape shows, wherever it stands. A room's and a recording's is
// made of what is kept (look-time.svelte.ts), a laboratory's of its branch (lab/lab-time.svelte.ts).

import type { Tape } from './tape.ts';

export interface Timeline {
  readonly tape: Tape;
  /** The oldest moment, and the newest one that can be gone to. */
  readonly from: number;
  readonly to: number;
  /** The moment that is shown. */
  readonly now: number;
  /** Of what comes later nothing is told yet: it goes along with what happens. */
  readonly live: boolean;
  /** It moves by itself. */
  readonly plays: boolean;
  /** Up to here it is known what was told. */
  readonly told: number;
  readonly label: string;
  /** Where it stands, in words. */
  readonly words: string;
  /** What the colours and marks mean, and the keys. */
  readonly key: string;
  readonly disabled: boolean;
  /** To a moment; `to` and later is the right end. */
  readonly move: (millis: number) => void;
  /** One picture on or back. */
  readonly step: (side: 1 | -1) => void;
  /** How a moment is written. */
  readonly text: (millis: number) => string;
}
