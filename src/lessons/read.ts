// A lesson out of a file: every field checked before anything is done with it, and the first that is
// wrong named with its place, so that whoever wrote the lesson can mend it.

import {
  LESSON_FORMATS,
  LESSON_LOCALES,
  type Lesson,
  type LessonText,
  type ScriptLine,
} from '../vocabulary/lesson.ts';
import { readOptions, readStep, RULE_NAMES } from '../vocabulary/steps.ts';
import {
  fail,
  list,
  maybeText,
  nullable,
  number,
  object,
  oneOf,
  text,
  ReadError,
  type Reader,
} from './readers.ts';
import { predicate } from './read-predicate.ts';

export type ReadLesson =
  | { readonly lesson: Lesson; readonly error: null }
  | { readonly lesson: null; readonly error: string };

const ID = /^[a-z][a-z0-9-]{1,40}$/;
const LINES_MAX = 200;
const WAIT_MILLIS_MAX = 120_000;

export function readLesson(value: unknown): ReadLesson {
  try {
    const format = (value as { readonly formatVersion?: unknown } | null)?.formatVersion;
    (format === 2 ? shapeWithoutBet : shape)(value, 'lesson');
    const lesson = value as Lesson;
    agree(lesson);
    return { lesson, error: null };
  } catch (error) {
    if (error instanceof ReadError) return { lesson: null, error: error.message };
    throw error;
  }
}

const id: Reader = (value, at) => {
  text(40)(value, at);
  if (!ID.test(value as string)) fail(at, 'a short name of a-z, 0-9 and -');
};

const step: Reader = (value, at) => {
  if (readStep(value) === null) fail(at, 'a step of the laboratory');
};

export const world: Reader = (value, at) => {
  const options = readOptions(value);
  if (options === null || options.taken !== undefined) {
    fail(at, 'a seed, participants, observers and known knobs');
  }
};

const LINES: Readonly<Record<ScriptLine['do'], Readonly<Record<string, Reader>>>> = {
  step: { step },
  wait: { millis: number(0, WAIT_MILLIS_MAX) },
  until: { holds: predicate, withinMillis: number(1, WAIT_MILLIS_MAX) },
  mark: { name: id },
  back: { name: id },
};

const line: Reader = (value, at) => {
  const kind = (value as { readonly do?: unknown } | null)?.do;
  if (typeof kind !== 'string' || !Object.hasOwn(LINES, kind)) {
    fail(`${at}.do`, `one of ${Object.keys(LINES).join(', ')}`);
  }
  object({ do: oneOf([kind]), ...LINES[kind as ScriptLine['do']] })(value, at);
};

export const script = list(line, 0, LINES_MAX);

/** Words by name. */
const named: Reader = (value, at) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    fail(at, 'names and texts');
  for (const [name, word] of Object.entries(value as object)) text(400)(word, `${at}.${name}`);
};

const words = {
  ...{ title: text(80), hook: text(1_200), question: text(600), options: named },
  ...{ task: text(1_200), moves: named, goals: list(text(400), 1, 12) },
  ...{ forbidden: list(text(400), 0, 12), hints: list(text(800), 1, 6), moral: text(1_500) },
  breakRule: nullable(text(1_000)),
};

const bet = object({
  settled: predicate,
  options: list(object({ id, when: predicate }), 2, 6),
});

const textOf = (said: Readonly<Record<string, Reader>>): Reader =>
  object(Object.fromEntries(LESSON_LOCALES.map((locale) => [locale, object(said)])));

const fields = {
  ...{ id, formatVersion: oneOf(LESSON_FORMATS), world, speed: number(0, 10) },
  ...{ setup: script, solution: script, wrong: script },
  bet,
  moves: list(object({ id, steps: list(step, 1, 16) }), 0, 24),
  goals: list(predicate, 1, 12),
  forbidden: list(predicate, 0, 12),
  breakRule: nullable(object({ rule: oneOf(RULE_NAMES), then: script })),
  par: number(0, LINES_MAX),
  text: textOf(words),
};

const shape = object(fields);

const shapeWithoutBet = object({
  ...{ ...fields, bet: nullable(bet) },
  text: textOf({
    ...{ ...words, hook: maybeText(1_200), question: maybeText(600) },
    ...{ hints: list(text(800), 0, 6), moral: maybeText(1_500) },
  }),
});

/** What only makes sense together. */
function agree(lesson: Lesson): void {
  const steps = lesson.solution.filter((one) => one.do === 'step').length;
  if (steps !== lesson.par) fail('lesson.par', `the solution's ${String(steps)} steps`);
  unique(
    (lesson.bet?.options ?? []).map((one) => one.id),
    'lesson.bet.options',
  );
  unique(
    lesson.moves.map((one) => one.id),
    'lesson.moves',
  );
  for (const name of ['setup', 'solution', 'wrong'] as const) marks(lesson[name], `lesson.${name}`);
  for (const locale of LESSON_LOCALES)
    agreeWords(lesson, lesson.text[locale], `lesson.text.${locale}`);
}

function agreeWords(lesson: Lesson, said: LessonText, at: string): void {
  const { moves, goals, forbidden, breakRule } = lesson;
  const options = lesson.bet?.options ?? [];
  same(
    Object.keys(said.options),
    options.map((one) => one.id),
    `${at}.options`,
  );
  same(
    Object.keys(said.moves),
    moves.map((one) => one.id),
    `${at}.moves`,
  );
  if (said.goals.length !== goals.length) fail(`${at}.goals`, 'one text a goal');
  if (said.forbidden.length !== forbidden.length) fail(`${at}.forbidden`, 'one text each');
  if ((said.breakRule === null) !== (breakRule === null)) {
    fail(`${at}.breakRule`, 'a text exactly if there is a rule to break');
  }
}

function same(names: readonly string[], wanted: readonly string[], at: string): void {
  if ([...names].sort().join() !== [...wanted].sort().join()) {
    fail(at, `a text for each of ${wanted.join(', ')}`);
  }
}

function unique(names: readonly string[], at: string): void {
  if (new Set(names).size !== names.length) fail(at, 'a name of its own for each');
}

function marks(lines: readonly ScriptLine[], at: string): void {
  const known = new Set<string>();
  lines.forEach((one, index) => {
    if (one.do === 'mark') known.add(one.name);
    if (one.do === 'back' && !known.has(one.name)) {
      fail(`${at}[${String(index)}].name`, 'the name of a mark before it');
    }
  });
}
