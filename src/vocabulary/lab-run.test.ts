import { describe, expect, it } from 'vitest';

import { LAB_RUN_VERSION, readRun, type LabRun } from './lab-run.ts';
import type { StepAt } from './lab.ts';

const open = (server: number, events: number): StepAt => ({
  at: { millis: events * 10, events },
  step: { kind: 'openServer', server },
});
const run: LabRun = {
  ...{ version: LAB_RUN_VERSION, engine: '3fa9', branch: 2, now: { millis: 60, events: 7 } },
  options: { seed: 4, participants: 3, observers: 0 },
  branches: [
    { parent: null, steps: [open(1, 0), open(2, 5)], end: { millis: 90, events: 9 }, hash: 'a1' },
    {
      parent: { branch: 1, at: { millis: 40, events: 4 } },
      ...{ steps: [open(1, 0), open(3, 4)], end: { millis: 70, events: 8 }, hash: 'b2' },
    },
  ],
  selection: {
    ...{ view: 'compare', server: 2, session: 3, path: '/app' },
    event: { server: 2, sequence: 17, atMillis: 33 },
    followed: { kind: 'zxid', id: '0x100000001' },
    compared: { left: 1, right: 2 },
  },
};

/** The run with one field of its JSON changed, wherever it stands. */
function damaged(way: readonly (string | number)[], value: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(run)) as unknown;
  let at = copy as Record<string | number, unknown>;
  for (const name of way.slice(0, -1)) at = at[name] as Record<string | number, unknown>;
  at[way.at(-1) ?? ''] = value;
  return copy;
}

describe('a shared run', () => {
  it('is read as it was written: branches, moment, selection', () => {
    expect(readRun(JSON.parse(JSON.stringify(run)))).toEqual(run);
  });

  it('of the first version is one branch at its end', () => {
    const [first] = run.branches;
    const { steps, end, hash } = first!;
    expect(readRun({ version: 1, options: run.options, steps, end, hash })).toMatchObject({
      ...{ version: LAB_RUN_VERSION, engine: '', branch: 1, now: end },
      branches: [{ parent: null, steps, end, hash }],
    });
    expect(readRun({ version: 1, options: run.options, steps, end, hash: 'no' })).toBeNull();
  });

  it.each<[readonly (string | number)[], unknown]>([
    [['version'], 3],
    [['engine'], 7],
    [['engine'], 'not one'],
    [['options'], { seed: 'x' }],
    [['options', 'participants'], 40],
    [['branches'], []],
    [['branches'], {}],
    [['branches'], Array.from({ length: 13 }, () => run.branches[0])],
    [['branches', 0, 'parent'], { branch: 1, at: { millis: 0, events: 0 } }],
    [['branches', 1, 'parent'], null],
    [['branches', 1, 'parent', 'branch'], 2],
    [['branches', 1, 'parent', 'branch'], 0],
    [['branches', 1, 'parent', 'at'], { millis: 80, events: 4 }],
    [['branches', 1, 'parent', 'at', 'events'], -1],
    // It does not begin with what was done in the one that it left.
    [['branches', 1, 'steps', 0, 'step', 'server'], 2],
    [['branches', 0, 'steps', 0, 'step', 'kind'], 'explode'],
    [['branches', 0, 'steps', 0, 'at'], { millis: 95, events: 5 }],
    [['branches', 0, 'steps'], 'none'],
    [['branches', 0, 'end', 'millis'], 1.5],
    [['branches', 0, 'hash'], 'xyz'],
    [['branch'], 0],
    [['branch'], 3],
    [['now'], { millis: 71, events: 8 }],
    [['now'], null],
    [['selection'], null],
    [['selection', 'view'], 'kitchen'],
    [['selection', 'server'], 'two'],
    [['selection', 'session'], -1],
    [['selection', 'path'], 'x'.repeat(5_000)],
    [['selection', 'event', 'sequence'], 'x'],
    [['selection', 'event', 'atMillis'], -1],
    [['selection', 'followed', 'id'], '0xg'],
    [['selection', 'followed'], { kind: 'packet', id: '0x1' }],
    [['selection', 'compared', 'right'], 3],
  ])('is none with %j as %j', (way, value) => {
    expect(readRun(damaged(way, value))).toBeNull();
  });
});
