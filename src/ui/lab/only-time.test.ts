import { describe, expect, it } from 'vitest';
import type { LabView } from '../../vocabulary/lab.ts';
import { NO_LAMP } from '../../vocabulary/lamp.ts';
import { onlyTimePassed } from './only-time.ts';

const moment = (millis: number) => ({ millis, events: millis * 3 });
const at = (millis: number): LabView => ({
  ...{ options: { seed: 7, participants: 3, observers: 0 }, branch: 1, now: moment(millis) },
  ...{
    running: true,
    speed: 1,
    lamp: { ...NO_LAMP },
    broken: ['smallQuorum'],
    keptFrom: 0,
    full: false,
  },
  branches: [
    {
      ...{ id: 1, parent: null, end: moment(900), hash: '' },
      steps: [{ at: moment(0), step: { kind: 'openServer', server: 1 } }],
    },
  ],
  ...{ hash: String(millis), shared: null, opening: null, lesson: null },
});

describe('a laboratory that runs', () => {
  it('has only gone on where nothing but its time, its hash and its counts are others', () => {
    const after = at(60);
    const counted = { ...NO_LAMP, lagMillis: null };
    expect(onlyTimePassed(at(10), { ...after, lamp: counted })).toBe(true);
  });

  it('was changed by whatever somebody did, or found', () => {
    const after = at(60);
    const [branch] = after.branches;
    if (branch === undefined) throw new Error('there is one');
    const step = { at: moment(60), step: { kind: 'openServer', server: 2 } } as const;
    const others: Partial<LabView>[] = [
      ...[
        { running: false },
        { speed: 2 },
        { branch: 2 },
        { full: true },
        { shared: 'same' as const },
      ],
      ...[{ broken: [] }, { now: moment(5) }, { options: { ...after.options, seed: 8 } }],
      { branches: [branch, { ...branch, id: 2 }] },
      { branches: [{ ...branch, steps: [...branch.steps, step] }] },
    ];
    for (const other of others) {
      expect(onlyTimePassed(at(10), { ...after, ...other }), JSON.stringify(other)).toBe(false);
    }
    expect(onlyTimePassed({ ...at(10), running: false }, after)).toBe(false);
  });
});
