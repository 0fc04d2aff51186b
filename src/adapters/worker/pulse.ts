// That servers are alive, told and heard from worker to worker. A page's own thread may be busy for
// seconds (drawing, with every core taken) while its server works on: its silence then means nothing.

import type { FromWorker } from './messages.ts';

export const PULSE_MILLIS = 250;

export class Pulse {
  readonly #post: (message: FromWorker, transfer: Transferable[]) => void;
  readonly #heardAtMillis = new Map<number, number>();

  constructor(post: (message: FromWorker, transfer: Transferable[]) => void) {
    this.#post = post;
  }

  /** Something came from that seat's server. */
  heard(peer: number, nowMillis: number): void {
    this.#heardAtMillis.set(peer, nowMillis);
  }

  /** Tells the page whom it heard since the last time, and how long ago. */
  report(nowMillis: number): void {
    if (this.#heardAtMillis.size === 0) return;
    const peers = [...this.#heardAtMillis].map(([peer, heardAtMillis]) => {
      return { peer, agoMillis: nowMillis - heardAtMillis };
    });
    this.#heardAtMillis.clear();
    this.#post({ kind: 'heard', peers }, []);
  }
}
