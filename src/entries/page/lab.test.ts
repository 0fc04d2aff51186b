// The interface's laboratory over the worker's bench, in one thread.

import { describe, expect, it } from 'vitest';
import { serverId } from '../../vocabulary/ids.ts';
import type { PlaygroundChange } from '../../vocabulary/playground.ts';
import { LabBench } from '../lab-worker/bench.ts';
import type { FromLab, ToLab } from '../lab-worker/messages.ts';
import { LabPlayground } from './lab.ts';

async function opened(): Promise<{ bench: LabBench; lab: LabPlayground }> {
  const worker: Pick<Worker, 'postMessage' | 'onmessage'> = {
    onmessage: null,
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
  return { bench, lab };
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
});
