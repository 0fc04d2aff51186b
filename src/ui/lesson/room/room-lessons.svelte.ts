// The lesson that is open in a live room, and the lessons that were done: progress is the laboratory's, too.

import { CATALOGUE, entryOf, type CatalogueEntry } from '../../../lessons/catalogue.ts';
import { liveVariant } from '../../../lessons/live-variants.ts';
import { liveTermsOf } from '../../../lessons/live.ts';
import { readLesson } from '../../../lessons/read.ts';
import type { LessonText } from '../../../vocabulary/lesson.ts';
import type {
  LiveLesson,
  LiveLessonControls,
  LiveLessonView,
  LiveMove,
} from '../../../vocabulary/live-lesson.ts';
import { locale } from '../../state/locale.svelte.ts';
import { betShown, type BetShown } from '../bet-shown.ts';
import { heard, keep, kept, PROGRESS } from '../kept.ts';
import { withDone } from '../progress.ts';
import { keepLesson, keptLesson } from './kept-lesson.ts';

const shelf = (): Storage => localStorage;
const tabShelf = (): Storage => sessionStorage;

/** Those that real time can grade, in the curriculum's order, and the others. */
export const HERE = CATALOGUE.filter(({ id }) => liveTermsOf(id) !== null);
export const ELSEWHERE = CATALOGUE.filter(({ id }) => liveTermsOf(id) === null);

const NOTHING_BEFORE = { steps: 0, answer: null } as const;

export class RoomLessons {
  progress = $state.raw(kept(shelf, PROGRESS));
  lesson = $state.raw<LiveLesson | null>(null);
  live = $state.raw<LiveLessonView | null>(null);
  /** The list is shown although a lesson is open. */
  browsing = $state(false);
  loading = $state(false);
  /** This lesson could not be loaded. */
  failed = $state.raw<string | null>(null);
  hints = $state(0);
  /** What was done before the page was loaded anew. */
  #before: { readonly steps: number; readonly answer: string | null } = NOTHING_BEFORE;
  /** The newest that was asked for: one that comes late is not wanted any more. */
  #asked = 0;
  readonly #controls: LiveLessonControls;
  readonly #remember: (id: string | null) => void;
  /** By its name, for what outlives the page. */
  readonly #room: string;

  constructor(controls: LiveLessonControls, remember: (id: string | null) => void, room: string) {
    this.#controls = controls;
    this.#remember = remember;
    this.#room = room;
    controls.subscribe((live) => {
      this.live = live;
      this.#follow();
    });
    globalThis.addEventListener('storage', ({ key, newValue }) => {
      if (key !== PROGRESS.key) return;
      this.progress = heard(shelf, PROGRESS, this.progress, newValue);
    });
  }

  get entry(): CatalogueEntry | null {
    return this.lesson === null ? null : entryOf(this.lesson.id);
  }

  get text(): LessonText | null {
    return this.lesson?.text[locale.current] ?? null;
  }

  /** The bet as the stage draws it; null before there is one. */
  get betShown(): BetShown | null {
    const { lesson, text, live } = this;
    return lesson === null || text === null || live === null
      ? null
      : betShown(lesson, text, live.lesson);
  }

  /** What comes next of those that are done here. */
  get next(): CatalogueEntry | null {
    const at = HERE.findIndex(({ id }) => id === this.lesson?.id);
    return HERE[at + 1] ?? null;
  }

  readonly open = async (id: string): Promise<void> => {
    const entry = entryOf(id);
    if (entry === null || liveTermsOf(id) === null) return;
    this.loading = true;
    this.failed = null;
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const { lesson } = readLesson((await entry.load()).default);
      if (asked !== this.#asked) return;
      if (lesson === null) this.failed = id;
      else this.#enter(liveVariant(lesson));
    } catch {
      if (asked !== this.#asked) return;
      this.failed = id; // No network, or a newer version of the page.
    }
    this.loading = false;
  };

  readonly leave = (): void => {
    this.#asked += 1;
    this.loading = false;
    this.lesson = null;
    this.browsing = false;
    this.#remember(null);
    this.#controls.leave();
  };

  readonly placeBet = (option: string): void => {
    this.#controls.placeBet(option);
  };

  readonly start = (): void => {
    this.#controls.start();
  };

  readonly act = (move: LiveMove): void => {
    this.#controls.act(move);
  };

  readonly hint = (): void => {
    this.hints += 1;
    this.#keep();
  };

  #enter(lesson: LiveLesson): void {
    const found = keptLesson(tabShelf, this.#room, lesson.id);
    // One that was passed is played anew, not passed at once.
    const isWhole = found !== null && lesson.goals.every((_, at) => found.met.includes(at));
    const kept = isWhole ? null : found;
    const isSame = this.lesson?.id === lesson.id;
    this.lesson = lesson;
    this.browsing = false;
    // One that is open is not begun anew by its own row.
    if (isSame) return;
    this.hints = kept?.hints ?? 0;
    this.#before = kept ?? NOTHING_BEFORE;
    this.#remember(lesson.id);
    this.#controls.open(lesson, kept !== null && kept.bet !== null ? kept : null);
  }

  /** What was done is written down. */
  #follow(): void {
    const { live, lesson } = this;
    if (live === null || lesson === null || live.lesson.id !== lesson.id) return;
    this.#keep();
    if (!live.lesson.passed) return;
    const answer = live.lesson.answer ?? this.#before.answer;
    const guess = live.lesson.bet === answer ? 'right' : 'wrong';
    // What came of it may have been before the page was loaded anew.
    const bet = lesson.bet === null || answer === null ? 'none' : guess;
    const steps = this.#before.steps + live.lesson.stepsTaken;
    const done = { steps, bet, hints: this.hints } as const;
    const progress = withDone(this.progress, lesson.id, done);
    if (progress !== this.progress) this.progress = keep(shelf, PROGRESS, progress);
  }

  #keep(): void {
    const { live, lesson, hints } = this;
    if (live === null || lesson === null || live.lesson.bet === null) return;
    const met = live.lesson.goals.flatMap(({ state }, at) => (state === 'met' ? [at] : []));
    const steps = this.#before.steps + live.lesson.stepsTaken;
    const answer = live.lesson.answer ?? this.#before.answer;
    const { bet } = live.lesson;
    keepLesson(tabShelf, { room: this.#room, id: lesson.id, bet, met, hints, steps, answer });
  }
}
