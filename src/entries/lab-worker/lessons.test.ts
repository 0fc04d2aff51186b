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
  bench.take({ kind: 'placeBet', option: lesson.bet.options[0]?.id ?? '' });
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

describe.each(CATALOGUE.map((entry) => [entry.id, entry] as const))('lesson %s', (id, entry) => {
  it('is a lesson file: it reads, survives JSON, and is called as the catalogue says', async () => {
    const { default: lesson } = await entry.load();
    expect(readLesson(lesson).error).toBeNull();
    expect(JSON.parse(JSON.stringify(lesson))).toEqual(lesson);
    expect(lesson.id).toBe(id);
    expect(lesson.text.en.title).toBe(entry.title.en);
    expect(lesson.text['zh-CN'].title).toBe(entry.title['zh-CN']);
  });

  it('its own solution passes, answers the bet, and no rule is broken', async () => {
    const { default: lesson } = await entry.load();
    const played = play(lesson, lesson.solution);
    expect({ failedAt: played.failedAt, unmet: unmet(played) }).toEqual({
      ...{ failedAt: null, unmet: [] },
    });
    expect(played.view.forbidden.every((at) => at === null)).toBe(true);
    expect(played.view.passed).toBe(true);
    expect(played.view.answer).not.toBeNull();
    expect(played.lampIsGreen).toBe(true);
  });

  it('what the misconception would do does not pass', async () => {
    const { default: lesson } = await entry.load();
    const played = play(lesson, lesson.wrong);
    expect(played.failedAt).toBeNull();
    expect(played.view.passed).toBe(false);
    const broken = played.view.forbidden.filter((at) => at !== null).length;
    expect(unmet(played).length + broken).toBeGreaterThan(0);
  });
});
