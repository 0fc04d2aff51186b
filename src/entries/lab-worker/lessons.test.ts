// Every lesson as the page plays it: its own solution must pass, and what somebody with the
// misconception does must not.

import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../../lessons/catalogue.ts';
import { readLesson } from '../../lessons/read.ts';
import type { Lesson, Script } from '../../vocabulary/lesson.ts';
import { LabBench } from './bench.ts';
import type { FromLab } from './messages.ts';

const PLAY_MILLIS_MAX = 180_000;

interface Played {
  readonly view: NonNullable<(FromLab & { kind: 'lab' })['lab']['lesson']>;
  readonly failedAt: number | null;
  readonly lampIsGreen: boolean;
}

function play(lesson: Lesson, script: Script): Played {
  let last: (FromLab & { kind: 'lab' }) | null = null;
  const bench = new LabBench((message) => {
    if (message.kind === 'lab') last = message;
  });
  bench.take({ kind: 'openLesson', lesson });
  bench.take({ kind: 'placeBet', option: lesson.bet?.options[0]?.id ?? '' });
  bench.take({ kind: 'setSpeed', speed: 1 });
  bench.playScript(script);
  for (let millis = 0; bench.isPlayingScript && millis < PLAY_MILLIS_MAX; millis += 50) {
    bench.passes(50);
    bench.show();
  }
  bench.show();
  const { lab } = last as unknown as FromLab & { kind: 'lab' };
  expect(bench.isPlayingScript).toBe(false);
  return {
    view: lab.lesson!,
    failedAt: bench.scriptFailedAt,
    lampIsGreen: lab.lamp.first === null,
  };
}

const unmet = ({ view }: Played): string[] =>
  view.goals.flatMap((goal, at) =>
    goal.state === 'met'
      ? []
      : [`goal ${String(at)} ${goal.state} ${String(goal.have)}/${String(goal.need)}`],
  );

const LESSONS = await Promise.all(
  CATALOGUE.map(async (entry) => ({ entry, lesson: (await entry.load()).default })),
);
const named = LESSONS.map((one) => [one.entry.id, one] as const);
const withRule = named.filter(([, { lesson }]) => lesson.breakRule !== null);

describe.each(named)('lesson %s', (id, { entry, lesson }) => {
  it('is a lesson file: it reads, survives JSON, and is called as the catalogue says', () => {
    expect(readLesson(lesson).error).toBeNull();
    expect(JSON.parse(JSON.stringify(lesson))).toEqual(lesson);
    expect(lesson.id).toBe(id);
    expect(lesson.text.en.title).toBe(entry.title.en);
    expect(lesson.text['zh-CN'].title).toBe(entry.title['zh-CN']);
  });

  it('its own solution passes within par, answers the bet, and no rule is broken unasked', () => {
    const played = play(lesson, lesson.solution);
    expect({ failedAt: played.failedAt, unmet: unmet(played) }).toEqual({
      ...{ failedAt: null, unmet: [] },
    });
    expect(played.view.forbidden.every((at) => at === null)).toBe(true);
    expect(played.view.passed).toBe(true);
    expect(played.view.stepsTaken).toBe(lesson.par);
    expect(played.view.answer).not.toBeNull();
    // The exam breaks rules on purpose, the last of them in the future where it ends.
    const breaks = lesson.solution.some(
      (line) => line.do === 'step' && line.step.kind === 'breakRule',
    );
    expect(played.lampIsGreen).toBe(!breaks);
  });

  it('what the misconception would do does not pass', () => {
    const played = play(lesson, lesson.wrong);
    expect(played.failedAt).toBeNull();
    expect(played.view.passed).toBe(false);
    const broken = played.view.forbidden.filter((at) => at !== null).length;
    expect(unmet(played).length + broken).toBeGreaterThan(0);
  });
});

describe.each(withRule)('lesson %s', (_, { lesson }) => {
  it('with its rule broken the lamp turns red', () => {
    const { rule, then } = lesson.breakRule!;
    const broken: Script = [{ do: 'step', step: { kind: 'breakRule', rule, on: true } }, ...then];
    const played = play(lesson, broken);
    expect(played.failedAt).toBeNull();
    expect(played.lampIsGreen).toBe(false);
  });
});
