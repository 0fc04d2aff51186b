// What a client door reads of one connection: no more than it can hope to be answered. Whoever asks faster waits in
// its own socket, and is not told of it (NIOServerCnxn.disableRecv).

import { fifoLength, makeFifo, pushFifo, shiftFifo } from '../base/fifo.ts';

/** Requests of one connection without an answer, above which it is not read, and their bytes: few before there is a
 *  session, which nobody has to prove anything to ask for. */
const FRAMES_MAX = 1_000;
const BYTES_MAX = 8 * 1024 * 1024;
const BYTES_BEFORE_SESSION_MAX = 64 * 1024;

export class Unanswered {
  readonly #sizes = makeFifo<number>();
  #bytes = 0;
  #isAnswered = false;

  /** One more request, of so many bytes. */
  asked(bytes: number): void {
    pushFifo(this.#sizes, bytes);
    this.#bytes += bytes;
  }

  /** The oldest of them. The first answer is the session's. */
  answered(): void {
    this.#isAnswered = true;
    this.#bytes -= shiftFifo(this.#sizes) ?? 0;
  }

  /** True while nothing more is to be read. */
  get isFull(): boolean {
    return fifoLength(this.#sizes) >= FRAMES_MAX || this.#bytes >= this.#bytesMax;
  }

  /** True where it is worth the while to read on. */
  get hasRoom(): boolean {
    return fifoLength(this.#sizes) < FRAMES_MAX / 2 && this.#bytes < this.#bytesMax / 2;
  }

  get #bytesMax(): number {
    return this.#isAnswered ? BYTES_MAX : BYTES_BEFORE_SESSION_MAX;
  }
}
