import { describe, expect, it } from 'vitest';

import { base64 } from '../../base/base64.ts';
import { lived, takenFrom } from '../../sim/taken.fixture.ts';
import type { LabRun } from '../../vocabulary/lab-run.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import { LabBench } from '../lab-worker/bench.ts';
import type { FromLab, ToLab } from '../lab-worker/messages.ts';
import { readRunLink, runLink, runOf } from './run-link.ts';

const OPTIONS = { seed: 11, participants: 3, observers: 0 };

/** A laboratory without its clock, and how it last said that it is. */
function laboratory() {
  let lab: (FromLab & { kind: 'lab' })['lab'] | null = null;
  const bench = new LabBench((message) => {
    if (message.kind === 'lab') ({ lab } = message);
  });
  const tell = (...messages: ToLab[]): void => {
    for (const message of messages) bench.take(message);
  };
  const act = (step: LabStep): void => {
    tell({ kind: 'act', step });
  };
  const play = (millis: number): void => {
    tell({ kind: 'setSpeed', speed: 1 }, { kind: 'play' });
    for (let passed = 0; passed < millis; passed += 16) bench.passes(16);
    tell({ kind: 'pause' });
  };
  const view = () => {
    bench.show();
    if (lab === null) throw new Error('it never said how it is');
    return lab;
  };
  return { tell, act, play, view };
}

function played() {
  const world = laboratory();
  world.tell({ kind: 'open', options: OPTIONS });
  for (const server of [1, 2, 3]) world.act({ kind: 'openServer', server });
  world.act({ kind: 'openClient', server: null, timeoutMillis: 8_000 });
  world.play(1_500);
  world.act({ kind: 'crash', server: 3, silent: false });
  world.play(700);
  return world;
}

const fragmentOf = async (run: LabRun): Promise<string> => {
  const link = await runLink('https://lab.example/', run);
  if (link === null) throw new Error('too long');
  return link.slice(link.indexOf('#'));
};

describe('a run as a link', () => {
  it('is the same run where it is opened, to the last event, and goes on the same', async () => {
    const here = played();
    const read = await readRunLink(await fragmentOf(runOf(here.view())));
    if (read.kind !== 'run') throw new Error(read.kind);
    const there = laboratory();
    there.tell({ kind: 'openRun', run: read.run });
    expect(there.view().shared).toBe('same');
    expect(there.view().now).toEqual(here.view().now);
    here.play(900);
    there.play(900);
    expect(there.view().hash).toBe(here.view().hash);
  });

  it('in the past: what came after it is not shared', async () => {
    const here = played();
    here.tell({ kind: 'seek', millis: 1_000, events: null });
    const run = runOf(here.view());
    expect(run.steps.some(({ step }) => step.kind === 'crash')).toBe(false);
    const there = laboratory();
    there.tell({ kind: 'openRun', run });
    expect(there.view().shared).toBe('same');
  });

  it('carries the room that its world was taken from, as far as a link is long', async () => {
    const taken = takenFrom(lived().world);
    const here = laboratory();
    here.tell({ kind: 'open', options: { ...OPTIONS, taken } }, { kind: 'begin' });
    here.play(1_500);
    const run = { ...runOf(here.view()), options: { ...OPTIONS, taken } };
    const read = await readRunLink(await fragmentOf(run));
    if (read.kind !== 'run') throw new Error(read.kind);
    expect(read.run.options.taken).toEqual(taken);
    const there = laboratory();
    there.tell({ kind: 'openRun', run: read.run });
    expect(there.view().shared).toBe('same');
    const record = base64(crypto.getRandomValues(new Uint8Array(60_000)));
    const disks = taken.disks.map((disk) => ({ ...disk, log: [record] }));
    const long = { ...run, options: { ...OPTIONS, taken: { ...taken, disks } } };
    expect(await runLink('https://lab.example/', long)).toBeNull();
  });

  it('says when it is another run: the engine has changed, or the link', () => {
    const run = runOf(played().view());
    const there = laboratory();
    there.tell({ kind: 'openRun', run: { ...run, options: { ...OPTIONS, seed: 12 } } });
    expect(there.view().shared).toBe('other');
  });

  it('of a link that is none nothing is opened', async () => {
    const good = await fragmentOf(runOf(played().view()));
    expect(await readRunLink('#lab&seed=3')).toEqual({ kind: 'none' });
    for (const bad of ['#lab&run=', '#lab&run=%%%', '#lab&run=AAAA', good.slice(0, -9)]) {
      expect(await readRunLink(bad)).toEqual({ kind: 'bad' });
    }
    const steps = [{ at: { millis: 1, events: 1 }, step: { kind: 'explode' } }] as never;
    const foreign = await fragmentOf({ ...runOf(played().view()), steps });
    expect(await readRunLink(foreign)).toEqual({ kind: 'bad' });
  });
});
