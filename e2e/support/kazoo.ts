// kazoo, a ZooKeeper client that nobody here wrote, as a process that a spec gives orders.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { pythonWithKazoo } from '../../src/entries/cli/program.fixture.ts';

const PROGRAM = fileURLToPath(new URL('./kazoo-lock.py', import.meta.url));

export interface Contender {
  readonly order: (text: string) => void;
  /** Resolves with the first line from here on that matches; a line is given once. Rejects when the
   *  process has ended without, or at the bound. */
  readonly says: (pattern: RegExp, millis?: number) => Promise<string>;
  /** All that it has said. */
  readonly said: () => readonly string[];
  readonly stop: () => Promise<void>;
}

export function startContender(hosts: string, lock: string, name: string): Contender {
  const python = pythonWithKazoo();
  if (python === null) throw new Error('kazoo is needed: apt-get install python3-kazoo');
  const child = spawn(python, [PROGRAM, hosts, lock, name], { stdio: 'pipe' });
  const lines: string[] = [];
  let wrong = '';
  let read = 0;
  let ended = false;
  let wake: () => void = () => undefined;
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
    wake();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    wrong = (wrong + text).slice(-4_000);
  });
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => {
      ended = true;
      wake();
      resolve();
    });
  });
  const says = async (pattern: RegExp, millis = 60_000): Promise<string> => {
    const until = performance.now() + millis;
    for (;;) {
      for (; read < lines.length; read += 1) {
        const line = lines[read] ?? '';
        if (!pattern.test(line)) continue;
        read += 1;
        return line;
      }
      const left = until - performance.now();
      if (ended || left <= 0) {
        throw new Error(`${name} never said ${String(pattern)}:\n${lines.join('\n')}\n${wrong}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  return {
    order: (text) => child.stdin.write(`${text}\n`),
    says,
    said: () => lines,
    stop: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
