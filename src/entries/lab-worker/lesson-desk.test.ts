import { describe, expect, it } from 'vitest';
import lesson from '../../lessons/curriculum/one-by-one.ts';
import type { LabView } from '../../vocabulary/lab.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import { LabBench } from './bench.ts';
import type { FromLab } from './messages.ts';

const open = (server: number): LabStep => ({ kind: 'openServer', server });

function opened() {
  const said: FromLab[] = [];
  const bench = new LabBench((message) => said.push(message));
  bench.take({ kind: 'openLesson', lesson });
  bench.take({ kind: 'setSpeed', speed: 1 });
  const view = (): LabView => {
    bench.show();
    return said.filter((one) => one.kind === 'lab').at(-1)!.lab;
  };
  const play = (millis: number): void => {
    bench.take({ kind: 'play' });
    for (let at = 0; at < millis; at += 10) bench.passes(10);
    bench.take({ kind: 'pause' });
  };
  return { bench, said, view, play };
}

describe('a lesson on the bench', () => {
  it('holds everything until a bet is placed, and takes only one', () => {
    const { bench, said, view, play } = opened();
    play(500);
    bench.take({ kind: 'act', step: open(1) });
    bench.take({ kind: 'stepEvent' });
    expect(view()).toMatchObject({ running: false, now: { millis: 0, events: 0 } });
    expect(view().branches[0]?.steps).toEqual([]);
    expect(said).toContainEqual({ kind: 'refused', step: open(1) });
    bench.take({ kind: 'placeBet', option: 'nobody' });
    expect(view().lesson?.bet).toBeNull();
    bench.take({ kind: 'placeBet', option: 'two' });
    bench.take({ kind: 'placeBet', option: 'three' });
    expect(view().lesson?.bet).toBe('two');
    play(100);
    expect(view().now.millis).toBeGreaterThan(90);
  });

  it('begins again as often as one likes, each time without what was done at its beginning', () => {
    const { bench, view, play } = opened();
    bench.take({ kind: 'placeBet', option: 'two' });
    for (const server of [1, 2, 3]) {
      bench.take({ kind: 'seek', millis: 0, events: null });
      bench.take({ kind: 'act', step: open(server) });
      play(50);
      const { branches, branch } = view();
      const { steps } = branches.find(({ id }) => id === branch)!;
      expect(steps.map(({ step }) => step)).toEqual([open(server)]);
    }
    // The first branch is the bare beginning.
    expect(view().branches).toHaveLength(4);
    expect(view().lesson?.stepsTaken).toBe(3);
  });

  it('keeps the futures apart, and what was met in one of them', () => {
    const { bench, view, play } = opened();
    bench.take({ kind: 'placeBet', option: 'three' });
    play(20);
    const before = view().now;
    for (const server of [1, 2]) bench.take({ kind: 'act', step: open(server) });
    play(400);
    expect(view().lesson?.goals[0]).toMatchObject({ state: 'met' });
    bench.take({ kind: 'seek', ...before });
    // Another future: 5 joins before 3 leads, and that is against the lesson, here only.
    for (const server of [3, 4, 5]) bench.take({ kind: 'act', step: open(server) });
    play(600);
    expect(view().lesson?.goals[0]).toMatchObject({ state: 'met' });
    expect(view().lesson?.forbidden[0]).not.toBeNull();
    bench.take({ kind: 'selectBranch', branch: 1 });
    expect(view().lesson?.forbidden[0]).toBeNull();
    expect(view().lesson?.passed).toBe(false);
  });

  it('shows its solution, which is not somebody’s own, until they lead again', () => {
    const { bench, view, play } = opened();
    bench.take({ kind: 'placeBet', option: 'five' });
    bench.take({ kind: 'showSolution' });
    bench.take({ kind: 'setSpeed', speed: 1 });
    play(2_000);
    expect(view().lesson).toMatchObject({
      passed: true,
      shown: true,
      bet: 'five',
      answer: 'three',
    });
    bench.take({ kind: 'openLesson', lesson });
    expect(view().lesson).toMatchObject({ passed: false, shown: false, bet: null });
  });

  it('a bad lesson changes nothing', () => {
    const { bench, view } = opened();
    bench.take({ kind: 'openLesson', lesson: { ...lesson, par: 99 } });
    expect(view().lesson?.id).toBe('one-by-one');
    bench.take({ kind: 'open', options: { seed: 1, participants: 3, observers: 0 } });
    expect(view().lesson).toBeNull();
  });
});
