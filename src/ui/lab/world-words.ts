// What the laboratory's bar says of its world, the most pressing alone. Pure.

import { KEPT_MILLIS, type LabView } from '../../vocabulary/lab.ts';
import { clockTime } from '../panel/clock.ts';
import { m } from '../paraglide/messages.js';
import { timeText } from './moment.ts';
import type { SharedRuns } from './shared-runs.ts';

/** How often the words of a run that is played change: whoever hears them hears some in ten seconds. Of a run of
 *  hours, as often in all. */
const PLAYED_WORDS_EVERY_MILLIS = 150_000;
const PLAYED_WORDS = 12;

export interface Said {
  readonly view: Pick<LabView, 'shared' | 'opening' | 'running' | 'keptFrom' | 'full' | 'options'>;
  /** A lesson's bet is not placed yet. */
  readonly waits: boolean;
  /** How many steps were refused. */
  readonly refused: number;
  readonly runs: Pick<SharedRuns, 'badLink' | 'engineChanged' | 'recorded'> | null;
}

/** Empty: nothing. */
export function worldWords({ view, waits, refused, runs }: Said): string {
  if (view.opening !== null) {
    const { why, playedMillis, ofMillis } = view.opening;
    const every = Math.max(PLAYED_WORDS_EVERY_MILLIS, Math.ceil(ofMillis / PLAYED_WORDS));
    const at = timeText(Math.floor(playedMillis / every) * every);
    const end = timeText(ofMillis);
    return why === 'run' ? m.run_playing({ at, end }) : m.lab_going_back({ at, end });
  }
  if (waits) return m.lesson_bet_first();
  if (runs?.badLink === true && view.shared === null) return m.run_bad_link();
  if (view.shared === 'other') return otherWords(runs);
  if (view.shared === 'same' && !view.running) return m.run_same();
  if (view.shared === 'part' && !view.running) return m.run_part();
  if (view.full) return m.lab_full();
  if (refused > 0) return m.lab_refused();
  const kept = keptWords(view);
  if (kept !== '') return kept;
  const { taken } = view.options;
  return taken === undefined ? '' : m.lab_taken({ at: clockTime(taken.wallMillis).slice(0, 8) });
}

/** What can be gone back to, where that is not everything: no news and no problem. Empty: it is everything. */
export const keptWords = ({ keptFrom }: Pick<LabView, 'keptFrom'>): string =>
  keptFrom === 0 ? '' : m.lab_kept({ minutes: KEPT_MILLIS / 60_000 });

function otherWords(runs: Said['runs']): string {
  // Its recording was looked at before, or is opened again by the same link or file.
  if (runs?.recorded === true) return m.run_again();
  return runs?.engineChanged === false ? m.run_altered() : m.run_other();
}
