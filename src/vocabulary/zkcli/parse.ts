// One line of zkCli as a command, or what zkCli says to it. Pure text in, value out: it knows words and
// options, never what a tree holds. Paths are judged by whoever asks a server.

import {
  ADD_WATCH_MODES,
  errLine,
  outLine,
  QUOTA_LIMITS,
  type CliLine,
  type ClientCommand,
} from './command.ts';
import { readOptionWords, type GivenOptions } from './options.ts';
import { syntaxOf, USAGE_LINES, usageOf, type CommandSyntax, type ShellKind } from './syntax.ts';
import { buildReconfig, noFiles } from './parse-reconfig.ts';
import {
  CliRefusal,
  EXIT_DONE,
  EXIT_NOT_FOUND,
  intOf,
  longOf,
  type Given,
  type ReadMembers,
} from './values.ts';

export interface ShellCommand {
  readonly kind: ShellKind | 'help';
  readonly word: string | null;
}

export type ParsedLine =
  | { readonly kind: 'blank' }
  | {
      readonly kind: 'command';
      readonly command: ClientCommand;
      readonly notes: readonly CliLine[];
    }
  | { readonly kind: 'shell'; readonly shell: ShellCommand }
  | { readonly kind: 'refused'; readonly lines: readonly CliLine[]; readonly exitCode: number };

export const parseLine = (line: string, readMembers?: ReadMembers): ParsedLine =>
  parseWords(splitWords(line), readMembers);

/** The same for words that a shell has parted already. */
export function parseWords(
  words: readonly string[],
  readMembers: ReadMembers = noFiles,
): ParsedLine {
  const [name, ...rest] = words;
  if (name === undefined) return { kind: 'blank' };
  if (name === 'help') return { kind: 'shell', shell: { kind: 'help', word: null } };
  const syntax = syntaxOf(name === 'exit' ? 'quit' : name);
  if (syntax === null) {
    const lines = [...USAGE_LINES, `Command not found: Command not found ${name}`];
    return { kind: 'refused', lines: lines.map(errLine), exitCode: EXIT_NOT_FOUND };
  }
  if (isShell(syntax.name)) {
    return { kind: 'shell', shell: { kind: syntax.name, word: rest[0] ?? null } };
  }
  return parseCommand(syntax, rest, readMembers);
}

function parseCommand(
  syntax: CommandSyntax,
  rest: readonly string[],
  readMembers: ReadMembers,
): ParsedLine {
  const notes: CliLine[] = [];
  try {
    const given = readGiven(syntax, rest, notes);
    return { kind: 'command', command: build(syntax, given, readMembers), notes };
  } catch (error) {
    if (!(error instanceof CliRefusal)) throw error;
    const lines = [...notes, errLine(error.message)];
    return { kind: 'refused', lines, exitCode: error.exitCode };
  }
}

/** Commands that take whatever follows. */
const UNREAD: readonly string[] = ['whoami'];

function readGiven(syntax: CommandSyntax, rest: readonly string[], notes: CliLine[]): Given {
  if (UNREAD.includes(syntax.name)) return { options: new Map(), words: [] };
  let given = read(syntax, rest);
  if (given.options.has('?')) notes.push(...LS_HELP.map(outLine));
  if (given.words.length < syntax.wordsMin || given.words.length > syntax.wordsMax) {
    throw new CliRefusal(usageOf(syntax));
  }
  if (given.words.length > 1 && syntax.deprecated !== undefined) {
    notes.push(errLine(syntax.deprecated));
    // zkCli puts -w in the place of the line's third word, whatever that is.
    const rewritten = rest.map((word, at) => (at === 1 ? '-w' : word));
    if (syntax.name !== 'delete') given = read(syntax, rewritten);
    if (given.words.length < syntax.wordsMin) throw new CliRefusal(usageOf(syntax));
  }
  return given;
}

function read(syntax: CommandSyntax, words: readonly string[]): GivenOptions {
  const given = readOptionWords(syntax.options, words);
  if ('problem' in given) throw new CliRefusal(given.problem);
  return given;
}

const LS_HELP = [
  ...['usage: ls [options] path', ' -?   help', ' -R   recurse', ' -s   stat', ' -w   watch'],
];

/** A flag that was not given is left out. */
const flag = <Name extends string>(given: Given, letter: string, name: Name) =>
  (given.options.has(letter) ? { [name]: true } : {}) as Partial<Record<Name, true>>;

const versionOf = (given: Given): number => intOf(given.options.get('v') ?? '-1');

function build(syntax: CommandSyntax, given: Given, readMembers: ReadMembers): ClientCommand {
  const { options, words } = given;
  const [path = '', second = ''] = words;
  const watch = options.has('w');
  const stat = flag(given, 's', 'stat');
  switch (syntax.name) {
    case 'create':
      return buildCreate(given);
    case 'get':
      return { kind: 'get', path, watch, ...stat };
    case 'ls':
      return { kind: 'ls', path, watch, ...stat, ...flag(given, 'R', 'recursive') };
    case 'set':
      return { kind: 'set', path, data: second, version: versionOf(given), ...stat };
    case 'stat':
      return { kind: 'stat', path, watch };
    case 'delete':
      return { kind: 'delete', path, version: versionOf(given) };
    case 'deleteall':
      return buildDeleteAll(path, options.get('b') ?? null);
    case 'sync':
    case 'getAllChildrenNumber':
    case 'listquota':
      return { kind: syntax.name, path };
    case 'getAcl':
      return { kind: 'getAcl', path, ...stat };
    case 'setAcl': {
      const recursive = flag(given, 'R', 'recursive');
      return {
        kind: 'setAcl',
        path,
        acl: second,
        version: versionOf(given),
        ...stat,
        ...recursive,
      };
    }
    case 'addauth':
      return { kind: 'addauth', scheme: path, auth: words[1] ?? null };
    case 'getEphemerals':
      return { kind: 'getEphemerals', path: words[0] ?? null };
    case 'config':
      return { kind: 'config', watch, ...flag(given, 'c', 'client'), ...stat };
    case 'addWatch':
      return buildAddWatch(syntax, given);
    case 'removewatches': {
      const type = options.has('c') ? 'children' : options.has('d') ? 'data' : 'any';
      return { kind: 'removewatches', path, type };
    }
    case 'setquota':
      return buildSetQuota(given);
    case 'delquota': {
      const limit = QUOTA_LIMITS.find((letter) => options.has(letter)) ?? null;
      return { kind: 'delquota', path, limit };
    }
    case 'reconfig':
      return buildReconfig(syntax, given, readMembers);
    default:
      return { kind: syntax.name === 'version' ? 'version' : 'whoami' };
  }
}

/** A TTL has 40 bits of a session id. */
const TTL_MILLIS_MAX = 0xff_ffff_ffff;

function buildCreate(given: Given): ClientCommand {
  const { options, words } = given;
  const [path = '', data = null, acl] = words;
  const ephemeral = options.has('e');
  const sequential = options.has('s');
  const container = options.has('c');
  const ttl = options.get('t') ?? null;
  if (container && (ephemeral || sequential)) {
    throw new CliRefusal(
      '-c cannot be combined with -s or -e. Containers cannot be ephemeral or sequential.',
    );
  }
  const ttlMillis = ttl === null ? null : longOf(ttl);
  if (ttl !== null && ttlMillis === null) throw new CliRefusal('-t argument must be a long value');
  if (ttl !== null && ephemeral) {
    throw new CliRefusal('TTLs cannot be used with Ephemeral znodes');
  }
  if (ttl !== null && container) {
    throw new CliRefusal('TTLs cannot be used with Container znodes');
  }
  if (ttlMillis !== null && (ttlMillis > TTL_MILLIS_MAX || ttlMillis <= 0n)) {
    throw new CliRefusal(
      `ttl must be positive and cannot be larger than: ${String(TTL_MILLIS_MAX)}`,
    );
  }
  return {
    ...{ kind: 'create', path, data, ephemeral, sequential },
    ...(container ? { container } : {}),
    ...(ttlMillis === null ? {} : { ttlMillis: Number(ttlMillis) }),
    ...(acl === undefined ? {} : { acl }),
  };
}

function buildDeleteAll(path: string, batch: string | null): ClientCommand {
  if (batch === null) return { kind: 'deleteall', path };
  try {
    return { kind: 'deleteall', path, batch: intOf(batch) };
  } catch {
    throw new CliRefusal('-b argument must be an int value');
  }
}

function buildAddWatch(syntax: CommandSyntax, { options, words }: Given): ClientCommand {
  const wanted = (options.get('m') ?? 'PERSISTENT_RECURSIVE').toUpperCase();
  const mode = ADD_WATCH_MODES.find((name) => name === wanted);
  if (mode === undefined) throw new CliRefusal(usageOf(syntax));
  return { kind: 'addWatch', path: words[0] ?? '', mode };
}

/** These refusals are said, and zkCli ends as if all were well. */
function buildSetQuota({ options, words }: Given): ClientCommand {
  const path = words[0] ?? '';
  const problem = (text: string): CliRefusal => new CliRefusal(text, EXIT_DONE);
  if (path.startsWith('/zookeeper/quota')) {
    throw problem('cannot set a quota under the path: /zookeeper/quota');
  }
  const limit = QUOTA_LIMITS.find((letter) => options.has(letter)) ?? 'n';
  const ofCount = limit === 'n' || limit === 'N';
  const long = longOf(options.get(limit) ?? '');
  const value = long !== null && ofCount && BigInt.asIntN(32, long) !== long ? null : long;
  if (value === null) {
    throw problem('NumberFormatException happens when parsing the option value');
  }
  if (ofCount && value <= 0n) throw problem('the num quota must be greater than zero');
  if (value < 0n) throw problem('the bytes quota must be greater than or equal to zero');
  return { kind: 'setquota', path, limit, value: Number(value) };
}

const SHELL: readonly string[] = [
  ...['connect', 'close', 'history', 'redo', 'printwatches', 'quit'],
];
const isShell = (name: string): name is ShellKind => SHELL.includes(name);

/** A word begins with no quote and ends at a blank, or stands whole in quotes of one kind. There is no
 *  escaping, and a quote without its other is passed over. */
export function splitWords(line: string): string[] {
  return [...line.matchAll(WORD)].map(([, bare, double, single]) => bare ?? double ?? single ?? '');
}

const WORD = /([^"' \t\n\v\f\r][^ \t\n\v\f\r]*)|"([^"]*)"|'([^']*)'/g;
