// A shared run, played in a world that has just begun: every branch to its end, then to where it was looked at.
// It may take many seconds: so it is played piece by piece, and can be left where it is. The pieces are the same
// run, however they fall.

import type { LabHistory } from '../../sim/history.ts';
import type { LabView } from '../../vocabulary/lab.ts';
import type { LabRun } from '../../vocabulary/lab-run.ts';
import type { Moment } from '../../vocabulary/steps.ts';

/** Events of one piece: some hundredths of a second. */
export const PIECE_EVENTS = 2_000;

/** A short run is there at once: so many pieces of it. */
const PIECES_AT_ONCE = 3;

/** The shared run that a world was opened by. */
export class OpenedRun {
  #playing: RunPlaying | null = null;
  #shared: LabView['shared'] = null;

  get isPlaying(): boolean {
    return this.#playing !== null;
  }

  get view(): Pick<LabView, 'shared' | 'opening'> {
    return { shared: this.#shared, opening: this.#playing?.progress ?? null };
  }

  /** True: it is played already. */
  open(history: LabHistory, run: LabRun): boolean {
    this.#playing = new RunPlaying(history, run);
    return this.goOn(PIECES_AT_ONCE);
  }

  /** True: now it is played. */
  goOn(pieces = 1): boolean {
    const playing = this.#playing;
    playing?.go(pieces);
    return playing !== null && playing.outcome !== null && this.#end(playing.outcome);
  }

  /** False: there is none to be stopped. */
  stop(): boolean {
    return this.isPlaying && this.#end('part');
  }

  leave(): void {
    this.#playing = null;
    this.#shared = null;
  }

  #end(shared: LabView['shared']): true {
    this.#playing = null;
    this.#shared = shared;
    return true;
  }
}

class RunPlaying {
  readonly #history: LabHistory;
  readonly #way: Generator<undefined, boolean>;
  readonly #ofMillis: number;
  /** Of the branches that were played before the present one. */
  #beforeMillis = 0;
  /** Events of the present piece. */
  #left = PIECE_EVENTS;
  #outcome: LabView['shared'] = null;

  constructor(history: LabHistory, run: LabRun) {
    this.#history = history;
    this.#way = this.#play(run);
    this.#ofMillis = run.branches.reduce((sum, { end }) => sum + end.millis, 0) + wayBack(run);
  }

  /** `other`: at least one branch went another way here. Null: it is not played yet. */
  get outcome(): LabView['shared'] {
    return this.#outcome;
  }

  get progress(): LabView['opening'] {
    const playedMillis = Math.min(this.#beforeMillis + this.#history.now.millis, this.#ofMillis);
    return { why: 'run', playedMillis, ofMillis: this.#ofMillis };
  }

  /** So many pieces more. */
  go(pieces: number): void {
    for (let count = 0; count < pieces && this.#outcome === null; count += 1) {
      const { done, value } = this.#way.next();
      if (done === true) this.#outcome = value ? 'same' : 'other';
    }
  }

  *#play(run: LabRun): Generator<undefined, boolean> {
    const history = this.#history;
    let isSame = true;
    for (const [at, { parent, steps, end, hash }] of run.branches.entries()) {
      if (at > 0) history.adopt(parent);
      for (const { at: moment, step } of steps) {
        yield* this.#to(moment);
        history.act(step);
      }
      yield* this.#to(end);
      isSame &&= history.hash === hash;
      this.#beforeMillis += end.millis;
    }
    history.selectBranch(run.branch);
    // To go back is to play from the beginning.
    this.#beforeMillis = this.#ofMillis - wayBack(run);
    while (!history.seekPart(run.now, PIECE_EVENTS)) yield;
    return isSame;
  }

  /** A piece goes on over many steps that are near each other. */
  *#to(moment: Moment): Generator<undefined, void> {
    for (;;) {
      const before = this.#history.now.events;
      const isThere = this.#history.runTo(moment, this.#left);
      this.#left -= this.#history.now.events - before + 1;
      if (this.#left <= 0) {
        this.#left = PIECE_EVENTS;
        yield;
      }
      if (isThere) return;
    }
  }
}

/** What is played once more, where the run is not looked at at its end. */
function wayBack({ branches, branch, now }: LabRun): number {
  const end = branches[branch - 1]?.end;
  return end?.events === now.events && end.millis === now.millis ? 0 : now.millis;
}
