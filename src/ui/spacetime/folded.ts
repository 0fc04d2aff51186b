// What is not drawn on its own: local events become a dot that says how many they are, pings a tick on their lane.
// Pure.

/** Local events of one lane that stand close to each other. */
export interface Fold {
  /** The first of them. */
  readonly index: number;
  readonly count: number;
  readonly x: number;
  readonly y: number;
}

/** The pings of a lane: where they stand, no two of them closer than eyes tell apart. */
export interface Ticks {
  readonly y: number;
  readonly xs: readonly number[];
}

interface Growing {
  readonly index: number;
  count: number;
  readonly from: number;
  to: number;
}

/** A dot and its digits, with room beside them. */
const FOLD_PIXELS = 24;
const TICK_PIXELS = 3;

/** Events are added in the order of their lanes, from left to right. */
export class Folding {
  readonly #folds = new Map<number, Growing[]>();
  readonly #ticks = new Map<number, number[]>();

  local(index: number, x: number, y: number): void {
    const folds = this.#folds.get(y) ?? [];
    this.#folds.set(y, folds);
    const last = folds.at(-1);
    if (last === undefined || x - last.from >= FOLD_PIXELS) {
      folds.push({ index, count: 1, from: x, to: x });
      return;
    }
    last.count += 1;
    last.to = x;
  }

  ping(x: number, y: number): void {
    const ticks = this.#ticks.get(y) ?? [];
    this.#ticks.set(y, ticks);
    if (x - (ticks.at(-1) ?? -Infinity) >= TICK_PIXELS) ticks.push(x);
  }

  get folds(): readonly Fold[] {
    return [...this.#folds].flatMap(([y, folds]) =>
      folds.map(({ index, count, from, to }): Fold => ({ index, count, x: (from + to) / 2, y })),
    );
  }

  get ticks(): readonly Ticks[] {
    return [...this.#ticks].map(([y, xs]) => ({ y, xs }));
  }
}
