// What every part of the benchmark shares: figures with all their samples, medians, and the machine they
// were taken on. A part measures and hands its samples over; it never rounds, picks or prints.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';

/** A median of fewer samples is marked as such. */
export const SAMPLES_MIN = 15;

export interface Figure {
  readonly part: string;
  /** What was done, e.g. "set 100 B". */
  readonly measure: string;
  /** Under which load or size, e.g. "10 clients x 100 outstanding". */
  readonly point: string;
  /** Who was measured: the figures of one measure and point are compared across subjects. */
  readonly subject: string;
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  /** In the order they were taken, never empty. */
  readonly samples: readonly number[];
  /** Some of them were taken a second time, because the subject had stopped answering. */
  readonly repeated?: boolean;
}

export interface Bench {
  /** A shorter run with fewer samples: to see that everything works, not to quote. */
  readonly quick: boolean;
  /** What is under way, for people who wait. */
  readonly say: (text: string) => void;
  readonly add: (figure: Omit<Figure, 'part'>) => void;
  /** Under which conditions figures were taken, for the report's head. Said twice it stands there once. */
  readonly note: (text: string) => void;
  /** What could not be measured here, and why. */
  readonly missing: (text: string) => void;
}

export interface Part {
  readonly name: string;
  /** A word that names several parts at once. */
  readonly group?: string;
  readonly about: string;
  readonly run: (bench: Bench) => Promise<void>;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly java: string | null;
  readonly commit: string | null;
  readonly date: string;
}

export interface Report {
  readonly machine: Machine;
  readonly quick: boolean;
  readonly notes: readonly string[];
  readonly figures: readonly Figure[];
  readonly missing: readonly string[];
}

/** The middle of the samples; between the two middle ones where their number is even. */
export function median(samples: readonly number[]): number {
  if (samples.length === 0) throw new Error('a median of nothing');
  const sorted = [...samples].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

/** Runs the parts one after the other. A part that fails is said to be missing, and the rest goes on. */
export async function runParts(
  parts: readonly Part[],
  quick: boolean,
  say: (text: string) => void,
): Promise<Report> {
  const figures: Figure[] = [];
  const missing: string[] = [];
  const notes = new Set<string>();
  for (const part of parts) {
    say(`== ${part.name}: ${part.about}`);
    const add = (figure: Omit<Figure, 'part'>): void => {
      figures.push({ ...figure, part: part.name });
    };
    const bench: Bench = {
      ...{ quick, say, add },
      note: (text) => notes.add(text),
      missing: (text) => missing.push(`${part.name}: ${text}`),
    };
    try {
      await part.run(bench);
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      missing.push(`${part.name} stopped: ${reason}`);
    }
  }
  return { machine: describeMachine(), quick, notes: [...notes], figures, missing };
}

function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: systemName(),
    node: process.version,
    java: firstLine('java', ['-version']),
    commit: firstLine('git', ['rev-parse', '--short', 'HEAD']),
    date: new Date().toISOString(),
  };
}

function systemName(): string {
  const kernel = `${type()} ${release()}`;
  try {
    const name = /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
    return name === undefined ? kernel : `${name}, ${kernel}`;
  } catch {
    return kernel;
  }
}

/** What a program says first, or null where it is not installed. Java says its version to stderr. */
function firstLine(program: string, args: readonly string[]): string | null {
  try {
    const command = [program, ...args].join(' ');
    const text = execFileSync('/bin/sh', ['-c', `${command} 2>&1`], { encoding: 'utf8' });
    return text.split('\n')[0]?.trim() ?? null;
  } catch {
    return null;
  }
}
