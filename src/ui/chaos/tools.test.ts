import { describe, expect, it } from 'vitest';

import { serverId } from '../../vocabulary/ids.ts';
import type { SeatView } from '../../vocabulary/playground.ts';
import {
  aimOf,
  amountsOf,
  canAim,
  isChannelPossible,
  stepOnLink,
  stepOnServer,
  TOOLS,
  type ToolName,
} from './tools.ts';

const [one, three] = [serverId(1), serverId(3)];

const seat = (more: Partial<SeatView>): SeatView => ({
  ...{ serverId: one, role: 'participant', own: false, present: true },
  ...{ frozen: false, killed: false, lostDisk: false, server: null, onDisk: [], outside: [] },
  ...more,
});

describe('a tool of the chaos palette', () => {
  it('is offered once', () => {
    expect([...TOOLS].sort()).toEqual([
      ...['closeChannel', 'crash', 'cut', 'cutOff', 'cutWay', 'freeze', 'fullDisk', 'killAll'],
      ...['restart', 'skewClock', 'slowDisk', 'slowLink', 'wipe'],
    ]);
  });

  it.each([
    ['crash', { kind: 'kill', server: one }],
    ['restart', { kind: 'restart', server: one }],
    ['freeze', { kind: 'freeze', server: one, on: true }],
    ['wipe', { kind: 'wipe', server: one }],
    ['slowDisk', { kind: 'slowDisk', server: one, millis: 70 }],
    ['fullDisk', { kind: 'fullDisk', server: one, on: true }],
    ['skewClock', { kind: 'skewClock', server: one, percent: 70 }],
  ] as const)('%s is a step at a server', (tool, step) => {
    expect(aimOf(tool)).toBe('server');
    expect(stepOnServer(tool, one, 70)).toEqual(step);
  });

  it.each([
    ['cut', 'link', { kind: 'cut', a: one, b: three }],
    ['cutWay', 'way', { kind: 'cutWay', from: one, to: three, on: true }],
    ['slowLink', 'link', { kind: 'slowLink', a: one, b: three, millis: 70 }],
    ['closeChannel', 'link', { kind: 'closeChannel', a: one, b: three, channel: 'client' }],
  ] as const)('%s is a step at a %s', (tool, aim, step) => {
    expect(aimOf(tool)).toBe(aim);
    expect(stepOnLink(tool, [one, three], { amount: 70, channel: 'client' })).toEqual(step);
  });

  it('is of a group or of the whole room where it has no single target', () => {
    expect(aimOf('cutOff')).toBe('group');
    expect(aimOf('killAll')).toBe('room');
  });

  it('has amounts, the usual one first, where there is a how much', () => {
    const usual = TOOLS.flatMap((tool) => (amountsOf(tool).length > 0 ? [tool] : []));
    expect(usual.map((tool) => [tool, amountsOf(tool)[0]])).toEqual([
      ...[
        ['slowDisk', 500],
        ['slowLink', 300],
        ['skewClock', 200],
      ],
    ]);
  });
});

describe('what is possible', () => {
  it('is every channel in tabs, and in a laboratory those between servers', () => {
    const channels = ['election', 'quorum', 'client', 'trace'] as const;
    expect(channels.filter((channel) => isChannelPossible(channel, false))).toEqual(channels);
    expect(channels.filter((channel) => isChannelPossible(channel, true))).toEqual([
      ...['election', 'quorum'],
    ]);
  });

  const ALWAYS = 'cut cutWay cutOff slowLink killAll';
  const DISK = 'wipe slowDisk fullDisk skewClock closeChannel';
  it.each([
    [
      'runs',
      {},
      `crash restart freeze ${DISK} ${ALWAYS}`,
      `crash restart freeze ${DISK} ${ALWAYS}`,
    ],
    [
      'is frozen',
      { frozen: true },
      `crash restart ${DISK} ${ALWAYS}`,
      `crash restart ${DISK} ${ALWAYS}`,
    ],
    ['is killed', { killed: true }, `restart ${DISK} ${ALWAYS}`, `restart ${DISK} ${ALWAYS}`],
    ['is an empty seat', { present: false }, ALWAYS, `restart ${DISK} ${ALWAYS}`],
  ])('at a server that %s', (_, more, inTabs, inLaboratory) => {
    const at = (laboratory: boolean): ToolName[] =>
      TOOLS.filter((tool) => canAim(tool, seat(more), laboratory));
    expect(at(false).sort()).toEqual(inTabs.split(' ').sort());
    expect(at(true).sort()).toEqual(inLaboratory.split(' ').sort());
  });
});
