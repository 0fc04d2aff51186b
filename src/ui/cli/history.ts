// The lines that were typed, and where the arrows stand among them. Pure.

export interface History {
  readonly lines: readonly string[];
  /** Index into lines; lines.length: the line being typed. */
  readonly at: number;
  /** What was being typed before the arrows went back. */
  readonly draft: string;
}

export const NO_HISTORY: History = { lines: [], at: 0, draft: '' };
const LINES_MAX = 200;

export function remembered({ lines }: History, line: string): History {
  const next = lines.at(-1) === line ? lines : [...lines, line].slice(-LINES_MAX);
  return { lines: next, at: next.length, draft: '' };
}

/** One line back (-1) or forth (1) from what stands in the input; null at the ends. */
export function moved(
  history: History,
  by: -1 | 1,
  typed: string,
): { readonly history: History; readonly line: string } | null {
  const { lines, at } = history;
  const to = at + by;
  if (to < 0 || to > lines.length) return null;
  const draft = at === lines.length ? typed : history.draft;
  return { history: { lines, at: to, draft }, line: lines[to] ?? draft };
}
