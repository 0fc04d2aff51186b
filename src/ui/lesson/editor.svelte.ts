// The lesson that is being written: what is recorded of the laboratory, what was chosen and written, and
// how it went when it was tried. It outlives the panel that shows it, and the draft outlives the page.

import {
  EMPTY_DRAFT,
  HAPPENS_MAX,
  happening,
  lessonOf,
  missingOf,
  NEVER_MAX,
  playedPartOf,
  serversUpAfter,
  stepName,
  triedBy,
  type Draft,
  type DraftCheck,
  type DraftText,
  type Tried,
  type Words,
} from '../../lessons/draft.ts';
import { nameOf } from '../../lessons/observed.ts';
import { readDraft, writeDraft } from '../../lessons/read-draft.ts';
import {
  solutionSince,
  startAt,
  stepsOf,
  type RecordingProblem,
  type Start,
} from '../../lessons/recording.ts';
import type { LabView, StepAt } from '../../vocabulary/lab.ts';
import type { Lesson, LessonLocale, Observed, Rehearsed } from '../../vocabulary/lesson.ts';
import type { LabStep } from '../../vocabulary/steps.ts';
import { m } from '../paraglide/messages.js';
import type { LabStore } from '../state/lab.svelte.ts';
import { inLocale } from '../state/locale.svelte.ts';
import { factWords } from '../words/fact-words.ts';
import { moveWords } from '../words/step-words.ts';

const DRAFT_KEY = 'tabkeeper-lesson-draft';

function remembered(): Draft {
  try {
    return readDraft(localStorage.getItem(DRAFT_KEY) ?? '') ?? EMPTY_DRAFT;
  } catch {
    return EMPTY_DRAFT; // Storage is off: the draft lasts as long as the page.
  }
}

/** The same sentence as each language says it. */
const inBoth = (words: () => string): Words => ({
  en: inLocale('en', words),
  'zh-CN': inLocale('zh-CN', words),
});

export class Editor {
  draft = $state.raw(remembered());
  /** Set while what is done is recorded. */
  start = $state.raw<Start | null>(null);
  problem = $state<RecordingProblem | null>(null);
  trying = $state(false);
  /** Storage is off or full: the draft lasts as long as the page, and whoever writes it is told. */
  unkept = $state(false);
  readonly lab: LabStore;
  #rehearsed = $state.raw<{ readonly of: string; readonly outcome: Rehearsed } | null>(null);
  #observed = $state.raw<readonly Observed[]>([]);

  #asked = 0;

  constructor(lab: LabStore) {
    this.lab = lab;
  }

  readonly lesson: Lesson = $derived(
    lessonOf(this.draft, (step, locale) => inLocale(locale, () => moveWords(step))),
  );
  readonly missing = $derived(missingOf(this.draft));
  readonly #played = $derived(playedPartOf(this.lesson));

  get recorded(): boolean {
    return this.start === null && stepsOf(this.draft.solution).length > 0;
  }

  /** What was done since the start, while it is recorded. */
  readonly doing: readonly LabStep[] = $derived.by(() => {
    const { start } = this;
    if (start === null) return stepsOf(this.draft.solution);
    const recorded = this.#since(start);
    return recorded.problem === null ? stepsOf(recorded.solution) : [];
  });

  /** In the order in which it was observed; what was chosen before and is not there any more comes last. */
  readonly offered: readonly Observed[] = $derived.by(() => {
    const known = this.#observed.map(({ pattern }) => nameOf(pattern));
    const lost = this.draft.checks.filter(({ pattern }) => !known.includes(nameOf(pattern)));
    return [
      ...this.#observed,
      ...lost.map(({ pattern }): Observed => ({ pattern, group: 'servers', times: 0 })),
    ];
  });

  /** How the lesson as it stands went when it was tried; null if it was not. */
  readonly tried: Tried | null = $derived.by(() => {
    const rehearsed = this.#rehearsed;
    return rehearsed !== null && rehearsed.of === this.#played ? triedBy(rehearsed.outcome) : null;
  });

  get ready(): boolean {
    return this.missing.length === 0 && this.tried?.good === true;
  }

  /** A world with nothing in it. */
  readonly emptyWorld = (participants: number): void => {
    const { seed } = this.lab.view.options;
    this.lab.controls.open({ seed, participants, observers: 0 });
  };

  readonly begin = (): void => {
    const { options, now } = this.#reached;
    const begun = startAt(options, this.#steps, now);
    this.problem = begun.problem;
    if (begun.problem !== null) return;
    this.start = begun.start;
    this.#observed = [];
  };

  /** What was done becomes the solution, and is played once to see what happens. */
  readonly end = async (): Promise<void> => {
    const { start } = this;
    if (start === null) return;
    this.lab.controls.pause();
    const recorded = this.#since(start);
    this.problem = recorded.problem;
    if (recorded.problem !== null) return;
    const { world, setup } = start;
    this.start = null;
    this.keep({ world, setup, solution: recorded.solution, movesOff: [] });
    await this.rehearse();
  };

  readonly cancel = (): void => {
    this.start = null;
    this.problem = null;
  };

  /** What was recorded goes; what was chosen and written stays. */
  readonly again = (): void => {
    this.keep({ setup: [], solution: [], movesOff: [] });
    this.cancel();
  };

  readonly discard = (): void => {
    this.keep(EMPTY_DRAFT);
    this.#observed = [];
    this.cancel();
  };

  readonly rehearse = async (): Promise<void> => {
    const of = this.#played;
    this.trying = true;
    this.#asked += 1;
    const asked = this.#asked;
    const outcome = await this.lab.controls.rehearse(this.lesson);
    // Whoever asked since waits for another answer.
    if (asked !== this.#asked) return;
    this.trying = false;
    if (outcome === null) return;
    this.#rehearsed = { of, outcome };
    this.#observed = outcome.observed;
  };

  /** After a reload: what there is to choose from. */
  readonly look = (): void => {
    if (this.recorded && this.#observed.length === 0 && !this.trying) void this.rehearse();
  };

  readonly checkOf = ({ pattern }: Observed): DraftCheck | null => {
    const name = nameOf(pattern);
    return this.draft.checks.find((one) => nameOf(one.pattern) === name) ?? null;
  };

  /** Null: it is no goal. */
  readonly choose = ({ pattern }: Observed, how: DraftCheck['how'] | null): void => {
    const name = nameOf(pattern);
    const others = this.draft.checks.filter((one) => nameOf(one.pattern) !== name);
    const most = how === 'never' ? NEVER_MAX : HAPPENS_MAX;
    if (others.filter((one) => one.how === how).length >= most) return;
    const places = this.offered.map((one) => nameOf(one.pattern));
    const words = inBoth(() =>
      how === 'never' ? m.editor_happened({ what: factWords(pattern) }) : factWords(pattern),
    );
    const checks = how === null ? others : [...others, { pattern, how, words }];
    const placeOf = (one: DraftCheck): number => places.indexOf(nameOf(one.pattern));
    this.keep({ checks: [...checks].sort((a, b) => placeOf(a) - placeOf(b)) });
  };

  readonly sayCheck = ({ pattern }: DraftCheck, words: Words): void => {
    const name = nameOf(pattern);
    const checks = this.draft.checks.map((one) =>
      nameOf(one.pattern) === name ? { ...one, words } : one,
    );
    this.keep({ checks });
  };

  readonly askOrder = (on: boolean): void => {
    this.keep({ order: on ? inBoth(() => m.editor_order_goal()) : null });
  };

  readonly askServe = (on: boolean): void => {
    const { setup, solution } = this.draft;
    const count = serversUpAfter([...stepsOf(setup), ...stepsOf(solution)]);
    this.keep({ serve: on ? inBoth(() => m.editor_serve_goal({ count })) : null });
  };

  get canOrder(): boolean {
    return happening(this.draft).length > 1;
  }

  readonly offerMove = (step: LabStep, on: boolean): void => {
    const name = stepName(step);
    const others = this.draft.movesOff.filter((one) => one !== name);
    this.keep({ movesOff: on ? others : [...others, name] });
  };

  readonly write = (locale: LessonLocale, text: Partial<DraftText>): void => {
    const { texts } = this.draft;
    this.keep({ texts: { ...texts, [locale]: { ...texts[locale], ...text } } });
  };

  readonly keep = (change: Partial<Draft>): void => {
    this.draft = { ...this.draft, ...change };
    try {
      localStorage.setItem(DRAFT_KEY, writeDraft(this.draft));
      this.unkept = false;
    } catch {
      this.unkept = true;
    }
  };

  /** What another tab wrote: it is one draft in all of them, so that none overwrites another's. */
  readonly hear = (key: string | null, text: string | null): void => {
    const heard = key === DRAFT_KEY && text !== null ? readDraft(text) : null;
    if (heard !== null) this.draft = heard;
  };

  #since(start: Start): ReturnType<typeof solutionSince> {
    const { options, lesson, now } = this.#reached;
    const same = lesson === null && JSON.stringify(options) === JSON.stringify(start.world);
    return same ? solutionSince(start, this.#steps, now) : { problem: 'elsewhere' };
  }

  /** As far as the world has come: what is shown of a running one comes a picture later. */
  get #reached(): LabView {
    void this.lab.view;
    return this.lab.controls.lab();
  }

  get #steps(): readonly StepAt[] {
    const { branches, branch } = this.#reached;
    return branches.find(({ id }) => id === branch)?.steps ?? [];
  }
}
