// A program that is spoken to line by line, as a person at its prompt would: each line is sent when the answer
// to the one before has come.

import { spawn } from 'node:child_process';

const ANSWER_MILLIS_MAX = 20_000;

export interface Conversation {
  /** Sends a line, if there is one, and resolves with all that was said up to and with `answer`. */
  readonly say: (line: string | null, answer: RegExp) => Promise<string>;
  readonly end: () => void;
}

export function converse(program: string, args: readonly string[]): Conversation {
  const child = spawn(program, args);
  let heard = '';
  let onHeard: () => void = () => undefined;
  const listen = (text: Buffer): void => {
    heard += text.toString();
    onHeard();
  };
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  child.once('error', (error) => {
    heard += String(error);
  });
  // A line to one who has ended is answered by silence, which is a failure of its own.
  child.stdin.on('error', () => undefined);
  const say = (line: string | null, answer: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`no ${String(answer)} after ${String(line)}, but: ${heard}`));
      }, ANSWER_MILLIS_MAX);
      onHeard = () => {
        const match = answer.exec(heard);
        if (match === null) return;
        clearTimeout(timer);
        onHeard = () => undefined;
        const end = match.index + match[0].length;
        const said = heard.slice(0, end);
        heard = heard.slice(end);
        resolve(said);
      };
      if (line !== null) child.stdin.write(`${line}\n`);
      onHeard();
    });
  return { say, end: () => child.kill('SIGKILL') };
}
