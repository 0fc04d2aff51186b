// What is seen, as files: one event a line for programs, and the log that ShiViz draws. Pure. 64-bit
// numbers are marked, so that a file read again is the same trace to the last bit.

import { isRecord, isTraced } from '../../vocabulary/read-trace.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import { clocksOf, type Causality } from './causality.ts';

const BIGINT_KEY = '$n';
export const TRACE_FORMAT = 'tabkeeper-trace';
export const TRACE_VERSION = 1;

const marked = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? { [BIGINT_KEY]: String(value) } : value;

function revived(_key: string, value: unknown): unknown {
  if (!isRecord(value)) return value;
  const number = value[BIGINT_KEY];
  return typeof number === 'string' && /^-?\d{1,20}$/.test(number) ? BigInt(number) : value;
}

/** A first line that says what it is, then one event a line. */
export function jsonLines(events: readonly Traced[]): string {
  const head = JSON.stringify({ format: TRACE_FORMAT, version: TRACE_VERSION });
  return [head, ...events.map((traced) => JSON.stringify(traced, marked))].join('\n') + '\n';
}

export type ReadTrace =
  | { readonly kind: 'read'; readonly events: readonly Traced[] }
  | { readonly kind: 'refused'; readonly line: number };

const LINES_MAX = 200_000;

/** The events of a file that {@link jsonLines} wrote; else the first line that is none. */
export function readJsonLines(text: string): ReadTrace {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const events: Traced[] = [];
  for (const [at, line] of lines.entries()) {
    const value = parsed(line);
    if (at === 0) {
      const head = isRecord(value) && value['format'] === TRACE_FORMAT;
      if (!head || value['version'] !== TRACE_VERSION) return { kind: 'refused', line: 1 };
    } else if (at > LINES_MAX || !isTraced(value)) return { kind: 'refused', line: at + 1 };
    else events.push(value);
  }
  return lines.length === 0 ? { kind: 'refused', line: 1 } : { kind: 'read', events };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line, revived) as unknown;
  } catch {
    return undefined;
  }
}

/** Two lines an event: `words`, then the host and its vector clock, as ShiViz's default parser wants. */
export function shiViz(causality: Causality, words: (traced: Traced) => string): string {
  const clockOf = clocksOf(causality);
  return causality.events
    .map((traced, index) => {
      const clock = clockOf(index).map(
        ([server, count]) => `"server-${String(server)}":${String(count)}`,
      );
      const line = words(traced).replaceAll(/\s+/g, ' ');
      return `${line}\nserver-${String(traced.server)} {${clock.join(', ')}}\n`;
    })
    .join('');
}
