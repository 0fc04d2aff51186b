// A command of zkCli carried out by a session: its program's requests one after the other.

import { programOf, type CliHome } from '../../client/zkcli/program.ts';
import { errorLine, javaDate } from '../../client/zkcli/print.ts';
import type { RequestResult } from '../../client/client.ts';
import { errorName } from '../../vocabulary/error-code.ts';
import type { Request } from '../../vocabulary/request.ts';
import { errLine, outLine, type ClientCommand } from '../../vocabulary/zkcli/command.ts';
import type { CommandResult } from '../../vocabulary/zkcli/outcome.ts';
import { EXIT_DONE, EXIT_REFUSED } from '../../vocabulary/zkcli/values.ts';

/** A moment in this machine's own zone, as Java would print it there. */
export function localDate(millis: number): string {
  const date = new Date(millis);
  const zone =
    new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' })
      .formatToParts(date)
      .find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC';
  return javaDate(millis, zone, -date.getTimezoneOffset() * 60_000);
}

export async function runCommand(
  ask: (request: Request) => Promise<RequestResult>,
  command: ClientCommand,
  home: CliHome,
): Promise<CommandResult> {
  const program = programOf(command, home);
  let turn = program.next();
  while (turn.done !== true) turn = program.next(await ask(turn.value));
  return turn.value;
}

/** What zkCli says where there is no session. */
export const NOT_CONNECTED: CommandResult = {
  ...{ outcome: 'failed', name: 'SessionExpired' },
  ...{ lines: [outLine('Not connected')], exitCode: EXIT_DONE },
};

/** The end of a command that no session could carry out. */
export const refusalOf = (outcome: 'failed' | 'unknown', code: number): CommandResult => ({
  outcome,
  name: errorName(code) ?? 'SystemError',
  lines: [errLine(errorLine(code, null))],
  exitCode: EXIT_REFUSED,
});
