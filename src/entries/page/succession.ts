// A suspect's disk that takes the place of a lost one: its server is trusted again, for good, only when a
// majority of those who vote, without it, has made durable that this is the seat's disk now. Any majority
// that the lost disk could ever be part of then has somebody who refuses it.

import type { LineMessage } from '../../adapters/webrtc/line-message.ts';
import type { ToWorker } from '../../adapters/worker/messages.ts';
import type { KnownDisk } from '../../vocabulary/known-disk.ts';

export interface SuccessionOwner {
  readonly seat: number;
  /** Seats that vote. */
  readonly seats: number;
  readonly send: (seat: number, message: LineMessage) => void;
  readonly broadcast: (message: LineMessage) => void;
  readonly post: (message: ToWorker) => void;
}

const ASK_EVERY_MILLIS = 500;

export class Succession {
  readonly #owner: SuccessionOwner;
  /** The own disk, while others are asked to remember it. */
  #disk: KnownDisk | null = null;
  readonly #knownBy = new Set<number>();
  #askAtMillis = 0;
  /** Whose disk is being made durable here. */
  readonly #storing = new Map<number, KnownDisk>();
  #nextTicket = 1;

  constructor(owner: SuccessionOwner) {
    this.#owner = owner;
  }

  /** The own server starts anew: its worker knows nothing of what was asked. */
  reset(): void {
    this.#disk = null;
    this.#knownBy.clear();
    this.#storing.clear();
  }

  /** The own server has been given everything. */
  ask(disk: KnownDisk): void {
    this.#disk = disk;
    this.#knownBy.clear();
    this.tick(Infinity);
  }

  /** To be called often. */
  tick(nowMillis: number): void {
    const disk = this.#disk;
    if (disk === null || nowMillis < this.#askAtMillis) return;
    this.#askAtMillis = performance.now() + ASK_EVERY_MILLIS;
    this.#owner.broadcast({ kind: 'successor', disk });
  }

  /** Somebody's disk is to be remembered by the own server. */
  store(disk: KnownDisk): void {
    const ticket = this.#nextTicket;
    this.#nextTicket += 1;
    this.#storing.set(ticket, disk);
    this.#owner.post({ kind: 'rememberDisks', ticket, disks: [disk] });
  }

  /** The own worker has done so. */
  stored(ticket: number): void {
    const disk = this.#storing.get(ticket);
    this.#storing.delete(ticket);
    if (disk !== undefined) {
      this.#owner.send(disk.seat, { kind: 'successorKnown', diskId: disk.diskId });
    }
  }

  /** The server on that seat remembers the own disk for good. */
  known(seat: number, diskId: string): void {
    const { seats, post } = this.#owner;
    if (this.#disk?.diskId !== diskId || seat > seats) return;
    this.#knownBy.add(seat);
    if (this.#knownBy.size <= seats / 2) return;
    this.reset();
    post({ kind: 'trustKnown' });
  }
}
