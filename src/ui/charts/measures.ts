// What a trace says of speed, second by second: writes, how long a commit takes, how long each server's
// acknowledgement takes, how many proposals wait. Pure; a measure is an array over the same buckets.
//
// A busy trace leaves out part of what every write repeats. Writes are therefore counted by their zxids,
// which are given out without a gap, and the times are those of the writes that the trace tells whole.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import { counterOf, epochOf, type Zxid } from '../../vocabulary/zxid.ts';

export interface Measures {
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

/** Measures of [toMillis - buckets * bucketMillis, toMillis). */
export function measuresOf(
  events: readonly Traced[],
  toMillis: number,
  { bucketMillis, buckets }: { readonly bucketMillis: number; readonly buckets: number },
): Measures {
  const fromMillis = toMillis - buckets * bucketMillis;
  const bucketOf = (atMillis: number): number => {
    const bucket = Math.floor((atMillis - fromMillis) / bucketMillis);
    return bucket < 0 || bucket >= buckets ? -1 : bucket;
  };
  const lists = <T>(): T[][] => Array.from({ length: buckets }, () => []);
  const committed = lists<Zxid>();
  const commitMillis = lists<number>();
  const ackMillis = new Map<ServerId, number[][]>();
  const waitingMax = new Array<number>(buckets).fill(0);
  const leaders: { atMillis: number; server: ServerId }[] = [];
  const proposedAt = new Map<Zxid, number>();
  const waiting = new Set<Zxid>();
  for (const { server, atMillis, event } of events) {
    const bucket = bucketOf(atMillis);
    switch (event.kind) {
      case 'leaderEstablished':
        // What another leader had under way waits no longer.
        proposedAt.clear();
        waiting.clear();
        if (bucket >= 0) leaders.push({ atMillis, server });
        break;
      case 'proposed':
        proposedAt.set(event.zxid, atMillis);
        waiting.add(event.zxid);
        if (bucket >= 0) waitingMax[bucket] = Math.max(waitingMax[bucket] ?? 0, waiting.size);
        break;
      case 'ackCounted': {
        const proposed = proposedAt.get(event.zxid);
        if (proposed === undefined || bucket < 0) break;
        const list = ackMillis.get(event.server) ?? lists<number>();
        ackMillis.set(event.server, list);
        list[bucket]?.push(atMillis - proposed);
        break;
      }
      case 'committed': {
        const proposed = proposedAt.get(event.zxid);
        forgetUpTo(waiting, event.zxid);
        if (bucket < 0) break;
        committed[bucket]?.push(event.zxid);
        if (proposed !== undefined) commitMillis[bucket]?.push(atMillis - proposed);
        break;
      }
      default:
    }
  }
  return {
    ...{ fromMillis, bucketMillis, buckets, waitingMax, leaders },
    writesPerSecond: writesOf(committed).map((count) => (count * 1000) / bucketMillis),
    commitMillisMedian: commitMillis.map(median),
    commitMillisMax: commitMillis.map((list) => (list.length === 0 ? null : Math.max(...list))),
    ackMillis: new Map(
      [...ackMillis].sort(([a], [b]) => a - b).map(([server, list]) => [server, list.map(median)]),
    ),
  };
}

/** Commits come in the order of their zxids: what is before this one waits no longer either. */
function forgetUpTo(waiting: Set<Zxid>, zxid: Zxid): void {
  for (const one of waiting) {
    if (one > zxid) return;
    waiting.delete(one);
  }
}

/** Of each bucket: how many transactions its zxids stand for, those that the trace left out included. */
function writesOf(committed: readonly (readonly Zxid[])[]): number[] {
  let last: Zxid | null = null;
  return committed.map((zxids) => {
    let count = 0;
    for (const zxid of zxids) {
      const follows = last !== null && epochOf(last) === epochOf(zxid) && zxid > last;
      count += follows && last !== null ? counterOf(zxid) - counterOf(last) : 1;
      last = zxid;
    }
    return count;
  });
}

function median(list: readonly number[]): number | null {
  const sorted = list.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
