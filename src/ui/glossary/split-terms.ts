// Where the glossary's terms stand in a text: the longest form first, each term once in a paragraph.
// Pure: from a text and its language to its pieces, which together are the text again.

import type { LessonLocale } from '../../vocabulary/lesson.ts';
import { formsOf, TERM_IDS, type TermId } from './terms.ts';

export interface Piece {
  readonly text: string;
  /** Null for what stands between the terms. */
  readonly term: TermId | null;
  /** A command or a path, to be typed as it stands. */
  readonly code?: true;
}

interface Finder {
  readonly pattern: RegExp;
  readonly terms: ReadonlyMap<string, TermId>;
}

/** No term is found inside a longer word, a path, an option or a name in code. */
const BEFORE = '(?<![A-Za-z0-9_./-])';
const AFTER = '(?![A-Za-z0-9_-]|\\.[A-Za-z0-9])';
/** Words of another system that sound like ZooKeeper's. */
const OTHERS = /controller\s$/;
const SENTENCE_BEGINS = /(?:^|[.!?:;\n。！？：；])[\s“"(]*$/;

const finders = new Map<LessonLocale, Finder>();

/** A command with what belongs to it, a path, or the name of a sequential znode; no path is "and/or". */
const PATH = '/[A-Za-z](?:[\\w./-]*[\\w/-])?';
const COMMAND = '(?:create|get|set|ls|stat|delete|deleteall|addWatch|removewatches)';
const CODE = new RegExp(
  [
    `(?<![\\w/-])${COMMAND}(?: -[a-zA-Z])*(?: ${PATH})(?: \\d+(?!\\w|\\.\\d)| [A-Za-z0-9]+(?=”))?`,
    `(?<![\\w/-])${COMMAND}(?: -[a-zA-Z])+(?![\\w-])`,
    `(?<![\\w/.])${PATH}`,
    '(?<![\\w/-])[a-z]+-\\d{10}',
  ].join('|'),
  'g',
);

export function splitTerms(text: string, locale: LessonLocale): Piece[] {
  const told = new Set<TermId>();
  const pieces: Piece[] = [];
  let from = 0;
  for (const { index, 0: code } of text.matchAll(CODE)) {
    pieces.push(...termsOf(text, from, index, locale, told), {
      text: code,
      term: null,
      code: true,
    });
    from = index + code.length;
  }
  pieces.push(...termsOf(text, from, text.length, locale, told));
  return pieces;
}

/** Of this part of the text, what was not yet told of. */
function termsOf(
  whole: string,
  begin: number,
  end: number,
  locale: LessonLocale,
  told: Set<TermId>,
): Piece[] {
  const { pattern, terms } = finderOf(locale);
  const text = whole.slice(0, end);
  const pieces: Piece[] = [];
  let from = begin;
  for (const match of text.matchAll(pattern)) {
    if (match.index < from || OTHERS.test(text.slice(0, match.index))) continue;
    const [found] = match;
    const term = terms.get(found) ?? capitalized(terms, found, text.slice(0, match.index));
    if (term === undefined || told.has(term)) continue;
    told.add(term);
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), term: null });
    pieces.push({ text: found, term });
    from = match.index + found.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), term: null });
  return pieces;
}

/** The terms of several texts, each once, in the order in which they come. */
export function termsIn(texts: readonly string[], locale: LessonLocale): TermId[] {
  const found = texts.flatMap((text) => splitTerms(text, locale).flatMap(({ term }) => term ?? []));
  return [...new Set(found)];
}

/** "Sync" in the middle of a sentence is the name of something else. */
function capitalized(terms: Finder['terms'], found: string, before: string): TermId | undefined {
  return SENTENCE_BEGINS.test(before)
    ? terms.get(found.charAt(0).toLowerCase() + found.slice(1))
    : undefined;
}

function finderOf(locale: LessonLocale): Finder {
  const known = finders.get(locale);
  if (known !== undefined) return known;
  const terms = new Map<string, TermId>();
  for (const term of TERM_IDS) for (const form of formsOf(term, locale)) terms.set(form, term);
  const longestFirst = [...terms.keys()].sort((a, b) => b.length - a.length);
  const made = { pattern: new RegExp(longestFirst.map(patternOf).join('|'), 'g'), terms };
  finders.set(locale, made);
  return made;
}

/** Chinese has no spaces: there a form is found wherever it stands. */
function patternOf(form: string): string {
  const first = form.charAt(0);
  const start = /[a-z]/.test(first) ? `[${first}${first.toUpperCase()}]` : first;
  const before = /^[A-Za-z]/.test(form) ? BEFORE : '';
  const after = /[A-Za-z]$/.test(form) ? AFTER : '';
  return `${before}${start}${form.slice(1)}${after}`;
}
