// A laboratory run that can be gone back in. A branch is a seed and steps, each with its moment: the same
// branch is the same run, always. Going back is a replay; worlds that are parked on the way make it short,
// and what is older than they reach is not gone back to. To act in the past begins a new branch and leaves
// the old one as it is.

import { assert, present } from '../base/assert.ts';
import {
  KEPT_MILLIS,
  LIFE_MILLIS_MAX,
  type BranchView,
  type StepAt,
  type TracedAt,
} from '../vocabulary/lab.ts';
import type { LampView } from '../vocabulary/lamp.ts';
import type { LabOptions, LabStep, Moment } from '../vocabulary/steps.ts';
import { isDecision } from '../vocabulary/decisions.ts';
import { wireOfCarried } from '../jute/wire.ts';
import type { Disks } from './disk-image.ts';
import type { LabWorld } from './lab-world.ts';
import type { ClientHappening, Observation } from './observation.ts';
import { isPast, ParkedWorlds } from './parked-worlds.ts';
import { follows, isBefore, isDue, Player } from './player.ts';
import { disksOf } from './taken-disks.ts';
import type { Witness } from './witness.ts';

export const BRANCHES_MAX = 12;
export const STEPS_MAX = 2_000;
/** Told events that a branch keeps, the newest; all branches together twice as many. */
export const TOLD_MAX = 200_000;
/** And of what it has forgotten, what a replay told again. */
export const RETOLD_MAX = 100_000;

export type Told = TracedAt;

interface Branch {
  readonly id: number;
  readonly parent: BranchView['parent'];
  readonly steps: StepAt[];
  end: Moment;
  told: Told[];
  /** Of the run up to its end. */
  hash: string;
}

export class LabHistory {
  readonly options: LabOptions;
  /** Hears what clients ask and hear for the first time in this branch. */
  onClient: ((client: number, what: ClientHappening) => void) | null = null;
  /** Writes down each branch's run, where somebody wants to ask about it. */
  witness: Witness | null = null;
  readonly #disks: Disks;
  readonly #toldMax: number;
  readonly #branches: Branch[] = [];
  #branch: Branch;
  #player: Player;
  readonly #parked: ParkedWorlds;
  /** What a replay on the way here told again of what the branch has forgotten, the newest. */
  #retold: Told[] = [];
  #replayedMillis = 0;

  /** What the options say was taken has been read before: it is whole. */
  constructor(options: LabOptions, toldMax = TOLD_MAX) {
    const { taken } = options;
    this.options = options;
    this.#toldMax = toldMax;
    this.#disks =
      taken === undefined ? new Map() : present(disksOf(taken), 'what was taken is whole');
    this.#parked = new ParkedWorlds(() => new Player(options, this.#disks));
    this.#player = this.#parked.take(null);
    this.#branch = this.#addBranch(null, [], this.#player.now, []);
  }

  get now(): Moment {
    return this.#player.now;
  }

  get lab(): LabWorld {
    return this.#player.lab;
  }

  /** Of the run up to now. */
  get hash(): string {
    return this.#player.hash.text;
  }

  get isFull(): boolean {
    return this.now.millis >= LIFE_MILLIS_MAX;
  }

  /** Where what can be gone back to begins, in this branch. */
  get keptFromMillis(): number {
    return Math.max(0, this.#branch.end.millis - KEPT_MILLIS);
  }

  /** Where worlds stand on the way, ascending: each costs its memory. */
  get parked(): readonly number[] {
    return this.#parked.places;
  }

  /** How much was replayed by the last way back or forth: what it cost. */
  get replayedMillis(): number {
    return this.#replayedMillis;
  }

  get branch(): number {
    return this.#branch.id;
  }

  get atEnd(): boolean {
    const { end, steps } = this.#branch;
    const { now } = this;
    const done = this.#player.done.length === steps.length;
    return done && now.events >= end.events && now.millis >= end.millis;
  }

  lamp(): LampView {
    return this.#player.judge.view();
  }

  branches(): readonly BranchView[] {
    return this.#branches.map(({ id, parent, steps, end, hash }) => ({
      ...{ id, parent, steps: [...steps], end, hash },
    }));
  }

  /** What was told up to now, the newest. */
  told(): readonly Told[] {
    const { told } = this.#branch;
    const kept = told.slice(0, countUpTo(told, this.now));
    return this.#retold.length === 0 ? kept : [...this.#retold, ...kept];
  }

  /** Does the step here. In the past it begins a new branch, where there is room for one. */
  act(step: LabStep): boolean {
    if (this.#player.done.length >= STEPS_MAX) return false;
    if (!this.atEnd) {
      if (this.#branches.length >= BRANCHES_MAX) return false;
      const parent = { branch: this.branch, at: this.now };
      this.#branch = this.#addBranch(parent, [...this.#player.done], this.now, [...this.told()]);
      this.#retold = [];
      this.witness?.fork(parent.branch, this.branch, this.now);
    }
    const at = { at: this.now, step };
    this.#branch.steps.push(at);
    this.witness?.did(this.branch, step, this.now);
    this.#tell(this.#player.do(at), true);
    return true;
  }

  /** A further branch of a shared run, to be played from the very beginning: its steps say all that it is. */
  adopt(parent: BranchView['parent']): void {
    assert(
      this.#branches.length < BRANCHES_MAX,
      'a shared run has no more branches than a history',
    );
    this.#leave(null);
    this.#branch = this.#addBranch(parent, [], this.now, []);
  }

  /** Runs on, steps of the branch included, and says what was told. */
  run(untilMillis: number): readonly Told[] {
    const told: Told[] = [];
    const until = Math.min(untilMillis, LIFE_MILLIS_MAX);
    for (let one = this.#advance(until); one !== null; one = this.#advance(until)) {
      for (const event of one) told.push(event);
    }
    return told;
  }

  /** Plays to the very moment, event by event, where this run has one. False: not there after so many events. */
  runTo({ millis, events }: Moment, eventsMax: number): boolean {
    for (let count = 0; this.now.events < events || this.now.millis < millis; count += 1) {
      if (count >= eventsMax) return false;
      if (this.#advance(Math.min(millis, LIFE_MILLIS_MAX)) === null) break;
    }
    return true;
  }

  /** To the next event that anybody noticed, at most `millisMax` on. */
  stepEvent(millisMax: number): readonly Told[] {
    return this.#stepTo(() => true, millisMax);
  }

  stepDecision(millisMax: number): readonly Told[] {
    return this.#stepTo(({ event }) => isDecision(event.kind), millisMax);
  }

  /** Goes to a moment of this branch that is kept: not before, nor beyond its end. `events` null: all of that
   *  millisecond. */
  seek(millis: number, events: number | null = null): void {
    this.#replayedMillis = 0;
    this.seekPart({ millis, events: events ?? Number.MAX_SAFE_INTEGER }, Infinity);
  }

  /** A piece of that way, at most so many events. False: there is more of it. */
  seekPart(to: Moment, eventsMax: number): boolean {
    const { end } = this.#branch;
    const from = { millis: this.keptFromMillis, events: Number.MAX_SAFE_INTEGER };
    if (isBefore(end, to)) return this.#goTo(end, eventsMax);
    return this.#goTo(to.millis < from.millis ? from : to, eventsMax);
  }

  selectBranch(id: number): boolean {
    const branch = this.#branches.find((one) => one.id === id);
    if (branch === undefined) return false;
    if (branch !== this.#branch) this.#retold = [];
    this.#branch = branch;
    this.#goTo(branch.end);
    return true;
  }

  /** Replays a little of what makes going back short. True if there is more of that to do. */
  prepare(eventsMax: number, rests = true): boolean {
    return this.#parked.prepare(this.#branch, this.#branches, { eventsMax, rests });
  }

  #addBranch(parent: BranchView['parent'], steps: StepAt[], end: Moment, told: Told[]): Branch {
    const branch = { id: this.#branches.length + 1, parent, steps, end, told, hash: this.hash };
    this.#branches.push(branch);
    this.#forgetElsewhere(branch);
    return branch;
  }

  /** What all branches keep is bounded too: of the others the one that keeps most forgets all but the newest. */
  #forgetElsewhere(present: Branch): void {
    const newest = this.#toldMax / 5;
    const isLarge = (one: Branch): boolean => one !== present && one.told.length > newest;
    while (sum(this.#branches) > 2 * this.#toldMax && this.#branches.some(isLarge)) {
      const others = this.#branches.filter(isLarge);
      const most = others.reduce((a, b) => (b.told.length > a.told.length ? b : a));
      most.told = most.told.slice(-newest);
    }
  }

  #stepTo(stop: (told: Told) => boolean, millisMax: number): readonly Told[] {
    const told: Told[] = [];
    const until = Math.min(this.now.millis + millisMax, LIFE_MILLIS_MAX);
    for (let one = this.#advance(until); one !== null; one = this.#advance(until)) {
      for (const event of one) told.push(event);
      if (one.some(stop)) break;
    }
    return told;
  }

  /** One event or one step of the branch; null when nothing more is due. */
  #advance(untilMillis: number): readonly Told[] | null {
    const player = this.#player;
    const isNew = this.atEnd;
    const step = this.#branch.steps[player.done.length];
    let seen: readonly Observation[] | null;
    if (step !== undefined && isDue(step, player) && step.at.millis <= untilMillis) {
      seen = player.do(step);
    } else seen = player.next(Math.min(untilMillis, step?.at.millis ?? untilMillis));
    if (seen !== null) return this.#tell(seen, isNew);
    const { end } = this.#branch;
    if (isBefore(end, player.now)) this.#branch.end = player.now;
    return null;
  }

  /** Keeps what the branch has not told yet; what a replay tells again is given, and kept where it was forgotten. */
  #tell(seen: readonly Observation[], isNew: boolean): readonly Told[] {
    const branch = this.#branch;
    const { now } = this;
    const told = toldOf(seen, now);
    if (!isNew) {
      if (this.#isForgotten(now)) this.#retell(told);
      return told;
    }
    for (const one of seen) this.witness?.saw(branch.id, one, now);
    for (const one of seen) if (one.at === 'client') this.onClient?.(one.client, one.what);
    branch.end = now;
    branch.hash = this.hash;
    for (const one of told) branch.told.push(one);
    if (branch.told.length > this.#toldMax * 1.25) {
      branch.told = branch.told.slice(-this.#toldMax);
      // What it forgets now would be a hole behind what was told again.
      this.#retold = [];
      this.#forgetElsewhere(branch);
    }
    return told;
  }

  #isForgotten({ events }: Moment): boolean {
    const [first] = this.#branch.told;
    return first !== undefined && events < first.moment.events;
  }

  #retell(told: readonly Told[]): void {
    for (const one of told) this.#retold.push(one);
    if (this.#retold.length > RETOLD_MAX * 1.25) this.#retold = this.#retold.slice(-RETOLD_MAX);
  }

  #goTo(to: Moment, eventsMax = Infinity): boolean {
    const { steps } = this.#branch;
    const nearest = this.#parked.nearest(this.#branch, to);
    const goesOn = follows(this.#player, steps) && !isPast(this.now, to);
    if (!goesOn || (nearest !== null && nearest.now.events > this.now.events)) {
      this.#leave(nearest);
      this.#replayedMillis = 0;
    }
    const from = this.now.millis;
    let count = 0;
    while (count < eventsMax) {
      const seen = this.#player.replay(steps, to);
      if (seen === null) break;
      if (this.#isForgotten(this.now)) this.#retell(toldOf(seen, this.now));
      count += 1;
    }
    this.#replayedMillis += this.now.millis - from;
    return count < eventsMax;
  }

  /** The present world is parked, and another one is the present one. */
  #leave(next: Player | null): void {
    this.#parked.park(this.#player, this.#branch, this.#branches);
    this.#player = this.#parked.take(next);
    this.#retold = [];
  }
}

const sum = (branches: readonly Branch[]): number =>
  branches.reduce((count, { told }) => count + told.length, 0);

function toldOf(seen: readonly Observation[], moment: Moment): Told[] {
  return seen.flatMap((observation): Told[] => {
    if (observation.at !== 'server' || observation.what.kind !== 'traced') return [];
    const { event, sequence } = observation.what;
    const { server, millis } = observation;
    const told = { server, sequence, atMillis: millis, event, moment };
    const wire = wireOfCarried(event, observation.what);
    return [wire === null ? told : { ...told, wire }];
  });
}

function countUpTo(told: readonly Told[], moment: Moment): number {
  let low = 0;
  let high = told.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (present(told[middle], 'inside').moment.events <= moment.events) low = middle + 1;
    else high = middle;
  }
  return low;
}
