// From what somebody did in a laboratory's world to the scripts of a lesson: what was done up to a moment
// is the setup, what was done after it the solution, with the virtual time between the steps. Pure.

import type { StepAt } from '../vocabulary/lab.ts';
import type { Script, ScriptLine } from '../vocabulary/lesson.ts';
import type { LabOptions, LabStep, Moment } from '../vocabulary/steps.ts';
import { act, wait } from './write.ts';

/** A setup is played when its lesson is opened, all at once. */
export const SETUP_MILLIS_MAX = 120_000;
export const SOLUTION_MILLIS_MAX = 180_000;
const LINES_MAX = 200;
const WAIT_MILLIS_MAX = 120_000;

export interface Start {
  readonly world: LabOptions;
  readonly moment: Moment;
  /** What had been done by then. */
  readonly done: readonly StepAt[];
  readonly setup: Script;
}

export type RecordingProblem =
  /** The world goes on from a live ensemble, whose state is no steps. */
  | 'taken'
  /** More virtual time than a lesson may take. */
  | 'tooLate'
  /** More steps than that. */
  | 'tooLong'
  /** This future does not contain the lesson's start. */
  | 'elsewhere'
  /** Nothing was done yet. */
  | 'nothing';

type Recorded<Value> =
  ({ readonly problem: null } & Value) | { readonly problem: RecordingProblem };

/** The lesson starts here: `steps` are those of the present branch. */
export function startAt(
  world: LabOptions,
  steps: readonly StepAt[],
  moment: Moment,
): Recorded<{ readonly start: Start }> {
  if (world.taken !== undefined) return { problem: 'taken' };
  if (moment.millis > SETUP_MILLIS_MAX) return { problem: 'tooLate' };
  const done = upTo(steps, moment);
  const setup = scriptOf(done, 0, moment.millis);
  return setup.length > LINES_MAX
    ? { problem: 'tooLong' }
    : { problem: null, start: { world, moment, done, setup } };
}

/** What was done since the start and up to a moment. A lesson begins a millisecond after its setup. */
export function solutionSince(
  start: Start,
  steps: readonly StepAt[],
  end: Moment,
): Recorded<{ readonly solution: Script }> {
  const done = upTo(steps, end);
  if (end.millis < start.moment.millis || !beginsWith(done, start.done)) {
    return { problem: 'elsewhere' };
  }
  const own = done.slice(start.done.length);
  if (own.length === 0) return { problem: 'nothing' };
  // A future that left the lesson's past is another lesson's.
  if (own.some(({ at }) => at.millis < start.moment.millis)) return { problem: 'elsewhere' };
  if (end.millis - start.moment.millis > SOLUTION_MILLIS_MAX) return { problem: 'tooLate' };
  const solution = scriptOf(own, start.moment.millis + 1, end.millis);
  return solution.length > LINES_MAX ? { problem: 'tooLong' } : { problem: null, solution };
}

/** How much virtual time a script waits. */
export const millisOf = (script: Script): number =>
  script.reduce((sum, line) => sum + (line.do === 'wait' ? line.millis : 0), 0);

export const stepsOf = (script: Script): readonly LabStep[] =>
  script.flatMap((line) => (line.do === 'step' ? [line.step] : []));

/** A wait of any length, as lines of a script. */
export function waits(millis: number): readonly ScriptLine[] {
  const lines: ScriptLine[] = [];
  for (let left = millis; left > 0; left -= WAIT_MILLIS_MAX) {
    lines.push(wait(Math.min(left, WAIT_MILLIS_MAX)));
  }
  return lines;
}

const upTo = (steps: readonly StepAt[], { millis, events }: Moment): readonly StepAt[] =>
  steps.filter(({ at }) => at.events <= events && at.millis <= millis);

function scriptOf(steps: readonly StepAt[], fromMillis: number, toMillis: number): Script {
  const lines: ScriptLine[] = [];
  let millis = fromMillis;
  for (const { at, step } of steps) {
    lines.push(...waits(at.millis - millis), act(step));
    millis = Math.max(millis, at.millis);
  }
  return [...lines, ...waits(toMillis - millis)];
}

const beginsWith = (steps: readonly StepAt[], beginning: readonly StepAt[]): boolean =>
  beginning.every((one, at) => JSON.stringify(one) === JSON.stringify(steps[at]));
