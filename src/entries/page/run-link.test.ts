import { describe, expect, it } from 'vitest';

import { base64 } from '../../base/base64.ts';
import { lived, takenFrom } from '../../sim/taken.fixture.ts';
import type { LabRun, RunSelection } from '../../vocabulary/lab-run.ts';
import type { LabChange, LabControls } from '../../vocabulary/lab.ts';
import type { Recording } from '../../vocabulary/recording.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import { LabBench } from '../lab-worker/bench.ts';
import type { FromLab, ToLab } from '../lab-worker/messages.ts';
import { LINK_TOLD_CHARACTERS_MAX, readRunLink, runLink, runOf } from './run-link.ts';
import { openShared, sharedRuns } from './shared-run.ts';

const OPTIONS = { seed: 11, participants: 3, observers: 0 };

/** A laboratory without its clock, and how it last said that it is. */
function laboratory() {
  let lab: (FromLab & { kind: 'lab' })['lab'] | null = null;
  let told: readonly Traced[] = [];
  const bench = new LabBench((message) => {
    if (message.kind === 'lab') ({ lab } = message);
    if (message.kind === 'jumped') told = message.events;
    if (message.kind === 'told') told = told.concat(message.events);
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
  const recording = (): Recording => ({
    ...{ engine: '', clock: 'virtual', run: null, turns: [], events: told },
    seats: [1, 2, 3].map((server) => ({ server, role: 'participant' })),
  });
  return { tell, act, play, view, recording };
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

const fragmentOf = async (run: LabRun, told: Recording | null = null): Promise<string> => {
  const link = await runLink('https://lab.example/', run, told);
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
    expect(read.run.engine).toMatch(/^[0-9a-f]{12}$/);
    here.play(900);
    there.play(900);
    expect(there.view().hash).toBe(here.view().hash);
  });

  it('of the past opens there, and what came after it is still ahead', async () => {
    const here = played();
    const { hash, now } = here.view();
    here.tell({ kind: 'seek', millis: 1_000, events: null });
    const read = await readRunLink(await fragmentOf(runOf(here.view())));
    if (read.kind !== 'run') throw new Error(read.kind);
    const there = laboratory();
    there.tell({ kind: 'openRun', run: read.run });
    expect(there.view()).toMatchObject({ shared: 'same', now: { millis: 1_000 } });
    there.tell({ kind: 'seek', millis: now.millis, events: null });
    expect(there.view().hash).toBe(hash);
  });

  it('holds every branch, and what was selected: two futures are compared as where they came from', async () => {
    const here = played();
    here.tell({ kind: 'seek', millis: 1_200, events: null });
    here.act({ kind: 'crash', server: 1, silent: false });
    here.play(600);
    // A third that leaves the second, and the first goes on after both.
    here.tell({ kind: 'seek', millis: 1_500, events: null });
    here.act({ kind: 'openServer', server: 1 });
    here.play(400);
    here.tell({ kind: 'selectBranch', branch: 1 });
    here.play(300);
    here.tell({ kind: 'selectBranch', branch: 2 }, { kind: 'seek', millis: 1_400, events: null });
    const selection: RunSelection = {
      ...{ view: 'compare', server: 2, session: 1, path: '/a' },
      event: { server: 3, sequence: 4, atMillis: 900 },
      followed: { kind: 'session', id: '0x300000001' },
      compared: { left: 2, right: 3 },
    };
    const read = await readRunLink(await fragmentOf(runOf(here.view(), selection)));
    if (read.kind !== 'run') throw new Error(read.kind);
    expect(read.run.selection).toEqual(selection);
    const there = laboratory();
    there.tell({ kind: 'openRun', run: read.run });
    expect(there.view()).toMatchObject({ shared: 'same', branch: 2, now: here.view().now });
    const { branches } = here.view();
    expect(branches.map(({ parent }) => parent?.branch ?? null)).toEqual([null, 1, 2]);
    expect(there.view().branches).toEqual(branches);
    for (const { id } of branches) {
      here.tell({ kind: 'selectBranch', branch: id });
      there.tell({ kind: 'selectBranch', branch: id });
      here.play(500);
      there.play(500);
      expect(there.view().hash).toBe(here.view().hash);
    }
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

  it('says when it is another run, in whichever branch', () => {
    const run = runOf(played().view());
    const there = laboratory();
    there.tell({ kind: 'openRun', run: { ...run, options: { ...OPTIONS, seed: 12 } } });
    expect(there.view().shared).toBe('other');
    const [first] = run.branches;
    const branch = { ...first!, parent: { branch: 1, at: first!.end } };
    const branches = [first!, { ...branch, hash: '0' }];
    there.tell({ kind: 'openRun', run: { ...run, branches } });
    expect(there.view().shared).toBe('other');
  });

  it('carries what was told, as far as there is room, without bytes', async () => {
    const here = played();
    const told = here.recording();
    const fragment = await fragmentOf(runOf(here.view()), told);
    const read = await readRunLink(fragment);
    if (read.kind !== 'run' || read.recording === null) throw new Error(read.kind);
    expect(read.recording.seats).toEqual(told.seats);
    const bare = ({ server, sequence, atMillis, event }: Traced): Traced => ({
      ...{ server, sequence, atMillis, event },
    });
    // A short run is there whole, in the order of its times.
    const whole = told.events.map(bare).sort((a, b) => a.atMillis - b.atMillis);
    expect(read.recording.events).toEqual(whole);

    const long = Array.from({ length: 60 }, (_, at) =>
      told.events.map((one) => ({
        ...{ ...one, atMillis: one.atMillis + at * 3_000 },
        sequence: Math.imul(one.sequence, 7_919 * (at + 1)) >>> 0,
      })),
    ).flat();
    const shortened = await fragmentOf(runOf(here.view()), { ...told, events: long });
    const word = new URLSearchParams(shortened.slice(1)).get('told') ?? '';
    expect(word.length).toBeLessThanOrEqual(LINK_TOLD_CHARACTERS_MAX);
    const again = await readRunLink(shortened);
    if (again.kind !== 'run' || again.recording === null) throw new Error(again.kind);
    expect(again.recording.events.length).toBeGreaterThan(100);
    expect(again.recording.events.length).toBeLessThan(long.length);
    expect(again.recording.events.at(-1)).toEqual(bare(long.at(-1)!));
  });

  it('shows what was told where the engine goes another way, and only there', async () => {
    const here = played();
    const good = runOf(here.view());
    const [first] = good.branches;
    const recording = here.recording();
    for (const [hash, expected] of [
      [first!.hash, 0],
      ['abc', 1],
    ] as const) {
      const there = laboratory();
      const shown: Recording[] = [];
      let says: (change: LabChange) => void = () => undefined;
      const lab: Pick<LabControls, 'openRun' | 'subscribeLab'> = {
        openRun: (run) => {
          there.tell({ kind: 'openRun', run });
        },
        subscribeLab: (listener) => {
          says = listener;
          return () => undefined;
        },
      };
      const run = { ...good, branches: [{ ...first!, hash }] };
      openShared(lab, { run, recording }, (one) => shown.push(one));
      says({ kind: 'lab', lab: { ...there.view(), shared: null } });
      expect(shown).toEqual([]);
      says({ kind: 'lab', lab: there.view() });
      expect(shown).toHaveLength(expected);
    }
    const lab = { lab: here.view };
    const recorded = (told: Recording | null): boolean =>
      sharedRuns('', lab, { kind: 'run', run: good, recording: told }).recorded;
    expect([recorded(recording), recorded({ ...recording, events: [] }), recorded(null)]).toEqual([
      ...[true, false, false],
    ]);
  });

  it('of a link that is none nothing is opened', async () => {
    const good = await fragmentOf(runOf(played().view()));
    expect(await readRunLink('#lab&seed=3')).toEqual({ kind: 'none' });
    for (const bad of ['#lab&run=', '#lab&run=%%%', '#lab&run=AAAA', good.slice(0, -9)]) {
      expect(await readRunLink(bad)).toEqual({ kind: 'bad' });
    }
    const steps = [{ at: { millis: 1, events: 1 }, step: { kind: 'explode' } }] as never;
    const run = runOf(played().view());
    const foreign = await fragmentOf({ ...run, branches: [{ ...run.branches[0]!, steps }] });
    expect(await readRunLink(foreign)).toEqual({ kind: 'bad' });
    // What was told is damaged: then nothing of the link is trusted.
    for (const told of ['', 'AAAA', '%%%']) {
      expect(await readRunLink(`${good}&told=${told}`)).toEqual({ kind: 'bad' });
    }
  });
});
