import { describe, expect, it } from 'vitest';

import { serverId } from '../../vocabulary/ids.ts';
import type { RoomView, SeatView } from '../../vocabulary/playground.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import type { NodeView } from '../../vocabulary/view.ts';
import { makeZxid, zxidOf } from '../../vocabulary/zxid.ts';
import { FLIGHT_MILLIS } from '../stage/flights.ts';
import {
  flightsAt,
  flightsOfRun,
  momentIndexAt,
  MOMENTS_MAX,
  momentsWith,
  pictureOf,
  treeAt,
  treesWith,
  type Moment,
  type TreeShot,
} from './moments.ts';

const seat = (id: number, killed: boolean): SeatView => ({
  ...{ serverId: serverId(id), role: 'participant', own: id === 1, present: true },
  ...{ frozen: false, killed, lostDisk: false, server: null, onDisk: [], outside: [] },
});
const roomWith = (killed: readonly number[]): RoomView => ({
  ...{ room: 'r', seats: 3, seat: serverId(1), link: '', signalling: 'open' },
  servers: [1, 2, 3].map((id) => seat(id, killed.includes(id))),
  cuts: [],
  faults: [],
  quorum: { have: 3, need: 2, serving: true, leader: serverId(3), epoch: 1 },
  ...{ sessions: [], problems: [], gateway: { state: 'none', ports: [] } },
});
const QUIET = roomWith([]);

const moment = (atMillis: number, told = 0, room = QUIET): Moment => ({
  ...{ atMillis, room, feed: [], told },
});
const proposal = (sequence: number): Traced => ({
  ...{ server: serverId(3), sequence, atMillis: 0 },
  event: {
    ...{ kind: 'packetSent', peer: serverId(1), type: 'PROPOSAL', bytes: 40 },
    zxid: makeZxid(1, sequence),
  },
});

describe('the moments that a page keeps', () => {
  it('finds what was seen last at a time, and the oldest for a time before all', () => {
    const moments = [moment(10), moment(20), moment(30)];
    expect([5, 10, 19, 20, 99].map((at) => momentIndexAt(moments, at))).toEqual([0, 0, 0, 1, 2]);
    expect(momentIndexAt([], 5)).toBe(-1);
  });

  it('leads from an event to the first picture that shows it, whatever its server’s clock says', () => {
    const [before, sought, after] = [proposal(1), proposal(2), proposal(3)];
    const told = { events: [before, sought, after], forgotten: 10 };
    const moments = [moment(10, 11), moment(20, 12), moment(30, 13)];
    expect(pictureOf(moments, told, sought)?.atMillis).toBe(20);
    // The feed is behind: its line comes with a later picture.
    const line = { key: '', kind: 'life', traced: sought, times: 1, firstMillis: 0 } as const;
    const read = [...moments.slice(0, 2), { ...moment(30, 13), feed: [line] }];
    expect(pictureOf(read, told, sought)?.atMillis).toBe(30);
    expect(pictureOf(moments, told, proposal(2))).toBeNull();
  });

  it('become coarser where they are too many, and still begin where they began', () => {
    let moments: readonly Moment[] = [];
    for (let at = 1; at <= MOMENTS_MAX * 3; at += 1) {
      moments = momentsWith(moments, moment(at, at));
      expect(moments.length).toBeLessThanOrEqual(MOMENTS_MAX);
    }
    expect(moments[0]?.atMillis).toBe(1);
    expect(moments.at(-1)?.atMillis).toBe(MOMENTS_MAX * 3);
    const times = moments.map(({ atMillis }) => atMillis);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
  });

  it('never lose the one at which a server was killed', () => {
    let moments: readonly Moment[] = [];
    for (let at = 1; at <= MOMENTS_MAX * 2; at += 1) {
      moments = momentsWith(moments, moment(at, 0, at < 100 ? QUIET : roomWith([2])));
    }
    const first = moments.find(({ room }) => room.servers[1]?.killed === true);
    expect(first?.atMillis).toBe(100);
  });

  it('forget the oldest where something turns at every one', () => {
    let moments: readonly Moment[] = [];
    for (let at = 1; at <= MOMENTS_MAX * 2; at += 1) {
      moments = momentsWith(moments, moment(at, 0, roomWith(at % 2 === 0 ? [2] : [])));
      expect(moments.length).toBeLessThanOrEqual(MOMENTS_MAX);
    }
    expect(moments[0]?.atMillis).toBeGreaterThan(1);
    expect(moments.at(-1)?.atMillis).toBe(MOMENTS_MAX * 2);
  });
});

describe('what was in the air at a moment', () => {
  const events = [proposal(1), proposal(2), proposal(3)];
  const moments = [moment(0), moment(1_000, 1), moment(5_000, 2), moment(5_400, 3)];
  const told = { events, forgotten: 0 };
  const marks = (millis: number): readonly string[] =>
    flightsAt(moments, told, millis).map(({ mark }) => mark);

  it('is what had been told and had not landed', () => {
    expect(marks(999)).toEqual([]);
    expect(marks(1_000)).toEqual(['1']);
    expect(marks(1_000 + FLIGHT_MILLIS)).toEqual([]);
    expect(marks(5_500)).toEqual(['2', '3']);
  });

  it('is the same frame whenever it is looked at, and whatever came later', () => {
    const first = flightsAt(moments, told, 5_500);
    const later = [...moments, moment(9_000, 4)];
    const more = { events: [...events, proposal(4)], forgotten: 0 };
    expect(flightsAt(later, more, 5_500)).toEqual(first);
    expect(first.map(({ bornMillis }) => bornMillis)).toEqual([5_000, 5_400]);
  });

  it('lacks what was forgotten, and shows nothing else in its place', () => {
    const rest = { events: events.slice(2), forgotten: 2 };
    expect(flightsAt(moments, rest, 1_100)).toEqual([]);
    expect(flightsAt(moments, rest, 5_500).map(({ mark }) => mark)).toEqual(['3']);
  });
});

describe('what is in the air at a moment of a run', () => {
  const run = [100, 200, 300].map((atMillis, at) => ({ ...proposal(at + 1), atMillis }));
  const marks = (millis: number, speed: number): readonly string[] =>
    flightsOfRun(run, millis, speed).map(({ mark }) => mark);

  it('is a function of the moment and the speed', () => {
    expect(marks(99, 0.1)).toEqual([]);
    expect(marks(110, 0.1)).toEqual(['1']);
    expect(marks(210, 0.1)).toEqual(['2']);
    expect(marks(310, 1)).toEqual(['1', '3']);
    expect(flightsOfRun(run, 110, 0.1)[0]?.bornMillis).toBe(1_000);
  });
});

describe('the trees that a page keeps', () => {
  const shot = (atMillis: number, server: number, nodes = 1): TreeShot => ({
    atMillis,
    tree: {
      ...{ serverId: serverId(server), zxid: zxidOf(BigInt(atMillis)), omitted: 0 },
      nodes: Array.from({ length: nodes }, () => ({}) as NodeView),
    },
  });

  it('give the one of that server at that time, and none for a time before', () => {
    const shots = [shot(10, 1), shot(20, 2), shot(30, 1)];
    expect(treeAt(shots, serverId(1), 29)?.zxid).toBe(10n);
    expect(treeAt(shots, serverId(1), 30)?.zxid).toBe(30n);
    expect(treeAt(shots, serverId(2), 19)).toBeNull();
  });

  it('are bounded by all of their nodes together', () => {
    let shots: readonly TreeShot[] = [];
    for (let at = 0; at < 500; at += 1) shots = treesWith(shots, shot(at, 1, 500));
    expect(shots.length).toBe(60);
    expect(shots.at(-1)?.atMillis).toBe(499);
  });
});
