import { describe, expect, it } from 'vitest';

import { serverId } from '../../vocabulary/ids.ts';
import type { Traced, TraceEvent } from '../../vocabulary/trace.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import { measuresOf } from './measures.ts';

const LEADER = 3;
const at = (atMillis: number, event: TraceEvent): Traced => ({
  ...{ server: serverId(LEADER), sequence: atMillis, atMillis, event },
});
const zxid = (counter: number, epoch = 1) => makeZxid(epoch, counter);
const proposed = (atMillis: number, counter: number, epoch = 1): Traced =>
  at(atMillis, {
    ...{ kind: 'proposed', zxid: zxid(counter, epoch), session: 1n as never, cxid: 1 },
    ...{ op: 'create', path: '/a' },
  });
const acked = (atMillis: number, counter: number, server: number): Traced =>
  at(atMillis, {
    ...{ kind: 'ackCounted', zxid: zxid(counter), server: serverId(server), have: 2, need: 2 },
  });
const committed = (atMillis: number, counter: number, epoch = 1): Traced =>
  at(atMillis, { kind: 'committed', zxid: zxid(counter, epoch), voters: [] });
const measured = (events: readonly Traced[]) =>
  measuresOf(events, 3_000, { bucketMillis: 1_000, buckets: 3 });

describe('measures of a trace', () => {
  it('a write: how long its commit took, and each acknowledgement, a late one too', () => {
    const { writesPerSecond, commitMillisMedian, ackMillis } = measured([
      ...[proposed(1_100, 1), acked(1_102, 1, 3), acked(1_110, 1, 2), committed(1_110, 1)],
      acked(1_150, 1, 1),
    ]);
    expect(writesPerSecond).toEqual([0, 1, 0]);
    expect(commitMillisMedian).toEqual([null, 10, null]);
    expect([...ackMillis]).toEqual([
      [1, [null, 50, null]],
      [2, [null, 10, null]],
      [3, [null, 2, null]],
    ]);
  });

  it('writes that the trace left out are counted by their zxids', () => {
    const { writesPerSecond } = measured([
      ...[committed(100, 1), committed(200, 41), committed(1_300, 43)],
    ]);
    expect(writesPerSecond).toEqual([41, 2, 0]);
  });

  it('the counter begins anew in a new epoch', () => {
    const { writesPerSecond } = measured([committed(100, 900), committed(1_200, 1, 2)]);
    expect(writesPerSecond).toEqual([1, 1, 0]);
  });

  it('the most that waited at once; a new leader begins with none', () => {
    const { waitingMax, leaders } = measured([
      ...[proposed(100, 1), proposed(110, 2), committed(120, 1), proposed(130, 3)],
      at(1_200, { kind: 'leaderEstablished', epoch: 2, lastZxid: zxid(1), supporters: [] }),
      proposed(2_100, 1, 2),
    ]);
    expect(waitingMax).toEqual([2, 0, 1]);
    expect(leaders).toEqual([{ atMillis: 1_200, server: LEADER }]);
  });

  it('what is before the first bucket is no part of it, but its proposals are known', () => {
    const { commitMillisMax } = measuresOf([proposed(990, 1), committed(1_010, 1)], 3_000, {
      ...{ bucketMillis: 1_000, buckets: 2 },
    });
    expect(commitMillisMax).toEqual([20, null]);
  });
});
