import { describe, expect, it } from 'vitest';
import { serverId } from '../../vocabulary/ids.ts';
import type { FeedLine } from '../state/feed.ts';
import type { TapeMark } from '../tape/tape.ts';
import { feedRows } from './feed-turns.ts';

const line = (atMillis: number): FeedLine => ({
  ...{ key: `line ${String(atMillis)}`, kind: 'election', times: 1, firstMillis: atMillis },
  traced: {
    ...{ server: serverId(1), sequence: 1, atMillis },
    event: { kind: 'epochAccepted', epoch: 1 } as never,
  },
});
const LINES = [line(300), line(200), line(100)];
const MARKS: readonly TapeMark[] = [
  { atMillis: 50, kind: 'up', server: 1 },
  { atMillis: 60, kind: 'cut', server: null },
  { atMillis: 200, kind: 'down', server: 2 },
  { atMillis: 210, kind: 'leader', server: 1 },
  { atMillis: 250, kind: 'frozen', server: 3 },
  { atMillis: 400, kind: 'down', server: 1 },
];
const ALL = { kind: null, server: null } as const;
const shown = (
  filter: Parameters<typeof feedRows>[2] = ALL,
  bounds = { until: 1_000, linesMax: 10 },
  lines = LINES,
): string[] =>
  feedRows(lines, MARKS, filter, bounds).map(({ line: told, turn }) =>
    turn === null ? String(told.traced.atMillis) : `${turn.kind} ${String(turn.server)}`,
  );

describe('the feed', () => {
  it('has what was done among what was told, and no turn that a server tells itself', () => {
    expect(shown()).toEqual(['down 1', '300', 'frozen 3', 'down 2', '200', '100', 'cut null']);
    expect(shown(ALL, { until: 1_000, linesMax: 10 }, [])).toHaveLength(4);
  });

  it('shows none of what comes later, nor what is older than all its lines where it is full', () => {
    expect(shown(ALL, { until: 260, linesMax: 3 })).toEqual([
      ...['300', 'frozen 3', 'down 2', '200', '100'],
    ]);
  });

  it('shows them with what begins and ends, and of the server that is asked for', () => {
    expect(shown({ kind: 'election', server: null })).toEqual(['300', '200', '100']);
    expect(shown({ kind: 'life', server: serverId(2) })).toContain('down 2');
    expect(shown({ kind: 'life', server: serverId(2) })).not.toContain('down 1');
  });
});
