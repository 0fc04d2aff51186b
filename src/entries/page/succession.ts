// A suspect's disk that takes the place of a lost one: its server is trusted again, for good, only when a
// majority of those who vote, without it, has made durable that this is the seat's disk now. Any majority
// that the lost disk could ever be part of then has somebody who refuses it.
//
// A suspect has heard a majority of voters before it follows a leader (zab/election.ts), but lines break, and
// not every page has one to every other. Who hears a suspect itself passes on what it asks, and, of who
// was reached so, the answer: one step and no more, told by who sent it, so that nothing goes round. One is
// enough: the page of the leader that gave the suspect everything has a line to it, and one to each of the
// majority that it leads.

import type { LineMessage } from '../../adapters/webrtc/line-message.ts';
import type { ToWorker } from '../../adapters/worker/messages.ts';
import type { KnownDisk } from '../../vocabulary/known-disk.ts';

export interface SuccessionOwner {
  readonly seat: number;
  /** Seats that vote. */
  readonly seats: number;
  /** To a page that there is a line to; else it does nothing. */
  readonly send: (seat: number, message: LineMessage) => void;
  readonly upSeats: () => readonly number[];
  readonly post: (message: ToWorker) => void;
}

export type Successor = LineMessage & { readonly kind: 'successor' };
export type SuccessorKnown = LineMessage & { readonly kind: 'successorKnown' };

/** Somebody's disk that is to be remembered by the own server. */
interface Remembering {
  readonly ticket: number;
  readonly disk: KnownDisk;
  durable: boolean;
  /** Who asked, by their seats. */
  readonly askers: Set<number>;
}

const ASK_EVERY_MILLIS = 500;

export class Succession {
  readonly #owner: SuccessionOwner;
  /** The own disk, while others are asked to remember it. */
  #disk: KnownDisk | null = null;
  /** Voters, whichever way their answers came: nobody counts twice. */
  readonly #knownBy = new Set<number>();
  #askAtMillis = 0;
  /** One a seat. */
  readonly #remembering = new Map<number, Remembering>();
  #nextTicket = 1;

  constructor(owner: SuccessionOwner) {
    this.#owner = owner;
  }

  /** The own server starts anew: its worker knows nothing of what was asked. */
  reset(): void {
    this.#disk = null;
    this.#knownBy.clear();
    this.#remembering.clear();
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
    this.#toAll({ kind: 'successor', disk });
  }

  /** For those whom the asker has no line to. */
  passOn(from: number, message: Successor): void {
    if (message.disk.seat === from) this.#toAll(message, from);
  }

  /** Somebody's disk is to be remembered by the own server; `from` is told when it is. */
  store(from: number, disk: KnownDisk): void {
    let found = this.#remembering.get(disk.seat);
    if (found === undefined || !isSameDisk(found.disk, disk)) {
      found = { ticket: this.#nextTicket, disk, durable: false, askers: new Set() };
      this.#nextTicket += 1;
      this.#remembering.set(disk.seat, found);
    }
    if (found.durable) {
      this.#answer(from, disk);
      return;
    }
    const { askers, ticket } = found;
    // Who asks again has waited: the former order may have failed.
    const due = askers.size === 0 || askers.has(from);
    askers.add(from);
    if (due) this.#owner.post({ kind: 'rememberDisks', ticket, disks: [disk] });
  }

  /** The own worker has done so. */
  stored(ticket: number): void {
    for (const found of this.#remembering.values()) {
      if (found.ticket !== ticket || found.durable) continue;
      found.durable = true;
      for (const seat of found.askers) this.#answer(seat, found.disk);
    }
  }

  /** The server on the voter's seat remembers that disk for good. */
  known(from: number, message: SuccessorKnown): void {
    const { seat, seats, post, send } = this.#owner;
    const { disk, voter } = message;
    if (disk.seat !== seat) {
      if (voter === from) send(disk.seat, message);
      return;
    }
    if (this.#disk === null || !isSameDisk(this.#disk, disk)) return;
    if (voter < 1 || voter > seats || voter === seat) return;
    this.#knownBy.add(voter);
    if (this.#knownBy.size <= seats / 2) return;
    this.#disk = null;
    this.#knownBy.clear();
    post({ kind: 'trustKnown' });
  }

  #answer(to: number, disk: KnownDisk): void {
    this.#owner.send(to, { kind: 'successorKnown', disk, voter: this.#owner.seat });
  }

  #toAll(message: Successor, but: number | null = null): void {
    const { upSeats, send } = this.#owner;
    for (const seat of upSeats()) if (seat !== but) send(seat, message);
  }
}

/** One that returns after it was lost is another: what was said of it before is of an earlier generation. */
const isSameDisk = (one: KnownDisk, other: KnownDisk): boolean =>
  one.diskId === other.diskId && one.generation === other.generation;
