// Opening and closing the comparison of two branches, which stands in the stage's place.

import type { Choice } from '../state/choice.svelte.ts';
import type { LabStore } from '../state/lab.svelte.ts';
import type { ScreenSize } from '../state/screen.svelte.ts';

/** On a phone the middle is shown only while its panel is. */
export const isComparing = ({ view, panel }: Choice, size: ScreenSize): boolean =>
  view === 'compare' && (size !== 'phone' || panel === 'stage');

/** Where time goes on there would always be something new to compare: it is stopped. */
export function toggleCompare(choice: Choice, lab: LabStore, size: ScreenSize): void {
  if (isComparing(choice, size)) {
    choice.view = 'stage';
    return;
  }
  if (lab.view.branches.length < 2) return;
  lab.controls.pause();
  choice.view = 'compare';
  if (size === 'phone') choice.panel = 'stage';
}
