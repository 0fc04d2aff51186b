import { expect, test } from 'vitest';

import { serverId, sessionId } from '../../vocabulary/ids.ts';
import type { TraceEvent } from '../../vocabulary/trace.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import { feedWith } from '../state/feed.ts';
import { spokenTurn } from './announced.ts';

const server = serverId(2);
const zxid = makeZxid(3, 4);

const feedOf = (...events: readonly TraceEvent[]) =>
  feedWith(
    [],
    events.map((event, at) => ({ server, sequence: at + 1, atMillis: 1_000 * at, event })),
  );

const ESTABLISHED: TraceEvent = {
  ...{ kind: 'leaderEstablished', epoch: 3, lastZxid: zxid, supporters: [server] },
};
const HALTED: TraceEvent = { kind: 'serverHalted', reason: 'the disk is gone' };
const COMMITTED: TraceEvent = { kind: 'committed', zxid, voters: [server] };
const TURNS: readonly TraceEvent[] = [
  ESTABLISHED,
  HALTED,
  {
    ...{ kind: 'syncDecided', server: serverId(1), mode: 'DIFF', learnerZxid: zxid, target: zxid },
    ...{ leaderZxid: zxid, committedMin: zxid, committedMax: zxid, proposals: 0, rule: 'sameZxid' },
  },
  { kind: 'diskFailed', reason: 'quota' },
  { kind: 'watchFired', session: sessionId(7n), path: '/a', event: 'NodeCreated', zxid },
  { kind: 'sessionExpired', session: sessionId(7n), silentMillis: 6_000 },
];

test.each(TURNS.map((event) => [event.kind, event] as const))(
  'a turn that changes everything is said unasked: %s',
  (_, event) => {
    expect(spokenTurn(feedOf(event))).not.toBe('');
  },
);

test('the newest of them is said, with its reason, whatever is told behind it', () => {
  const words = spokenTurn(feedOf(ESTABLISHED, HALTED, COMMITTED));
  expect(words).toMatch(/^2 .*the disk is gone/);
  expect(spokenTurn(feedOf(HALTED, ESTABLISHED, COMMITTED))).toMatch(/leader/);
});

test('nothing is said of what every write repeats, nor where nothing was told', () => {
  expect(spokenTurn(feedOf(COMMITTED))).toBe('');
  expect(spokenTurn([])).toBe('');
});
