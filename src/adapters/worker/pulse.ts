// That servers are alive, told and heard from worker to worker. A page's own thread may be busy for
// seconds (drawing, with every core taken) while its server works on: its silence then means nothing.

import type { FromWorker } from './messages.ts';

export const PULSE_MILLIS = 250;

type Heard = FromWorker & { readonly kind: 'heard' };

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
    this.#post({ kind: 'heard', sentAtMillis: nowMillis, peers }, []);
  }
}

/** How long what one worker tells waits before its busy page reads it: else whoever was heard before the wait
 *  would count as heard behind it. Both clocks go alike, so the shortest way ever seen is one without a wait. */
export class Waited {
  #shortestMillis = Infinity;

  /** `message` with the wait added to each age. */
  added(message: Heard, nowMillis: number): Heard {
    const way = nowMillis - message.sentAtMillis;
    this.#shortestMillis = Math.min(this.#shortestMillis, way);
    const waited = way - this.#shortestMillis;
    const peers = message.peers.map(({ peer, agoMillis }) => ({
      ...{ peer, agoMillis: agoMillis + waited },
    }));
    return { ...message, peers };
  }
}
