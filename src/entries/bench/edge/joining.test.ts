// The measure sees by which way a follower was brought up to date, and takes no other way's time for it.

import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { startEnsemble } from '../../cli/ensemble.ts';
import { temporaryDirectory } from '../../cli/program.fixture.ts';
import type { Bench, Figure } from '../frame.ts';
import { measureJoining } from './joining.ts';
import { SERVERS, type System } from './systems.ts';

let directory = '';
let figures: Omit<Figure, 'part'>[] = [];

beforeEach(async () => {
  directory = await temporaryDirectory();
  figures = [];
});

afterEach(() => rm(directory, { recursive: true, force: true }));

const bench: Bench = {
  quick: true,
  ...{ say: () => undefined, note: () => undefined, missing: () => undefined },
  add: (figure) => figures.push(figure),
};

/** All three in this process. `lines` of a measure are heard or not. */
const servers = (name: string, hears: boolean): System => ({
  name,
  start: async (where, ports, { lines = [] } = {}) => {
    const ensemble = await startEnsemble({
      ...{ servers: SERVERS, directory: where, ...ports, inProcess: true, program: '' },
      ...{ lines: hears ? lines : [], tell: () => undefined },
    });
    return { ...ensemble, name };
  },
});

test('by SNAP and by DIFF, as the settings say, which the report names', async () => {
  await measureJoining(bench, [servers('ours', true)], directory);
  expect(figures.map(({ measure, point }) => `${measure} ${point}`)).toEqual([
    'a follower joins 3,000 znodes behind by SNAP (commitLogCount=500; Apache with snapshotSizeFactor=-1)',
    'a follower joins 3,000 znodes behind by DIFF (commitLogCount=400000)',
  ]);
  for (const { samples } of figures) expect(samples).toHaveLength(1);
}, 60_000);

test('a follower that joins by another way is no sample', async () => {
  const joining = measureJoining(bench, [servers('deaf', false)], directory);
  await expect(joining).rejects.toThrow('deaf: the follower joined, but not by DIFF');
}, 60_000);
