// A lesson under way, out of the browser's storage: another version of the page may have written it.

import { LESSON_LOCALES } from '../vocabulary/lesson.ts';
import type { Draft } from './draft.ts';
import { pattern } from './read-predicate.ts';
import { script, world } from './read.ts';
import {
  list,
  maybeText,
  nullable,
  object,
  oneOf,
  ReadError,
  text,
  type Reader,
} from './readers.ts';

const VERSION = 1;
const LONG = 4_000;

const inBoth = (reader: Reader): Reader =>
  object(Object.fromEntries(LESSON_LOCALES.map((locale) => [locale, reader])));

const words = inBoth(maybeText(LONG));

const said = object({
  ...{ title: maybeText(LONG), hook: maybeText(LONG), task: maybeText(LONG) },
  ...{ moral: maybeText(LONG), hints: list(maybeText(LONG), 0, 6) },
});

const draft = object({
  ...{ world, setup: script, solution: script },
  movesOff: list(text(20_000), 0, 200),
  checks: list(object({ pattern, how: oneOf(['happens', 'never']), words }), 0, 40),
  ...{ order: nullable(words), serve: nullable(words) },
  texts: inBoth(said),
});

const kept = object({ version: oneOf([VERSION]), draft });

export const writeDraft = (of: Draft): string => JSON.stringify({ version: VERSION, draft: of });

/** Null if the text is none. */
export function readDraft(of: string): Draft | null {
  try {
    const value = JSON.parse(of) as { readonly draft: Draft };
    kept(value, 'kept');
    return value.draft;
  } catch (error) {
    if (error instanceof ReadError || error instanceof SyntaxError) return null;
    throw error;
  }
}
