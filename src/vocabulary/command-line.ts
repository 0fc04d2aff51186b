// One line of the little shell (the words of zkCli.sh) as a ClientCommand. Pure text in, value out: it
// knows the words and their options, never what a tree holds. Paths are checked by the client library,
// data is taken as it was typed.

import type { ClientCommand } from './playground.ts';

export interface CommandLineProblem {
  readonly kind:
    | 'empty'
    | 'unknownCommand'
    | 'missingPath'
    | 'badOption'
    | 'badVersion'
    | 'tooManyWords'
    | 'openQuote';
  /** The word at fault, as typed, where there is one. */
  readonly word?: string;
}

export type ParsedCommandLine =
  | { readonly ok: true; readonly command: ClientCommand }
  | { readonly ok: false; readonly problem: CommandLineProblem };

/** Expected versions: -1 is "any". */
const ANY_VERSION = -1;
const VERSION_MIN = -0x8000_0000;
const VERSION_MAX = 0x7fff_ffff;

type CommandName = ClientCommand['kind'];

interface Syntax {
  readonly name: CommandName;
  /** Letters of the options without a value. */
  readonly flags: string;
  /** True where `-v version` (or a version behind the other words) is understood. */
  readonly version: boolean;
  /** True where data stands behind the path. */
  readonly data: boolean;
}

const SYNTAX: readonly Syntax[] = [
  { name: 'create', flags: 'es', version: false, data: true },
  { name: 'get', flags: 'ws', version: false, data: false },
  { name: 'set', flags: 's', version: true, data: true },
  { name: 'ls', flags: 'ws', version: false, data: false },
  { name: 'stat', flags: 'w', version: false, data: false },
  { name: 'delete', flags: '', version: true, data: false },
  { name: 'sync', flags: '', version: false, data: false },
];

interface Word {
  readonly text: string;
  /** True if a part of it stood in quotes: then it is never an option. */
  readonly quoted: boolean;
}

interface Arguments {
  readonly flags: ReadonlySet<string>;
  readonly words: readonly string[];
  readonly version: number | null;
}

/** The command of a line, or what is wrong with it. `-s` of get, set and ls is accepted and changes
 *  nothing, since their stat is always shown. */
export function parseCommandLine(line: string): ParsedCommandLine {
  const words = splitWords(line);
  if (words === null) return refuse({ kind: 'openQuote' });
  const [first, ...rest] = words;
  if (first === undefined) return refuse({ kind: 'empty' });
  const syntax = SYNTAX.find((candidate) => candidate.name === first.text);
  if (syntax === undefined) return refuse({ kind: 'unknownCommand', word: first.text });
  const parsed = readArguments(syntax, rest);
  return 'kind' in parsed ? refuse(parsed) : commandOf(syntax, parsed);
}

function readArguments(syntax: Syntax, words: readonly Word[]): Arguments | CommandLineProblem {
  const flags = new Set<string>();
  const plain: string[] = [];
  let version: number | null = null;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word === undefined) break;
    // Options stand before the data: from the second plain word on, a dash is only a dash.
    if (word.quoted || plain.length > 1 || !isOption(word.text)) {
      plain.push(word.text);
    } else if (word.text === '-v' && syntax.version) {
      at += 1;
      const value = versionOf(words[at]?.text ?? '');
      if (value === null) return { kind: 'badVersion', word: words[at]?.text ?? word.text };
      version = value;
    } else {
      for (const letter of word.text.slice(1)) {
        if (!syntax.flags.includes(letter)) return { kind: 'badOption', word: word.text };
        flags.add(letter);
      }
    }
  }
  return { flags, words: plain, version };
}

/** A dash and letters: "-w", "-es". "-5" is a value. */
function isOption(text: string): boolean {
  return /^-[A-Za-z]+$/.test(text);
}

function commandOf(syntax: Syntax, { flags, words, version }: Arguments): ParsedCommandLine {
  const [path, ...rest] = words;
  if (path === undefined) return refuse({ kind: 'missingPath' });
  const data = syntax.data ? (rest.shift() ?? '') : '';
  let expected = version ?? ANY_VERSION;
  const trailing = syntax.version && version === null ? rest.shift() : undefined;
  if (trailing !== undefined) {
    const value = versionOf(trailing);
    if (value === null) return refuse({ kind: 'badVersion', word: trailing });
    expected = value;
  }
  const extra = rest[0];
  if (extra !== undefined) return refuse({ kind: 'tooManyWords', word: extra });
  return { ok: true, command: build(syntax.name, path, data, expected, flags) };
}

function build(
  kind: CommandName,
  path: string,
  data: string,
  version: number,
  flags: ReadonlySet<string>,
): ClientCommand {
  const watch = flags.has('w');
  switch (kind) {
    case 'create':
      return { kind, path, data, ephemeral: flags.has('e'), sequential: flags.has('s') };
    case 'set':
      return { kind, path, data, version };
    case 'delete':
      return { kind, path, version };
    case 'sync':
      return { kind, path };
    case 'get':
    case 'ls':
    case 'stat':
      return { kind, path, watch };
  }
}

function versionOf(text: string): number | null {
  if (!/^-?\d{1,10}$/.test(text)) return null;
  const value = Number(text);
  return value >= VERSION_MIN && value <= VERSION_MAX ? value : null;
}

const BLANK = /\s/;

/** The words of a line: blanks part them; '...' and "..." hold blanks together, and a backslash in
 *  double quotes takes the next character as it is. Null if a quote stays open. */
function splitWords(line: string): Word[] | null {
  const words: Word[] = [];
  let text: string | null = null;
  let quoted = false;
  let quote: string | null = null;
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (quote === '"' && character === '\\' && at + 1 < line.length) {
      at += 1;
      text = (text ?? '') + line.charAt(at);
    } else if (character === quote) {
      quote = null;
    } else if (quote !== null) {
      text = (text ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      quoted = true;
      text ??= '';
    } else if (!BLANK.test(character)) {
      text = (text ?? '') + character;
    } else if (text !== null) {
      words.push({ text, quoted });
      text = null;
      quoted = false;
    }
  }
  if (quote !== null) return null;
  if (text !== null) words.push({ text, quoted });
  return words;
}

const refuse = (problem: CommandLineProblem): ParsedCommandLine => ({ ok: false, problem });
