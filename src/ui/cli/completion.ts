// Tab in the command line: the word before the caret's end as a command, else as a known path. Pure.

export const COMMAND_WORDS = [
  ...['create', 'get', 'set', 'ls', 'stat', 'delete', 'sync', 'help', 'clear'],
] as const;

export interface Completion {
  /** The line with as much added as is certain. */
  readonly line: string;
  /** What the word may become, when that is more than one thing. */
  readonly candidates: readonly string[];
}

const CANDIDATES_MAX = 24;

export function complete(line: string, paths: readonly string[]): Completion {
  const start = line.search(/\S*$/);
  const word = line.slice(start);
  const before = line.slice(0, start);
  const first = before.trim() === '';
  if (word === '' || (!first && !word.startsWith('/'))) return { line, candidates: [] };
  const fitting = first
    ? COMMAND_WORDS.filter((name) => name.startsWith(word))
    : below(word, paths);
  const only = fitting[0];
  if (only === undefined) return { line, candidates: [] };
  if (fitting.length === 1) {
    return { line: `${before}${only}${first ? ' ' : ''}`, candidates: [] };
  }
  return {
    line: `${before}${commonStart(fitting)}`,
    candidates: fitting.slice(0, CANDIDATES_MAX),
  };
}

/** One level at a time, as a shell does: what is deeper than the next name is not offered yet. A path
 *  with blanks or quotes is left out: it would have to be quoted. */
function below(word: string, paths: readonly string[]): string[] {
  const fitting = paths.filter((path) => path.startsWith(word) && !/[\s"']/.test(path));
  const level = word.split('/').length;
  const near = fitting.filter((path) => path !== '/' && path.split('/').length === level);
  return near.length > 0 && !(near.length === 1 && near[0] === word)
    ? near
    : fitting.filter((path) => path !== word && path.split('/').length === level + 1);
}

function commonStart(words: readonly string[]): string {
  const [first = '', ...rest] = words;
  let length = first.length;
  for (const word of rest) {
    while (!word.startsWith(first.slice(0, length))) length -= 1;
  }
  return first.slice(0, length);
}
