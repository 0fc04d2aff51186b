// Which links people have cut. Every page keeps the whole list; of two words about one pair the later
// counts, so that pages that were apart agree as soon as they talk.

import type { CutRecord } from '../../adapters/webrtc/line-message.ts';

export class Cuts {
  readonly #records = new Map<string, CutRecord>();
  #stamp = 0;

  isCut(a: number, b: number): boolean {
    return this.#records.get(keyOf(a, b))?.cut ?? false;
  }

  /** The pairs that are cut, in order. */
  list(): CutRecord[] {
    return this.all().filter((record) => record.cut);
  }

  all(): CutRecord[] {
    return [...this.#records.values()].sort((one, two) => one.a - two.a || one.b - two.b);
  }

  /** A step taken here: the record to tell the others. */
  set(a: number, b: number, cut: boolean): CutRecord {
    this.#stamp += 1;
    const record = { a: Math.min(a, b), b: Math.max(a, b), cut, stamp: this.#stamp };
    this.#records.set(keyOf(a, b), record);
    return record;
  }

  /** What another page says: those records that changed something here. */
  merge(records: readonly CutRecord[]): CutRecord[] {
    const changed: CutRecord[] = [];
    for (const record of records) {
      this.#stamp = Math.max(this.#stamp, record.stamp);
      const known = this.#records.get(keyOf(record.a, record.b));
      if (known !== undefined && !isLater(record, known)) continue;
      this.#records.set(keyOf(record.a, record.b), record);
      if ((known?.cut ?? false) !== record.cut) changed.push(record);
    }
    return changed;
  }
}

/** Of two steps taken at once a cut wins: everybody must choose the same. */
function isLater(record: CutRecord, known: CutRecord): boolean {
  if (record.stamp !== known.stamp) return record.stamp > known.stamp;
  return record.cut && !known.cut;
}

const keyOf = (a: number, b: number): string =>
  `${String(Math.min(a, b))}|${String(Math.max(a, b))}`;
