// Numbers as Java reads them, and the refusal of a line in zkCli's words.

import type { GivenOptions } from './options.ts';

export const EXIT_DONE = 0;
export const EXIT_REFUSED = 1;
export const EXIT_NOT_FOUND = 127;

export type Given = GivenOptions;

/** The configuration that a file holds, as text of its lines. Throws a {@link CliRefusal}. */
export type ReadMembers = (path: string) => string;

/** Thrown inside the parser, and by what it is given to read files: what zkCli says instead of running the line. */
export class CliRefusal extends Error {
  readonly exitCode: number;

  constructor(text: string, exitCode: number = EXIT_REFUSED) {
    super(text);
    this.exitCode = exitCode;
  }
}

const LONG_MAX = 0x7fff_ffff_ffff_ffffn;

/** Null if it is no long. */
export function longOf(text: string): bigint | null {
  if (!/^[+-]?\d{1,20}$/.test(text)) return null;
  const value = BigInt(text.replace(/^\+/, ''));
  return value >= -LONG_MAX - 1n && value <= LONG_MAX ? value : null;
}

/** zkCli itself ends at what is no int, with this as the last word. */
export function intOf(text: string): number {
  const value = longOf(text);
  if (value === null || BigInt.asIntN(32, value) !== value) {
    throw new CliRefusal(`java.lang.NumberFormatException: For input string: "${text}"`);
  }
  return Number(value);
}
