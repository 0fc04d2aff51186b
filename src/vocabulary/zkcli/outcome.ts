// How a command ended: what zkCli prints for it, and what is known of it beside the words.

import type { ErrorName } from '../error-code.ts';
import type { CliLine } from './command.ts';

/** `unknown`: a request left and no answer came; it may or may not have happened. */
export interface CommandResult {
  readonly outcome: 'ok' | 'failed' | 'unknown';
  /** The server's error, or the client's for what was never sent; null if there was none. */
  readonly name: ErrorName | null;
  readonly lines: readonly CliLine[];
  /** zkCli's own: 0 also for a few things that did not work. */
  readonly exitCode: number;
}
