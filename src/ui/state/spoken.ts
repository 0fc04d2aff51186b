// What stands in the command line: commands with their answers, watch events, and what is no command's answer.

import type { ClientCommand, CommandResult } from '../../vocabulary/playground.ts';
import type { WatcherEvent } from '../../vocabulary/request.ts';
import type { CliLine } from '../../vocabulary/zkcli/command.ts';

export interface CommandLineEntry {
  readonly number: number;
  readonly session: number;
  readonly command: ClientCommand;
  readonly result: CommandResult | null;
  readonly tookMillis: number | null;
  readonly sentMillis: number;
}

export interface WatchEntry {
  readonly key: number;
  readonly session: number;
  readonly event: WatcherEvent;
  readonly atMillis: number;
  /** It came after this command was sent. */
  readonly after: number;
}

/** What the command line says that is no command's answer: zkCli's own words, its memory, help. */
export interface ShellNote {
  readonly key: number;
  readonly after: number;
  readonly line: string;
  readonly kind: 'said' | 'help' | 'names' | 'own';
  /** Asked for whenever they are shown: the page's own words are in the language that is read then. */
  readonly lines: () => readonly CliLine[];
}
