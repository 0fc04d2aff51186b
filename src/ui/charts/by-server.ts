// What a trace says of each server's speed: how much it applies, and how far its disk is behind what it was
// given to log. As in measures.ts the numbers are those of the zxids, which have no gaps: a busy trace has. Each
// server is measured by what it tells itself, in its own order: what several tell comes in no order at all.

import type { ServerId } from '../../vocabulary/ids.ts';
import type { Traced, TraceEvent } from '../../vocabulary/trace.ts';
import { counterOf, epochOf, type Zxid } from '../../vocabulary/zxid.ts';

export interface ServerMeasures {
  /** Applied transactions a second, by bucket; what came with a snapshot is none of them. */
  readonly appliedPerSecond: ReadonlyMap<ServerId, readonly number[]>;
  /** The most proposals that it had and its disk had not; null while nobody can tell: it takes no part, or its
   *  trace has a gap and it has logged nothing since. */
  readonly unloggedMax: ReadonlyMap<ServerId, readonly (number | null)[]>;
}

/** Which buckets are asked for. A bucket is known by its number since the beginning of the trace's time. */
export interface Window {
  readonly first: number;
  readonly buckets: number;
}

export const overWindow = <T>({ first, buckets }: Window, read: (bucket: number) => T): T[] =>
  Array.from({ length: buckets }, (_, at) => read(first + at));

export function byId<T, U>(
  lines: ReadonlyMap<ServerId, T>,
  read: (line: T) => U,
): ReadonlyMap<ServerId, U> {
  const sorted = [...lines].sort(([a], [b]) => a - b);
  return new Map(sorted.map(([server, line]) => [server, read(line)]));
}

/** How many transactions this zxid stands for: those since `before`, and within its epoch. */
export function stepsFrom(before: Zxid | null, zxid: Zxid): number {
  const follows = before !== null && epochOf(before) === epochOf(zxid) && zxid > before;
  return follows ? counterOf(zxid) - counterOf(before) : 1;
}

/** Of all servers, and fed with one event after the other. */
export class ServerTally {
  readonly #lines = new Map<ServerId, { readonly applied: AppliedLine; readonly disk: DiskLine }>();

  take({ server, event }: Traced, bucket: number): void {
    const { applied, disk } = this.#lineOf(server);
    applied.take(event, bucket);
    disk.take(event, bucket);
    if (event.kind === 'learnerCutOff') this.#lineOf(event.server).disk.forget(bucket);
  }

  over(window: Window, bucketMillis: number): ServerMeasures {
    const isKnown = (line: readonly (number | null)[]): boolean =>
      line.some((value) => value !== null);
    const counts = byId(this.#lines, ({ applied }) =>
      overWindow(window, (bucket) => applied.counts.get(bucket) ?? null),
    );
    const lags = byId(this.#lines, ({ disk }) => disk.over(window));
    return {
      appliedPerSecond: new Map(
        [...counts]
          .filter(([, line]) => isKnown(line))
          .map(([id, line]) => [id, line.map((count) => ((count ?? 0) * 1000) / bucketMillis)]),
      ),
      unloggedMax: new Map([...lags].filter(([, line]) => isKnown(line))),
    };
  }

  #lineOf(server: ServerId): { readonly applied: AppliedLine; readonly disk: DiskLine } {
    const known = this.#lines.get(server);
    if (known !== undefined) return known;
    const line = { applied: new AppliedLine(), disk: new DiskLine() };
    this.#lines.set(server, line);
    return line;
  }
}

class AppliedLine {
  readonly counts = new Map<number, number>();
  #last: Zxid | null = null;

  take(event: TraceEvent, bucket: number): void {
    if (event.kind === 'snapshotInstalled') this.#last = event.zxid;
    if (event.kind !== 'applied') return;
    const count = stepsFrom(this.#last, event.zxid);
    this.#last = event.zxid;
    this.counts.set(bucket, (this.counts.get(bucket) ?? 0) + count);
  }
}

interface LagPoint {
  readonly bucket: number;
  most: number | null;
  /** At its end, and from then on until the next point. */
  end: number | null;
}

class DiskLine {
  /** Ascending. */
  readonly #points: LagPoint[] = [];
  /** The newest proposal that it has, and that its disk has; null where nobody can tell. */
  #has: Zxid | null = null;
  #logged: Zxid | null = null;

  take(event: TraceEvent, bucket: number): void {
    switch (event.kind) {
      case 'proposed':
        this.#has = event.zxid;
        break;
      case 'packetReceived':
        if (!PROPOSALS.has(event.type)) return;
        this.#has = event.zxid;
        break;
      case 'proposalLogged':
        this.#logged = event.zxid;
        break;
      case 'serverStarted':
      case 'serverHalted':
      case 'roleChanged':
      case 'snapshotInstalled':
      case 'historyTruncated':
      // What is left out is what every write repeats: the zxids from here on are not those from before.
      case 'traceDropped':
        this.forget(bucket);
        return;
      default:
        return;
    }
    this.#note(bucket);
  }

  forget(bucket: number): void {
    this.#has = null;
    this.#logged = null;
    if (this.#points.length > 0) this.#note(bucket);
  }

  over(window: Window): (number | null)[] {
    let at = this.#points.findLastIndex(({ bucket }) => bucket < window.first);
    return overWindow(window, (bucket) => {
      const next = this.#points[at + 1];
      if (next?.bucket !== bucket) return this.#points[at]?.end ?? null;
      at += 1;
      return next.most;
    });
  }

  #note(bucket: number): void {
    const lag = this.#lag();
    const last = this.#points.at(-1);
    if (last !== undefined && bucket <= last.bucket) {
      last.most = mostOf(last.most, lag);
      last.end = lag;
      return;
    }
    // It begins as the one before ended.
    this.#points.push({ bucket, most: mostOf(last?.end ?? null, lag), end: lag });
  }

  #lag(): number | null {
    const [has, logged] = [this.#has, this.#logged];
    if (has === null || logged === null) return null;
    return epochOf(has) === epochOf(logged) && has > logged
      ? counterOf(has) - counterOf(logged)
      : 0;
  }
}

/** What brings a learner something to log. */
const PROPOSALS: ReadonlySet<string> = new Set(['PROPOSAL', 'INFORM', 'INFORMANDACTIVATE']);

const mostOf = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.max(a, b);
