// Our own words beside what zkCli prints: how a command ended, and why.

import type { ErrorName } from '../../vocabulary/error-code.ts';
import type { ClientCommand, CommandResult } from '../../vocabulary/playground.ts';
import { lineOf } from '../../vocabulary/zkcli/echo.ts';
import { m } from '../paraglide/messages.js';

/** A long line is cut where it is only named. */
const CHARACTERS_MAX = 400;

export const commandText = (command: ClientCommand): string => cut(lineOf(command));

const cut = (text: string): string =>
  text.length <= CHARACTERS_MAX ? text : `${text.slice(0, CHARACTERS_MAX)}…`;

/** Null where zkCli's own lines say it all. */
export function endWords(command: ClientCommand, result: CommandResult): string | null {
  switch (result.outcome) {
    case 'ok':
      return result.lines.length === 0 ? m.cli_ok() : null;
    case 'failed':
      if (command.kind === 'stat' && command.watch && result.name === 'NoNode') {
        return m.cli_absent_watched();
      }
      return result.name === null ? null : `${result.name}: ${errorWord(result.name)}`;
    case 'unknown':
      return m.cli_unknown({ name: result.name ?? 'ConnectionLoss' });
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
