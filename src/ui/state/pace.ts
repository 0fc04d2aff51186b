// How often pictures come. In a page that works hard a picture may take long: then they come less often, so that the
// servers' links and the clients of this page, which share its one thread, have most of the time.

import { Flood } from './flood.ts';

const GATHER_MILLIS_MIN = 50;
/** Signs of life and what they move (fuses) are no reason for a picture of their own. */
const QUIET_MILLIS = 500;

interface Bounds {
  /** So many times what a picture takes lie between it and the next. */
  readonly rest: number;
  readonly millisMax: number;
}

const USUAL: Bounds = { rest: 5, millisMax: 400 };
/** Where so much is told that nobody can follow it. */
const IN_FLOOD: Bounds = { rest: 10, millisMax: 1_000 };

export class Pace {
  readonly #flood = new Flood();
  /** What happens is shown within this. */
  gatherMillis = GATHER_MILLIS_MIN;
  /** So much is told that pictures are rare. */
  isFlood = false;

  /** What can wait is shown within this: never sooner than what matters. */
  get quietMillis(): number {
    return Math.max(QUIET_MILLIS, this.gatherMillis);
  }

  /** How long whoever takes landed flights away waits for a picture that does it. */
  get landMillis(): number {
    return IN_FLOOD.millisMax;
  }

  /** So many events were told by now. */
  told(events: number, nowMillis: number): void {
    this.isFlood = this.#flood.with(events, nowMillis);
  }

  /** What a picture took, from its first change to the end of its frame, decides about the next. */
  took(millis: number): void {
    const { rest, millisMax } = this.isFlood ? IN_FLOOD : USUAL;
    this.gatherMillis = Math.min(Math.max(GATHER_MILLIS_MIN, millis * rest), millisMax);
  }
}
