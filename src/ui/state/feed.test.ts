import { describe, expect, it } from 'vitest';

import { connectionId, serverId, sessionId } from '../../vocabulary/ids.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import { zxidOf } from '../../vocabulary/zxid.ts';
import { feedWith, type FeedLine } from './feed.ts';

const committed = (sequence: number, atMillis: number): Traced => ({
  server: serverId(1),
  sequence,
  atMillis,
  event: { kind: 'committed', zxid: zxidOf(BigInt(sequence)), voters: [serverId(1)] },
});

const decided = (sequence: number, atMillis: number): Traced => ({
  server: serverId(1),
  sequence,
  atMillis,
  event: {
    kind: 'roleChanged',
    from: 'LOOKING',
    to: 'LEADING',
    leader: serverId(1),
    reason: 'electionWon',
  },
});

/** Of many servers, so that they do not become one line. */
const logged = (server: number, atMillis: number): Traced => ({
  server: serverId(server),
  sequence: 1,
  atMillis,
  event: { kind: 'proposalLogged', zxid: zxidOf(1n), count: 1 },
});

const fed = (events: readonly Traced[]): FeedLine[] => feedWith([], events);

describe('the feed', () => {
  it('has a key for each line, also where a thing is told twice', () => {
    const feed = feedWith(fed([decided(1, 0), decided(1, 0)]), [decided(1, 0)]);
    expect(feed).toHaveLength(3);
    expect(new Set(feed.map(({ key }) => key)).size).toBe(3);
  });

  it('keeps writes apart that a person makes one after the other', () => {
    expect(fed([committed(1, 1_000), committed(2, 1_600)])).toHaveLength(2);
  });

  it('makes one line of repeats that come at once', () => {
    const [line, ...more] = fed([committed(1, 1_000), committed(2, 1_100), committed(3, 1_200)]);
    expect(line?.times).toBe(3);
    expect(more).toEqual([]);
  });

  it('draws more together while lines come faster than anybody reads', () => {
    const crowd = Array.from({ length: 60 }, (_, at) => logged(at + 1, 1_000 + at));
    const lines = fed([...crowd, committed(61, 1_100), committed(62, 1_600)]);
    expect(lines.at(-1)?.times).toBe(2);
  });

  it("an election's many lines are no reason to draw writes together", () => {
    const crowd = Array.from({ length: 60 }, (_, at) => decided(at + 1, 1_000 + at));
    const lines = fed([...crowd, committed(61, 1_100), committed(62, 1_600)]);
    expect(lines.at(-1)?.times).toBe(1);
  });

  it('a repeated line is the newest again', () => {
    const lines = fed([committed(1, 1_000), decided(2, 1_050), committed(3, 1_100)]);
    expect(lines.map(({ traced }) => traced.sequence)).toEqual([2, 3]);
  });

  it('never draws decisions together', () => {
    const crowd = Array.from({ length: 60 }, (_, at) => decided(at + 1, 1_000 + at));
    expect(fed(crowd)).toHaveLength(60);
  });

  it('tells causes before effects, in whatever order the servers told them', () => {
    const leader = [committed(1, 1_010)];
    const follower: Traced[] = [
      {
        server: serverId(2),
        sequence: 1,
        atMillis: 1_006,
        event: {
          kind: 'requestReceived',
          session: sessionId(1n),
          xid: 1,
          op: 'create2',
          path: '/a',
        },
      },
      {
        server: serverId(2),
        sequence: 9,
        atMillis: 1_010,
        event: {
          kind: 'replied',
          session: sessionId(1n),
          xid: 1,
          op: 'create2',
          zxid: zxidOf(1n),
          err: 0,
        },
      },
    ];
    const kinds = feedWith(feedWith([], leader), follower).map(({ traced }) => traced.event.kind);
    expect(kinds).toEqual(['requestReceived', 'committed', 'replied']);
  });

  it('draws together what stands in the way of many writes, while the count stays the same', () => {
    const awaited = (sequence: number, have: number): Traced => ({
      server: serverId(1),
      sequence,
      atMillis: 1_000 + sequence,
      event: {
        kind: 'commitAwaited',
        zxid: zxidOf(BigInt(sequence)),
        have,
        need: 3,
        waitedMillis: 120,
        standings: [],
      },
    });
    const lines = fed([awaited(1, 1), awaited(2, 1), awaited(3, 2)]);
    expect(lines.map(({ times }) => times)).toEqual([2, 1]);
  });

  it('answers to other operations are other lines', () => {
    const replied = (op: 'create2' | 'getData', sequence: number): Traced => ({
      server: serverId(1),
      sequence,
      atMillis: 1_000 + sequence,
      event: {
        kind: 'replied',
        session: sessionId(1n),
        xid: sequence,
        op,
        zxid: zxidOf(1n),
        err: 0,
      },
    });
    expect(fed([replied('create2', 1), replied('getData', 2)])).toHaveLength(2);
  });

  it('what is only said again and again is one line, where it began', () => {
    const refused = (sequence: number, atMillis: number): Traced => ({
      server: serverId(3),
      sequence,
      atMillis,
      event: { kind: 'clientRefused', connection: connectionId(1), reason: 'notServing' },
    });
    const lines = fed([refused(1, 1_000), decided(2, 2_000), refused(3, 9_000)]);
    expect(lines.map(({ traced, times }) => [traced.event.kind, times])).toEqual([
      ['clientRefused', 2],
      ['roleChanged', 1],
    ]);
  });
});
