// Looking back in a live room: the view can stand still, go over everything that is kept, and return. The
// servers never notice, and what comes meanwhile is kept too. Times are this page's own clock. Over a recording
// it is the same, but that all of it is kept from the beginning, and its end stands still.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { RoomView } from '../../vocabulary/playground.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import type { TreeView } from '../../vocabulary/view.ts';
import type { Flight } from '../stage/flights.ts';
import { NO_TAPE, tapeWith, type Tape } from '../tape/tape.ts';
import type { FeedLine } from './feed.ts';
import {
  flightsAt,
  flightsOfRun,
  momentIndexAt,
  momentsWith,
  pictureOf,
  treeAt,
  treesWith,
  type Moment,
  type ToldEvents,
  type TreeShot,
} from './moments.ts';

/** Closer to the live edge than this, whoever plays on has arrived. */
const ARRIVED_MILLIS = 60;

export const pageNow = (): number => performance.timeOrigin + performance.now();

/** All that there is to look back upon. */
export interface Kept {
  readonly moments: readonly Moment[];
  readonly tape: Tape;
  readonly events: readonly Traced[];
}

export class Lookback {
  readonly #now: () => number;
  readonly #isRecorded: boolean;
  #told: ToldEvents = { events: [], forgotten: 0 };
  #trees: readonly TreeShot[] = [];
  #frame: number | null = null;

  moments = $state.raw<readonly Moment[]>([]);
  tape = $state.raw(NO_TAPE);
  /** The moment that is looked at; null: the live edge. */
  at = $state<number | null>(null);
  /** It goes on from the moment that is looked at. */
  playing = $state(false);
  /** Time as it was then for one of ours. */
  speed = $state(1);
  /** When the page last showed something: the right end of the tape. */
  edge = $state(pageNow());

  readonly moment = $derived(
    this.at === null ? null : (this.moments[momentIndexAt(this.moments, this.at)] ?? null),
  );
  /** What is in the air at the moment that is looked at. */
  readonly held = $derived(this.at === null ? null : this.#heldAt(this.at));
  readonly oldest = $derived(this.moments[0]?.atMillis ?? this.edge);

  constructor(kept: Kept | null = null) {
    const end = kept?.moments.at(-1)?.atMillis ?? 0;
    this.#now = kept === null ? pageNow : () => end;
    this.#isRecorded = kept !== null;
    if (kept === null) return;
    this.#told = { events: kept.events, forgotten: 0 };
    this.moments = kept.moments;
    this.tape = kept.tape;
    this.edge = end;
  }

  readonly take = (
    room: RoomView,
    feed: readonly FeedLine[],
    events: readonly Traced[],
    forgotten: number,
  ): void => {
    const before = this.moments.at(-1)?.room ?? null;
    const told = forgotten + events.length;
    const moment = { atMillis: pageNow(), room, feed, told };
    this.#told = { events, forgotten };
    this.moments = momentsWith(this.moments, moment);
    this.tape = tapeWith(this.tape, before, moment);
    this.edge = moment.atMillis;
  };

  readonly takeTree = (tree: TreeView): void => {
    this.#trees = treesWith(this.#trees, { atMillis: pageNow(), tree });
  };

  readonly treeOf = (server: ServerId): TreeView | null =>
    this.at === null ? null : treeAt(this.#trees, server, this.at);

  /** To a moment, as far back as anything is kept. */
  readonly look = (millis: number): void => {
    this.#stop();
    if (this.moments.length === 0) return;
    this.at = Math.max(millis, this.oldest);
  };

  /** To the first kept picture that shows what was heard then. */
  readonly lookAfter = (millis: number): void => {
    const after = this.moments.find(({ atMillis }) => atMillis >= millis);
    this.look(after?.atMillis ?? millis);
  };

  /** To the first kept picture that shows what this event tells of. */
  readonly lookAtEvent = (traced: Traced): void => {
    const shown = this.#isRecorded ? null : pictureOf(this.moments, this.#told, traced);
    if (shown === null) this.lookAfter(traced.atMillis);
    else this.look(shown.atMillis);
  };

  readonly toLive = (): void => {
    this.#stop();
    this.at = null;
  };

  /** Stands still; or goes on from where it stands. */
  readonly toggle = (): void => {
    if (this.at === null) this.look(this.#now());
    else if (this.playing) this.#stop();
    else this.#play();
  };

  /** One kept picture on or back; past the newest is the live edge. */
  readonly step = (side: 1 | -1): void => {
    const at = this.at ?? this.#now();
    const index = momentIndexAt(this.moments, at) + side;
    const next = this.moments[Math.max(0, index)];
    if (next === undefined) this.toLive();
    else this.look(next.atMillis);
  };

  /** A recording knows when each of its events was, and may go by slowly. */
  #heldAt(at: number): { readonly flights: readonly Flight[]; readonly at: number } {
    if (!this.#isRecorded) return { flights: flightsAt(this.moments, this.#told, at), at };
    const { speed } = this;
    return { flights: flightsOfRun(this.#told.events, at, speed), at: at / speed };
  }

  #play(): void {
    this.playing = true;
    let last = performance.now();
    const onFrame = (): void => {
      const now = performance.now();
      const at = (this.at ?? 0) + (now - last) * this.speed;
      last = now;
      if (at >= this.#now() - (this.#isRecorded ? 0 : ARRIVED_MILLIS)) {
        this.toLive();
        return;
      }
      this.at = at;
      this.#frame = requestAnimationFrame(onFrame);
    };
    this.#frame = requestAnimationFrame(onFrame);
  }

  #stop(): void {
    this.playing = false;
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
  }
}
