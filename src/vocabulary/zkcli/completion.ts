// Tab in zkCli: the word at the end of the line as a command, else as a path. Pure: whoever calls knows
// the tree, or asks a server for the one znode whose children are wanted.

import { COMMAND_NAMES } from './syntax.ts';

export interface Completion {
  /** The line with as much added as is certain. */
  readonly line: string;
  /** What the word may become, when that is more than one thing. */
  readonly candidates: readonly string[];
}

const CANDIDATES_MAX = 24;

/** What the word may become, all of them: commands first in a line, paths after that. */
export type Wanted =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'command'; readonly word: string }
  | { readonly kind: 'path'; readonly parent: string; readonly word: string };

export function wantedBy(line: string): Wanted {
  const word = lastWord(line);
  if (word === '') return { kind: 'nothing' };
  if (line.slice(0, -word.length).trim() === '') return { kind: 'command', word };
  if (!word.startsWith('/')) return { kind: 'nothing' };
  const slash = word.lastIndexOf('/');
  return { kind: 'path', parent: slash === 0 ? '/' : word.slice(0, slash), word };
}

/** `children`: names of the children of the znode that `wantedBy` names, or paths of everything known.
 *  A path with blanks or quotes is left out: it would have to be quoted. */
export function completeWith(
  line: string,
  children: (parent: string) => readonly string[],
): Completion {
  const wanted = wantedBy(line);
  if (wanted.kind === 'nothing') return { line, candidates: [] };
  if (wanted.kind === 'command') {
    return fitted(line, wanted.word, fitting(COMMAND_NAMES, wanted.word), ' ');
  }
  const { parent, word } = wanted;
  const found = fitting(pathsOf(parent, children(parent)), word);
  // A name that is whole: what is below it, one level at a time, as a shell does.
  const below = found.length === 1 && found[0] === word ? pathsOf(word, children(word)) : [];
  return fitted(line, word, below.length > 0 ? below : found, '');
}

/** The same where paths are known and no server is asked. */
export function complete(line: string, paths: readonly string[]): Completion {
  return completeWith(line, (parent) => {
    const start = parent === '/' ? '/' : `${parent}/`;
    return paths
      .filter((path) => path !== '/' && path.startsWith(start))
      .map((path) => path.slice(start.length))
      .filter((name) => !name.includes('/'));
  });
}

const lastWord = (line: string): string => line.slice(line.search(/\S*$/));

const fitting = (words: readonly string[], start: string): string[] =>
  words.filter((word) => word.startsWith(start)).sort();

const pathsOf = (parent: string, names: readonly string[]): string[] =>
  names
    .filter((name) => !/[\s"']/.test(name))
    .map((name) => (parent === '/' ? `/${name}` : `${parent}/${name}`))
    .sort();

function fitted(line: string, word: string, words: readonly string[], behind: string): Completion {
  const before = line.slice(0, line.length - word.length);
  const [only] = words;
  if (only === undefined) return { line, candidates: [] };
  if (words.length === 1) return { line: `${before}${only}${behind}`, candidates: [] };
  return { line: `${before}${commonStart(words)}`, candidates: words.slice(0, CANDIDATES_MAX) };
}

function commonStart(words: readonly string[]): string {
  const [first = '', ...rest] = words;
  let length = first.length;
  for (const word of rest) {
    while (!word.startsWith(first.slice(0, length))) length -= 1;
  }
  return first.slice(0, length);
}
