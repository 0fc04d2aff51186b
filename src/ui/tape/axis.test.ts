import { describe, expect, it } from 'vitest';

import { serverId } from '../../vocabulary/ids.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import { causalityOf } from '../spacetime/causality.ts';
import { positionsOf, spaceTimePicture, type Sight } from '../spacetime/picture.ts';
import { ALONE, axisOf, beyond, positionAt, UNDER_LANES, xOn } from './axis.ts';

const axis = axisOf({ from: 1_000, to: 3_000 }, 1_078, UNDER_LANES);

describe('the axis of tape and diagram', () => {
  it('begins and ends at its insets', () => {
    expect(xOn(axis, 1_000)).toBe(64);
    expect(xOn(axis, 3_000)).toBe(1_064);
    expect(xOn(axis, 2_000)).toBe(564);
    expect(xOn(axisOf({ from: 0, to: 10 }, 114, ALONE), 10)).toBe(107);
  });

  it('says of a pixel which moment it is, and of none beside it', () => {
    for (const x of [64, 300, 1_064]) expect(xOn(axis, positionAt(axis, x) ?? 0)).toBeCloseTo(x);
    expect(positionAt(axis, 63)).toBeNull();
    expect(positionAt(axis, 1_065)).toBeNull();
    expect(positionAt(axisOf({ from: 0, to: 1 }, 20, UNDER_LANES), 64)).toBeNull();
  });

  it('says how far beside it a pixel lies', () => {
    expect([54, 64, 500, 1_064, 1_084].map((x) => beyond(axis, x))).toEqual([-10, 0, 0, 0, 20]);
  });

  it.each([
    [50, 20_000],
    [5_000, 21_000],
    [60_000, 60_000],
  ])('an event stands at one x in both: %d ms up to %d', (span, to) => {
    const width = 733;
    const event: Traced = {
      ...{ server: serverId(1), sequence: 1, atMillis: 19_987 },
      event: { kind: 'serverHalted', reason: '' },
    };
    const causality = causalityOf([event]);
    const sight: Sight = {
      ...{ spacing: 'time', span, to, told: to, width, height: 200, clients: true },
      ...{ messages: true, locals: true, pings: false, kind: null },
    };
    const { marks } = spaceTimePicture(causality, positionsOf(causality, sight), sight);
    const below = axisOf({ from: to - span, to }, width, UNDER_LANES);
    expect(marks.map(({ x }) => x)).toEqual([xOn(below, 19_987)]);
  });
});
