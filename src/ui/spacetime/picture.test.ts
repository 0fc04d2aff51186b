import { describe, expect, it } from 'vitest';

import { serverId, sessionId } from '../../vocabulary/ids.ts';
import type { Traced, TraceEvent } from '../../vocabulary/trace.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import { causalityOf } from './causality.ts';
import { positionsOf, spaceTimePicture, type Sight } from './picture.ts';

const at = (server: number, atMillis: number, event: TraceEvent): Traced => ({
  server: serverId(server),
  sequence: atMillis,
  atMillis,
  event,
});
const commit = (peer: number, kind: 'packetSent' | 'packetReceived'): TraceEvent => ({
  kind,
  peer: serverId(peer),
  type: 'COMMIT',
  zxid: makeZxid(1, 1),
  bytes: 20,
});
const sight: Sight = {
  spacing: 'time',
  span: 100,
  to: 100,
  told: Infinity,
  width: 878,
  height: 300,
  messages: true,
  locals: true,
  pings: false,
  clients: true,
  kind: null,
};
const drawn = (events: readonly Traced[], other: Partial<Sight> = {}) => {
  const causality = causalityOf(events);
  const look = { ...sight, ...other };
  return spaceTimePicture(causality, positionsOf(causality, look), look);
};

describe('the space-time picture', () => {
  it('a message is a line to the right, from lane to lane', () => {
    const { arrows, lanes } = drawn([
      at(3, 10, commit(1, 'packetSent')),
      at(1, 60, commit(3, 'packetReceived')),
    ]);
    expect(lanes.map(({ key }) => key)).toEqual(['server 1', 'server 3']);
    expect(arrows).toHaveLength(1);
    expect(arrows[0]?.x1).toBeLessThan(arrows[0]?.x2 ?? 0);
    expect(arrows[0]?.y1).toBeGreaterThan(arrows[0]?.y2 ?? 0);
  });

  it('pings are drawn where they are asked for, and have no part of the protocol', () => {
    const ping = (peer: number, kind: 'packetSent' | 'packetReceived'): TraceEvent => ({
      ...{ kind, peer: serverId(peer), type: 'PING', zxid: makeZxid(1, 1), bytes: 20 },
    });
    const events = [at(3, 10, ping(1, 'packetSent')), at(1, 60, ping(3, 'packetReceived'))];
    expect(drawn(events).marks).toEqual([]);
    expect(drawn(events, { pings: true }).arrows).toHaveLength(1);
    expect(drawn(events, { pings: true, messages: false }).marks).toEqual([]);
    // What is hidden is counted, as far as it is in sight.
    expect(drawn(events).pingsHidden).toBe(2);
    expect(drawn(events, { pings: true }).pingsHidden).toBe(0);
    expect(drawn(events, { pings: true, messages: false }).pingsHidden).toBe(2);
    expect(drawn(events, { to: 50, span: 50 }).pingsHidden).toBe(1);
    expect(drawn(events, { spacing: 'causal', to: 5, span: 10 }).pingsHidden).toBe(2);
    expect(drawn(events, { pings: true, kind: 'broadcast' }).marks).toEqual([]);
  });

  it('pings that are hidden leave ticks on their lanes, none closer than can be seen', () => {
    const ping = (server: number, atMillis: number): Traced =>
      at(server, atMillis, {
        ...{ kind: 'packetSent', peer: serverId(2), type: 'PING', zxid: makeZxid(1, 1), bytes: 20 },
      });
    const events = [ping(1, 10), ping(1, 10.01), ping(3, 30), ping(1, 50)];
    const { ticks, lanes } = drawn(events);
    expect(ticks.map(({ y, xs }) => [y, xs.length])).toEqual([
      [lanes[0]?.y, 2],
      [lanes[1]?.y, 1],
    ]);
    expect(drawn(events, { pings: true }).ticks).toEqual([]);
    // Without messages there is nothing of them, and with one part of the protocol they are no part.
    expect(drawn(events, { messages: false }).ticks).toEqual([]);
    expect(drawn(events, { kind: 'broadcast' }).ticks).toEqual([]);
    const causal = drawn(events, { spacing: 'causal', to: 5, span: 10 }).ticks;
    expect(causal).toHaveLength(2);
  });

  it('local events that are not drawn become a dot with their number, where they were', () => {
    const logged = (server: number, atMillis: number): Traced =>
      at(server, atMillis, { kind: 'proposalLogged', zxid: makeZxid(1, 1), count: 1 });
    const events = [
      ...[logged(1, 10), logged(1, 10.5), logged(1, 11), logged(2, 11)],
      ...[logged(1, 60), at(2, 61, commit(1, 'packetSent'))],
    ];
    const { folds, marks, lanes, pitch } = drawn(events, { locals: false });
    expect(marks.map(({ index }) => index)).toEqual([5]);
    /** Below their lane, and above the next one. */
    const laneOf = (y: number): number =>
      lanes.findIndex((lane) => y > lane.y + 10 && y < lane.y + pitch / 2);
    expect(folds.map(({ index, count, y }) => [index, count, laneOf(y)])).toEqual([
      [0, 3, 0],
      [4, 1, 0],
      [3, 1, 1],
    ]);
    const whole = drawn(events);
    expect(whole.folds).toEqual([]);
    expect(folds[0]?.x).toBeCloseTo(whole.marks[1]?.x ?? 0);
    // Of another part of the protocol than the one that is looked at nothing is told.
    expect(drawn(events, { locals: false, kind: 'election' }).folds).toEqual([]);
    const many = Array.from({ length: 10_000 }, (_, index) => logged(1, index / 100));
    const dense = drawn(many, { locals: false }).folds;
    expect(dense.length).toBeLessThan(sight.width / 20);
    expect(dense.reduce((sum, { count }) => sum + count, 0)).toBe(10_000);
  });

  it('shows what is in sight and counts what the bound leaves out', () => {
    const many = Array.from({ length: 2_000 }, (_, index) =>
      at(1, index / 25, { kind: 'proposalLogged', zxid: makeZxid(1, index + 1), count: 1 }),
    );
    const all = drawn(many);
    expect(all.marks).toHaveLength(1_500);
    expect(all.omitted).toBe(500);
    expect(drawn(many, { to: 500, span: 100 }).marks).toHaveLength(0);
  });

  it('a phase is a band until the next one, and pings are not drawn', () => {
    const { bands, marks } = drawn([
      at(1, 10, { kind: 'phaseChanged', phase: 'election', epoch: 0 }),
      at(1, 40, { kind: 'phaseChanged', phase: 'broadcast', epoch: 1 }),
      at(1, 50, {
        ...(commit(2, 'packetSent') as TraceEvent & { kind: 'packetSent' }),
        type: 'PING',
      }),
    ]);
    expect(bands.map(({ phase, width }) => [phase, Math.round(width)])).toEqual([
      ['election', 240],
      ['broadcast', 480],
    ]);
    expect(marks).toHaveLength(0);
  });

  it('an election is a band for each of its rounds', () => {
    const vote = { leader: serverId(1), zxid: makeZxid(0, 0), peerEpoch: 0n };
    const { bands } = drawn([
      at(1, 10, { kind: 'phaseChanged', phase: 'election', epoch: 0 }),
      at(1, 10, { kind: 'roundStarted', round: 1n, vote }),
      at(1, 50, { kind: 'roundStarted', round: 2n, vote }),
    ]);
    expect(bands.map(({ phase, round }) => [phase, round])).toEqual([
      ['election', 1n],
      ['election', 2n],
    ]);
  });

  it('a client has a lane below the servers, joined to the server that heard and told it', () => {
    const session = sessionId(0x100_0001n);
    const { lanes, clientMarks, marks } = drawn([
      at(1, 10, { kind: 'requestReceived', session, xid: 1, op: 'create', path: '/a' }),
      at(1, 20, { kind: 'requestReceived', session, xid: -2, op: 'ping', path: null }),
      at(1, 60, { kind: 'replied', session, xid: 1, op: 'create', zxid: makeZxid(1, 1), err: 0 }),
    ]);
    expect(lanes.map(({ owner }) => owner.kind)).toEqual(['server', 'client']);
    const [server, client] = lanes;
    expect(client?.y).toBeGreaterThan(server?.y ?? Infinity);
    expect(clientMarks.map(({ asked, y, serverY }) => [asked, y, serverY])).toEqual([
      [true, client?.y, server?.y],
      [false, client?.y, server?.y],
    ]);
    expect(marks).toHaveLength(2);
  });

  it('the clients that were busy last have lanes, and the others are counted', () => {
    const asks = Array.from({ length: 6 }, (_, index) =>
      at(1, index, {
        ...({ kind: 'requestReceived', xid: 1, op: 'exists', path: '/' } as const),
        session: sessionId(BigInt(6 - index)),
      }),
    );
    const { lanes, otherClients } = drawn(asks);
    const sessions = lanes.flatMap(({ owner }) => (owner.kind === 'client' ? [owner.session] : []));
    expect(sessions).toEqual([1n, 2n, 3n, 4n]);
    expect(otherClients).toBe(2);
    expect(drawn(asks, { clients: false }).lanes).toHaveLength(1);
  });

  it('one part of the protocol alone', () => {
    const events = [
      at(1, 10, commit(2, 'packetSent')),
      at(1, 20, {
        ...(commit(2, 'packetSent') as TraceEvent & { kind: 'packetSent' }),
        type: 'NEWLEADER',
      }),
    ];
    const only = (kind: Sight['kind']) => drawn(events, { kind }).marks.map(({ index }) => index);
    expect([only(null), only('broadcast'), only('sync'), only('election')]).toEqual([
      [0, 1],
      [0],
      [1],
      [],
    ]);
  });

  it('of 100,000 events only those in sight are drawn', () => {
    const many = Array.from({ length: 100_000 }, (_, index) =>
      at((index % 5) + 1, index, commit(((index + 1) % 5) + 1, 'packetSent')),
    );
    const { marks, omitted } = drawn(many, { to: 100_000, span: 1_000 });
    expect(marks).toHaveLength(1_000);
    expect(omitted).toBe(0);
  });
});

describe('causal spacing', () => {
  it('gives no room to steps at which nothing is drawn', () => {
    const ping: TraceEvent = {
      ...(commit(2, 'packetSent') as TraceEvent & { kind: 'packetSent' }),
      type: 'PING',
    };
    const causality = causalityOf([
      at(1, 1, commit(2, 'packetSent')),
      ...Array.from({ length: 50 }, (_, index) => at(1, index + 2, ping)),
      at(1, 90, commit(3, 'packetSent')),
    ]);
    const positions = positionsOf(causality, { ...sight, spacing: 'causal' });
    expect([positions[0], positions[51]]).toEqual([0, 1]);
  });
});
