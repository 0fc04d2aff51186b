// Sends over a data channel at the pace it drains. Browsers let one channel fill the whole
// association's buffer, and then everything between the two tabs stands still, heartbeats too: so only
// a little is given to the channel at a time, in pieces, and the rest waits here.

import { Gather } from './gather.ts';

/** What every browser's data channels take in one message. */
export const PIECE_BYTES_MAX = 64 * 1024;
const SMALL_BYTES_MAX = 4 * 1024;
const GIVEN_BYTES_MAX = 256 * 1024;
const GIVEN_BYTES_LOW = 64 * 1024;

export class PacedChannel {
  readonly #channel: RTCDataChannel;
  readonly #onFailed: (reason: string) => void;
  /** Pieces that wait, from `#next` on. */
  #waiting: Uint8Array<ArrayBuffer>[] = [];
  #next = 0;
  #waitingBytes = 0;
  /** Small ones of this turn. */
  readonly #gathered = new Gather();
  #flushDue = false;
  #closing = false;

  constructor(
    channel: RTCDataChannel,
    events: {
      readonly onFailed: (reason: string) => void;
      /** Bytes have left. */
      readonly onDrained: (() => void) | undefined;
    },
  ) {
    this.#channel = channel;
    this.#onFailed = events.onFailed;
    channel.bufferedAmountLowThreshold = GIVEN_BYTES_LOW;
    channel.onbufferedamountlow = () => {
      this.#pump();
      events.onDrained?.();
    };
  }

  /** The bytes must not change afterwards. */
  send(bytes: Uint8Array): void {
    if (this.#closing) return;
    if (bytes.byteLength > SMALL_BYTES_MAX) {
      this.#gatherUp();
      this.#enqueue(bytes);
    } else {
      this.#gathered.add(bytes);
      if (this.#gathered.byteLength > PIECE_BYTES_MAX - SMALL_BYTES_MAX) this.#gatherUp();
    }
    if (this.#flushDue) return;
    this.#flushDue = true;
    queueMicrotask(() => {
      this.#flushDue = false;
      this.#pump();
    });
  }

  bufferedBytes(): number {
    return this.#gathered.byteLength + this.#waitingBytes + this.#channel.bufferedAmount;
  }

  /** The channel has opened. */
  resume(): void {
    this.#pump();
  }

  /** Closes the channel when what was sent before has been given to it. */
  close(): void {
    this.#closing = true;
    this.#pump();
  }

  #gatherUp(): void {
    if (this.#gathered.byteLength > 0) this.#enqueue(this.#gathered.take());
  }

  #enqueue(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES_MAX) {
      this.#waiting.push(bytes.subarray(at, at + PIECE_BYTES_MAX) as Uint8Array<ArrayBuffer>);
    }
    this.#waitingBytes += bytes.byteLength;
  }

  #pump(): void {
    this.#gatherUp();
    const channel = this.#channel;
    try {
      while (channel.readyState === 'open' && channel.bufferedAmount < GIVEN_BYTES_MAX) {
        const piece = this.#waiting[this.#next];
        if (piece === undefined) break;
        channel.send(piece);
        this.#next += 1;
        this.#waitingBytes -= piece.byteLength;
      }
    } catch (error) {
      this.#forget();
      this.#onFailed(error instanceof Error ? error.message : 'the channel refused a frame');
    }
    if (this.#next === this.#waiting.length) this.#forget();
    const gone = this.#waiting.length === 0 || channel.readyState !== 'open';
    if (this.#closing && gone) channel.close();
  }

  #forget(): void {
    this.#gathered.clear();
    this.#waiting = [];
    this.#next = 0;
    this.#waitingBytes = 0;
  }
}
