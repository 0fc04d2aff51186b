import { describe, expect, test } from 'vitest';

import { connectionId, serverId, sessionId } from '../../vocabulary/ids.ts';
import type { PacketName } from '../../vocabulary/packet.ts';
import type { Traced, TraceEvent } from '../../vocabulary/trace.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import { LATE_EVENTS, SelectedEvents, storyOf } from './selected-events.ts';
import {
  eventSelection,
  isNodeSelected,
  isSame,
  isServerSelected,
  isWatchSelected,
  selectionKey,
  threadsOf,
  type Selection,
} from './selection.ts';

const SESSION = sessionId(0x100n);
const OTHER = sessionId(0x200n);
const ZXID = makeZxid(1, 5);
const NEXT = makeZxid(1, 6);
const S1 = serverId(1);
const S2 = serverId(2);
const NO_ZXID = makeZxid(0, 0);

const sequences = new Map<number, number>();
const at = (server: number, atMillis: number, event: TraceEvent): Traced => {
  const sequence = (sequences.get(server) ?? 0) + 1;
  sequences.set(server, sequence);
  return { server: serverId(server), sequence, atMillis, event };
};
const packet = (
  kind: 'packetSent' | 'packetReceived',
  type: PacketName,
  peer: number,
  zxid = ZXID,
): TraceEvent => ({ kind, type, peer: serverId(peer), zxid, bytes: 20 });
const op = 'create' as const;
const opened = (session: typeof SESSION, connection: number): TraceEvent => ({
  ...{ kind: 'sessionOpened', session, connection: connectionId(connection) },
  timeoutMillis: 8_000,
});

/** One write through a follower, told at once by both servers, beside a read and another write. The leader
 *  is heard last. */
const HISTORY: readonly Traced[] = [
  at(2, 1, { kind: 'clientConnected', connection: connectionId(1) }),
  at(2, 1, opened(OTHER, 1)),
  at(2, 2, { kind: 'requestReceived', session: OTHER, xid: 7, op: 'getData', path: '/a' }),
  at(2, 2, { kind: 'watchSet', session: OTHER, path: '/a', watch: 'exists' }),
  at(2, 2, { kind: 'replied', session: OTHER, xid: 7, op: 'getData', zxid: ZXID, err: -101 }),
  at(2, 2, { kind: 'requestReceived', session: SESSION, xid: 7, op, path: '/a' }),
  at(2, 2, { kind: 'requestForwarded', session: SESSION, cxid: 7, op }),
  at(2, 2, packet('packetSent', 'REQUEST', 1, NO_ZXID)),
  at(2, 2, packet('packetReceived', 'PROPOSAL', 1)),
  at(2, 2, { kind: 'proposalLogged', zxid: NEXT, count: 2 }),
  at(2, 2, packet('packetSent', 'ACK', 1)),
  at(2, 3, packet('packetReceived', 'COMMIT', 1)),
  at(2, 3, { kind: 'applied', zxid: ZXID, session: SESSION, op, path: '/a', err: 0 }),
  at(2, 3, { kind: 'watchFired', session: OTHER, path: '/a', event: 'NodeCreated', zxid: ZXID }),
  at(2, 3, { kind: 'replied', session: SESSION, xid: 7, op, zxid: ZXID, err: 0 }),
  at(1, 2, packet('packetReceived', 'REQUEST', 2, NO_ZXID)),
  at(1, 2, { kind: 'proposed', zxid: ZXID, session: SESSION, cxid: 7, op, path: '/a' }),
  at(1, 2, packet('packetSent', 'PROPOSAL', 2)),
  at(1, 2, packet('packetReceived', 'REQUEST', 2, NO_ZXID)),
  at(1, 2, { kind: 'proposed', zxid: NEXT, session: OTHER, cxid: 8, op, path: '/b' }),
  at(1, 3, { kind: 'committed', zxid: ZXID, voters: [S1, S2] }),
  at(1, 3, packet('packetSent', 'COMMIT', 2)),
];

const named = ({ server, event }: Traced): string => {
  const type = 'type' in event ? ` ${event.type}` : '';
  return `${String(server)} ${event.kind}${type}`;
};
const eventsOf = (selection: Selection, history = HISTORY): readonly Traced[] =>
  new SelectedEvents().after(selection, history).events;
const story = (selection: Selection, history = HISTORY): string[] =>
  storyOf(eventsOf(selection, history)).map(named);

describe('what belongs to a transaction', () => {
  const selection = { kind: 'zxid', zxid: ZXID } as const;

  test('goes from the call of its client to the watch that it fired, causes before effects', () => {
    expect(story(selection)).toEqual([
      ...['2 requestReceived', '2 requestForwarded', '2 packetSent REQUEST'],
      ...['1 packetReceived REQUEST', '1 proposed', '1 packetSent PROPOSAL'],
      ...['2 packetReceived PROPOSAL', '2 proposalLogged', '2 packetSent ACK', '1 committed'],
      ...['1 packetSent COMMIT', '2 packetReceived COMMIT', '2 applied', '2 watchFired'],
      '2 replied',
    ]);
  });

  test('is not crowded out by the PINGs that name it while nothing newer comes', () => {
    const pings = Array.from({ length: 1_000 }, (_, count) =>
      at(1, 10 + count, packet('packetSent', 'PING', 2)),
    );
    expect(eventsOf(selection, [...HISTORY, ...pings])).toEqual(eventsOf(selection));
  });

  test('has of what was logged together its part, and no more', () => {
    expect(story({ kind: 'zxid', zxid: NEXT })).toEqual([
      ...['1 packetReceived REQUEST', '1 proposed', '2 proposalLogged'],
    ]);
    expect(story({ kind: 'zxid', zxid: makeZxid(1, 4) })).toEqual([]);
    expect(story({ kind: 'zxid', zxid: makeZxid(2, 5) })).toEqual([]);
  });

  test('is no REQUEST that went before something else', () => {
    const history = HISTORY.filter(({ event }) => event.kind !== 'requestForwarded');
    expect(story(selection, history)).not.toContain('2 packetSent REQUEST');
    const late = HISTORY.map((traced) =>
      traced.event.kind === 'proposed' ? { ...traced, atMillis: 3 } : traced,
    );
    expect(story(selection, late)).not.toContain('1 packetReceived REQUEST');
  });

  test('that opens a session is answered by the handshake; one that closes it has its end', () => {
    const make = { session: SESSION, cxid: 0, op: 'createSession', path: null } as const;
    const close = { session: SESSION, cxid: 0, op: 'closeSession', path: null } as const;
    const history = [
      at(1, 1, { kind: 'proposed', zxid: ZXID, ...make }),
      at(1, 2, opened(SESSION, 4)),
      at(1, 3, { kind: 'sessionExpired', session: SESSION, silentMillis: 8_000 }),
      at(1, 3, { kind: 'proposed', zxid: NEXT, ...close }),
      at(1, 4, { kind: 'sessionClosed', session: SESSION, ephemerals: ['/e'] }),
    ];
    expect(story(selection, history)).toEqual(['1 proposed', '1 sessionOpened']);
    expect(story({ kind: 'zxid', zxid: NEXT }, history)).toEqual([
      ...['1 sessionExpired', '1 proposed', '1 sessionClosed'],
    ]);
  });
});

describe('what belongs to a znode', () => {
  test('is every request, transaction and watch of it, and the answers', () => {
    const kinds = eventsOf({ kind: 'znode', path: '/a' }).map(named);
    expect(kinds).toEqual(HISTORY.map(named).filter((_, index) => ![0, 1, 18, 19].includes(index)));
    expect(story({ kind: 'znode', path: '/b' })).toEqual([
      ...['1 packetReceived REQUEST', '1 proposed', '2 proposalLogged'],
    ]);
  });

  test('is the request for a number that the leader chose, and the end of its session', () => {
    const sequential = { session: SESSION, op: 'create' } as const;
    const history = [
      at(1, 1, { kind: 'requestReceived', ...sequential, xid: 3, path: '/n-' }),
      at(1, 1, { kind: 'proposed', ...sequential, cxid: 3, zxid: ZXID, path: '/n-0000000004' }),
      at(1, 2, { kind: 'replied', ...sequential, xid: 3, zxid: ZXID, err: 0 }),
      at(1, 3, { kind: 'sessionClosed', session: SESSION, ephemerals: ['/n-0000000004'] }),
    ];
    const path = '/n-0000000004';
    expect(eventsOf({ kind: 'znode', path }, history)).toEqual(history);
    expect(story({ kind: 'znode', path: '/n-' }, history)).toEqual([
      '1 requestReceived',
      '1 replied',
    ]);
  });

  test('is no answer to a request whose xid began again at another znode', () => {
    const read = { session: SESSION, xid: 1, op: 'getData' } as const;
    const history = [
      at(1, 1, { kind: 'requestReceived', ...read, path: '/a' }),
      at(1, 1, { kind: 'replied', ...read, zxid: ZXID, err: 0 }),
      at(1, 9, { kind: 'requestReceived', ...read, path: '/b' }),
      at(1, 9, { kind: 'replied', ...read, zxid: ZXID, err: 0 }),
    ];
    expect(story({ kind: 'znode', path: '/a' }, history)).toEqual(['1 requestReceived']);
  });

  test('is a quota that a write below it exceeds', () => {
    const exceeded = at(1, 1, {
      ...{ kind: 'quotaExceeded', subject: '/q', path: '/q/a', what: 'count', limit: 1, value: 2 },
      ...{ isHard: false, refused: false },
    });
    expect(story({ kind: 'znode', path: '/q' }, [exceeded])).toEqual(['1 quotaExceeded']);
  });
});

describe('what belongs to a session', () => {
  test('is its connection, its handshake, its requests, answers and watches, and its end', () => {
    const end = [
      at(1, 9, { kind: 'sessionExpired', session: OTHER, silentMillis: 8_000 }),
      at(1, 9, { kind: 'sessionClosed', session: OTHER, ephemerals: [] }),
      at(1, 9, { kind: 'clientConnected', connection: connectionId(1) }),
    ];
    expect(eventsOf({ kind: 'session', session: OTHER }, [...HISTORY, ...end]).map(named)).toEqual([
      ...['2 clientConnected', '2 sessionOpened', '2 requestReceived', '2 watchSet', '2 replied'],
      ...['2 watchFired', '1 proposed', '1 sessionExpired', '1 sessionClosed'],
    ]);
  });
});

describe('what belongs to a watch', () => {
  const selection = { kind: 'watch', session: OTHER, path: '/a' } as const;

  test('is the request that set it, that it was set, and that it fired', () => {
    expect(eventsOf(selection).map(named)).toEqual([
      ...['2 requestReceived', '2 watchSet', '2 replied', '2 watchFired'],
    ]);
    expect(eventsOf({ ...selection, session: SESSION })).toEqual([]);
  });

  test('is its removal: asked for, or with its session', () => {
    const removes = { session: OTHER, op: 'removeWatches', xid: 9 } as const;
    const history = [
      at(2, 1, { kind: 'watchSet', session: OTHER, path: '/a', watch: 'persistent' }),
      at(2, 2, { kind: 'requestReceived', ...removes, path: '/a' }),
      at(2, 2, { kind: 'replied', ...removes, zxid: ZXID, err: 0 }),
      at(2, 3, { kind: 'requestReceived', ...removes, xid: 10, path: '/b' }),
      at(2, 4, { kind: 'sessionClosed', session: OTHER, ephemerals: [] }),
      at(2, 4, { kind: 'sessionClosed', session: SESSION, ephemerals: [] }),
    ];
    expect(eventsOf(selection, history)).toEqual([history[0], history[1], history[2], history[4]]);
  });
});

describe('what belongs to one event', () => {
  test('is, of a packet, the other end of its way', () => {
    const sent = HISTORY[17]!;
    expect(eventsOf(eventSelection(sent)).map(named)).toEqual([
      ...['2 packetReceived PROPOSAL', '1 packetSent PROPOSAL'],
    ]);
    expect(eventSelection(sent).kind).toBe('packet');
    expect(eventsOf(eventSelection(HISTORY[20]!))).toEqual([HISTORY[20]]);
    expect(eventSelection(HISTORY[20]!).kind).toBe('event');
  });

  test('is none of two that could be its other end', () => {
    const again = at(2, 5, packet('packetReceived', 'PROPOSAL', 1));
    expect(eventsOf(eventSelection(HISTORY[17]!), [...HISTORY, again])).toEqual([HISTORY[17]]);
  });

  test('is a ballot where it came', () => {
    const vote = { leader: S2, zxid: ZXID, peerEpoch: 1n };
    const ballot = { state: 'LOOKING', vote, round: 1n, config: '' } as const;
    const history = [
      at(1, 1, { kind: 'ballotSent', to: S2, ballot }),
      at(2, 1, { kind: 'ballotReceived', from: S1, ballot }),
      at(2, 1, { kind: 'ballotReceived', from: S1, ballot: { ...ballot, round: 2n } }),
    ];
    expect(eventsOf(eventSelection(history[0]!), history)).toEqual(history.slice(0, 2));
  });
});

test('to a server belongs what it tells, and what others send it or hear of it', () => {
  const selection = { kind: 'server', server: S1 } as const;
  expect(eventsOf(selection).map(named)).toEqual([
    ...['2 packetSent REQUEST', '2 packetReceived PROPOSAL', '2 packetSent ACK'],
    '2 packetReceived COMMIT',
    ...HISTORY.filter(({ server }) => server === S1).map(named),
  ]);
});

describe('a trace that grows', () => {
  const selections: readonly Selection[] = [
    { kind: 'zxid', zxid: ZXID },
    { kind: 'znode', path: '/a' },
    { kind: 'session', session: OTHER },
    { kind: 'watch', session: OTHER, path: '/a' },
    { kind: 'server', server: S2 },
    eventSelection(HISTORY[17]!),
  ];

  test.each(selections.map((selection) => [selectionKey(selection), selection] as const))(
    'event by event gives %s the same as all of it at once',
    (_, selection) => {
      const growing = new SelectedEvents();
      for (let length = 0; length <= HISTORY.length; length += 1) {
        growing.after(selection, HISTORY.slice(0, length));
      }
      expect(growing.after(selection, HISTORY).events).toEqual(eventsOf(selection));
    },
  );

  test('a list that grows in place is followed as it grows', () => {
    for (const selection of selections) {
      const growing = new SelectedEvents();
      const history: Traced[] = [];
      for (const traced of HISTORY) {
        history.push(traced);
        growing.after(selection, history);
      }
      expect(growing.after(selection, history).events).toEqual(eventsOf(selection));
    }
  });

  test('is begun anew where its beginning is another, and where another thing is selected', () => {
    const growing = new SelectedEvents();
    const [first] = selections;
    growing.after(first!, HISTORY);
    expect(growing.after(first!, HISTORY.slice(10)).events).toEqual(
      eventsOf(first!, HISTORY.slice(10)),
    );
    expect(growing.after(selections[1]!, HISTORY).events).toEqual(eventsOf(selections[1]!));
  });

  test('of 100,000 events is looked through at once, and then only where it is new', () => {
    const filler = (count: number): Traced[] =>
      Array.from({ length: count }, (_, index) =>
        at(3, index, { kind: 'proposalLogged', zxid: makeZxid(9, index + 1), count: 1 }),
      );
    const history = [...filler(100_000), ...HISTORY];
    const growing = new SelectedEvents();
    const selection = { kind: 'zxid', zxid: ZXID } as const;
    growing.after(selection, history);
    let reads = 0;
    const counted = (events: readonly Traced[]): readonly Traced[] =>
      new Proxy(events, {
        get: (target, name, receiver): unknown => {
          if (typeof name === 'string' && /^\d+$/.test(name)) reads += 1;
          return Reflect.get(target, name, receiver);
        },
      });
    const grown = [...history, ...filler(10)];
    expect(growing.after(selection, counted(grown)).events).toHaveLength(15);
    expect(reads).toBeLessThan(50);
    // What explains others has a bounded part of them looked at again.
    const late = at(1, 4, {
      kind: 'proposed',
      zxid: ZXID,
      session: OTHER,
      cxid: 9,
      op,
      path: null,
    });
    reads = 0;
    growing.after(selection, counted([...grown, late]));
    expect(reads).toBeLessThan(3 * LATE_EVENTS);
  });
});

describe('what is selected', () => {
  test('an event offers the threads that it is part of', () => {
    expect(threadsOf(HISTORY[13]!.event)).toEqual([
      { kind: 'zxid', zxid: ZXID },
      { kind: 'session', session: OTHER },
      { kind: 'znode', path: '/a' },
      { kind: 'watch', session: OTHER, path: '/a' },
    ]);
    expect(threadsOf(HISTORY[0]!.event)).toEqual([]);
  });

  test('is the same thing whichever way it was selected', () => {
    expect(isSame({ kind: 'zxid', zxid: ZXID }, { kind: 'zxid', zxid: ZXID })).toBe(true);
    expect(isSame({ kind: 'zxid', zxid: ZXID }, { kind: 'zxid', zxid: NEXT })).toBe(false);
    expect(isSame(eventSelection(HISTORY[4]!), eventSelection({ ...HISTORY[4]! }))).toBe(true);
    expect(isSame(null, { kind: 'znode', path: '/' })).toBe(false);
  });

  test('znodes that it made, changed, owns or watches', () => {
    const stat = {
      ...{ czxid: ZXID, mzxid: NEXT, pzxid: ZXID, ctime: 0, mtime: 0, version: 0, cversion: 0 },
      ...{ aversion: 0, ephemeralOwner: SESSION, dataLength: 0, numChildren: 0 },
    };
    const node = { path: '/a', data: null, stat, acl: [], kind: 'ephemeral' as const };
    const watches = [{ path: '/a', session: OTHER }];
    const on = (selection: Selection): boolean => isNodeSelected(selection, node, watches);
    expect(on({ kind: 'zxid', zxid: NEXT })).toBe(true);
    expect(on({ kind: 'zxid', zxid: makeZxid(1, 7) })).toBe(false);
    expect(on({ kind: 'session', session: SESSION })).toBe(true);
    expect(on({ kind: 'session', session: OTHER })).toBe(true);
    expect(isNodeSelected({ kind: 'session', session: OTHER }, node, [])).toBe(false);
    expect(on({ kind: 'znode', path: '/b' })).toBe(false);
    expect(on({ kind: 'watch', session: OTHER, path: '/a' })).toBe(true);
    expect(on(eventSelection(HISTORY[12]!))).toBe(true);
    expect(on({ kind: 'server', server: S1 })).toBe(false);
  });

  test('watches of it, and servers that it speaks of', () => {
    const watch = { path: '/a', session: OTHER };
    expect(isWatchSelected({ kind: 'watch', session: OTHER, path: '/a' }, watch)).toBe(true);
    expect(isWatchSelected({ kind: 'watch', session: SESSION, path: '/a' }, watch)).toBe(false);
    expect(isWatchSelected({ kind: 'session', session: OTHER }, watch)).toBe(true);
    expect(isWatchSelected({ kind: 'znode', path: '/b' }, watch)).toBe(false);
    expect(isServerSelected({ kind: 'server', server: S1 }, S1)).toBe(true);
    expect(isServerSelected(eventSelection(HISTORY[20]!), S2)).toBe(true);
    expect(isServerSelected({ kind: 'zxid', zxid: ZXID }, S1)).toBe(false);
  });
});
