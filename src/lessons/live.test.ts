import { describe, expect, it } from 'vitest';
import { CATALOGUE } from './catalogue.ts';
import { startingOrder, liveTermsOf } from './live.ts';
import { liveVariant } from './live-variants.ts';
import { readLesson } from './read.ts';
import type { Lesson } from '../vocabulary/lesson.ts';

const LIVE = CATALOGUE.filter(({ id }) => liveTermsOf(id) !== null);

/** What a tab lacks. */
const LABORATORY_ONLY = ['breakRule', 'skewClock', 'resumeClient'];

describe('the lessons that a live room can be asked for', () => {
  it('are those that real time can grade', () => {
    expect(LIVE.map(({ number }) => number)).toEqual([1, 3, 4, 6, 8, 12, 13, 14, 15]);
  });

  it.each(LIVE)(
    '$number, $id, is a lesson as the format asks, with the same goals',
    async (entry) => {
      const lesson: Lesson = (await entry.load()).default;
      const live = liveVariant(lesson);
      const moves = live.moves.map(({ id, steps, onceLogged }) => {
        return { id, steps: [...steps, ...(onceLogged?.steps ?? [])] };
      });
      // Its par is of what is done here, and the solution the laboratory's.
      expect(readLesson({ ...live, moves, par: lesson.par }).error).toBeNull();
      // But for what a room does not hear, and a future that real time cannot choose.
      const unheard = lesson.id === 'one-by-one' ? [3, 5] : [];
      expect(live.goals).toEqual(lesson.goals.filter((_, at) => !unheard.includes(at)));
      expect(live.bet).toEqual(lesson.bet);
      expect(live.world.participants).toBe(liveTermsOf(lesson.id)?.seats);
    },
  );

  it.each(LIVE)('$number, $id, asks nobody for what a tab cannot do', async (entry) => {
    const { setup, moves } = liveVariant((await entry.load()).default);
    const steps = [
      ...setup.flatMap((line) => (line.do === 'step' ? [line.step] : [])),
      ...moves.flatMap((move) => [...move.steps, ...(move.onceLogged?.steps ?? [])]),
    ];
    expect(steps.filter(({ kind }) => LABORATORY_ONLY.includes(kind))).toEqual([]);
    // Servers are the room's: a tab cannot open another by itself.
    expect(setup.some((line) => line.do === 'step' && line.step.kind === 'openServer')).toBe(false);
    expect(moves.every((move) => move.steps.filter(isOpening).length <= 1)).toBe(true);
  });

  it.each(LIVE)('$number, $id, does not speak of ways back that a room has not', async (entry) => {
    const { text } = liveVariant((await entry.load()).default);
    const said = ({ hook, task, hints }: Lesson['text']['en']): string =>
      [hook, task, ...hints].join(' ');
    expect(said(text.en)).not.toMatch(
      /go back (before|to|in)|virtual|slider|times slower|by decisions/iu,
    );
    expect(said(text['zh-CN'])).not.toMatch(/退回|虚拟|滑块|慢了两百倍|逐个决定/u);
  });

  it('leaves a lesson of the laboratory as it is', async () => {
    const entry = CATALOGUE.find(({ id }) => liveTermsOf(id) === null);
    const lesson = (await entry?.load())?.default;
    expect(lesson !== undefined && liveVariant(lesson)).toBe(lesson);
  });
});

const isOpening = ({ kind }: { readonly kind: string }): boolean => kind === 'openServer';

describe('the order in which servers start for one of them to lead', () => {
  it.each([
    [3, 5, [3, 2, 1], [4, 5]],
    [5, 5, [5, 4, 3], [1, 2]],
    [3, 3, [3, 2], [1]],
  ])('%i of %i', (leader, seats, first, then) => {
    expect(startingOrder({ seats, leader, isNew: false })).toEqual({ first, then });
  });
});
