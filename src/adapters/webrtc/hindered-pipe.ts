// A pipe whose way out somebody has made worse: what is sent waits, for a time or until it is let go,
// and leaves in its order. Nothing is lost while the pipe lives; a pipe that is closed while it is held
// loses what waited, as a link does that breaks.

import { fifoLength, makeFifo, peekFifo, pushFifo, shiftFifo } from '../../base/fifo.ts';
import type { Pipe } from './channel-pipe.ts';

export interface Hindrance {
  /** Until the other end may have it. */
  readonly delayMillis: number;
  /** Nothing leaves. */
  readonly held: boolean;
}

export const UNHINDERED: Hindrance = { delayMillis: 0, held: false };

export interface HinderedPipe extends Pipe {
  readonly hinder: (hindrance: Hindrance) => void;
}

interface Waiting {
  readonly dueMillis: number;
  readonly bytes: Uint8Array;
}

export function hinderedPipe(pipe: Pipe, hindered: Hindrance): HinderedPipe {
  const waiting = makeFifo<Waiting>();
  let hindrance = hindered;
  let waitingBytes = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const letGo = (untilMillis: number): void => {
    for (let next = peekFifo(waiting); next !== undefined; next = peekFifo(waiting)) {
      if (hindrance.held || next.dueMillis > untilMillis) return;
      shiftFifo(waiting);
      waitingBytes -= next.bytes.byteLength;
      pipe.send(next.bytes);
    }
  };
  const pump = (): void => {
    letGo(performance.now());
    const next = peekFifo(waiting);
    if (next === undefined || hindrance.held || timer !== null) return;
    timer = setTimeout(() => {
      timer = null;
      pump();
    }, next.dueMillis - performance.now());
  };
  const isFree = (): boolean =>
    !hindrance.held && hindrance.delayMillis === 0 && fifoLength(waiting) === 0;
  return {
    send: (bytes) => {
      if (isFree()) {
        pipe.send(bytes);
        return;
      }
      const dueMillis = performance.now() + hindrance.delayMillis;
      pushFifo(waiting, { dueMillis, bytes });
      waitingBytes += bytes.byteLength;
      pump();
    },
    close: (reason) => {
      // The last words of a slow link are said before it ends.
      letGo(Infinity);
      if (timer !== null) clearTimeout(timer);
      pipe.close(reason);
    },
    bufferedBytes: () => waitingBytes + pipe.bufferedBytes(),
    hinder: (next) => {
      hindrance = next;
      pump();
    },
  };
}
