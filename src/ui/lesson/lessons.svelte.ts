// The lesson that is open and the lessons that were done. It outlives the panel that shows it; progress
// is kept in this browser only.

import { CATALOGUE, entryOf, type CatalogueEntry } from '../../lessons/catalogue.ts';
import type { Lesson, LessonText, LessonView } from '../../vocabulary/lesson.ts';
import type { LabStep, Moment, RuleName } from '../../vocabulary/steps.ts';
import type { LabStore } from '../state/lab.svelte.ts';
import { locale } from '../state/locale.svelte.ts';
import { merged, NO_PROGRESS, readProgress, withDone, writeProgress } from './progress.ts';

const KEY = 'tabkeeper-lessons';

function remembered() {
  try {
    return readProgress(localStorage.getItem(KEY) ?? '') ?? NO_PROGRESS;
  } catch {
    return NO_PROGRESS; // Storage is off: progress lasts as long as the page.
  }
}

export class Lessons {
  progress = $state.raw(remembered());
  lesson = $state.raw<Lesson | null>(null);
  /** The list is shown although a lesson is open. */
  browsing = $state(false);
  loading = $state(false);
  failed = $state<string | null>(null);
  hints = $state(0);

  readonly lab: LabStore;
  readonly #remember: (id: string | null) => void;

  constructor(lab: LabStore, remember: (id: string | null) => void) {
    this.lab = lab;
    this.#remember = remember;
  }

  /** Of the open lesson, once its world is there. */
  get view(): LessonView | null {
    const view = this.lab.view.lesson;
    return view !== null && view.id === this.lesson?.id ? view : null;
  }

  get entry(): CatalogueEntry | null {
    return this.lesson === null ? null : entryOf(this.lesson.id);
  }

  get text(): LessonText | null {
    return this.lesson?.text[locale.current] ?? null;
  }

  /** What comes after the open lesson in the curriculum. */
  get next(): CatalogueEntry | null {
    const at = CATALOGUE.findIndex(({ id }) => id === this.lesson?.id);
    return at === -1 ? null : (CATALOGUE[at + 1] ?? null);
  }

  readonly open = async (id: string): Promise<void> => {
    const entry = entryOf(id);
    if (entry === null) {
      this.failed = id;
      return;
    }
    this.loading = true;
    this.failed = null;
    try {
      const [{ default: value }, { readLesson }] = await Promise.all([
        entry.load(),
        import('../../lessons/read.ts'),
      ]);
      const { lesson, error } = readLesson(value);
      if (lesson === null) this.failed = error;
      else this.#enter(lesson);
    } catch {
      this.failed = id; // It could not be loaded: no network, or a newer version of the page.
    }
    this.loading = false;
  };

  readonly restart = (): void => {
    if (this.lesson !== null) this.#enter(this.lesson);
  };

  /** Back to a world of nobody's lesson. */
  readonly leave = (): void => {
    this.lesson = null;
    this.browsing = false;
    this.#remember(null);
    const { seed, participants, observers } = this.lab.view.options;
    this.lab.controls.open({ seed, participants, observers });
    this.lab.controls.begin();
  };

  readonly placeBet = (option: string): void => {
    this.lab.controls.placeBet(option);
    this.lab.controls.play();
  };

  readonly move = (steps: readonly LabStep[]): void => {
    for (const step of steps) this.lab.controls.act(step);
    if (!this.lab.view.running) this.lab.controls.play();
  };

  /** A future of its own from the beginning, without this rule. */
  readonly breakRule = (rule: RuleName): void => {
    if (this.view === null) return;
    this.goTo(this.view.beganAt);
    this.move([{ kind: 'breakRule', rule, on: true }]);
  };

  readonly goTo = (at: Moment): void => {
    this.lab.controls.pause();
    this.lab.controls.seek(at);
  };

  /** To be called in an effect: what was done is written down. */
  readonly follow = (): void => {
    const { view, lesson } = this;
    if (view === null || lesson === null || !view.passed || view.shown) return;
    const bet = view.bet === view.answer ? 'right' : 'wrong';
    const done = { steps: view.stepsTaken, bet, hints: this.hints } as const;
    this.#keep(withDone(this.progress, lesson.id, done));
  };

  readonly exported = (): string => writeProgress(this.progress);

  /** False if the text is no progress. */
  readonly take = (text: string): boolean => {
    const read = readProgress(text);
    if (read !== null) this.#keep(merged(this.progress, read));
    return read !== null;
  };

  #enter(lesson: Lesson): void {
    this.lesson = lesson;
    this.browsing = false;
    this.hints = 0;
    this.#remember(lesson.id);
    this.lab.controls.openLesson(lesson);
  }

  #keep(progress: typeof this.progress): void {
    if (progress === this.progress) return;
    this.progress = progress;
    try {
      localStorage.setItem(KEY, writeProgress(progress));
    } catch {
      return; // As above.
    }
  }
}
