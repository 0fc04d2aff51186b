// What people did to the paths between servers: cut, held one way, slow. Every page keeps the whole
// list; of two words about one pair the later counts, so that pages that were apart agree as soon as
// they talk.

import type { PathRecord } from '../../adapters/webrtc/line-message.ts';

export type PathState = Pick<PathRecord, 'cut' | 'held' | 'slowMillis'>;

export interface PathChange {
  readonly record: PathRecord;
  /** Nothing may pass any more that could before. */
  readonly closed: boolean;
  /** New links may come again. */
  readonly opened: boolean;
}

export const HEALTHY: PathState = { cut: false, held: [], slowMillis: 0 };

export class Paths {
  readonly #records = new Map<string, PathRecord>();
  #stamp = 0;

  isCut(a: number, b: number): boolean {
    return this.#state(a, b).cut;
  }

  /** What `from` sends to `to` waits. */
  isHeld(from: number, to: number): boolean {
    return this.#state(from, to).held.includes(from);
  }

  slowMillis(a: number, b: number): number {
    return this.#state(a, b).slowMillis;
  }

  /** Why no new link can come between the two, or null: its first words go both ways. */
  refusal(a: number, b: number): string | null {
    const { cut, held } = this.#state(a, b);
    if (cut) return 'the link is cut';
    return held.length > 0 ? 'one way of the link is cut' : null;
  }

  /** The pairs that something is wrong with, in order. */
  list(): PathRecord[] {
    return this.all().filter((record) => weight(record) !== weight(HEALTHY));
  }

  all(): PathRecord[] {
    return [...this.#records.values()].sort((one, two) => one.a - two.a || one.b - two.b);
  }

  /** A step taken here: the record to tell the others. */
  set(a: number, b: number, change: Partial<PathState>): PathChange {
    this.#stamp += 1;
    const before = this.#state(a, b);
    const pair = { a: Math.min(a, b), b: Math.max(a, b), stamp: this.#stamp };
    const record = { ...HEALTHY, ...before, ...change, ...pair };
    this.#records.set(keyOf(a, b), record);
    return changeOf(before, record);
  }

  /** What another page says: what it changed here. */
  merge(records: readonly PathRecord[]): PathChange[] {
    const changed: PathChange[] = [];
    for (const record of records) {
      this.#stamp = Math.max(this.#stamp, record.stamp);
      const known = this.#records.get(keyOf(record.a, record.b));
      if (known !== undefined && !isLater(record, known)) continue;
      this.#records.set(keyOf(record.a, record.b), record);
      const before = known ?? HEALTHY;
      if (weight(before) !== weight(record)) changed.push(changeOf(before, record));
    }
    return changed;
  }

  #state(a: number, b: number): PathState {
    return this.#records.get(keyOf(a, b)) ?? HEALTHY;
  }
}

const isClosed = ({ cut, held }: PathState): boolean => cut || held.length > 0;

const changeOf = (before: PathState, record: PathRecord): PathChange => ({
  record,
  closed: record.cut && !before.cut,
  opened: isClosed(before) && !isClosed(record),
});

/** Of two steps taken at once the worse one wins, a cut before all: everybody must choose the same. */
function isLater(record: PathRecord, known: PathRecord): boolean {
  if (record.stamp !== known.stamp) return record.stamp > known.stamp;
  return weight(record) > weight(known);
}

const weight = ({ cut, held, slowMillis }: PathState): string =>
  [cut ? 1 : 0, held.length, [...held].sort().join('+'), String(slowMillis).padStart(9, '0')].join(
    '|',
  );

const keyOf = (a: number, b: number): string =>
  `${String(Math.min(a, b))}|${String(Math.max(a, b))}`;
