// What a trace says of speed, second by second: writes, how long a commit takes, how long each server's
// acknowledgement takes, how many proposals wait. Pure; a measure is an array over the same buckets.
//
// A busy trace leaves out part of what every write repeats. Writes are therefore counted by their zxids,
// which are given out without a gap, and the times are those of the writes that the trace tells whole.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import type { Zxid } from '../../vocabulary/zxid.ts';
import {
  byId,
  overWindow,
  ServerTally,
  stepsFrom,
  type ServerMeasures,
  type Window,
} from './by-server.ts';

export interface Measures extends ServerMeasures {
  /** The beginning of the first bucket, in the trace's own milliseconds. */
  readonly fromMillis: number;
  readonly bucketMillis: number;
  readonly buckets: number;
  /** Committed transactions a second, by bucket. */
  readonly writesPerSecond: readonly number[];
  /** PROPOSAL sent to COMMIT decided, at the leader, in milliseconds; null where nothing was committed. */
  readonly commitMillisMedian: readonly (number | null)[];
  readonly commitMillisMax: readonly (number | null)[];
  /** By server: PROPOSAL sent to its ACK counted, in milliseconds, the median. */
  readonly ackMillis: ReadonlyMap<ServerId, readonly (number | null)[]>;
  /** The most proposals that waited for their quorum at once. */
  readonly waitingMax: readonly number[];
  /** Moments at which a leader was established. */
  readonly leaders: readonly { readonly atMillis: number; readonly server: ServerId }[];
}

export interface Span {
  readonly bucketMillis: number;
  readonly buckets: number;
}

/** Measures of [toMillis - buckets * bucketMillis, toMillis); `toMillis` is where a bucket ends. */
export const measuresOf = (events: readonly Traced[], toMillis: number, span: Span): Measures =>
  new RunningMeasures().after(events, toMillis, span);

/** The same, again and again: of a history that has only become longer no event is looked at twice. */
export class RunningMeasures {
  #tally: Tally | null = null;
  #count = 0;
  #first: Traced | undefined;
  #last: Traced | undefined;

  after(events: readonly Traced[], toMillis: number, { bucketMillis, buckets }: Span): Measures {
    const goesOn =
      this.#count === 0 || (this.#first === events[0] && this.#last === events[this.#count - 1]);
    let tally = this.#tally;
    if (tally?.bucketMillis !== bucketMillis || !goesOn) {
      tally = new Tally(bucketMillis);
      this.#count = 0;
    }
    for (let at = this.#count; at < events.length; at += 1) {
      const traced = events[at];
      if (traced !== undefined) tally.take(traced);
    }
    this.#tally = tally;
    this.#count = events.length;
    this.#first = events[0];
    this.#last = events.at(-1);
    return tally.over({ first: Math.round(toMillis / bucketMillis) - buckets, buckets });
  }
}

class Tally {
  readonly bucketMillis: number;
  readonly #servers = new ServerTally();
  /** By bucket. */
  readonly #writes = new Map<number, number>();
  readonly #commits = new Map<number, Times>();
  readonly #acks = new Map<ServerId, Map<number, Times>>();
  readonly #waitingMax = new Map<number, number>();
  readonly #leaders: Measures['leaders'][number][] = [];
  readonly #proposedAt = new Map<Zxid, number>();
  readonly #waiting = new Set<Zxid>();
  #lastCommitted: Zxid | null = null;

  constructor(bucketMillis: number) {
    this.bucketMillis = bucketMillis;
  }

  take(traced: Traced): void {
    const { server, atMillis, event } = traced;
    const bucket = Math.floor(atMillis / this.bucketMillis);
    this.#servers.take(traced, bucket);
    switch (event.kind) {
      case 'leaderEstablished':
        // What another leader had under way waits no longer.
        this.#proposedAt.clear();
        this.#waiting.clear();
        this.#leaders.push({ atMillis, server });
        break;
      case 'proposed':
        this.#proposedAt.set(event.zxid, atMillis);
        this.#waiting.add(event.zxid);
        this.#waitingMax.set(
          bucket,
          Math.max(this.#waitingMax.get(bucket) ?? 0, this.#waiting.size),
        );
        break;
      case 'ackCounted': {
        const proposed = this.#proposedAt.get(event.zxid);
        if (proposed === undefined) break;
        const lines = this.#acks.get(event.server) ?? new Map<number, Times>();
        this.#acks.set(event.server, lines);
        timesIn(lines, bucket).add(atMillis - proposed);
        break;
      }
      case 'committed': {
        const proposed = this.#proposedAt.get(event.zxid);
        forgetUpTo(this.#waiting, event.zxid);
        // Those that the trace left out included.
        const count = stepsFrom(this.#lastCommitted, event.zxid);
        this.#lastCommitted = event.zxid;
        this.#writes.set(bucket, (this.#writes.get(bucket) ?? 0) + count);
        if (proposed !== undefined) timesIn(this.#commits, bucket).add(atMillis - proposed);
        break;
      }
      default:
    }
  }

  over(window: Window): Measures {
    const { bucketMillis } = this;
    const { first, buckets } = window;
    const fromMillis = first * bucketMillis;
    const toMillis = fromMillis + buckets * bucketMillis;
    return {
      ...{ fromMillis, bucketMillis, buckets },
      ...this.#servers.over(window, bucketMillis),
      writesPerSecond: overWindow(
        window,
        (bucket) => ((this.#writes.get(bucket) ?? 0) * 1000) / bucketMillis,
      ),
      commitMillisMedian: mediansOf(this.#commits, window),
      commitMillisMax: overWindow(window, (bucket) => this.#commits.get(bucket)?.max ?? null),
      ackMillis: new Map(
        [...byId(this.#acks, (lines) => mediansOf(lines, window))].filter(([, medians]) =>
          medians.some((median) => median !== null),
        ),
      ),
      waitingMax: overWindow(window, (bucket) => this.#waitingMax.get(bucket) ?? 0),
      leaders: this.#leaders.filter(
        ({ atMillis }) => atMillis >= fromMillis && atMillis < toMillis,
      ),
    };
  }
}

const mediansOf = (lines: ReadonlyMap<number, Times>, window: Window): (number | null)[] =>
  overWindow(window, (bucket) => lines.get(bucket)?.median() ?? null);

function timesIn(lines: Map<number, Times>, bucket: number): Times {
  const times = lines.get(bucket) ?? new Times();
  lines.set(bucket, times);
  return times;
}

class Times {
  max = 0;
  readonly #list: number[] = [];
  #median: number | null = null;

  add(millis: number): void {
    this.max = this.#list.length === 0 ? millis : Math.max(this.max, millis);
    this.#list.push(millis);
    this.#median = null;
  }

  median(): number | null {
    if (this.#median !== null) return this.#median;
    const sorted = this.#list.toSorted((a, b) => a - b);
    this.#median = sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
    return this.#median;
  }
}

/** Commits come in the order of their zxids: what is before this one waits no longer either. */
function forgetUpTo(waiting: Set<Zxid>, zxid: Zxid): void {
  for (const one of waiting) {
    if (one > zxid) return;
    waiting.delete(one);
  }
}
