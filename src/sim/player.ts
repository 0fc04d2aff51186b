// One run of a laboratory under way: a world, its judge, and the number that says which run it is. It only goes
// on: a way back is another player that comes from before.

import { assert } from '../base/assert.ts';
import type { StepAt } from '../vocabulary/lab.ts';
import type { LabOptions, Moment } from '../vocabulary/steps.ts';
import type { Disks } from './disk-image.ts';
import { LabWorld } from './lab-world.ts';
import { LiveJudge } from './live-judge.ts';
import type { Observation } from './observation.ts';
import { TraceHash } from './trace-hash.ts';

export class Player {
  readonly lab: LabWorld;
  readonly judge: LiveJudge;
  readonly hash = new TraceHash();
  /** The steps that were done, the very objects of the branch. */
  readonly done: StepAt[] = [];

  constructor(options: LabOptions, disks: Disks) {
    this.lab = new LabWorld(options, disks);
    this.judge = new LiveJudge(this.lab.world.ensemble, disks);
  }

  get now(): Moment {
    return this.lab.now;
  }

  do(at: StepAt): readonly Observation[] {
    // The clock goes to the step's moment; nothing is due before it, or the run is not the same.
    if (this.now.millis < at.at.millis) {
      assert(this.lab.next(at.at.millis) === null, 'a replay is the same run');
    }
    this.done.push(at);
    this.hash.add(at.at.millis);
    return this.#note(this.lab.do(at.step));
  }

  next(untilMillis: number): readonly Observation[] | null {
    const seen = this.lab.next(untilMillis);
    return seen === null ? null : this.#note(seen);
  }

  /** One event or step on its way to a moment. Null when it is there: between two events as late as that moment was. */
  replay(steps: readonly StepAt[], to: Moment): readonly Observation[] | null {
    const step = steps[this.done.length];
    if (step !== undefined && isDue(step, this) && !isBefore(to, step.at)) return this.do(step);
    const until = Math.min(to.millis, step?.at.millis ?? to.millis);
    if (this.now.events < to.events) return this.next(until);
    this.lab.pass(until);
    return null;
  }

  #note(seen: readonly Observation[]): readonly Observation[] {
    for (const observation of seen) {
      const { kind } = observation.what;
      if (kind !== 'durable' && kind !== 'packetLeft') this.hash.add(withoutCarried(observation));
      this.judge.observe(observation, this.now.events);
    }
    return seen;
  }
}

/** True if all that the player did is the beginning of these steps. A step that was done belongs to one place
 *  of one beginning: the last one says it of all. */
export function follows(player: Player, steps: readonly StepAt[]): boolean {
  const { done } = player;
  const next = steps[done.length];
  if (next !== undefined && isBefore(next.at, player.now)) return false;
  return done.length === 0 || steps[done.length - 1] === done.at(-1);
}

export const isDue = ({ at }: StepAt, player: Player): boolean => player.now.events >= at.events;

export const isBefore = (a: Moment, b: Moment): boolean =>
  a.millis !== b.millis ? a.millis < b.millis : a.events < b.events;

/** A run's hash says what servers did, not what people are shown of it. */
function withoutCarried(observation: Observation): Observation {
  if (observation.at !== 'server' || observation.what.kind !== 'traced') return observation;
  const { packet, frame, ...what } = observation.what;
  return packet === undefined && frame === undefined ? observation : { ...observation, what };
}
