import { describe, expect, it } from 'vitest';

import { serverId } from '../../vocabulary/ids.ts';
import type { Traced, TraceEvent } from '../../vocabulary/trace.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import { measuresOf, RunningMeasures } from './measures.ts';

const LEADER = 3;
const at = (atMillis: number, event: TraceEvent, server = LEADER): Traced => ({
  ...{ server: serverId(server), sequence: atMillis, atMillis, event },
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

  it('each server applies by its own zxids; what a snapshot brought was not applied', () => {
    const applied = (atMillis: number, counter: number, server: number): Traced =>
      at(
        atMillis,
        {
          ...{ kind: 'applied', zxid: zxid(counter), session: 1n as never },
          ...{ op: 'create', path: '/a', err: 0 },
        },
        server,
      );
    const { appliedPerSecond } = measured([
      ...[applied(100, 1, 3), applied(200, 11, 3), applied(1_100, 12, 3)],
      ...[
        applied(150, 1, 1),
        at(1_200, { kind: 'snapshotInstalled', zxid: zxid(50), bytes: 9 }, 1),
      ],
      applied(2_100, 52, 1),
    ]);
    expect([...appliedPerSecond]).toEqual([
      [1, [1, 0, 2]],
      [3, [11, 1, 0]],
    ]);
  });

  const logged = (atMillis: number, counter: number, server: number): Traced =>
    at(atMillis, { kind: 'proposalLogged', zxid: zxid(counter), count: 1 }, server);
  const received = (atMillis: number, counter: number, server: number): Traced =>
    at(
      atMillis,
      { kind: 'packetReceived', peer: null, type: 'PROPOSAL', zxid: zxid(counter), bytes: 9 },
      server,
    );

  it('each disk is so many proposals behind what its server has, until the server leaves', () => {
    const { unloggedMax } = measured([
      ...[proposed(100, 1), proposed(200, 2), proposed(300, 3), logged(310, 1, 3)],
      // What one server tells may come before what it follows from.
      ...[received(120, 1, 1), logged(130, 1, 1), logged(320, 3, 3), received(400, 4, 1)],
      at(2_100, { kind: 'learnerCutOff', server: serverId(1), reason: 'silent' }),
      ...[received(2_200, 9, 1), proposed(2_200, 4)],
    ]);
    expect([...unloggedMax]).toEqual([
      [1, [3, 3, 3]],
      [3, [2, 0, 1]],
    ]);
    const later = at(1_500, {
      ...{ kind: 'roleChanged', from: 'LEADING', to: 'LOOKING', leader: null },
      reason: 'quorumLost',
    });
    const ended = measured([proposed(100, 1), logged(110, 1, 3), later, proposed(1_600, 2, 2)]);
    expect([...ended.unloggedMax]).toEqual([[3, [0, 0, null]]]);
  });

  it('where a trace has a gap nobody can tell how far a disk is, until it is told again', () => {
    const gap = (atMillis: number, server: number): Traced =>
      at(atMillis, { kind: 'traceDropped', count: 900 }, server);
    const { unloggedMax } = measured([
      // Each disk logs what there is at once, but of that only the beginning is told.
      ...[proposed(100, 1), logged(100, 1, 3), gap(101, 3), proposed(140, 201)],
      ...[logged(140, 201, 3), gap(141, 3)],
      ...[received(110, 1, 1), logged(110, 1, 1), received(110, 2, 1), gap(111, 1)],
      ...[logged(2_110, 300, 1), received(2_110, 301, 1)],
    ]);
    expect([...unloggedMax]).toEqual([
      [1, [1, null, 1]],
      [3, [0, null, null]],
    ]);
  });

  it('a history that has become longer is measured as a whole one, and nothing in it is looked at twice', () => {
    let looks = 0;
    const watched = (traced: Traced): Traced => ({
      ...traced,
      get event() {
        looks += 1;
        return traced.event;
      },
    });
    const events = Array.from({ length: 2_000 }, (_, index) => {
      const counter = (index >> 2) + 1;
      const write = [proposed, committed, (t: number) => acked(t, counter, 1)][index & 3];
      return watched(write?.(index, counter) ?? logged(index, counter - (counter % 7), LEADER));
    });
    const span = { bucketMillis: 100, buckets: 10 };
    const running = new RunningMeasures();
    const [history, whole] = [events.slice(0, 1_000), { looks: 0 }];
    for (const [index, traced] of events.slice(1_000).entries()) {
      history.push(traced);
      if (index % 50 !== 0) continue;
      const to = Math.ceil(index / 100) * 100 + 1_000;
      looks = 0;
      const measures = running.after(history, to, span);
      if (index > 0) expect(looks).toBeLessThanOrEqual(whole.looks / 10);
      looks = 0;
      expect(measures).toEqual(measuresOf(history, to, span));
      whole.looks = looks;
    }
    expect(whole.looks).toBeGreaterThan(1_000);
    // Another history, of which the beginning is gone; another span; and the past.
    for (const [from, millis] of [
      [0, 100],
      [500, 100],
      [500, 10],
    ] as const) {
      const other = events.slice(from);
      for (const to of [2_000, 1_500]) {
        const asked = { bucketMillis: millis, buckets: 10 };
        expect(running.after(other, to, asked)).toEqual(measuresOf(other, to, asked));
      }
    }
  });
});
