// The laboratory's time as the interface shows it, and the steps in it. A scrubber asks faster than a
// world can be replayed: one way is under way at a time, and the newest wish is kept.

import type { LabChange, LabControls, LabView, StepAt } from '../../vocabulary/lab.ts';
import type { BreachView } from '../../vocabulary/lamp.ts';
import type { Moment } from '../../vocabulary/steps.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import { onlyTimePassed } from '../lab/only-time.ts';

/** What was told up to a moment, and how fast time goes there; what was sent by `landedMillis` has landed. */
export type JumpListener = (
  events: readonly Traced[],
  to: { readonly millis: number; readonly speed: number; readonly landedMillis: number },
) => void;

/** Where there is more past than is kept, each jump takes one of the few worlds that stand ready: a handle that is
 *  drawn along jumps when it rests. */
const REST_MILLIS = 150;

/** Who shows what was told. */
export interface JumpShower {
  readonly jump: JumpListener;
  /** This was told before all of that. */
  readonly recall: (events: readonly Traced[]) => void;
  /** Does this when everything else is shown anew: a running world speaks more often than that. */
  readonly withPicture: (act: () => void) => void;
}

const last = (events: readonly Traced[]): number => events.at(-1)?.atMillis ?? 0;

/** Or can never be: another world has other branches. */
const isShown = (asked: number | null, { branch, branches }: LabView): boolean =>
  branch === asked || !branches.some(({ id }) => id === asked);

export class LabStore {
  view = $state.raw<LabView>() as LabView;
  /** How many steps were refused: the last one is said aloud. */
  refused = $state(0);
  /** How many lessons were refused since, for their setup has no end. */
  lessonsRefused = $state(0);
  /** Where the scrubber was let go, until the world is there. */
  wanted = $state<number | null>(null);

  readonly controls: LabControls;
  readonly #shower: JumpShower;
  #under: number | null = null;
  #resting: ReturnType<typeof setTimeout> | null = null;
  /** The world is where it was wanted, and its next view says so: until then the moment does not leap back. */
  #arrives = false;
  /** The branch that was asked for last, until it is shown. */
  #asked: number | null = null;
  #leaves = false;

  constructor(controls: LabControls, shower: JumpShower) {
    this.controls = controls;
    this.#shower = shower;
    this.view = controls.lab();
  }

  /** Listens until the returned function is called. */
  readonly start = (): (() => void) => this.controls.subscribeLab(this.#onChange);

  /** Nothing moves before a lesson's bet, nor while a shared run is played or a long way back. */
  get waits(): boolean {
    return this.view.lesson?.bet === null || this.view.opening !== null;
  }

  /** Nor can anybody go to another moment; who goes back may choose another one. */
  get stays(): boolean {
    return this.waits && this.view.opening?.why !== 'back';
  }

  /** The first moment that can be gone back to: of a lesson, or of what this branch keeps. */
  get fromMillis(): number {
    return Math.max(this.view.lesson?.beganAt.millis ?? 0, this.view.keptFrom);
  }

  /** What was done in the branch that is looked at. */
  get steps(): readonly StepAt[] {
    const { branch, branches } = this.view;
    return branches.find(({ id }) => id === branch)?.steps ?? [];
  }

  /** Whether anything is lost with this world. What a passed lesson was for is kept. */
  get atStake(): boolean {
    const { lesson } = this.view;
    if (lesson !== null && (lesson.stepsTaken === 0 || lesson.passed)) return false;
    return this.controls.acted();
  }

  /** The person was asked, and leaves. */
  readonly leave = (): void => {
    this.#leaves = true;
  };

  /** Lets the browser ask before its tab is closed or loads anew, until the returned function is called. */
  readonly guard = (): (() => void) => {
    const onLeave = (event: Event): void => {
      if (this.atStake && !this.#leaves) event.preventDefault();
    };
    globalThis.addEventListener('beforeunload', onLeave);
    return () => {
      globalThis.removeEventListener('beforeunload', onLeave);
    };
  };

  readonly toggle = (): void => {
    if (this.view.running) this.controls.pause();
    else this.controls.play();
  };

  readonly seek = (wanted: number): void => {
    const millis = Math.max(wanted, this.fromMillis);
    this.wanted = millis;
    this.#arrives = false;
    if (this.#under !== null && this.view.opening === null) return;
    this.controls.pause();
    this.#leaveRest();
    if (this.view.keptFrom === 0 && this.view.opening === null) this.#go(millis);
    else {
      this.#resting = setTimeout(() => {
        this.#resting = null;
        this.#go(millis);
      }, REST_MILLIS);
    }
  };

  /** A shared run is played no further, or the way back is left. */
  readonly stop = (): void => {
    this.#leaveWish();
    this.controls.stopRun();
  };

  /** To the moment of an event; null before a lesson's bet, where no lesson was yet, and where nothing is kept. */
  readonly wayTo = ({ atMillis }: Traced): (() => void) | null => {
    if (this.waits || atMillis < this.fromMillis) return null;
    return () => {
      this.seek(atMillis);
    };
  };

  readonly seekBreach = ({ moment }: BreachView): void => {
    this.goTo(moment);
  };

  /** To the very moment, from wherever the handle was on its way to. */
  readonly goTo = (moment: Moment): void => {
    this.#leaveWish();
    this.controls.pause();
    this.controls.seek(moment);
  };

  readonly selectBranch = (branch: number): void => {
    if (this.stays) return;
    this.#leaveWish();
    this.controls.pause();
    this.#asked = branch;
    this.controls.selectBranch(branch);
  };

  /** To a moment of any branch. */
  readonly visit = (branch: number, moment: Moment): void => {
    if (this.stays) return;
    if (branch !== (this.#asked ?? this.view.branch)) this.selectBranch(branch);
    this.goTo(moment);
  };

  /** Where the handle rests is no longer where somebody wants to go. */
  #leaveRest(): void {
    if (this.#resting !== null) clearTimeout(this.#resting);
    this.#resting = null;
  }

  /** Nor is where it was on its way to. */
  #leaveWish(): void {
    this.#leaveRest();
    this.#under = null;
    this.#arrives = false;
    this.wanted = null;
  }

  #go(millis: number): void {
    this.#under = millis;
    this.#arrives = false;
    this.controls.seek({ millis, events: null });
  }

  readonly #onChange = (change: LabChange): void => {
    switch (change.kind) {
      case 'lab':
        // While it runs a goal is met with the picture that shows why.
        if (this.view.running && change.lab.running) this.#shower.withPicture(this.#goOn);
        else if (onlyTimePassed(this.view, change.lab)) this.#shower.withPicture(this.#goOn);
        else this.#show(change.lab);
        if (isShown(this.#asked, change.lab)) this.#asked = null;
        return;
      case 'refused':
        // Then it is not for lack of room: the bar says so.
        if (!this.waits) this.refused += 1;
        return;
      case 'lessonRefused':
        this.lessonsRefused += 1;
        return;
      case 'jumped':
        this.#shower.jump(change.events, {
          ...{ millis: this.#under ?? last(change.events), speed: this.view.speed },
          landedMillis: change.landedMillis,
        });
        this.#arrived();
        return;
      case 'earlier':
        this.#shower.recall(change.events);
    }
  };

  /** As it is by then: what was shown at once in between is not taken back. */
  readonly #goOn = (): void => {
    this.#show(this.controls.lab());
  };

  #show(view: LabView): void {
    this.view = view;
    const { wanted } = this;
    // A long way back has begun, and the handle went on meanwhile.
    const isElsewhere = this.#under !== null && wanted !== null && wanted !== this.#under;
    if (view.opening?.why === 'back' && this.#resting === null && isElsewhere) this.#go(wanted);
    if (!this.#arrives || this.#under !== null) return;
    this.#arrives = false;
    this.wanted = null;
  }

  #arrived(): void {
    const { wanted } = this;
    const newer = this.#under !== null && wanted !== null && wanted !== this.#under;
    this.#under = null;
    if (this.#resting !== null) return;
    if (newer) this.#go(wanted);
    else this.#arrives = true;
  }
}
