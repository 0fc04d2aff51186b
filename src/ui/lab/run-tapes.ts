// The tapes of a laboratory's branches. What was once seen of a branch stays known when somebody scrubs
// back: only what is played beyond it is new. A world that is shorter than what is known is another one.

import { NO_TAPE, type Tape } from '../tape/tape.ts';

interface Asked {
  readonly branch: number;
  /** The moment up to which `make` knows everything. */
  readonly until: number;
  /** The end of the branch. */
  readonly end: number;
  /** Another one when there is more to know. */
  readonly version: number;
  /** `known`: of this branch, or null. */
  readonly make: (known: Tape | null) => Tape;
}

interface Known {
  readonly tape: Tape;
  readonly until: number;
  readonly version: number;
}

const BRANCHES_MAX = 64;

export class RunTapes {
  readonly #known = new Map<number, Known>();

  at({ branch, until, end, version, make }: Asked): Tape {
    const known = this.#known.get(branch);
    const isOther = known !== undefined && known.until > end;
    if (isOther) this.#known.clear();
    else if (known !== undefined && (known.until > until || known.version === version)) {
      return known.tape;
    }
    if (this.#known.size >= BRANCHES_MAX) this.#known.clear();
    this.#known.set(branch, { tape: make(isOther ? null : (known?.tape ?? null)), until, version });
    return this.#known.get(branch)?.tape ?? NO_TAPE;
  }
}
