// Sends over a data channel at the pace it drains. All channels between two tabs share one association.
// Chromium lets only 64 KiB be on their way from a tab to its network process and drops what comes
// above; the association then waits 0.4, 0.8, 1.6 s for its timer, and everything between the tabs
// stands still, heartbeats too. So less than that is given to the channel at a time, in small pieces,
// and the rest waits here: as quick, and a heartbeat beside it takes 50 ms at most instead of 3 s.

import type { LinkChannel } from './line-connection.ts';
import { Gather } from './gather.ts';

const PIECE_BYTES_MAX = 16 * 1024;
const SMALL_BYTES_MAX = 4 * 1024;
/** One piece more may be given than this. */
const GIVEN_BYTES_MAX = 48 * 1024;
const GIVEN_BYTES_LOW = 16 * 1024;

export class PacedChannel {
  readonly #channel: LinkChannel;
  readonly #onFailed: (reason: string) => void;
  readonly #onDrained: (() => void) | undefined;
  /** Pieces that wait, from `#next` on. */
  #waiting: Uint8Array<ArrayBuffer>[] = [];
  #next = 0;
  #waitingBytes = 0;
  /** Small ones of this turn. */
  readonly #gathered = new Gather();
  #flushDue = false;
  #closing = false;

  constructor(
    channel: LinkChannel,
    events: {
      readonly onFailed: (reason: string) => void;
      /** Bytes have left: many, or the last ones. */
      readonly onDrained: (() => void) | undefined;
    },
  ) {
    this.#channel = channel;
    this.#onFailed = events.onFailed;
    this.#onDrained = events.onDrained;
    channel.bufferedAmountLowThreshold = GIVEN_BYTES_LOW;
    channel.onbufferedamountlow = () => {
      this.#pump();
      this.#onDrained?.();
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
    const allGiven = this.#waiting.length === 0;
    if (this.#onDrained !== undefined) {
      channel.bufferedAmountLowThreshold = allGiven ? 0 : GIVEN_BYTES_LOW;
    }
    const gone = allGiven || channel.readyState !== 'open';
    if (this.#closing && gone) channel.close();
  }

  #forget(): void {
    this.#gathered.clear();
    this.#waiting = [];
    this.#next = 0;
    this.#waitingBytes = 0;
  }
}
