// How a laboratory is at this moment, as its page is told.

import type { LabHistory } from '../../sim/history.ts';
import type { LabView } from '../../vocabulary/lab.ts';
import type { LessonDesk } from './lesson-desk.ts';

export function viewOfLab(
  history: LabHistory,
  desk: LessonDesk | null,
  clock: Pick<LabView, 'running' | 'speed' | 'shared' | 'opening'>,
): LabView {
  // The page has it, and it can be large.
  const { taken: _taken, ...options } = history.options;
  return {
    ...{ options, branch: history.branch, now: history.now, ...clock },
    ...{ branches: history.branches(), lamp: history.lamp(), broken: [...history.lab.broken] },
    ...{
      keptFrom: history.keptFromMillis,
      full: history.isFull,
      hash: history.hash,
      lesson: desk?.view() ?? null,
    },
  };
}
