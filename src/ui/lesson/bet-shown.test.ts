import { describe, expect, it } from 'vitest';

import catchingUp from '../../lessons/curriculum/catching-up.ts';
import midProposal from '../../lessons/curriculum/dies-mid-proposal.ts';
import oneByOne from '../../lessons/curriculum/one-by-one.ts';
import pathOfAWrite from '../../lessons/curriculum/path-of-a-write.ts';
import type { Lesson, LessonView } from '../../vocabulary/lesson.ts';
import { betShown } from './bet-shown.ts';

const shown = (lesson: Lesson, bet: string | null, answer: string | null = null) =>
  betShown(lesson, lesson.text.en, { bet, answer } as LessonView);

describe('a bet on the scene', () => {
  it('is not there before it is placed', () => {
    expect(shown(oneByOne, null)).toBeNull();
  });

  it('stands at the server that it names, with what was bet', () => {
    expect(shown(oneByOne, 'two')).toEqual({ text: 'Server 2', servers: [2], came: 'open' });
    expect(shown(catchingUp, 'tree')?.servers).toEqual([5]);
  });

  it('stands at no server where it names none, nor at one that only something is done to', () => {
    expect(shown(pathOfAWrite, 'quorum')?.servers).toEqual([]);
    expect(shown(midProposal, 'kept')?.servers).toEqual([1]);
  });

  it('says whether it came so, once that is known', () => {
    expect(shown(oneByOne, 'three', 'three')?.came).toBe('right');
    expect(shown(oneByOne, 'five', 'three')?.came).toBe('wrong');
  });
});
