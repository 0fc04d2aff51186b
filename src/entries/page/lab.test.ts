// The interface's laboratory over the worker's bench, in one thread.

import { describe, expect, it } from 'vitest';
import { serverId } from '../../vocabulary/ids.ts';
import type { PlaygroundChange } from '../../vocabulary/playground.ts';
import { lived, takenFrom } from '../../sim/taken.fixture.ts';
import { LabBench } from '../lab-worker/bench.ts';
import type { FromLab, ToLab } from '../lab-worker/messages.ts';
import { LabPlayground } from './lab.ts';

type LabWorker = Pick<Worker, 'postMessage' | 'onmessage' | 'onerror'>;

async function opened(): Promise<{ bench: LabBench; lab: LabPlayground; worker: LabWorker }> {
  const worker: LabWorker = {
    ...{ onmessage: null, onerror: null },
    postMessage: (message: ToLab) => {
      bench.take(structuredClone(message));
    },
  };
  const bench = new LabBench((message: FromLab) => {
    const event = new MessageEvent<FromLab>('message', { data: structuredClone(message) });
    worker.onmessage?.call(worker as Worker, event);
  });
  const opening = LabPlayground.open(worker);
  bench.show();
  const lab = await opening;
  lab.open({ seed: 1, participants: 3, observers: 0 });
  return { bench, lab, worker };
}

describe('the laboratory as a playground', () => {
  it('opens servers, elects, writes by a session, kills, compares and goes back', async () => {
    const { bench, lab } = await opened();
    const changes: PlaygroundChange['kind'][] = [];
    lab.subscribe(({ kind }) => changes.push(kind));
    for (let count = 0; count < 3; count += 1) lab.openAnother();
    expect(await lab.openSession(2_000)).toBe(1);
    lab.play();
    for (let turn = 0; turn < 30; turn += 1) bench.passes(50);
    lab.pause();
    expect(lab.room().quorum).toMatchObject({ serving: true, leader: 3 });
    expect(changes).toContain('trace');
    const answer = lab.run(1, {
      ...{ kind: 'create', path: '/a', data: '', ephemeral: false, sequential: false },
    });
    lab.play();
    for (let turn = 0; turn < 10; turn += 1) bench.passes(50);
    expect(await answer).toMatchObject({ lines: [{ to: 'err', text: 'Created /a' }] });
    lab.seek({ millis: 1_000, events: null });
    lab.step({ kind: 'kill', server: serverId(3) });
    expect(lab.room().servers[2]?.killed).toBe(true);
    expect(lab.lab().branch).toBe(2);
    expect(await lab.compare(1, 2)).toMatchObject({ same: false });
    await expect(lab.compare(1, 9)).rejects.toThrow(RangeError);
  });

  it('tells of a command that is a step of a lesson or a script as of one that is typed', async () => {
    const { bench, lab } = await opened();
    const told: string[] = [];
    lab.subscribe((change) => {
      if (change.kind === 'command') told.push(change.result?.outcome ?? 'sent');
    });
    for (let count = 0; count < 3; count += 1) lab.openAnother();
    await lab.openSession(2_000);
    lab.play();
    for (let turn = 0; turn < 30; turn += 1) bench.passes(50);
    const command = { kind: 'create', path: '/a', data: '' } as const;
    lab.act({
      ...{ kind: 'command', client: 1 },
      command: { ...command, ephemeral: false, sequential: false },
    });
    for (let turn = 0; turn < 10; turn += 1) bench.passes(50);
    expect(told).toEqual(['sent', 'ok']);
    expect(lab.lab().branches[0]?.steps.at(-1)?.step.kind).toBe('command');
  });

  it('stands still and says so once where something threw in its worker', async () => {
    const { bench, lab, worker } = await opened();
    lab.begin();
    for (let turn = 0; turn < 10; turn += 1) bench.passes(50);
    expect(lab.lab().running).toBe(true);
    const fails = (message: string): unknown =>
      worker.onerror?.call(worker as Worker, { message } as ErrorEvent);
    fails('Assertion failed: two leaders');
    fails('another one');
    expect(lab.lab().running).toBe(false);
    const reason = 'Assertion failed: two leaders';
    expect(lab.room().problems).toEqual([{ kind: 'labBroke', reason }]);
  });

  it('is none where its worker cannot be loaded', async () => {
    const worker: LabWorker = { onmessage: null, onerror: null, postMessage: () => undefined };
    const opening = LabPlayground.open(worker);
    worker.onerror?.call(worker as Worker, new Event('error') as ErrorEvent);
    await expect(opening).rejects.toThrow('its worker cannot be loaded');
  });

  it('knows whether somebody did anything in the present world', async () => {
    const { bench, lab } = await opened();
    lab.begin();
    for (let turn = 0; turn < 40; turn += 1) bench.passes(50);
    lab.seek({ millis: 1_000, events: null });
    expect(lab.acted()).toBe(false);
    lab.step({ kind: 'kill', server: serverId(1) });
    expect(lab.acted()).toBe(true);
    lab.open({ seed: 1, participants: 3, observers: 0 });
    expect(lab.acted()).toBe(false);
    void lab.run(1, { kind: 'get', path: '/', watch: false });
    expect(lab.acted()).toBe(true);
    lab.showSolution();
    expect(lab.acted()).toBe(false);
  });

  it('has all of the past behind a jump before it says so', async () => {
    const { bench, lab } = await opened();
    lab.begin();
    lab.setSpeed(10);
    for (let turn = 0; turn < 300; turn += 1) bench.passes(50);
    lab.pause();
    let earliest = Infinity;
    lab.subscribeLab((change) => {
      if (change.kind !== 'jumped' && change.kind !== 'earlier') return;
      earliest = Math.min(earliest, change.events[0]?.atMillis ?? Infinity);
    });
    lab.seek({ millis: lab.lab().now.millis, events: null });
    expect(earliest).toBeGreaterThan(1_000);
    await lab.recallAll();
    expect(earliest).toBe(0);
  });

  it('has a client follow a recipe and let go', async () => {
    const { bench, lab } = await opened();
    for (let count = 0; count < 3; count += 1) lab.openAnother();
    await lab.openSession(2_000);
    const says = (): string[] | undefined => {
      lab.play();
      for (let turn = 0; turn < 30; turn += 1) bench.passes(50);
      lab.pause();
      return lab.room().sessions[0]?.recipes.map((recipe) => recipe.says);
    };
    lab.follow(1, 'queueTake', '/q');
    expect(says()).toEqual(['waits']);
    // What came of a short one is said beside what goes on.
    lab.follow(1, 'nextId', '/ids');
    expect(says()).toEqual(['waits', 'done']);
    lab.letGo(1, '/q');
    expect(says()).toEqual(['done']);
    lab.follow(1, 'member', '/m');
    expect(says()).toEqual(['holds']);
  });

  it('knows what its world was taken from, also to share it, and says what its page says', async () => {
    const { lab } = await opened();
    const options = { seed: 1, participants: 3, observers: 0, taken: takenFrom(lived().world) };
    lab.say([{ kind: 'takenSessions', count: 2 }]);
    lab.open(options);
    lab.begin();
    expect(lab.lab().options).toEqual(options);
    expect(lab.room().problems).toEqual([{ kind: 'takenSessions', count: 2 }]);
    const disks = options.taken.disks.map((disk) => ({ ...disk, log: disk.log.slice(1) }));
    lab.open({ ...options, taken: { ...options.taken, disks } });
    lab.begin();
    expect(lab.lab().options.taken).toBeUndefined();
    expect(lab.room().problems).toEqual([{ kind: 'takenDamaged' }]);
  });

  it('takes every tool of the palette, shows what is wrong and heals it', async () => {
    const { bench, lab } = await opened();
    const [one, two, three] = [serverId(1), serverId(2), serverId(3)];
    lab.begin();
    for (let turn = 0; turn < 30; turn += 1) bench.passes(50);
    lab.pause();
    lab.step({ kind: 'slowDisk', server: one, millis: 500 });
    lab.step({ kind: 'fullDisk', server: two, on: true });
    lab.step({ kind: 'skewClock', server: three, percent: 200 });
    lab.step({ kind: 'slowLink', a: one, b: three, millis: 300 });
    lab.step({ kind: 'cutWay', from: two, to: one, on: true });
    const faults = [
      { kind: 'slowDisk', server: 1, millis: 500 },
      { kind: 'fullDisk', server: 2 },
      { kind: 'skewClock', server: 3, percent: 200 },
      { kind: 'slowLink', a: 1, b: 3, millis: 300 },
      { kind: 'cutWay', from: 2, to: 1 },
    ];
    expect(lab.room().faults).toEqual(faults);
    lab.step({ kind: 'cutOff', servers: [three] });
    expect(lab.room().cuts).toEqual([
      { a: 1, b: 3 },
      { a: 2, b: 3 },
    ]);
    lab.step({ kind: 'healAll' });
    expect(lab.room().cuts).toEqual([]);
    expect(lab.room().faults).toEqual(faults.slice(0, 3));
    lab.step({ kind: 'slowDisk', server: one, millis: 0 });
    lab.step({ kind: 'fullDisk', server: two, on: false });
    lab.step({ kind: 'skewClock', server: three, percent: 100 });
    expect(lab.room().faults).toEqual([]);
    lab.step({ kind: 'wipe', server: one });
    expect(lab.room().servers[0]).toMatchObject({ killed: true, lostDisk: true });
    lab.step({ kind: 'killAll' });
    const there = lab.room().servers.filter(({ present, killed }) => present && !killed);
    expect(there).toEqual([]);
    const kinds = lab.lab().branches[0]?.steps.map(({ step }) => step.kind) ?? [];
    expect(kinds.filter((kind) => kind === 'closeChannel')).toEqual([]);
    lab.step({ kind: 'closeChannel', a: one, b: two, channel: 'client' });
    lab.step({ kind: 'closeChannel', a: one, b: two, channel: 'election' });
    expect(lab.lab().branches[0]?.steps.at(-1)?.step).toEqual({
      ...{ kind: 'closeChannel', a: 1, b: 2, channel: 'election' },
    });
  });
});
