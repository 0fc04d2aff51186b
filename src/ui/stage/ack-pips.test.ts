import { expect, test } from 'vitest';
import { serverId } from '../../vocabulary/ids.ts';
import type { TraceEvent } from '../../vocabulary/trace.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import { feedWith } from '../state/feed.ts';
import { acksCounted } from './ack-pips.ts';

const counted = (by: number, counter: number, have: number): readonly [number, TraceEvent] => [
  by,
  { kind: 'ackCounted', zxid: makeZxid(1, counter), server: serverId(have), have, need: 3 },
];

test('the newest count of each proposal is the leader’s, not that of a leader before', () => {
  const events = [counted(1, 7, 3), counted(3, 8, 1), counted(3, 8, 2), counted(3, 9, 1)];
  const feed = feedWith(
    [],
    events.map(([server, event], at) => ({
      ...{ server: serverId(server), sequence: at + 1, atMillis: 1_000 * at, event },
    })),
  );
  expect([...acksCounted(feed, serverId(3))]).toEqual([
    [makeZxid(1, 9), { have: 1, need: 3 }],
    [makeZxid(1, 8), { have: 2, need: 3 }],
  ]);
  expect(acksCounted(feed, null).size).toBe(0);
});
