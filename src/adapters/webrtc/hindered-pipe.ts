// A pipe that somebody has made worse: what is sent waits, for a time or until it is let go, and leaves in its
// order. Nothing is lost while the pipe lives; a pipe that is closed while it is held loses what waited, as a link
// does that breaks. Where the other end's words wait, its end does too: who is gone says so no more than anything
// else.

import { fifoLength, makeFifo, peekFifo, pushFifo, shiftFifo } from '../../base/fifo.ts';
import type { Pipe, PipeEvents } from './channel-pipe.ts';

export interface Hindrance {
  /** Until the other end may have it. */
  readonly delayMillis: number;
  /** Nothing leaves. */
  readonly held: boolean;
  /** Nothing arrives: the other end holds what it sends, and that it has gone is not heard here. */
  readonly deaf: boolean;
}

export const UNHINDERED: Hindrance = { delayMillis: 0, held: false, deaf: false };

export interface HinderedPipe extends Pipe {
  readonly hinder: (hindrance: Hindrance) => void;
  /** Somebody else knows that the other end has gone: as if it had closed. */
  readonly gone: (reason: string) => void;
}

interface Waiting {
  readonly dueMillis: number;
  readonly bytes: Uint8Array;
}

/** `make` makes the pipe itself, which tells what happens by the events that it is given. */
export function hinderedPipe(
  make: (events: PipeEvents) => Pipe,
  events: PipeEvents,
  hindered: Hindrance,
): HinderedPipe {
  let hindrance = hindered;
  /** Was up, and ended behind a way on which nothing arrives. */
  let unheardEnd: string | null = null;
  let isUp = false;
  let isClosing = false;
  let isOver = false;
  const end = (reason: string): void => {
    if (isOver) return;
    isOver = true;
    out.stop();
    events.onClosed(reason);
  };
  const endFromThere = (reason: string): void => {
    if (isUp && hindrance.deaf && !isClosing) unheardEnd ??= reason;
    else end(reason);
  };
  const out = wayOut(hindered, (bytes) => {
    pipe.send(bytes);
  });
  const pipe = make({
    ...events,
    onOpen: () => {
      isUp = true;
      events.onOpen();
    },
    onClosed: endFromThere,
  });
  return {
    send: out.send,
    close: (reason) => {
      isClosing = true;
      // The last words of a slow link are said before it ends.
      out.letGo(Infinity);
      out.stop();
      pipe.close(reason);
      if (unheardEnd !== null) end(reason);
    },
    bufferedBytes: () => out.waitingBytes() + pipe.bufferedBytes(),
    hinder: (next) => {
      hindrance = next;
      out.hinder(next);
      if (unheardEnd !== null && !next.deaf) end(unheardEnd);
    },
    gone: (reason) => {
      endFromThere(reason);
      pipe.close(reason);
    },
  };
}

interface WayOut {
  readonly send: (bytes: Uint8Array) => void;
  readonly hinder: (hindrance: Hindrance) => void;
  /** What may leave until then. */
  readonly letGo: (untilMillis: number) => void;
  readonly waitingBytes: () => number;
  /** Nothing more leaves by itself. */
  readonly stop: () => void;
}

function wayOut(hindered: Hindrance, leave: (bytes: Uint8Array) => void): WayOut {
  const waiting = makeFifo<Waiting>();
  let hindrance = hindered;
  let waitingBytes = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;
  const letGo = (untilMillis: number): void => {
    for (let next = peekFifo(waiting); next !== undefined; next = peekFifo(waiting)) {
      if (hindrance.held || next.dueMillis > untilMillis) return;
      shiftFifo(waiting);
      waitingBytes -= next.bytes.byteLength;
      leave(next.bytes);
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
        leave(bytes);
        return;
      }
      const dueMillis = performance.now() + hindrance.delayMillis;
      pushFifo(waiting, { dueMillis, bytes });
      waitingBytes += bytes.byteLength;
      pump();
    },
    hinder: (next) => {
      hindrance = next;
      pump();
    },
    letGo,
    waitingBytes: () => waitingBytes,
    stop: () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
