import { describe, expect, it } from 'vitest';
import {
  forgotten,
  isTouched,
  mergedQuiz,
  NO_QUIZ,
  quizFrom,
  quizValue,
  readQuiz,
  takenQuiz,
  withAnswer,
  withEnd,
  writeQuiz,
  type QuizRecord,
} from './quiz-record.ts';

/** An attempt of one answer, on top of what was before. */
const taken = (record: QuizRecord, option: string, at: number): QuizRecord =>
  withEnd(withAnswer(record, 'no-gaps', option, at), at + 10);

const first = taken(NO_QUIZ, 'twice', 100);
const second = taken(first, 'leaves-gap', 200);

describe('the record of the quiz', () => {
  it('keeps the first attempt as it was, and of those after it the newest', () => {
    const third = taken(second, 'unknown', 300);
    expect(third.before?.answers.get('no-gaps')).toBe('twice');
    expect(third.now).toMatchObject({ began: 300, ended: 310 });
    expect(third.now?.answers.get('no-gaps')).toBe('unknown');
    expect(third.open).toBeNull();
  });

  it('goes on where it was left; an answer that is given anew takes the place of the other', () => {
    const begun = withAnswer(withAnswer(first, 'no-gaps', 'twice', 200), 'votes', 'x', 300);
    const read = readQuiz(writeQuiz(begun));
    expect(read).toEqual(begun);
    const changed = withAnswer(begun, 'no-gaps', 'in-order', 400);
    expect([...(changed.open?.answers ?? [])]).toEqual([
      ['no-gaps', 'in-order'],
      ['votes', 'x'],
    ]);
    expect(changed.open).toMatchObject({ began: 200, changed: 400 });
  });

  it('is in order although the clock was set back', () => {
    const back = withEnd(withAnswer(withAnswer(first, 'votes', 'x', 5), 'votes', 'y', 5), 5);
    expect(back.now).toMatchObject({ began: 111, ended: 112 });
    expect(readQuiz(writeQuiz(back))).toEqual(back);
    expect(withEnd(first, 5)).toBe(first);
  });

  it('is forgotten whole, and the next attempt is the first again', () => {
    const none = forgotten(withAnswer(second, 'votes', 'x', 300));
    expect(isTouched(none)).toBe(false);
    expect(taken(none, 'x', 400)).toMatchObject({ before: { began: 400 }, now: null });
  });
});

describe('two records of one round', () => {
  it('have the earliest attempt as the first, and the latest as the newest', () => {
    const elsewhere = taken(taken(NO_QUIZ, 'x', 50), 'y', 150);
    for (const merged of [mergedQuiz(second, elsewhere), mergedQuiz(elsewhere, second)]) {
      expect(merged).toMatchObject({ before: { began: 50 }, now: { began: 200 } });
      expect(readQuiz(writeQuiz(merged))).toEqual(merged);
    }
  });

  it('are one where one of them is behind', () => {
    const begun = withAnswer(second, 'no-gaps', 'x', 300);
    const more = withAnswer(begun, 'votes', 'y', 400);
    for (const behind of [NO_QUIZ, first, second, begun]) {
      expect(mergedQuiz(more, behind)).toBe(more);
      expect(mergedQuiz(behind, more)).toEqual(more);
    }
    // What was under way there is over here.
    const over = withEnd(more, 500);
    expect(mergedQuiz(more, over)).toEqual(over);
    expect(mergedQuiz(over, more)).toBe(over);
  });

  it('do not bring back what was forgotten', () => {
    const none = forgotten(second);
    expect(mergedQuiz(second, none)).toBe(none);
    expect(mergedQuiz(none, second)).toBe(none);
  });
});

describe('a record out of a file', () => {
  it('is taken where nothing was done, also in a round after one that was forgotten', () => {
    expect(takenQuiz(NO_QUIZ, second)).toEqual(second);
    expect(takenQuiz(forgotten(first), second)).toEqual({ ...second, round: 1 });
    expect(takenQuiz(first, { ...second, round: 7 })).toEqual(second);
  });

  it('is added to what was done here, and an attempt that is under way goes on', () => {
    const own = withAnswer(NO_QUIZ, 'votes', 'x', 150);
    const all = takenQuiz(own, second);
    expect(all).toMatchObject({ before: { began: 100 }, now: { began: 200 } });
    expect(all.open?.answers).toEqual(own.open?.answers);
    expect(readQuiz(writeQuiz(all))).toEqual(all);
  });

  it('that adds nothing changes nothing', () => {
    expect(takenQuiz(second, first)).toBe(second);
    const begun = withAnswer(second, 'votes', 'x', 300);
    expect(takenQuiz(begun, first)).toEqual(begun);
  });

  it('of a far future is refused: what is answered here could not come after it', () => {
    const open = (changed: number): object =>
      quizValue({ ...second, open: { began: 1_000, changed, answers: second.before!.answers } });
    const text = (value: object): string =>
      JSON.stringify({ format: 'tabkeeper-quiz', version: 1, ...value });
    const far = readQuiz(text(open(32_503_680_000_000)));
    expect(far).not.toBeNull();
    const later = withEnd(withAnswer(far!, 'votes', 'x', 2_000), 2_000);
    expect(quizFrom(quizValue(later))).toEqual(later);
    expect(readQuiz(text(open(32_503_680_000_001)))).toBeNull();
  });

  it('of the last round stays a record when it is forgotten', () => {
    const none = forgotten({ ...second, round: 1_000_000 });
    expect(quizFrom(quizValue(none))).toEqual(none);
  });

  const good = quizValue(withAnswer(second, 'votes', 'x', 300)) as Record<string, object>;
  const attempt = { began: 1, ended: 2, answers: [{ item: 'votes', option: 'x1' }] };
  it.each([
    ['no round', { round: undefined }],
    ['a round below 0', { round: -1 }],
    ['a first attempt that is none', { before: 7 }],
    ['no first attempt', { before: undefined }],
    ['a newest attempt without a first', { before: null }],
    ['a newest attempt before the first', { now: attempt }],
    ['one under way before the others ended', { open: { ...attempt, changed: 3 } }],
    ['a time that is none', { before: { ...attempt, began: 'x' } }],
    ['an end before the beginning', { before: { ...attempt, ended: 0 } }],
    ['a time that no Date knows', { open: { ...attempt, began: 9e15, changed: 9e15 } }],
    ['no answers', { before: { ...attempt, answers: [] } }],
    ['answers that are no list', { before: { ...attempt, answers: {} } }],
    ['an answer that is none', { before: { ...attempt, answers: [null] } }],
    ['an item that is none', { before: { ...attempt, answers: [{ item: '__proto__' }] } }],
    ['an option that is none', { before: { ...attempt, answers: [{ item: 'votes', option: 1 }] } }],
    ['two answers to one', { before: { ...attempt, answers: Array(2).fill(attempt.answers[0]) } }],
    ['far too many', { before: { ...attempt, answers: Array(101).fill(attempt.answers[0]) } }],
  ])('is refused with %s', (_, wrong) => {
    const text = (value: object): string =>
      JSON.stringify({ format: 'tabkeeper-quiz', version: 1, ...value });
    expect(readQuiz(text(good))).not.toBeNull();
    expect(readQuiz(text({ ...good, ...wrong }))).toBeNull();
  });

  it.each(['', 'no json', 'null', '[]', '{"format":"tabkeeper-quiz","version":2,"round":0}'])(
    '%j is no record',
    (text) => {
      expect(readQuiz(text)).toBeNull();
    },
  );
});
