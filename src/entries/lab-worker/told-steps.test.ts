import { describe, expect, it } from 'vitest';
import type { LabView } from '../../vocabulary/lab.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import { LabBench } from './bench.ts';
import type { ToLab } from './messages.ts';
import { StepsKnown, StepsTold } from './told-steps.ts';

/** A bench whose every message goes the way of the worker's, and what arrives. */
function shown() {
  const told = new StepsTold();
  const known = new StepsKnown();
  const sent: number[] = [];
  const views: { readonly said: LabView; readonly heard: LabView }[] = [];
  const bench = new LabBench((message) => {
    const thin = structuredClone(told.withoutKnown(message));
    if (message.kind !== 'lab' || thin.kind !== 'lab') return;
    sent.push(thin.lab.branches.reduce((sum, { steps }) => sum + steps.length, 0));
    views.push({ said: structuredClone(message.lab), heard: known.whole(thin) });
  });
  const tell = (...messages: ToLab[]): void => {
    for (const message of messages) bench.take(message);
  };
  const act = (...steps: LabStep[]): void => {
    for (const step of steps) tell({ kind: 'act', step });
  };
  return { bench, sent, views, tell, act };
}

const open = (server: number): LabStep => ({ kind: 'openServer', server });
const OPTIONS = { seed: 3, participants: 3, observers: 0 };

describe('the steps between a laboratory and its page', () => {
  it('are told once, and the page has all of them: on, back, in a new branch, in another world', () => {
    const { bench, sent, views, tell, act } = shown();
    tell({ kind: 'open', options: OPTIONS });
    act(open(1), open(2), open(3));
    tell({ kind: 'play' });
    for (let turn = 0; turn < 20; turn += 1) bench.passes(50);
    tell({ kind: 'seek', millis: 300, events: null });
    act({ kind: 'crash', server: 2, silent: false });
    tell({ kind: 'selectBranch', branch: 1 });
    // As many steps as the first world had, and others.
    tell({ kind: 'open', options: { ...OPTIONS, seed: 4 } });
    act(open(3), open(2), open(1));
    for (const { said, heard } of views) expect(heard).toEqual(said);
    expect(views.some(({ heard }) => heard.branches.length === 2)).toBe(true);
    // Three, the new branch's four, three; and nothing was told twice.
    expect(sent.reduce((sum, count) => sum + count, 0)).toBe(10);
  });

  it('that are no more than before are the very same list: nothing is drawn again for them', () => {
    const { bench, views, act } = shown();
    act(open(1));
    bench.show();
    bench.show();
    const [one, other] = views.slice(-2).map(({ heard }) => heard.branches[0]?.steps);
    expect(one).toHaveLength(1);
    expect(other).toBe(one);
  });
});
