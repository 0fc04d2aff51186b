import { describe, expect, it } from 'vitest';

import { serverId } from '../../vocabulary/ids.ts';
import type { FaultView, RoomView, SeatView } from '../../vocabulary/playground.ts';
import { activeFaults, faultKey, healing, healingAll, isStopped } from './faults.ts';
import { isClick, isInside, nearest } from './lasso.ts';

const [one, two, three] = [serverId(1), serverId(2), serverId(3)];

const seat = (id: number, more: Partial<SeatView> = {}): SeatView => ({
  ...{ serverId: serverId(id), role: 'participant', own: false, present: true },
  ...{ frozen: false, killed: false, lostDisk: false, server: null, onDisk: [], outside: [] },
  ...more,
});

const room = (
  servers: readonly SeatView[],
  faults: readonly FaultView[] = [],
  cuts: RoomView['cuts'] = [],
) => ({ servers, faults, cuts });

describe('what is wrong in a room', () => {
  it('is one list, disks before the servers that stand on them', () => {
    const wrong = room(
      [seat(1, { killed: true }), seat(2, { frozen: true }), seat(3, { present: false })],
      [
        { kind: 'fullDisk', server: one },
        { kind: 'cutWay', from: two, to: one },
      ],
      [{ a: one, b: two }],
    );
    const faults = activeFaults(wrong);
    expect(faults.map(faultKey)).toEqual([
      ...['cut-1-2', 'fullDisk-1', 'cutWay-2-1', 'frozen-2', 'killed-1'],
    ]);
    expect(healingAll(wrong)).toEqual([
      { kind: 'healAll' },
      { kind: 'fullDisk', server: one, on: false },
      { kind: 'freeze', server: two, on: false },
      { kind: 'restart', server: one },
    ]);
  });

  it('is healed one by one: of a link that is cut, a way that was held stays so', () => {
    const wrong = room(
      [seat(1), seat(2), seat(3)],
      [
        { kind: 'cutWay', from: two, to: one },
        { kind: 'slowLink', a: one, b: three, millis: 300 },
      ],
      [{ a: one, b: two }],
    );
    expect(activeFaults(wrong).map((fault) => healing(fault, wrong))).toEqual([
      [
        { kind: 'heal', a: one, b: two },
        { kind: 'cutWay', from: two, to: one, on: true },
      ],
      [{ kind: 'cutWay', from: two, to: one, on: false }],
      [{ kind: 'slowLink', a: one, b: three, millis: 0 }],
    ]);
  });

  it('stops what is sent over a link that is cut both ways, and over a way that is held that way', () => {
    const wrong = room([], [{ kind: 'cutWay', from: three, to: one }], [{ a: one, b: two }]);
    const ways = [
      ...([[one, two] as const, [two, one] as const] as const),
      ...([[three, one] as const, [one, three] as const, [two, three] as const] as const),
    ];
    expect(ways.map(([from, to]) => isStopped(wrong, from, to))).toEqual([
      ...[true, true, true, false, false],
    ]);
  });

  it('is nothing where all is well', () => {
    expect(activeFaults(room([seat(1)]))).toEqual([]);
    expect(healingAll(room([seat(1)]))).toEqual([]);
  });
});

describe('a lasso', () => {
  const bay = [
    { x: 0, y: 0 },
    { x: 100, y: 0 },
    { x: 100, y: 100 },
    { x: 50, y: 20 },
    { x: 0, y: 100 },
  ];
  it.each([
    [{ x: 10, y: 50 }, true],
    [{ x: 90, y: 50 }, true],
    [{ x: 50, y: 60 }, false],
    [{ x: 150, y: 50 }, false],
    [{ x: -1, y: -1 }, false],
  ])('goes round %j: %s', (point, inside) => {
    expect(isInside(point, bay)).toBe(inside);
  });

  it('that is hardly drawn is a click on the nearest seat in reach', () => {
    expect(
      isClick([
        { x: 3, y: 3 },
        { x: 5, y: 4 },
      ]),
    ).toBe(true);
    expect(isClick(bay)).toBe(false);
    const places = new Map([
      [1, { x: 0, y: 0 }],
      [2, { x: 30, y: 0 }],
    ]);
    expect(nearest(places, { x: 20, y: 0 }, 40)).toBe(2);
    expect(nearest(places, { x: 20, y: 90 }, 40)).toBeNull();
  });
});
