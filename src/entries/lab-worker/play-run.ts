// A shared run, played in a world that has just begun: every branch to its end, then to where it was looked at.

import type { LabHistory } from '../../sim/history.ts';
import type { LabRun } from '../../vocabulary/lab-run.ts';

/** False: at least one branch went another way here. */
export function playRun(history: LabHistory, { branches, branch, now }: LabRun): boolean {
  let isSame = true;
  for (const [at, one] of branches.entries()) {
    if (at === 0) history.playSteps(one.steps, one.end);
    else history.adopt(one);
    isSame &&= history.hash === one.hash;
  }
  history.selectBranch(branch);
  history.seek(now.millis, now.events);
  return isSame;
}
