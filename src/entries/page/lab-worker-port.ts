// What the page uses of the laboratory's worker, and what it waits for from it.

import type { ClientCommand, CommandResult } from '../../vocabulary/playground.ts';

export type LabWorker = Pick<Worker, 'postMessage' | 'onmessage' | 'onerror'>;

/** Why it does not go on. Without words where its script did not come at all. */
export const reasonOf = ({ message }: Partial<ErrorEvent>): string =>
  message === undefined || message === '' ? 'its worker cannot be loaded' : message;

export interface Waiting {
  readonly session: number;
  readonly command: ClientCommand;
  readonly startedMillis: number;
  readonly resolve: (result: CommandResult) => void;
}

export interface Opening {
  readonly number: number;
  readonly resolve: (number: number) => void;
  readonly reject: (why: Error) => void;
}
