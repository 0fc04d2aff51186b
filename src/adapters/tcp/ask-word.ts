// A four-letter word over a connection of its own: the server says its answer and hangs up.

import type { Socket } from 'node:net';

import { dialSocket, type Address } from './sockets.ts';

const ANSWER_MILLIS_MAX = 1_000;
const ANSWER_BYTES_MAX = 64 * 1024;

/** Calls `done` with the whole answer, or never. The returned function gives up at once. */
export function askWord(
  address: Address,
  word: string,
  done: (answer: string) => void,
): () => void {
  let socket: Socket | null = null;
  let answer = '';
  const stop = (): void => {
    clearTimeout(timer);
    giveUpDial();
    socket?.removeAllListeners();
    socket?.on('error', () => undefined);
    socket?.destroy();
  };
  const timer = setTimeout(stop, ANSWER_MILLIS_MAX);
  const giveUpDial = dialSocket(address, (result) => {
    if ('failure' in result) {
      clearTimeout(timer);
      return;
    }
    ({ socket } = result);
    socket.on('data', (chunk) => {
      answer += chunk.toString('utf8');
      if (answer.length > ANSWER_BYTES_MAX) stop();
    });
    socket.on('error', stop);
    socket.on('end', () => {
      stop();
      done(answer);
    });
    socket.end(word);
  });
  return stop;
}
