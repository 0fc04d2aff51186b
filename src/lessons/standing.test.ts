import { describe, expect, it } from 'vitest';
import type { Fact } from '../vocabulary/fact.ts';
import type { GoalView, Lesson } from '../vocabulary/lesson.ts';
import oneByOne from './curriculum/one-by-one.ts';
import { beginning, nearestUnmet, standingAfter, withBet } from './standing.ts';
import { all, atLeast, eventually, exactly, fact, now } from './write.ts';

const lesson: Lesson = {
  ...oneByOne,
  goals: [eventually(fact('kept')), eventually(fact('lost'))],
  forbidden: [eventually(fact('bad'))],
  bet: {
    settled: eventually(fact('end')),
    options: [
      { id: 'one', when: exactly(1, fact('kept')) },
      { id: 'more', when: atLeast(2, fact('kept')) },
    ],
  },
};

const saw = (...kinds: readonly string[]) => ({
  facts: kinds.map((kind, at): Fact => ({ kind, at: { millis: at, events: at }, fields: {} })),
  picture: () => [],
});

const after = (...futures: readonly (readonly string[])[]) =>
  futures.reduce(
    (standing, kinds) => standingAfter(standing, lesson, saw(...kinds)),
    beginning(lesson),
  );

describe('the standing in a lesson', () => {
  it('passes when every goal was met, each in a future of its own', () => {
    expect(after(['kept']).passed).toBe(false);
    expect(after(['kept'], ['lost']).passed).toBe(true);
  });

  it('does not pass while this future holds what is forbidden', () => {
    const standing = after(['kept', 'bad', 'lost']);
    expect(standing.passed).toBe(false);
    expect(standing.forbidden).toEqual([{ millis: 1, events: 1 }]);
    expect(standingAfter(standing, lesson, saw('kept', 'lost')).passed).toBe(true);
  });

  it('what was passed stays passed', () => {
    expect(after(['kept', 'lost'], ['bad']).passed).toBe(true);
  });

  it('answers the bet once, when it is settled, from what happened', () => {
    expect(after(['kept']).answer).toBeNull();
    expect(after(['kept', 'kept', 'end']).answer).toBe('more');
    expect(after(['kept', 'end'], ['kept', 'kept', 'end']).answer).toBe('one');
  });

  it('takes one bet, and only on what is offered', () => {
    const standing = withBet(beginning(lesson), lesson, 'none of them');
    expect(standing.bet).toBeNull();
    const placed = withBet(standing, lesson, 'one');
    expect(withBet(placed, lesson, 'more').bet).toBe('one');
  });

  it('names the goal that this future lost, else the first that is not met', () => {
    const goal = (state: GoalView['state'], have: number, need: number): GoalView => ({
      ...{ state, at: null, have, need },
    });
    expect(nearestUnmet([goal('met', 1, 1), goal('open', 0, 1), goal('open', 2, 3)])).toBe(1);
    expect(nearestUnmet([goal('open', 0, 1), goal('open', 0, 1)])).toBe(0);
    expect(nearestUnmet([goal('open', 2, 3), goal('lost', 0, 3)])).toBe(1);
    expect(nearestUnmet([goal('met', 1, 1)])).toBeNull();
  });
});

describe('which lamp a broken rule lit', () => {
  const lit = (rule: string, first: string) => now(fact('lit', { rule, first }));
  const exam: Lesson = {
    ...lesson,
    goals: [lit('a', 'Z13')],
    bet: {
      settled: all(now(fact('lit', { rule: 'a' })), now(fact('lit', { rule: 'b' }))),
      options: [
        { id: 'crossed', when: all(lit('a', 'S3'), lit('b', 'Z13')) },
        { id: 'straight', when: all(lit('a', 'Z13'), lit('b', 'S3')) },
      ],
    },
  };
  const at = { millis: 1, events: 1 };
  const future = (rules: readonly string[], first: string | null) => ({
    facts: rules.map((rule): Fact => ({
      ...{ kind: 'did', at, fields: { step: 'breakRule', rule, on: true } },
    })),
    picture: (): Fact[] => [{ kind: 'lamp', at, fields: { first } }],
  });
  const judged = (...futures: readonly ReturnType<typeof future>[]) =>
    futures.reduce((standing, one) => standingAfter(standing, exam, one), beginning(exam));

  it('is remembered in every other future, so that one bet can be about several rules', () => {
    expect(judged(future(['a'], 'Z13')).answer).toBeNull();
    const standing = judged(future(['a'], 'Z13'), future(['b'], 'S3'));
    expect(standing).toMatchObject({ answer: 'straight', passed: true });
  });

  it('is the first of the first future; where two are broken, nobody knows whose it is', () => {
    expect(judged(future(['a'], null), future(['a', 'b'], 'Z13')).lit).toEqual([]);
    const standing = judged(future(['a'], 'S3'), future(['a'], 'Z13'), future(['b'], 'Z13'));
    expect(standing).toMatchObject({ answer: 'crossed', passed: false });
  });
});
