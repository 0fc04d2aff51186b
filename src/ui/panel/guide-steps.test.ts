import { describe, expect, test } from 'vitest';

import { serverId } from '../../vocabulary/ids.ts';
import type { RoomView } from '../../vocabulary/playground.ts';
import { guideAfter, nextStep, NO_PROGRESS, type GuideProgress, type Seen } from './guide-steps.ts';

interface Sketch {
  readonly leader?: number | null;
  readonly killed?: readonly number[];
  readonly cuts?: readonly (readonly [number, number])[];
}

function roomWith({ leader = 3, killed = [], cuts = [] }: Sketch): RoomView {
  return {
    room: 'room',
    seats: 3,
    seat: serverId(1),
    link: 'link',
    signalling: 'open',
    servers: [1, 2, 3].map((id) => ({
      serverId: serverId(id),
      role: 'participant',
      own: id === 1,
      present: true,
      frozen: false,
      killed: killed.includes(id),
      lostDisk: false,
      onDisk: [],
      outside: [],
      server: null,
    })),
    cuts: cuts.map(([a, b]) => ({ a: serverId(a), b: serverId(b) })),
    faults: [],
    quorum: {
      have: 3 - killed.length,
      need: 2,
      serving: leader !== null,
      leader: leader === null ? null : serverId(leader),
      epoch: 1,
    },
    sessions: [],
    problems: [],
    gateway: { state: 'none', ports: [] },
  };
}

const seen = (sketch: Sketch, more: Partial<Seen> = {}): Seen => ({
  room: roomWith(sketch),
  commands: [],
  watchesFired: 0,
  ...more,
});

const after = (...all: readonly Seen[]): GuideProgress => all.reduce(guideAfter, NO_PROGRESS);

describe('the guide', () => {
  test('begins with the quorum and goes on to the first znode', () => {
    expect(nextStep(after(seen({ leader: null })))).toBe('quorum');
    expect(nextStep(after(seen({})))).toBe('create');
  });

  test('a refused command teaches nothing; an answered one does', () => {
    const command = {
      kind: 'create',
      path: '/a',
      data: '',
      ephemeral: true,
      sequential: false,
    } as const;
    const failed = { outcome: 'failed', name: 'NodeExists', lines: [], exitCode: 1 } as const;
    const ok = { outcome: 'ok', name: null, lines: [], exitCode: 0 } as const;
    const refused = after(seen({}, { commands: [{ command, result: failed }] }));
    expect(refused.done.has('ephemeral')).toBe(false);
    const answered = after(seen({}, { commands: [{ command, result: ok }] }));
    expect(answered.done.has('ephemeral')).toBe(true);
    expect(answered.done.has('create')).toBe(false);
  });

  test('only the death of the leader counts, and only another leader is a new one', () => {
    expect(after(seen({}), seen({ killed: [1] })).done.has('kill')).toBe(false);
    const dead = after(seen({}), seen({ leader: null, killed: [3] }));
    expect(dead.done.has('kill')).toBe(true);
    expect(dead.done.has('elect')).toBe(false);
    expect(guideAfter(dead, seen({ leader: 2, killed: [3] })).done.has('elect')).toBe(true);
  });

  test('one cut link parts nobody; a minority without links is cut off', () => {
    expect(after(seen({ cuts: [[1, 2]] })).done.has('cut')).toBe(false);
    const both = [
      [1, 2],
      [1, 3],
    ] as const;
    const parted = after(seen({ cuts: both }));
    expect(parted.done.has('cut')).toBe(true);
    expect(parted.done.has('heal')).toBe(false);
    expect(guideAfter(parted, seen({})).done.has('heal')).toBe(true);
  });

  test('nothing new leaves the same object', () => {
    const once = after(seen({}));
    expect(guideAfter(once, seen({}))).toBe(once);
  });
});
