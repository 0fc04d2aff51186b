import { describe, expect, test } from 'vitest';

import { connectionId, serverId, sessionId } from '../../vocabulary/ids.ts';
import type { Traced, TraceEvent } from '../../vocabulary/trace.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import { isNodeOnThread, isSame, storyOf, threadOf, threadsOf } from './thread.ts';

const SESSION = sessionId(0x100n);
const OTHER = sessionId(0x200n);
const ZXID = makeZxid(1, 5);
const NEXT = makeZxid(1, 6);
const S1 = serverId(1);
const S2 = serverId(2);

let sequence = 0;
const at = (server: number, atMillis: number, event: TraceEvent): Traced => {
  sequence += 1;
  return { server: serverId(server), sequence, atMillis, event };
};
const packet = (
  kind: 'packetSent' | 'packetReceived',
  type: 'PROPOSAL' | 'ACK' | 'COMMIT' | 'PING',
  peer: number,
  zxid = ZXID,
): TraceEvent => ({ kind, type, peer: serverId(peer), zxid, bytes: 20 });
const op = 'create' as const;

/** One write through a follower, told at once by both servers, beside a read and another write. */
const HISTORY: readonly Traced[] = [
  at(2, 1, { kind: 'clientConnected', connection: connectionId(1) }),
  at(2, 2, { kind: 'requestReceived', session: SESSION, xid: 7, op, path: '/a' }),
  at(2, 2, { kind: 'requestReceived', session: OTHER, xid: 7, op: 'getData', path: '/a' }),
  at(2, 2, { kind: 'requestForwarded', session: SESSION, cxid: 7, op }),
  at(2, 2, packet('packetReceived', 'PROPOSAL', 1)),
  at(2, 2, { kind: 'proposalLogged', zxid: NEXT, count: 2 }),
  at(2, 2, packet('packetSent', 'ACK', 1)),
  at(2, 3, packet('packetReceived', 'COMMIT', 1)),
  at(2, 3, { kind: 'applied', zxid: ZXID, session: SESSION, op, path: '/a', err: 0 }),
  at(2, 3, { kind: 'watchFired', session: OTHER, path: '/a', event: 'NodeCreated', zxid: ZXID }),
  at(2, 3, { kind: 'replied', session: SESSION, xid: 7, op, zxid: ZXID, err: 0 }),
  at(2, 4, { kind: 'replied', session: OTHER, xid: 7, op: 'getData', zxid: ZXID, err: 0 }),
  at(1, 2, { kind: 'proposed', zxid: ZXID, session: SESSION, cxid: 7, op, path: '/a' }),
  at(1, 2, packet('packetSent', 'PROPOSAL', 2)),
  at(1, 2, { kind: 'proposed', zxid: NEXT, session: OTHER, cxid: 8, op, path: '/b' }),
  at(1, 3, { kind: 'committed', zxid: ZXID, voters: [S1, S2] }),
  at(1, 3, packet('packetSent', 'COMMIT', 2)),
];

const story = (followed: Parameters<typeof threadOf>[0]) =>
  storyOf(threadOf(followed, HISTORY), HISTORY).map(({ server, event }) => {
    const type = 'type' in event ? ` ${event.type}` : '';
    return `${String(server)} ${event.kind}${type}`;
  });

describe('the story', () => {
  test('of a transaction goes from the call of its client to its answer, causes before effects', () => {
    expect(story({ kind: 'zxid', zxid: ZXID })).toEqual([
      ...['2 requestReceived', '2 requestForwarded', '1 proposed', '1 packetSent PROPOSAL'],
      ...['2 packetReceived PROPOSAL', '2 proposalLogged', '2 packetSent ACK', '1 committed'],
      ...['1 packetSent COMMIT', '2 packetReceived COMMIT', '2 applied', '2 watchFired'],
      '2 replied',
    ]);
  });

  test('of a transaction is not crowded out by the PINGs that name it while nothing newer comes', () => {
    const followed = { kind: 'zxid', zxid: ZXID } as const;
    const pings = Array.from({ length: 1_000 }, (_, count) =>
      at(1, 10 + count, packet('packetSent', 'PING', 2)),
    );
    const later = [...HISTORY, ...pings];
    expect(storyOf(threadOf(followed, later), later)).toEqual(
      storyOf(threadOf(followed, HISTORY), HISTORY),
    );
  });

  test('of another transaction has its part of what was logged together, and no more', () => {
    expect(story({ kind: 'zxid', zxid: NEXT })).toEqual(['1 proposed', '2 proposalLogged']);
    expect(story({ kind: 'zxid', zxid: makeZxid(1, 4) })).toEqual([]);
    expect(story({ kind: 'zxid', zxid: makeZxid(2, 5) })).toEqual([]);
  });

  test('of a session and of a znode', () => {
    expect(story({ kind: 'session', session: OTHER })).toEqual([
      ...['2 requestReceived', '1 proposed', '2 watchFired', '2 replied'],
    ]);
    expect(story({ kind: 'path', path: '/b' })).toEqual(['1 proposed']);
  });
});

describe('what is followed', () => {
  test('an event offers what it names', () => {
    expect(threadsOf(HISTORY[8]!.event)).toEqual([
      { kind: 'zxid', zxid: ZXID },
      { kind: 'session', session: SESSION },
      { kind: 'path', path: '/a' },
    ]);
    expect(threadsOf(HISTORY[0]!.event)).toEqual([]);
    expect(isSame({ kind: 'zxid', zxid: ZXID }, { kind: 'zxid', zxid: NEXT })).toBe(false);
    expect(isSame(null, { kind: 'path', path: '/' })).toBe(false);
  });

  test('znodes that it made, changed, owns or watches', () => {
    const stat = {
      ...{ czxid: ZXID, mzxid: NEXT, pzxid: ZXID, ctime: 0, mtime: 0, version: 0, cversion: 0 },
      ...{ aversion: 0, ephemeralOwner: SESSION, dataLength: 0, numChildren: 0 },
    };
    const node = { path: '/a', data: null, stat, acl: [], kind: 'ephemeral' as const };
    const watches = [{ path: '/a', session: OTHER }];
    const on = (followed: Parameters<typeof isNodeOnThread>[0]) =>
      isNodeOnThread(followed, node, watches);
    expect(on({ kind: 'zxid', zxid: NEXT })).toBe(true);
    expect(on({ kind: 'zxid', zxid: makeZxid(1, 7) })).toBe(false);
    expect(on({ kind: 'session', session: SESSION })).toBe(true);
    expect(on({ kind: 'session', session: OTHER })).toBe(true);
    expect(isNodeOnThread({ kind: 'session', session: OTHER }, node, [])).toBe(false);
    expect(on({ kind: 'path', path: '/b' })).toBe(false);
  });
});
