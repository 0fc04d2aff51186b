// What was done to servers and links, among the lines of the feed: a server that is killed tells nothing, and without
// its end nobody sees why the quorum is gone. Pure.

import type { FeedFilter, FeedLine } from '../state/feed.ts';
import type { MarkKind, TapeMark } from '../tape/tape.ts';

export type FeedTurn = TapeMark & { readonly kind: Exclude<MarkKind, 'leader' | 'up'> };

export type FeedRow =
  | { readonly key: string; readonly line: FeedLine; readonly turn: null }
  | { readonly key: string; readonly line: null; readonly turn: FeedTurn };

/** Who leads and who starts, servers tell themselves. */
const isTurn = (mark: TapeMark): mark is FeedTurn => mark.kind !== 'leader' && mark.kind !== 'up';

/** Newest first, as `lines` are. `until`: what comes later is not shown. */
export function feedRows(
  lines: readonly FeedLine[],
  marks: readonly TapeMark[],
  { kind, server }: FeedFilter,
  { until, linesMax }: { readonly until: number; readonly linesMax: number },
): readonly FeedRow[] {
  const rows = lines.map((line): FeedRow => ({ key: line.key, line, turn: null }));
  if (kind !== null && kind !== 'life') return rows;
  /** What is older than all that is shown has no place among it. */
  const since = lines.length < linesMax ? -Infinity : (lines.at(-1)?.traced.atMillis ?? -Infinity);
  const turns = marks
    .filter(isTurn)
    .filter(({ atMillis }) => atMillis >= since && atMillis <= until)
    .filter((turn) => server === null || turn.server === server)
    .map((turn, at) => ({ key: `turn-${String(turn.atMillis)}-${String(at)}`, line: null, turn }));
  const all: FeedRow[] = [];
  for (const row of rows) {
    const atMillis = row.line?.traced.atMillis ?? 0;
    while ((turns.at(-1)?.turn.atMillis ?? -Infinity) >= atMillis) {
      const turn = turns.pop();
      if (turn !== undefined) all.push(turn);
    }
    all.push(row);
  }
  return [...all, ...turns.reverse()];
}
