// zkCli's own memory: the lines that were entered, by number, and whether watch events are printed. Pure:
// a line and the shell as it was give the shell as it is and what has to be done.

import { outLine, errLine, type ClientCommand, type CliLine } from './command.ts';
import { parseLine, type ParsedLine, type ShellCommand } from './parse.ts';
import { USAGE_LINES } from './syntax.ts';
import { CliRefusal, EXIT_DONE, EXIT_REFUSED, intOf, type ReadMembers } from './values.ts';

export interface Shell {
  /** The number of the next line. */
  readonly count: number;
  /** The last lines that were entered; the newest is number count - 1. */
  readonly lines: readonly string[];
  readonly printWatches: boolean;
}

export const NEW_SHELL: Shell = { count: 0, lines: [], printWatches: true };

export type ShellMove =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'say'; readonly lines: readonly CliLine[]; readonly exitCode: number }
  /** `notes` are said before. */
  | { readonly kind: 'run'; readonly command: ClientCommand; readonly notes: readonly CliLine[] }
  /** `target` null: as before. */
  | { readonly kind: 'connect'; readonly target: string | null }
  | { readonly kind: 'close' | 'quit' | 'help' };

export interface Entered {
  readonly shell: Shell;
  readonly move: ShellMove;
}

const LINES_KEPT_MAX = 1_000;
const LINES_SHOWN = 10;

export function enterLine(before: Shell, line: string, readMembers?: ReadMembers): Entered {
  const parsed = parseLine(line, readMembers);
  if (parsed.kind === 'blank') return { shell: before, move: { kind: 'nothing' } };
  return enterParsed(remember(before, line), parsed, readMembers);
}

/** What a parsed line does in a shell that remembers it already. */
export function enterParsed(shell: Shell, parsed: ParsedLine, readMembers?: ReadMembers): Entered {
  switch (parsed.kind) {
    case 'blank':
      return { shell, move: { kind: 'nothing' } };
    case 'refused':
      return { shell, move: { kind: 'say', lines: parsed.lines, exitCode: parsed.exitCode } };
    case 'command':
      return { shell, move: { kind: 'run', command: parsed.command, notes: parsed.notes } };
    case 'shell':
      return doShell(shell, parsed.shell, readMembers);
  }
}

function doShell(
  shell: Shell,
  { kind, word }: ShellCommand,
  readMembers: ReadMembers | undefined,
): Entered {
  const say = (...texts: string[]): Entered => ({
    shell,
    move: { kind: 'say', lines: texts.map(outLine), exitCode: EXIT_DONE },
  });
  switch (kind) {
    case 'connect':
      return { shell, move: { kind, target: word } };
    case 'close':
    case 'quit':
    case 'help':
      return { shell, move: { kind } };
    case 'history':
      return say(...historyLines(shell));
    case 'redo':
      return word === null ? { shell, move: { kind: 'nothing' } } : redo(shell, word, readMembers);
    case 'printwatches':
      if (word === null) return say(`printwatches is ${shell.printWatches ? 'on' : 'off'}`);
      return { shell: { ...shell, printWatches: word === 'on' }, move: { kind: 'nothing' } };
  }
}

const firstKept = ({ count, lines }: Shell): number => count - lines.length;

function historyLines(shell: Shell): string[] {
  const shown = shell.lines.slice(-LINES_SHOWN - 1);
  const from = shell.count - shown.length;
  return shown.map((line, at) => `${String(from + at)} - ${line}`);
}

/** The line that is done again takes the place of this one. */
function redo(shell: Shell, word: string, readMembers: ReadMembers | undefined): Entered {
  const refuse = (text: string): Entered => ({
    shell,
    move: { kind: 'say', lines: [errLine(text)], exitCode: EXIT_REFUSED },
  });
  let number: number;
  try {
    number = intOf(word);
  } catch (error) {
    if (error instanceof CliRefusal) return refuse(error.message);
    throw error;
  }
  const line = shell.lines[number - firstKept(shell)];
  if (line === undefined || number >= shell.count - 1) return refuse('Command index out of range');
  const parsed = parseLine(line, readMembers);
  if (parsed.kind === 'shell' && parsed.shell.kind === 'redo') return refuse('No redoing redos');
  const lines = [...shell.lines.slice(0, -1), line];
  return enterParsed({ ...shell, lines }, parsed, readMembers);
}

const remember = (shell: Shell, line: string): Shell => ({
  ...shell,
  count: shell.count + 1,
  lines: [...shell.lines, line].slice(-LINES_KEPT_MAX),
});

/** How zkCli is used, for who asks. */
export const HELP_LINES: readonly CliLine[] = USAGE_LINES.map(errLine);
