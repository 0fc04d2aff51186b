// Of what was measured how it spreads: the newest measures are kept beside their summary, and quantiles are told of
// those. (Apache's servers keep as many of all since the start, by chance: AvgMinMaxPercentileCounter.)

import { makeSummary, observe, type Summary } from '../../base/summary.ts';

const KEPT_MAX = 4_096;

export interface Spread extends Summary {
  /** The oldest is written over. Of `count` measures the last ones stand here. */
  readonly kept: Float64Array;
}

export const makeSpread = (): Spread => ({ ...makeSummary(), kept: new Float64Array(KEPT_MAX) });

export function observeSpread(spread: Spread, value: number): void {
  spread.kept[spread.count % KEPT_MAX] = value;
  observe(spread, value);
}

/** 0 where nothing was measured. Between two measures as far as their places are apart, as Dropwizard's Snapshot. */
export function quantileOf({ kept, count }: Readonly<Spread>, quantile: number): number {
  const sorted = kept.slice(0, Math.min(count, KEPT_MAX)).sort();
  const place = quantile * (sorted.length + 1);
  const below = Math.floor(place);
  const first = sorted[0] ?? 0;
  const last = sorted.at(-1) ?? 0;
  if (below < 1) return first;
  if (below >= sorted.length) return last;
  const lower = sorted[below - 1] ?? 0;
  return lower + (place - below) * ((sorted[below] ?? lower) - lower);
}
