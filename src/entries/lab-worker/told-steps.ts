// The steps of a laboratory's branches between worker and page: they only become more, there may be thousands,
// and a running world is shown twenty times a second. So each is told once.

import type { BranchView, LabView, StepAt } from '../../vocabulary/lab.ts';
import type { FromLab } from './messages.ts';

type Shown = FromLab & { readonly kind: 'lab' };

/** The worker's side. */
export class StepsTold {
  #told: ReadonlyMap<number, readonly StepAt[]> = new Map();

  /** The message without the steps that this page has. */
  withoutKnown(message: FromLab): FromLab {
    if (message.kind !== 'lab') return message;
    const { branches } = message.lab;
    const known = branches.map((branch) => this.#knownOf(branch));
    this.#told = new Map(branches.map(({ id, steps }) => [id, steps]));
    const rest = branches.map((branch, at) => ({
      ...branch,
      steps: branch.steps.slice(known[at] ?? 0),
    }));
    return { ...message, lab: { ...message.lab, branches: rest }, known };
  }

  /** Another world numbers its branches anew: their steps are others. */
  #knownOf({ id, steps }: BranchView): number {
    const told = this.#told.get(id) ?? [];
    const last = told.length - 1;
    return last < steps.length && told[last] === steps[last] ? told.length : 0;
  }
}

/** The page's side. */
export class StepsKnown {
  #steps: ReadonlyMap<number, readonly StepAt[]> = new Map();

  /** The view with all steps. Those of a branch that has no new ones are the very same list again. */
  whole({ lab, known }: Shown): LabView {
    const branches = lab.branches.map((branch, at): BranchView => {
      const before = this.#steps.get(branch.id) ?? [];
      const kept = known?.[at] ?? 0;
      const isSame = kept > 0 && kept === before.length && branch.steps.length === 0;
      const steps = isSame ? before : [...before.slice(0, kept), ...branch.steps];
      return { ...branch, steps };
    });
    this.#steps = new Map(branches.map(({ id, steps }) => [id, steps]));
    return { ...lab, branches };
  }
}
