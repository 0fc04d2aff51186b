// What is wrong with how a command was called, and what a person is told of any other error.

import { parseArgs, type ParseArgsConfig } from 'node:util';

/** The message is the whole sentence. `command` is whose --help says how it is used; null for the whole. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly command: string | null;

  constructor(command: string | null, message: string) {
    super(message);
    this.command = command;
  }
}

/** As Node's own, with a {@link UsageError} in place of its errors. */
export function readArguments<T extends ParseArgsConfig>(
  command: string,
  config: T,
): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    // Node's second sentence tells of a way that no command here takes.
    const [first = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new UsageError(command, first);
  }
}

/** A sentence. Errors of the system's calls are named by the path and their code. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error.message;
  return path === undefined
    ? `the system refuses ${syscall} (${code})`
    : `${path} cannot be used (${code})`;
}
