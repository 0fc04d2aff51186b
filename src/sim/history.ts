// A laboratory run that can be gone back in. A branch is a seed and steps, each with its moment: the same
// branch is the same run, always. Going back is a replay; worlds that were parked on the way make it
// short. To act in the past begins a new branch and leaves the old one as it is.

import { assert, present } from '../base/assert.ts';
import type { BranchView, StepAt, TracedAt } from '../vocabulary/lab.ts';
import type { LampView } from '../vocabulary/lamp.ts';
import type { LabOptions, LabStep, Moment } from '../vocabulary/steps.ts';
import { isDecision } from '../vocabulary/decisions.ts';
import { wireOfCarried } from '../jute/wire.ts';
import type { Disks } from './disk-image.ts';
import { LabWorld } from './lab-world.ts';
import { LiveJudge } from './live-judge.ts';
import type { ClientHappening, Observation } from './observation.ts';
import { disksOf } from './taken-disks.ts';
import { TraceHash } from './trace-hash.ts';
import type { Witness } from './witness.ts';

/** A world gets no older: a replay of all of it must stay bearable. */
export const LIFE_MILLIS_MAX = 1_800_000;
export const BRANCHES_MAX = 12;
export const STEPS_MAX = 2_000;
/** Told events that a branch keeps, the newest. */
export const TOLD_MAX = 200_000;
export const PARK_EVERY_MILLIS = 2_500;
/** The oldest worlds in the way of more are dropped every second one. */
export const PARKED_MAX = 24;

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

/** One run under way: a world, and what follows from all that it told. */
class Player {
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

  #note(seen: readonly Observation[]): readonly Observation[] {
    for (const observation of seen) {
      const { kind } = observation.what;
      if (kind !== 'durable' && kind !== 'packetLeft') this.hash.add(withoutCarried(observation));
      this.judge.observe(observation, this.now.events);
    }
    return seen;
  }
}

export class LabHistory {
  readonly options: LabOptions;
  /** Hears what clients ask and hear for the first time in this branch. */
  onClient: ((client: number, what: ClientHappening) => void) | null = null;
  /** Writes down each branch's run, where somebody wants to ask about it. */
  witness: Witness | null = null;
  readonly #disks: Disks;
  readonly #branches: Branch[] = [];
  #branch: Branch;
  #player: Player;
  #parked: Player[] = [];
  #replayedMillis = 0;

  /** What the options say was taken has been read before: it is whole. */
  constructor(options: LabOptions) {
    const { taken } = options;
    this.options = options;
    this.#disks =
      taken === undefined ? new Map() : present(disksOf(taken), 'what was taken is whole');
    this.#player = new Player(options, this.#disks);
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
    return told.slice(0, countUpTo(told, this.now));
  }

  /** Does the step here. In the past it begins a new branch, where there is room for one. */
  act(step: LabStep): boolean {
    if (!this.atEnd) {
      if (this.#branches.length >= BRANCHES_MAX) return false;
      const parent = { branch: this.branch, at: this.now };
      this.#branch = this.#addBranch(parent, [...this.#player.done], this.now, [...this.told()]);
      this.witness?.fork(parent.branch, this.branch, this.now);
    }
    if (this.#branch.steps.length >= STEPS_MAX) return false;
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
    this.#park(this.#player);
    this.#player = new Player(this.options, this.#disks);
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

  /** Goes to a moment of this branch, not beyond its end. `events` null: all of that millisecond. */
  seek(millis: number, events: number | null = null): void {
    const to = { millis, events: events ?? Number.MAX_SAFE_INTEGER };
    const { end } = this.#branch;
    this.#goTo(isBefore(end, to) ? end : to);
  }

  /** A piece of that way, at most so many events. False: there is more of it. */
  seekPart(to: Moment, eventsMax: number): boolean {
    const { end } = this.#branch;
    return this.#goTo(isBefore(end, to) ? end : to, eventsMax);
  }

  selectBranch(id: number): boolean {
    const branch = this.#branches.find((one) => one.id === id);
    if (branch === undefined) return false;
    this.#branch = branch;
    this.#goTo(branch.end);
    return true;
  }

  /** Replays a little of what makes going back short. True if there is more of that to do. */
  prepare(eventsMax: number): boolean {
    const slot = this.#slots().find((millis) => !this.#parked.some((one) => serves(one, millis)));
    if (slot === undefined) return false;
    const from = this.#takeBest({ millis: slot, events: Number.MAX_SAFE_INTEGER }, slot);
    for (let count = 0; count < eventsMax; count += 1) {
      if (this.#replayOne(from, { millis: slot, events: Number.MAX_SAFE_INTEGER })) continue;
      break;
    }
    this.#park(from);
    return true;
  }

  #addBranch(parent: BranchView['parent'], steps: StepAt[], end: Moment, told: Told[]): Branch {
    const branch = { id: this.#branches.length + 1, parent, steps, end, told, hash: this.hash };
    this.#branches.push(branch);
    return branch;
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

  /** Keeps what the branch has not told yet; what a replay tells again is given and not kept. */
  #tell(seen: readonly Observation[], isNew: boolean): readonly Told[] {
    const branch = this.#branch;
    const { now } = this;
    const told = seen.flatMap((observation): Told[] => {
      if (observation.at !== 'server' || observation.what.kind !== 'traced') return [];
      const { event, sequence } = observation.what;
      const { server, millis } = observation;
      const told = { server, sequence, atMillis: millis, event, moment: now };
      const wire = wireOfCarried(event, observation.what);
      return [wire === null ? told : { ...told, wire }];
    });
    if (!isNew) return told;
    for (const one of seen) this.witness?.saw(branch.id, one, now);
    for (const one of seen) if (one.at === 'client') this.onClient?.(one.client, one.what);
    branch.end = now;
    branch.hash = this.hash;
    for (const one of told) branch.told.push(one);
    if (branch.told.length > TOLD_MAX * 1.25) branch.told = branch.told.slice(-TOLD_MAX);
    return told;
  }

  #goTo(to: Moment, eventsMax = Infinity): boolean {
    this.#park(this.#player);
    this.#player = this.#takeBest(to, null);
    const from = this.now.millis;
    let count = 0;
    while (count < eventsMax && this.#replayOne(this.#player, to)) count += 1;
    this.#replayedMillis = this.now.millis - from;
    return count < eventsMax;
  }

  /** False when the player is there: between two events as late as that moment was. */
  #replayOne(player: Player, to: Moment): boolean {
    const step = this.#branch.steps[player.done.length];
    if (step !== undefined && isDue(step, player) && !isBefore(to, step.at)) {
      player.do(step);
      return true;
    }
    const until = Math.min(to.millis, step?.at.millis ?? to.millis);
    if (player.now.events < to.events) return player.next(until) !== null;
    player.lab.pass(until);
    return false;
  }

  /** The parked world nearest before the moment, or a new one. */
  #takeBest(to: Moment, slot: number | null): Player {
    const good = this.#parked.filter((one) => !isPast(one.now, to) && follows(one, this.#branch));
    const free = good.filter((one) => slot === null || !this.#slots().some((s) => serves(one, s)));
    const best = free.sort((a, b) => a.now.events - b.now.events).at(-1);
    if (best === undefined) return new Player(this.options, this.#disks);
    this.#parked = this.#parked.filter((one) => one !== best);
    return best;
  }

  #park(player: Player): void {
    this.#parked.push(player);
    if (this.#parked.length <= PARKED_MAX * 2) return;
    const other = this.#parked.findIndex((one) => !follows(one, this.#branch));
    this.#parked.splice(Math.max(other, 0), 1);
  }

  /** Where worlds should be parked for this branch. */
  #slots(): number[] {
    const { millis } = this.#branch.end;
    const every = Math.max(PARK_EVERY_MILLIS, Math.ceil(millis / PARKED_MAX));
    return Array.from({ length: Math.floor(millis / every) }, (_, at) => (at + 1) * every);
  }
}

const serves = (player: Player, slot: number): boolean => player.now.millis === slot;

/** True if all that the player did is the beginning of this branch. */
function follows(player: Player, branch: Branch): boolean {
  const { done } = player;
  const next = branch.steps[done.length];
  if (next !== undefined && isBefore(next.at, player.now)) return false;
  return done.every((step, at) => branch.steps[at] === step);
}

const isDue = ({ at }: StepAt, player: Player): boolean => player.now.events >= at.events;

const isBefore = (a: Moment, b: Moment): boolean =>
  a.millis !== b.millis ? a.millis < b.millis : a.events < b.events;

/** A place that was named loosely: a player that is past either of its numbers is past it. */
const isPast = (now: Moment, to: Moment): boolean =>
  now.millis > to.millis || now.events > to.events;

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

/** A run's hash says what servers did, not what people are shown of it. */
function withoutCarried(observation: Observation): Observation {
  if (observation.at !== 'server' || observation.what.kind !== 'traced') return observation;
  const { packet, frame, ...what } = observation.what;
  return packet === undefined && frame === undefined ? observation : { ...observation, what };
}
