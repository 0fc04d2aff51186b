// The lesson that is open and the lessons that were done. It outlives the panel that shows it; progress
// is kept in this browser only.

import { CATALOGUE, entryOf, type CatalogueEntry } from '../../lessons/catalogue.ts';
import type { Lesson, LessonText, LessonView } from '../../vocabulary/lesson.ts';
import type { LabStep, Moment, RuleName } from '../../vocabulary/steps.ts';
import type { LabStore } from '../state/lab.svelte.ts';
import { m } from '../paraglide/messages.js';
import { locale } from '../state/locale.svelte.ts';
import { betShown, type BetShown } from './bet-shown.ts';
import type { Editor } from './editor.svelte.ts';
import { heard, isKept, keep, kept, PROGRESS, QUIZ } from './kept.ts';
import { merged, readCarried, withDone, writeCarried } from './progress.ts';
import { isTouched } from './quiz-record.ts';
import { Quiz } from './quiz.svelte.ts';

const shelf = (): Storage => localStorage;

/** What the page does for its lessons. */
export interface LessonHands {
  /** Writes the open lesson into the page's link: one of the curriculum by its id, another whole. */
  readonly remember: (id: string | null, own: Lesson | null) => void;
  /** Null: too long for a link. */
  readonly share: (lesson: Lesson) => Promise<string | null>;
}

export class Lessons {
  progress = $state.raw(kept(shelf, PROGRESS));
  readonly kept = $derived(isKept(shelf, PROGRESS, this.progress));
  lesson = $state.raw<Lesson | null>(null);
  /** The list is shown although a lesson is open. */
  browsing = $state(false);
  /** The editor is shown in the place of the list. */
  editing = $state(false);
  /** There once somebody came to write. */
  editor = $state.raw<Editor | null>(null);
  loading = $state(false);
  /** Why the lesson that was asked for is not open, in the language that is read. */
  failed = $state.raw<(() => string) | null>(null);
  hints = $state(0);
  readonly quiz = new Quiz();

  readonly lab: LabStore;
  readonly #hands: LessonHands;
  #refusedBefore = $state(0);
  /** Counts up with whatever is asked for: what comes for an older wish is late. */
  #asked = 0;

  constructor(lab: LabStore, hands: LessonHands) {
    this.lab = lab;
    this.#hands = hands;
  }

  /** The open lesson's setup has no end: its world never came. */
  get stuck(): boolean {
    return this.lesson !== null && this.lab.lessonsRefused > this.#refusedBefore;
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

  /** The bet as the stage draws it; null before there is one. */
  get betShown(): BetShown | null {
    const { lesson, text, view } = this;
    return lesson === null || text === null || view === null ? null : betShown(lesson, text, view);
  }

  /** What comes after the open lesson in the curriculum. */
  get next(): CatalogueEntry | null {
    const at = CATALOGUE.findIndex(({ id }) => id === this.lesson?.id);
    return at === -1 ? null : (CATALOGUE[at + 1] ?? null);
  }

  readonly open = async (id: string): Promise<void> => {
    const entry = entryOf(id);
    if (entry === null) {
      this.failed = () => id;
      return;
    }
    this.#asked += 1;
    const asked = this.#asked;
    this.loading = true;
    this.failed = null;
    try {
      const [{ default: value }, { readLesson }] = await Promise.all([
        entry.load(),
        import('../../lessons/read.ts'),
      ]);
      // Something else was asked for meanwhile.
      if (asked !== this.#asked) return;
      const { lesson, error } = readLesson(value);
      if (lesson === null) this.refuse(error);
      else this.#enter(lesson);
    } catch {
      if (asked !== this.#asked) return;
      this.failed = () => id; // It could not be loaded: no network, or a newer version of the page.
    }
    this.loading = false;
  };

  /** The one that is open goes on as it stands. */
  readonly choose = (id: string): void => {
    if (id === this.lesson?.id && this.view !== null) this.browsing = false;
    else void this.open(id);
  };

  /** What somebody sent is no lesson: with the complaint of who read it, or '' where nothing could be read. */
  readonly refuse = (complaint: string): void => {
    this.failed = complaint === '' ? m.lesson_link_bad : () => m.lesson_unfit({ complaint });
  };

  /** One that somebody wrote. */
  readonly openOwn = (lesson: Lesson): void => {
    this.failed = null;
    this.#enter(lesson);
  };

  /** Out of a file: what is wrong with it is said. */
  readonly openText = async (text: string): Promise<void> => {
    try {
      const { lessonFrom } = await import('../../lessons/own.ts');
      const { lesson, error } = lessonFrom(text);
      if (lesson === null) this.refuse(error);
      else this.openOwn(lesson);
    } catch {
      this.failed = m.lesson_title; // What reads lessons could not be loaded.
    }
  };

  readonly share = (lesson: Lesson): Promise<string | null> => this.#hands.share(lesson);

  /** Lessons are written in a world of nobody's lesson. */
  readonly write = async (): Promise<void> => {
    try {
      const { Editor } = await import('./editor.svelte.ts');
      this.editor ??= new Editor(this.lab);
    } catch {
      this.failed = m.editor_title; // As above.
      return;
    }
    if (this.lesson !== null) this.leave();
    this.failed = null;
    this.quiz.shown = false;
    this.editing = true;
  };

  readonly restart = (): void => {
    if (this.lesson !== null) this.#enter(this.lesson);
  };

  /** Back to a world of nobody's lesson. */
  readonly leave = (): void => {
    this.#asked += 1;
    this.loading = false;
    this.lesson = null;
    this.browsing = false;
    this.#hands.remember(null, null);
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
    const { view, lesson } = this;
    if (view === null || lesson === null) return;
    const { controls, view: world } = this.lab;
    if (world.keptFrom <= view.beganAt.millis) this.goTo(view.beganAt);
    else {
      // Its beginning is no longer kept: the same world once more.
      controls.openLesson(lesson);
      if (view.bet !== null) controls.placeBet(view.bet);
    }
    this.move([{ kind: 'breakRule', rule, on: true }]);
  };

  readonly goTo = (at: Moment): void => {
    this.lab.goTo(at);
  };

  /** To be called in an effect: what was done is written down. */
  readonly follow = (): void => {
    const { view, lesson } = this;
    if (view === null || lesson === null || !view.passed || view.shown) return;
    const guess = view.bet === view.answer ? 'right' : 'wrong';
    const bet = lesson.bet === null ? 'none' : guess;
    const done = { steps: view.stepsTaken, bet, hints: this.hints } as const;
    const progress = withDone(this.progress, lesson.id, done);
    if (progress !== this.progress) this.progress = keep(shelf, PROGRESS, progress);
  };

  /** Hears what other tabs of this browser write down, until the returned function is called. */
  readonly hearOthers = (): (() => void) => {
    const onStorage = ({ key, newValue }: StorageEvent): void => {
      if (key === PROGRESS.key) this.progress = heard(shelf, PROGRESS, this.progress, newValue);
      else if (key === QUIZ.key) this.quiz.hear(newValue);
      else this.editor?.hear(key, newValue);
    };
    globalThis.addEventListener('storage', onStorage);
    return () => {
      globalThis.removeEventListener('storage', onStorage);
    };
  };

  /** Whether there is anything to carry elsewhere. */
  get hasDone(): boolean {
    return this.progress.size > 0 || isTouched(this.quiz.record);
  }

  readonly exported = (): string =>
    writeCarried({ progress: this.progress, quiz: this.quiz.record });

  /** Of a text of which something cannot be read nothing is taken: what that is. */
  readonly take = (text: string): 'progress' | 'quiz' | null => {
    const carried = readCarried(text);
    if (typeof carried === 'string') return carried;
    this.progress = keep(shelf, PROGRESS, merged(this.progress, carried.progress));
    this.quiz.take(carried.quiz);
    return null;
  };

  #enter(lesson: Lesson): void {
    this.#asked += 1;
    this.loading = false;
    this.lesson = lesson;
    this.browsing = false;
    this.editing = false;
    this.quiz.shown = false;
    this.hints = 0;
    this.#refusedBefore = this.lab.lessonsRefused;
    this.#hands.remember(lesson.id, entryOf(lesson.id) === null ? lesson : null);
    this.lab.controls.openLesson(lesson);
  }
}
