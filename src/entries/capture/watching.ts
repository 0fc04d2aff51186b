// How a course of Apache's servers is followed: by what they say of themselves and by their files.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { askMode } from '../cli/ensemble.ts';

const POLL_MILLIS = 50;
const WAIT_MILLIS_MAX = 60_000;

export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + WAIT_MILLIS_MAX;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MILLIS));
  }
}

export const untilMode = (port: number, mode: string): Promise<void> =>
  until(`${mode} at ${String(port)}`, async () => (await askMode(port)) === mode);

/** Of a directory of histories, oldest first. */
export function filesIn(folder: string, kind: 'log' | 'snapshot'): Buffer[] {
  const names = readdirSync(folder).filter((name) => name.startsWith(`${kind}.`));
  const zxidOf = (name: string): bigint => BigInt(`0x${name.slice(kind.length + 1)}`);
  names.sort((a, b) => (zxidOf(a) < zxidOf(b) ? -1 : 1));
  return names.map((name) => readFileSync(join(folder, name)));
}
