// One stream's flow: the sender may have WINDOW_BYTES on the way, and keeps back the rest until the other
// end says what it has taken. So a client that floods a server, or does not read its answers, is slowed
// down itself and fills nobody's memory.

import { DATA_BYTES_MAX, WINDOW_BYTES } from './frames.ts';

export class CreditedSender {
  readonly #put: (bytes: Uint8Array) => void;
  #credit = WINDOW_BYTES;
  #held: Uint8Array[] = [];
  /** What waits for credit. */
  heldBytes = 0;

  constructor(put: (bytes: Uint8Array) => void) {
    this.#put = put;
  }

  send(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#held.push(bytes);
    this.heldBytes += bytes.length;
    this.#flush();
  }

  /** False where more was taken than was sent: then the other end does not keep to the rules. */
  grant(bytes: number): boolean {
    this.#credit += bytes;
    if (this.#credit > WINDOW_BYTES) return false;
    this.#flush();
    return true;
  }

  #flush(): void {
    for (let first = this.#held[0]; first !== undefined && this.#credit > 0;) {
      const length = Math.min(first.length, this.#credit, DATA_BYTES_MAX);
      this.#credit -= length;
      this.heldBytes -= length;
      if (length === first.length) this.#held.shift();
      else this.#held[0] = first.subarray(length);
      this.#put(first.subarray(0, length));
      first = this.#held[0];
    }
  }
}

/** Credit is given back in pieces of at least so much: a frame costs more than its bytes. */
const REPORT_BYTES_MIN = WINDOW_BYTES / 4;

export class CreditedReceiver {
  readonly #report: (bytes: number) => void;
  #left = WINDOW_BYTES;
  #unreported = 0;

  constructor(report: (bytes: number) => void) {
    this.#report = report;
  }

  /** False where the other end sent more than it may. */
  arrived(bytes: number): boolean {
    this.#left -= bytes;
    return this.#left >= 0;
  }

  /** So many of the bytes that arrived were taken. */
  taken(bytes: number): void {
    this.#unreported += bytes;
    if (this.#unreported < REPORT_BYTES_MIN) return;
    this.#left += this.#unreported;
    this.#report(this.#unreported);
    this.#unreported = 0;
  }
}
