// A way back that is a long replay: where the worlds that it would be short from are not there yet. It is played in
// pieces and in sight, as a shared run is, and can be left: then everything is as it was before.

import type { LabHistory } from '../../sim/history.ts';
import type { LabView } from '../../vocabulary/lab.ts';
import type { Moment } from '../../vocabulary/steps.ts';
import { ELSEWHERE, MOVING, type ToLab } from './messages.ts';
import { OpenedRun, PIECE_EVENTS } from './play-run.ts';

/** What is shorter is there at once: about half a second. */
const AT_ONCE_EVENTS = 60_000;

interface Going {
  readonly history: LabHistory;
  readonly to: Moment;
  readonly toMillis: number;
  readonly fromMillis: number;
}

interface Place {
  readonly branch: number;
  readonly moment: Moment;
}

export class WayBack {
  #going: Going | null = null;
  /** Where somebody was who goes back. */
  #origin: Place | null = null;

  get isUnder(): boolean {
    return this.#going !== null;
  }

  get progress(): LabView['opening'] {
    if (this.#going === null) return null;
    const { history, fromMillis, toMillis } = this.#going;
    const playedMillis = Math.max(0, history.now.millis - fromMillis);
    return { why: 'back', playedMillis, ofMillis: Math.max(playedMillis, toMillis - fromMillis) };
  }

  /** Where somebody is who goes back from here, if nobody is under way yet. */
  leaves(history: LabHistory): void {
    this.#origin ??= { branch: history.branch, moment: history.now };
  }

  /** To a moment of the present branch. True: it is there. */
  begin(
    history: LabHistory,
    to: { readonly millis: number; readonly events: number | null },
  ): boolean {
    this.leaves(history);
    const moment = { millis: to.millis, events: to.events ?? Number.MAX_SAFE_INTEGER };
    if (history.seekPart(moment, AT_ONCE_EVENTS)) return this.#end();
    const toMillis = Math.max(to.millis, history.keptFromMillis);
    this.#going = { history, to: moment, toMillis, fromMillis: history.now.millis };
    return false;
  }

  /** To the end of a branch, where its world stands. False: there is no such branch. */
  select(history: LabHistory, branch: number): boolean {
    this.leave();
    return history.selectBranch(branch);
  }

  /** True: it is there now. */
  goOn(): boolean {
    const going = this.#going;
    return going !== null && going.history.seekPart(going.to, PIECE_EVENTS) && this.#end();
  }

  /** Back to where it began. False: nobody is under way. */
  stop(): boolean {
    const { history } = this.#going ?? { history: null };
    if (history === null || this.#origin === null) return false;
    const { branch, moment } = this.#origin;
    history.selectBranch(branch);
    history.seek(moment.millis, moment.events);
    return this.#end();
  }

  /** Another world, or another way: nobody is under way any more. */
  leave(): void {
    this.#end();
  }

  #end(): true {
    this.#going = null;
    this.#origin = null;
    return true;
  }
}

/** What is replayed in sight of everybody: a shared run, or a way back. */
export class InSight {
  readonly run = new OpenedRun();
  readonly back = new WayBack();

  get isPlaying(): boolean {
    return this.run.isPlaying || this.back.isUnder;
  }

  get view(): Pick<LabView, 'shared' | 'opening'> {
    const { shared, opening } = this.run.view;
    return { shared, opening: opening ?? this.back.progress };
  }

  /** Nothing else moves meanwhile; only who goes back may go elsewhere. */
  holds(kind: ToLab['kind']): boolean {
    return this.run.isPlaying || (this.back.isUnder && !ELSEWHERE.has(kind) && MOVING.has(kind));
  }

  /** True: it is played now. */
  goOn(): boolean {
    return this.run.goOn() || this.back.goOn();
  }

  /** False: there is nothing to be stopped. */
  stop(): boolean {
    return this.run.stop() || this.back.stop();
  }

  leave(): void {
    this.run.leave();
    this.back.leave();
  }
}
