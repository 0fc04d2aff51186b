// Where this browser keeps the progress, for all of its tabs at once: each writes down what any of them did,
// so a lesson that was passed in one is never lost by another.

import { merged, NO_PROGRESS, readProgress, writeProgress, type Progress } from './progress.ts';

export const PROGRESS_KEY = 'tabkeeper-lessons';

/** Throws where storage is off: progress lasts as long as the page then. */
export type Shelf = () => Pick<Storage, 'getItem' | 'setItem'>;

export function keptProgress(shelf: Shelf): Progress {
  try {
    return readProgress(shelf().getItem(PROGRESS_KEY) ?? '') ?? NO_PROGRESS;
  } catch {
    return NO_PROGRESS;
  }
}

/** Whether it will be there when the page is loaded again: storage may be off, full, or cleared. */
export function isProgressKept(shelf: Shelf, progress: Progress): boolean {
  try {
    const kept = readProgress(shelf().getItem(PROGRESS_KEY) ?? '') ?? NO_PROGRESS;
    return merged(kept, progress) === kept;
  } catch {
    return false;
  }
}

/** Gives what is known by now: this, and what other tabs wrote down meanwhile. */
export function keepProgress(shelf: Shelf, progress: Progress): Progress {
  const kept = keptProgress(shelf);
  const all = merged(kept, progress);
  if (all === kept) return kept;
  try {
    shelf().setItem(PROGRESS_KEY, writeProgress(all));
  } catch {
    return all;
  }
  return all;
}

/** Another tab wrote this over what was kept, or (null) took everything away: that is not undone, and what
 *  this page knows lasts as long as it. */
export function progressHeard(shelf: Shelf, progress: Progress, text: string | null): Progress {
  const heard = text === null ? null : readProgress(text);
  if (heard === null) return progress;
  // Two that wrote at once: whoever hears what lacks something writes it once more.
  return merged(heard, progress) === heard ? heard : keepProgress(shelf, progress);
}
