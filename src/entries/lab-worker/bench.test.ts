import { describe, expect, it } from 'vitest';
import oneShotWatch from '../../lessons/curriculum/one-shot-watch.ts';
import { readRun } from '../../vocabulary/lab-run.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import { lived, takenFrom } from '../../sim/taken.fixture.ts';
import { runOf } from '../page/run-link.ts';
import { LabBench } from './bench.ts';
import type { FromLab } from './messages.ts';

function opened(): { bench: LabBench; said: FromLab[] } {
  const said: FromLab[] = [];
  const bench = new LabBench((message) => said.push(message));
  bench.take({ kind: 'open', options: { seed: 4, participants: 3, observers: 0 } });
  const steps: LabStep[] = [1, 2, 3].map((server) => ({ kind: 'openServer', server }));
  for (const step of steps) bench.take({ kind: 'act', step });
  bench.take({ kind: 'act', step: { kind: 'openClient', server: 1, timeoutMillis: 2_000 } });
  return { bench, said };
}

const play = (bench: LabBench, turns: number): void => {
  bench.take({ kind: 'play' });
  for (let turn = 0; turn < turns; turn += 1) bench.passes(50);
  bench.take({ kind: 'pause' });
};

const last = (said: readonly FromLab[]) => said.filter((one) => one.kind === 'lab').at(-1);

/** More than a page is given at once: two branches of many seconds, looked at near the beginning of the second. */
function longRun() {
  const { bench, said } = opened();
  bench.take({ kind: 'setSpeed', speed: 10 });
  play(bench, 200);
  bench.take({ kind: 'seek', millis: 3_000, events: null });
  bench.take({ kind: 'act', step: { kind: 'crash', server: 3, silent: false } });
  play(bench, 150);
  bench.take({ kind: 'seek', millis: 4_000, events: null });
  const lab = last(said)?.lab;
  if (lab === undefined) throw new Error('there is a world');
  return { run: runOf(lab), lab };
}

/** Fifty-five minutes of one server. Nobody prepares anything meanwhile, as on a machine that has no time for it. */
function longWorld() {
  const { bench, said } = opened();
  bench.take({ kind: 'open', options: { seed: 4, participants: 1, observers: 0 } });
  bench.take({ kind: 'act', step: { kind: 'openServer', server: 1 } });
  bench.take({ kind: 'setSpeed', speed: 10 });
  play(bench, 16_500);
  const end = last(said)!.lab;
  expect(end).toMatchObject({ keptFrom: 1_500_000, now: { millis: 3_300_000 } });
  said.length = 0;
  return { bench, said, end };
}

describe('the laboratory behind its messages', () => {
  it('tells each thing once, also of servers that live twice within one millisecond', () => {
    const { bench, said } = opened();
    play(bench, 10);
    for (let times = 0; times < 3; times += 1) {
      bench.take({ kind: 'act', step: { kind: 'crash', server: 2, silent: false } });
      bench.take({ kind: 'act', step: { kind: 'openServer', server: 2 } });
    }
    const events = said.flatMap((one) => (one.kind === 'told' ? one.events : []));
    const ofNow = events.filter(
      ({ server, event }) => server === 2 && event.kind === 'serverStarted',
    );
    expect(ofNow).toHaveLength(4);
    const places = events.map(({ sequence, server, atMillis }) =>
      [server, sequence, atMillis].join(),
    );
    expect(new Set(places).size).toBe(places.length);
  });

  it('plays at its speed, answers a command, and shows the room', () => {
    const { bench, said } = opened();
    play(bench, 20);
    expect(last(said)?.lab.now.millis).toBe(1_000);
    expect(last(said)?.room.quorum).toMatchObject({ serving: true, have: 3 });
    bench.take({
      ...{ kind: 'command', ticket: 9, client: 1 },
      command: { kind: 'get', path: '/zookeeper', watch: false },
    });
    bench.take({ kind: 'setSpeed', speed: 0.1 });
    play(bench, 20);
    expect(last(said)?.lab.now.millis).toBe(1_100);
    expect(said).toContainEqual(
      expect.objectContaining({ kind: 'answered', ticket: 9, result: expect.anything() }),
    );
  });

  it('a jump says the past again, and ends who waits as unknown', () => {
    const { bench, said } = opened();
    play(bench, 20);
    bench.take({
      ...{ kind: 'command', ticket: 7, client: 1 },
      command: { kind: 'sync', path: '/' },
    });
    said.length = 0;
    bench.take({ kind: 'seek', millis: 300, events: null });
    expect(said).toContainEqual(
      expect.objectContaining({ result: expect.objectContaining({ outcome: 'unknown' }) }),
    );
    const jumped = said.flatMap((one) => (one.kind === 'jumped' ? one.events : []));
    expect(jumped.length).toBeGreaterThan(0);
    expect(jumped.every(({ atMillis }) => atMillis <= 300)).toBe(true);
    bench.take({ kind: 'act', step: { kind: 'crash', server: 2, silent: false } });
    expect(last(said)?.lab).toMatchObject({ branch: 2, branches: [{ id: 1 }, { id: 2 }] });
  });

  it('a jump tells the newest of the past at once, and what was before it when the world rests', () => {
    const { bench, said } = opened();
    bench.take({ kind: 'setSpeed', speed: 10 });
    play(bench, 400);
    const millis = last(said)?.lab.now.millis ?? 0;
    const pieces = (kind: 'jumped' | 'earlier') =>
      said.flatMap((one) => (one.kind === kind ? [one.events] : []));
    said.length = 0;
    bench.take({ kind: 'seek', millis, events: null });
    const [newest = []] = pieces('jumped');
    expect(newest).toHaveLength(4_000);
    bench.passes(50);
    expect(pieces('earlier')).toEqual([]);
    for (let turn = 0; turn < 40; turn += 1) bench.passes(50);
    const whole = [...pieces('earlier').reverse().flat(), ...newest];
    expect(whole[0]?.atMillis).toBe(0);
    expect(whole.every(({ atMillis }, at) => atMillis >= (whole[at - 1]?.atMillis ?? 0))).toBe(
      true,
    );
    const names = whole.map(({ server, sequence }) => `${String(server)} ${String(sequence)}`);
    expect(new Set(names).size).toBe(whole.length);
    // Nothing of a future that was left.
    said.length = 0;
    bench.take({ kind: 'seek', millis: 100, events: null });
    for (let turn = 0; turn < 20; turn += 1) bench.passes(50);
    expect(pieces('jumped').flat().length).toBeLessThan(4_000);
    expect(pieces('earlier')).toEqual([]);
  });

  it('tells all of the past at once to whoever asks for it, also while it plays', () => {
    const { bench, said } = opened();
    bench.take({ kind: 'setSpeed', speed: 10 });
    play(bench, 400);
    bench.take({ kind: 'seek', millis: last(said)?.lab.now.millis ?? 0, events: null });
    bench.take({ kind: 'play' });
    bench.passes(50);
    bench.take({ kind: 'recallAll', ticket: 3 });
    const events = said.flatMap((one) => (one.kind === 'earlier' ? [one.events] : []));
    expect(events.length).toBeGreaterThan(1);
    expect(events.at(-1)?.[0]?.atMillis).toBe(0);
    expect(said.findIndex(({ kind }) => kind === 'recalled')).toBeGreaterThan(
      said.findLastIndex(({ kind }) => kind === 'earlier'),
    );
    said.length = 0;
    bench.take({ kind: 'recallAll', ticket: 4 });
    expect(said.filter(({ kind }) => kind === 'earlier')).toEqual([]);
    expect(said).toContainEqual({ kind: 'recalled', ticket: 4 });
  });

  it('has observers: they begin too, hear INFORM, are counted nowhere, and stay in branches and runs', () => {
    const said: FromLab[] = [];
    const bench = new LabBench((message) => said.push(message));
    const options = { seed: 7, participants: 3, observers: 1 };
    bench.take({ kind: 'open', options });
    bench.take({ kind: 'begin' });
    bench.take({ kind: 'setSpeed', speed: 1 });
    for (let turn = 0; turn < 60; turn += 1) bench.passes(50);
    bench.take({
      ...{ kind: 'command', ticket: 9, client: 1 },
      command: { kind: 'create', path: '/seen', data: '', ephemeral: false, sequential: false },
    });
    for (let turn = 0; turn < 20; turn += 1) bench.passes(50);
    const observer = last(said)?.room.servers.find(({ serverId }) => serverId === 4);
    expect(observer).toMatchObject({ role: 'observer', server: { role: 'observing' } });
    expect(last(said)?.room).toMatchObject({ seats: 3, quorum: { have: 2, need: 2 } });
    const told = said.flatMap((one) => (one.kind === 'told' ? one.events : []));
    const heard = told.flatMap(({ server, event }) =>
      server === 4 && event.kind === 'packetReceived' ? [event.type] : [],
    );
    expect(heard).toContain('INFORM');
    expect(heard).not.toContain('PROPOSAL');
    const counted = told.flatMap(({ event }) => {
      if (event.kind === 'ackCounted') return [event.server];
      return event.kind === 'committed' ? event.voters : [];
    });
    expect(counted.length).toBeGreaterThan(0);
    expect(counted).not.toContain(4);

    const lab = last(said)?.lab;
    const [branch] = lab?.branches ?? [];
    if (lab === undefined || branch === undefined) throw new Error('there is a branch');
    expect(lab.options).toEqual(options);
    bench.take({ kind: 'seek', millis: 2_000, events: null });
    bench.take({ kind: 'act', step: { kind: 'crash', server: 4, silent: false } });
    expect(last(said)?.lab.branch).toBe(2);
    expect(last(said)?.room.servers[3]).toMatchObject({ role: 'observer', killed: true });
    const { steps, end } = branch;
    // As the first version of a link said it.
    const run = readRun({ version: 1, options, steps, end, hash: branch.hash });
    if (run === null) throw new Error('it is a run');
    bench.take({ kind: 'openRun', run });
    expect(last(said)?.lab.shared).toBe('same');
    expect(last(said)?.room.servers[3]?.server?.role).toBe('observing');
  });

  it('what was sent before a lesson began has landed, also when somebody goes back', () => {
    const { bench, said } = opened();
    const landed = () => said.flatMap((one) => (one.kind === 'jumped' ? [one.landedMillis] : []));
    expect(landed().every((millis) => millis < 0)).toBe(true);
    said.length = 0;
    bench.take({ kind: 'openLesson', lesson: oneShotWatch });
    const began = last(said)?.lab.lesson?.beganAt.millis;
    expect(began).toBeGreaterThan(0);
    bench.take({ kind: 'placeBet', option: oneShotWatch.bet?.options[0]?.id ?? '' });
    bench.take({ kind: 'seek', millis: 0, events: null });
    expect(landed()).toEqual([began, began]);
  });

  it('the world of a lesson is shared with its setup, and is the same where no lesson is', () => {
    const { bench, said } = opened();
    bench.take({ kind: 'openLesson', lesson: oneShotWatch });
    const [option] = oneShotWatch.bet?.options ?? [];
    bench.take({ kind: 'placeBet', option: option?.id ?? '' });
    play(bench, 20);
    const lab = last(said)?.lab;
    expect(lab?.lesson?.id).toBe(oneShotWatch.id);
    if (lab === undefined) throw new Error('there is a world');
    bench.take({ kind: 'openRun', run: runOf(lab) });
    expect(last(said)?.lab).toMatchObject({ shared: 'same', lesson: null, now: lab.now });
  });

  it('plays a long way back in sight, takes no step meanwhile, and can be stopped where it began', () => {
    const { bench, said, end } = longWorld();
    bench.take({ kind: 'seek', millis: 0, events: null });
    expect(last(said)?.lab.opening).toMatchObject({ why: 'back' });
    expect(said.some(({ kind }) => kind === 'jumped')).toBe(false);
    bench.take({ kind: 'act', step: { kind: 'freeze', server: 1, on: true } });
    expect(said.at(-2)?.kind).toBe('refused');
    bench.passes(16);
    bench.show();
    const { playedMillis, ofMillis } = last(said)!.lab.opening!;
    expect(playedMillis).toBeGreaterThan(0);
    expect(playedMillis).toBeLessThan(ofMillis);
    bench.take({ kind: 'stopRun' });
    expect(last(said)?.lab).toMatchObject({ opening: null, now: end.now, hash: end.hash });
    expect(said.filter(({ kind }) => kind === 'jumped')).toHaveLength(1);
  });

  it('who goes back may go elsewhere, and is told of the place that is reached alone', () => {
    const { bench, said } = longWorld();
    bench.take({ kind: 'seek', millis: 0, events: null });
    bench.take({ kind: 'seek', millis: 1_600_000, events: null });
    while (bench.isOpening) bench.passes(16);
    bench.show();
    expect(last(said)?.lab).toMatchObject({ opening: null, now: { millis: 1_600_000 } });
    expect(said.filter(({ kind }) => kind === 'jumped')).toHaveLength(1);
    bench.take({ kind: 'seek', millis: 0, events: null });
    while (bench.isOpening) bench.passes(16);
    bench.show();
    expect(last(said)?.lab).toMatchObject({ keptFrom: 1_500_000, now: { millis: 1_500_000 } });
  });

  it('plays a long shared run piece by piece, says how far, and takes no step meanwhile', () => {
    const { run, lab } = longRun();
    const { bench, said } = opened();
    bench.take({ kind: 'openRun', run });
    const halves = [last(said)?.lab.opening?.playedMillis ?? 0];
    const { ofMillis } = last(said)?.lab.opening ?? { ofMillis: 0 };
    // Both branches, and the way back to the moment that was looked at.
    expect(ofMillis).toBe(run.branches.reduce((sum, { end }) => sum + end.millis, 4_000));
    const step: LabStep = { kind: 'crash', server: 1, silent: false };
    bench.take({ kind: 'act', step });
    bench.take({ kind: 'command', ticket: 5, client: 1, command: { kind: 'sync', path: '/' } });
    bench.take({ kind: 'compare', ticket: 6, left: 1, right: 1 });
    for (const kind of ['play', 'stepEvent', 'stepDecision', 'begin'] as const)
      bench.take({ kind });
    expect(said).toContainEqual({ kind: 'refused', step });
    expect(said).toContainEqual({ kind: 'compared', ticket: 6, comparison: null });
    expect(said).toContainEqual(
      expect.objectContaining({ result: expect.objectContaining({ outcome: 'failed' }) }),
    );
    while (bench.isOpening) {
      bench.passes(16);
      bench.show();
      halves.push(last(said)?.lab.opening?.playedMillis ?? ofMillis);
    }
    expect(halves.length).toBeGreaterThan(4);
    expect(halves).toEqual(halves.toSorted((a, b) => a - b));
    expect(halves.at(-1)).toBe(ofMillis);
    expect(last(said)?.lab).toEqual({ ...lab, speed: 1, shared: 'same', opening: null });
  });

  it('stops a shared run where it got, and goes on from there', () => {
    const { run, lab } = longRun();
    const { bench, said } = opened();
    bench.take({ kind: 'openRun', run });
    bench.passes(16);
    bench.take({ kind: 'stopRun' });
    const stopped = last(said)?.lab;
    expect(stopped).toMatchObject({ shared: 'part', opening: null, running: false, branch: 1 });
    expect(stopped?.now.millis).toBeGreaterThan(1_000);
    expect(stopped?.now.millis).toBeLessThan(run.branches[0]?.end.millis ?? 0);
    const [jumped] = said.flatMap((one) => (one.kind === 'jumped' ? [one.events] : [])).slice(-1);
    expect(jumped?.length).toBeGreaterThan(0);
    bench.take({ kind: 'setSpeed', speed: lab.speed });
    play(bench, 20);
    expect(last(said)?.lab.now.millis).toBe((stopped?.now.millis ?? 0) + 4_000);
    // Nothing is left that would stop.
    bench.take({ kind: 'stopRun' });
    expect(last(said)?.lab.shared).toBe('part');
  });

  it('takes no step that is none', () => {
    const { bench, said } = opened();
    const before = last(said)?.lab.branches[0]?.steps.length;
    bench.take({ kind: 'act', step: { kind: 'openServer', server: 77 } });
    bench.take({ kind: 'act', step: JSON.parse('{"kind":"constructor"}') as LabStep });
    expect(last(said)?.lab.branches[0]?.steps.length).toBe(before);
  });

  it('begins by itself, the same however the clock is sliced', () => {
    const ends = [5, 37].map((slice) => {
      const said: FromLab[] = [];
      const bench = new LabBench((message) => said.push(message));
      bench.take({ kind: 'open', options: { seed: 7, participants: 5, observers: 0 } });
      bench.take({ kind: 'begin' });
      bench.take({ kind: 'setSpeed', speed: 1 });
      for (let passed = 0; passed < 800; passed += slice) bench.passes(slice);
      bench.take({ kind: 'seek', millis: 800, events: null });
      return last(said);
    });
    const [fine, coarse] = ends;
    expect(fine?.room.quorum).toMatchObject({ serving: true, have: 3 });
    expect(fine?.room.sessions).toHaveLength(1);
    expect(coarse?.lab.branches[0]?.steps).toEqual(fine?.lab.branches[0]?.steps);
  });

  it('goes on with its beginning where somebody stopped it early and looked back', () => {
    const said: FromLab[] = [];
    const bench = new LabBench((message) => said.push(message));
    bench.take({ kind: 'open', options: { seed: 7, participants: 5, observers: 0 } });
    bench.take({ kind: 'begin' });
    // At a fifth of our time: the client is still to come.
    for (let turn = 0; turn < 25; turn += 1) bench.passes(50);
    bench.take({ kind: 'pause' });
    const stopped = last(said)!.lab;
    expect(stopped.now.millis).toBeLessThan(300);
    bench.take({ kind: 'seek', millis: 150, events: null });
    play(bench, 40);
    const { lab, room } = last(said)!;
    expect(lab.now.millis).toBeGreaterThan(300);
    expect(lab.branch).toBe(stopped.branch);
    expect(room.sessions).toHaveLength(1);
  });

  it('begins with what was taken: who was up at once, with the clients, and nothing of it said twice', () => {
    const { bench, said } = opened();
    const { world, clients } = lived();
    const taken = takenFrom(world, clients);
    const options = { seed: 7, participants: 3, observers: 0 };
    bench.take({ kind: 'open', options: { ...options, taken } });
    bench.take({ kind: 'begin' });
    const kinds = last(said)?.lab.branches[0]?.steps.map(({ step }) => step.kind);
    expect(kinds).toEqual(['openServer', 'openServer', 'resumeClient', 'resumeClient']);
    expect(last(said)?.lab.options).toEqual(options);
    expect(last(said)?.room.servers.map(({ present, killed }) => [present, killed])).toEqual([
      [true, true],
      [true, false],
      [true, false],
    ]);
    expect(said).not.toContainEqual({ kind: 'damaged' });
  });

  it('what was taken and is damaged is left out, and that is said', () => {
    const { bench, said } = opened();
    const taken = takenFrom(lived().world);
    const disks = taken.disks.map((disk) => ({ ...disk, log: disk.log.slice(1) }));
    const options = { seed: 7, participants: 3, observers: 0 };
    bench.take({ kind: 'open', options: { ...options, taken: { ...taken, disks } } });
    expect(said).toContainEqual({ kind: 'damaged' });
    bench.take({ kind: 'begin' });
    expect(last(said)?.lab.options).toEqual(options);
    expect(last(said)?.room.servers.filter(({ present }) => present)).toHaveLength(1);
  });

  it('says that a step was refused', () => {
    const { bench, said } = opened();
    const step: LabStep = { kind: 'openServer', server: 77 };
    bench.take({ kind: 'act', step });
    expect(said).toContainEqual({ kind: 'refused', step });
  });
});
