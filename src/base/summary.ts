// How often something was measured, and what came of it, without keeping the measures.

export interface Summary {
  count: number;
  sum: number;
  /** 0 where nothing was measured yet. */
  min: number;
  max: number;
}

export const makeSummary = (): Summary => ({ count: 0, sum: 0, min: 0, max: 0 });

export function observe(summary: Summary, value: number): void {
  summary.min = summary.count === 0 ? value : Math.min(summary.min, value);
  summary.max = summary.count === 0 ? value : Math.max(summary.max, value);
  summary.count += 1;
  summary.sum += value;
}

export const meanOf = ({ sum, count }: Readonly<Summary>): number =>
  count === 0 ? 0 : sum / count;
