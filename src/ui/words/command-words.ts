// Commands as they would be typed, and their ends in words.

import type { CommandLineProblem } from '../../vocabulary/command-line.ts';
import type { ErrorName } from '../../vocabulary/error-code.ts';
import type { ClientCommand, CommandResult } from '../../vocabulary/playground.ts';
import { formatZxid } from '../../vocabulary/zxid.ts';
import { m } from '../paraglide/messages.js';
import { listOf } from './lists.ts';

/** A long answer is cut for the line; the tree shows the rest. */
const DATA_CHARACTERS_MAX = 400;

export function commandText(command: ClientCommand): string {
  const path = quoted(command.path);
  switch (command.kind) {
    case 'create': {
      const flags = `${command.ephemeral ? ' -e' : ''}${command.sequential ? ' -s' : ''}`;
      return `create${flags} ${path}${command.data === '' ? '' : ` ${quoted(command.data)}`}`;
    }
    case 'set':
      return `set${versionText(command.version)} ${path} ${quoted(command.data)}`;
    case 'delete':
      return `delete${versionText(command.version)} ${path}`;
    case 'sync':
      return `sync ${path}`;
    case 'get':
    case 'ls':
    case 'stat':
      return `${command.kind}${command.watch ? ' -w' : ''} ${path}`;
  }
}

const versionText = (version: number): string => (version === -1 ? '' : ` -v ${String(version)}`);

function quoted(text: string): string {
  if (text !== '' && !/[\s"'\\]/.test(text)) return cut(text);
  return `"${cut(text).replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

const cut = (text: string): string =>
  text.length <= DATA_CHARACTERS_MAX ? text : `${text.slice(0, DATA_CHARACTERS_MAX)}…`;

export function resultWords(command: ClientCommand, result: CommandResult): string {
  switch (result.outcome) {
    case 'failed':
      if (command.kind === 'stat' && result.name === 'NoNode') {
        return command.watch ? m.cli_absent_watched() : m.cli_absent();
      }
      return m.with_reason({ line: m.cli_failed(result), reason: errorWord(result.name) });
    case 'unknown':
      return m.cli_unknown({ name: result.name });
    case 'ok':
      return okWords(command, result);
  }
}

function okWords(command: ClientCommand, result: CommandResult & { outcome: 'ok' }): string {
  const { stat } = result;
  switch (command.kind) {
    case 'create':
      return m.cli_created({ path: result.path ?? command.path });
    case 'get':
      return result.data === null || result.data === '' ? m.cli_empty_data() : cut(result.data);
    case 'ls': {
      const children = result.children ?? [];
      if (children.length === 0) return m.cli_no_children();
      return m.cli_children({ count: children.length, names: listOf(children) });
    }
    case 'set':
    case 'stat':
      if (stat === null) return m.cli_ok();
      return m.cli_version({ version: stat.version, zxid: formatZxid(stat.mzxid) });
    case 'delete':
    case 'sync':
      return m.cli_ok();
  }
}

export function errorWord(name: ErrorName): string {
  switch (name) {
    case 'NoNode':
      return m.error_NoNode();
    case 'NodeExists':
      return m.error_NodeExists();
    case 'BadVersion':
      return m.error_BadVersion();
    case 'NotEmpty':
      return m.error_NotEmpty();
    case 'NoChildrenForEphemerals':
      return m.error_NoChildrenForEphemerals();
    case 'ConnectionLoss':
      return m.error_ConnectionLoss();
    case 'SessionExpired':
      return m.error_SessionExpired();
    case 'BadArguments':
      return m.error_BadArguments();
    case 'MarshallingError':
      return m.error_MarshallingError();
    case 'OperationTimeout':
      return m.error_OperationTimeout();
    default:
      return m.error_other();
  }
}

export function lineProblemWords(problem: CommandLineProblem): string {
  const word = cut(problem.word ?? '');
  switch (problem.kind) {
    case 'empty':
      return m.cli_problem_empty();
    case 'unknownCommand':
      return m.cli_problem_unknownCommand({ word });
    case 'missingPath':
      return m.cli_problem_missingPath();
    case 'badOption':
      return m.cli_problem_badOption({ word });
    case 'badVersion':
      return m.cli_problem_badVersion({ word });
    case 'tooManyWords':
      return m.cli_problem_tooManyWords({ word });
    case 'openQuote':
      return m.cli_problem_openQuote();
  }
}
