// A lesson as somebody writes it in the page: recorded in a free world, its goals chosen from what was
// observed, tried, written as a text, read back, and played by somebody else.

import { describe, expect, it } from 'vitest';
import {
  EMPTY_DRAFT,
  lessonOf,
  missingOf,
  triedBy,
  type Draft,
  type DraftCheck,
} from '../../lessons/draft.ts';
import { nameOf } from '../../lessons/observed.ts';
import { isOwnId, lessonFrom, writeLesson } from '../../lessons/own.ts';
import { readDraft, writeDraft } from '../../lessons/read-draft.ts';
import { solutionSince, startAt } from '../../lessons/recording.ts';
import { create, fact, open, openClient, run } from '../../lessons/write.ts';
import { entryOf } from '../../lessons/catalogue.ts';
import type { Lesson, Observed, Rehearsed } from '../../vocabulary/lesson.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import { LabBench } from './bench.ts';
import type { FromLab } from './messages.ts';

const SLICES_MAX = 5_000;

function laboratory() {
  const said: FromLab[] = [];
  const bench = new LabBench((message) => said.push(message));
  const view = () => {
    bench.show();
    return said.filter((one) => one.kind === 'lab').at(-1)!.lab;
  };
  const steps = () => view().branches.find(({ id }) => id === view().branch)!.steps;
  const act = (step: LabStep, millis: number): void => {
    bench.take({ kind: 'act', step });
    bench.take({ kind: 'play' });
    for (let at = 0; at < millis; at += 50) bench.passes(50);
    bench.take({ kind: 'pause' });
  };
  const rehearse = (lesson: Lesson): Rehearsed => {
    bench.take({ kind: 'rehearse', ticket: 7, lesson });
    const answer = () => said.find((one) => one.kind === 'rehearsed');
    for (let slice = 0; answer() === undefined && slice < SLICES_MAX; slice += 1) bench.passes(16);
    const found = answer()?.rehearsed;
    said.splice(0);
    expect(found).toBeTruthy();
    return found!;
  };
  return { bench, said, view, steps, act, rehearse };
}

/** Two of three serve; the lesson is: open the third, and let a client at it create /first. */
function recorded(): Draft {
  const { bench, view, steps, act } = laboratory();
  const world = { seed: 3, participants: 3, observers: 0 };
  bench.take({ kind: 'open', options: world });
  bench.take({ kind: 'setSpeed', speed: 1 });
  act(open(1), 200);
  act(open(2), 2_000);
  const begun = startAt(view().options, steps(), view().now);
  if (begun.problem !== null) throw new Error(begun.problem);
  act(open(3), 2_000);
  act(openClient(3), 1_000);
  act(run(1, create('/first')), 1_000);
  const ended = solutionSince(begun.start, steps(), view().now);
  if (ended.problem !== null) throw new Error(ended.problem);
  return { ...EMPTY_DRAFT, world, setup: begun.start.setup, solution: ended.solution };
}

const inBoth = (text: string) => ({ en: text, 'zh-CN': '' });
const check = (
  observed: Pick<Observed, 'pattern'> | undefined,
  how: DraftCheck['how'] = 'happens',
): DraftCheck => ({
  ...{ pattern: observed!.pattern, how, words: inBoth(observed!.pattern.kind) },
});
const lessonIn = (draft: Draft): Lesson => lessonOf(draft, ({ kind }, locale) => kind + locale);

const text = { title: 'Three', hook: '', task: 'Open 3, create /first', moral: 'Done', hints: [] };

describe('a lesson that is written in the page', () => {
  const draft = recorded();
  const { observed } = laboratory().rehearse(lessonIn(draft));
  const find = (kind: string, where = {}): Observed | undefined =>
    observed.find(({ pattern }) => nameOf(pattern) === nameOf(fact(kind, where)));
  const chosen: Draft = {
    ...draft,
    checks: [
      check(find('syncDecided', { learner: 3, mode: 'SNAP' })),
      check(observed.find(({ pattern }) => pattern.kind === 'committed')),
      check(
        find('answered', {
          ...{ client: 1, op: 'create', path: '/first', outcome: 'ok', error: null },
        }),
      ),
      check(find('crashed'), 'never'),
    ],
    order: inBoth('in this order'),
    serve: inBoth('all serve'),
    texts: { ...draft.texts, en: text },
  };
  const lesson = lessonIn(chosen);

  it('is recorded with the waits between its steps, its moment at which it starts before them', () => {
    const kinds = (script: Lesson['setup']) =>
      script.map((line) => (line.do === 'step' ? line.step.kind : line.do));
    expect(kinds(draft.setup)).toEqual(['openServer', 'wait', 'openServer', 'wait']);
    expect(kinds(draft.solution).filter((kind) => kind !== 'wait')).toEqual([
      ...['openServer', 'openClient', 'command'],
    ]);
    expect(lesson.moves.map(({ steps }) => steps[0]?.kind)).toEqual([
      ...['openServer', 'openClient', 'command'],
    ]);
    expect(lesson.par).toBe(3);
  });

  it('offers each thing that was observed once, and behind it what could have been', () => {
    const names = observed.map(({ pattern }) => nameOf(pattern));
    expect(new Set(names).size).toBe(names.length);
    expect(find('crashed')?.times).toBe(0);
    expect(find('started', { server: 3 })).toEqual({
      ...{ pattern: fact('started', { server: 3 }), group: 'servers', times: 1 },
    });
    // What was before the lesson's start is nothing that the learner does.
    expect(find('started', { server: 1 })).toBeUndefined();
    expect(find('phaseChanged', { server: 3, phase: 'broadcast' })?.times).toBe(1);
  });

  it('offers a leader whoever it is, beside the one that it was', () => {
    const { bench, view, steps, act } = laboratory();
    const world = { seed: 3, participants: 3, observers: 0 };
    bench.take({ kind: 'open', options: world });
    bench.take({ kind: 'setSpeed', speed: 1 });
    const begun = startAt(view().options, steps(), view().now);
    if (begun.problem !== null) throw new Error(begun.problem);
    act(open(1), 50);
    act(open(2), 2_000);
    const ended = solutionSince(begun.start, steps(), view().now);
    if (ended.problem !== null) throw new Error(ended.problem);
    const { solution } = ended;
    const tried = laboratory().rehearse(lessonIn({ ...EMPTY_DRAFT, world, solution }));
    const leads = tried.observed.filter(({ pattern }) => pattern.kind === 'leaderEstablished');
    expect(leads.map(({ pattern }) => Object.values(pattern.where))).toEqual([
      ...[[], [2], [{ not: 2 }]],
    ]);
  });

  it('its solution passes, and whoever only waits does not', () => {
    const rehearsed = laboratory().rehearse(lesson);
    expect(rehearsed.solution.goals.map(({ state }) => state)).toEqual(Array(5).fill('met'));
    expect(rehearsed.wrong.passed).toBe(false);
    expect(triedBy(rehearsed)).toEqual({
      ...{ good: true, stuck: false, unmet: [], done: [], emptyPasses: false },
    });
  });

  it('says which goal is to blame', () => {
    const lab = laboratory();
    const wrongOrder = { ...chosen, checks: [...chosen.checks].reverse() };
    expect(triedBy(lab.rehearse(lessonIn(wrongOrder)))).toMatchObject({
      good: false,
      unmet: [3, 4],
    });
    const forbidden = { ...chosen, checks: [...chosen.checks, check(chosen.checks[1], 'never')] };
    expect(triedBy(lab.rehearse(lessonIn(forbidden)))).toMatchObject({ good: false, done: [1] });
    const idle = { ...chosen, checks: [], serve: null, solution: [...draft.solution.slice(-1)] };
    expect(triedBy(lab.rehearse(lessonIn(idle)))).toMatchObject({ good: false, emptyPasses: true });
  });

  it('is written and read back equal, under an id of its own, in both languages', () => {
    const read = lessonFrom(writeLesson(lesson));
    expect(read).toEqual({ lesson, error: null });
    expect(isOwnId(lesson.id)).toBe(true);
    expect(lesson.text['zh-CN'].title).toBe('Three');
    expect(lesson.text['zh-CN'].moves['move-1']).toBe('openServerzh-CN');
    // Whatever it claims to be, and however its fields are ordered.
    const claims = JSON.stringify({ ...lesson, id: 'one-by-one' });
    expect(lessonFrom(claims).lesson?.id).toBe(lesson.id);
    expect(entryOf(lesson.id)).toBeNull();
    const other = lessonIn({
      ...chosen,
      texts: { ...chosen.texts, en: { ...text, title: 'Four' } },
    });
    expect(other.id).not.toBe(lesson.id);
  });

  it('is played without a bet, from a moment at which nothing is done yet', () => {
    const { bench, view, act } = laboratory();
    bench.take({ kind: 'openLesson', lesson });
    bench.take({ kind: 'setSpeed', speed: 1 });
    expect(view().lesson).toMatchObject({ bet: '', passed: false, stepsTaken: 0 });
    for (const { steps } of lesson.moves) for (const step of steps) act(step, 2_000);
    expect(view().lesson).toMatchObject({
      passed: true,
      shown: false,
      answer: null,
      stepsTaken: 3,
    });
  });

  it('is refused where its setup has no end', () => {
    const { bench, said, view } = laboratory();
    const endless: Lesson = {
      ...lesson,
      setup: [{ do: 'until', holds: { kind: 'sameTree', min: 9 }, withinMillis: 50 }],
    };
    bench.take({ kind: 'openLesson', lesson: endless });
    expect(said).toContainEqual({ kind: 'lessonRefused', line: 0 });
    expect(view().lesson).toBeNull();
    const rehearsed = laboratory().rehearse(endless);
    expect(triedBy(rehearsed)).toMatchObject({ good: false, stuck: true });
  });

  it('the draft outlives a reload, and what is none is not taken for one', () => {
    expect(readDraft(writeDraft(chosen))).toEqual(chosen);
    expect(missingOf(chosen)).toEqual([]);
    expect(missingOf(EMPTY_DRAFT)).toEqual(['solution', 'goals', 'title', 'task']);
    for (const bad of ['', '{}', 'null', '{"version":1,"draft":{"world":0}}']) {
      expect(readDraft(bad)).toBeNull();
    }
  });

  it.each(['', '[', '7', 'null', '{"id":"own"}', 'x'.repeat(500_000)])(
    'a text that is no lesson is refused with a reason',
    (bad) => {
      expect(lessonFrom(bad)).toMatchObject({
        lesson: null,
        error: expect.stringContaining('lesson'),
      });
    },
  );
});

describe('a recording', () => {
  const at = (millis: number, step: LabStep) => ({ at: { millis, events: millis }, step });
  const moment = (millis: number) => ({ millis, events: millis });
  const world = EMPTY_DRAFT.world;

  it('has bounds, and says which of them it does not keep', () => {
    expect(startAt(world, [], moment(120_001))).toEqual({ problem: 'tooLate' });
    const many = Array.from({ length: 201 }, () => at(0, open(1)));
    expect(startAt(world, many, moment(0))).toEqual({ problem: 'tooLong' });
    const begun = startAt(world, [at(0, open(1))], moment(100));
    if (begun.problem !== null) throw new Error(begun.problem);
    const { start } = begun;
    const since = (steps: Parameters<typeof solutionSince>[1], end: number) =>
      solutionSince(start, steps, moment(end));
    expect(since(start.done, 200)).toEqual({ problem: 'nothing' });
    expect(since([], 200)).toEqual({ problem: 'elsewhere' });
    expect(since([...start.done, at(50, open(2))], 200)).toEqual({ problem: 'elsewhere' });
    expect(since(start.done, 99)).toEqual({ problem: 'elsewhere' });
    expect(since([...start.done, at(150, open(2))], 200_000)).toEqual({ problem: 'tooLate' });
    const good = since([...start.done, at(150, open(2))], 200);
    expect(good).toEqual({
      problem: null,
      solution: [
        ...[
          { do: 'wait', millis: 49 },
          { do: 'step', step: open(2) },
        ],
        { do: 'wait', millis: 50 },
      ],
    });
  });
});
