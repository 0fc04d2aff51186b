// The quiz: what was answered, kept in this browser, and whether it is shown. It outlives the panel that
// shows it; its items are loaded with that.

import { heard, keep, kept, QUIZ } from './kept.ts';
import { forgotten, takenQuiz, withAnswer, withEnd, type QuizRecord } from './quiz-record.ts';

const shelf = (): Storage => localStorage;

export class Quiz {
  record = $state.raw(kept(shelf, QUIZ));
  /** In the place of the list. */
  shown = $state(false);
  /** Questions are asked, otherwise it is told how it stands. */
  asks = $state(false);
  /** The question; null: the first without an answer. */
  at = $state<number | null>(null);

  /** Whoever left it in the middle goes on there. */
  readonly show = (): void => {
    this.shown = true;
    this.asks = this.record.open !== null;
    this.at = null;
  };

  readonly answer = (item: string, option: string): void => {
    this.#keep(withAnswer(this.record, item, option, Date.now()));
  };

  readonly end = (): void => {
    this.#keep(withEnd(this.record, Date.now()));
  };

  readonly forget = (): void => {
    this.#keep(forgotten(this.record));
  };

  /** Out of a file. */
  readonly take = (file: QuizRecord): void => {
    this.#keep(takenQuiz(this.record, file));
  };

  /** What another tab of this browser wrote down. */
  readonly hear = (text: string | null): void => {
    this.record = heard(shelf, QUIZ, this.record, text);
  };

  #keep(record: QuizRecord): void {
    this.record = keep(shelf, QUIZ, record);
  }
}
