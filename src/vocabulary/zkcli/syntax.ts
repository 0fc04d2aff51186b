// Every command of zkCli 3.8 with its usage, in its own words, and the options that it takes.

import type { OptionTable } from './options.ts';
import type { CommandKind } from './command.ts';

/** What a shell does by itself. */
export type ShellKind = 'connect' | 'close' | 'history' | 'redo' | 'printwatches' | 'quit';
/** A multi has no line. */
export type CommandName = Exclude<CommandKind, 'multi'> | ShellKind;

export interface CommandSyntax {
  readonly name: CommandName;
  /** What stands behind the name. */
  readonly usage: string;
  readonly options: OptionTable;
  /** Fewer or more words than these behind the name: the usage is said. */
  readonly wordsMin: number;
  readonly wordsMax: number;
  /** A word too many is what -w (or -v) is today; said with a hint. */
  readonly deprecated?: string;
}

const ANY = Number.MAX_SAFE_INTEGER;
const letters = (flags: string, valued = ''): OptionTable => ({
  flags: [...flags],
  valued: [...valued],
});
const LIMITS = new Map([
  ['n', 'num soft quota'],
  ['b', 'bytes soft quota'],
  ['N', 'num hard quota'],
  ['B', 'bytes hard quota'],
]);

const command = (
  name: CommandName,
  usage: string,
  options: OptionTable,
  words: readonly [min: number, max?: number],
  deprecated?: string,
): CommandSyntax => ({
  ...{ name, usage, options, wordsMin: words[0], wordsMax: words[1] ?? ANY },
  ...(deprecated === undefined ? {} : { deprecated }),
});

/** In the order in which zkCli lists them. */
export const SYNTAX: readonly CommandSyntax[] = [
  command(
    'addWatch',
    '[-m mode] path # optional mode is one of [PERSISTENT, PERSISTENT_RECURSIVE] - ' +
      'default is PERSISTENT_RECURSIVE',
    letters('', 'm'),
    [1, 1],
  ),
  command('addauth', 'scheme auth', letters(''), [1]),
  command('close', '', letters(''), [0]),
  command('config', '[-c] [-w] [-s]', letters('cws'), [0]),
  command('connect', 'host:port', letters(''), [0]),
  command('create', '[-s] [-e] [-c] [-t ttl] path [data] [acl]', letters('sec', 't'), [1]),
  command(
    'delete',
    '[-v version] path',
    letters('', 'v'),
    [1],
    "'delete path [version]' has been deprecated. Please use 'delete [-v version] path' instead.",
  ),
  command('deleteall', 'path [-b batch size]', letters('', 'b'), [1]),
  command(
    'delquota',
    '[-n|-b|-N|-B] path',
    { ...letters('nbNB'), group: { required: false, names: LIMITS } },
    [1],
  ),
  command(
    'get',
    '[-s] [-w] path',
    letters('sw'),
    [1],
    "'get path [watch]' has been deprecated. Please use 'get [-s] [-w] path' instead.",
  ),
  command('getAcl', '[-s] path', letters('s'), [1]),
  command('getAllChildrenNumber', 'path', letters(''), [1]),
  command('getEphemerals', 'path', letters(''), [0]),
  command('history', '', letters(''), [0]),
  command('listquota', 'path', letters(''), [1]),
  command(
    'ls',
    '[-s] [-w] [-R] path',
    letters('?swR'),
    [1],
    "'ls path [watch]' has been deprecated. Please use 'ls [-w] path' instead.",
  ),
  command('printwatches', 'on|off', letters(''), [0]),
  command('quit', '', letters(''), [0]),
  command(
    'reconfig',
    '[-s] [-v version] [[-file path] | [-members serverID=host:port1:port2;port3[,...]*]] | ' +
      '[-add serverId=host:port1:port2;port3[,...]]* [-remove serverId[,...]*]',
    { flags: ['s'], valued: ['v', 'file', 'members', 'add', 'remove'] },
    [0],
  ),
  command('redo', 'cmdno', letters(''), [0]),
  command('removewatches', 'path [-c|-d|-a] [-l]', letters('cdal'), [1]),
  command('set', '[-s] [-v version] path data', letters('s', 'v'), [2]),
  command('setAcl', '[-s] [-v version] [-R] path acl', letters('sR', 'v'), [2]),
  command(
    'setquota',
    '-n|-b|-N|-B val path',
    { ...letters('', 'nbNB'), group: { required: true, names: LIMITS } },
    [1],
  ),
  command(
    'stat',
    '[-w] path',
    letters('w'),
    [1],
    "'stat path [watch]' has been deprecated. Please use 'stat [-w] path' instead.",
  ),
  command('sync', 'path', letters(''), [1]),
  command('version', '', letters(''), [0, 0]),
  command('whoami', '', letters(''), [0]),
];

const BY_NAME: ReadonlyMap<string, CommandSyntax> = new Map(
  SYNTAX.map((syntax) => [syntax.name, syntax]),
);

export const syntaxOf = (name: string): CommandSyntax | null => BY_NAME.get(name) ?? null;

/** One word more may be typed for what leaves a shell or tells how it is used. */
export const COMMAND_NAMES: readonly string[] = [
  ...SYNTAX.map(({ name }) => name),
  ...['exit', 'help'],
];

export const usageOf = ({ name, usage }: CommandSyntax): string => `${name} ${usage}`;

/** What zkCli prints for a command that it does not know. */
export const USAGE_LINES: readonly string[] = [
  'ZooKeeper -server host:port -client-configuration properties-file cmd args',
  ...SYNTAX.map((syntax) => `\t${usageOf(syntax)}`),
];
