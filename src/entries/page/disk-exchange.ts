// Who takes a room into the laboratory asks each page what would be found on its server's disk. It comes
// in pieces, each asked for, so that nothing large waits on a channel that may lose it: who does not hear
// a piece asks again, until there is no more time.

import { readReading, UNREADABLE, type DiskReading } from '../../adapters/worker/disk-reading.ts';

/** A part of what the server's disk holds, for who has asked. */
export interface DiskPiece {
  readonly kind: 'disk';
  readonly server: number;
  readonly ticket: number;
  /** Where in the whole text it stands, and how long that is. */
  readonly from: number;
  readonly length: number;
  readonly text: string;
}

export interface DiskExchangeOwner {
  readonly seat: number;
  /** Of the own server's disk. */
  readonly read: () => Promise<DiskReading>;
  readonly ask: (seat: number, ticket: number, from: number) => void;
  readonly send: (seat: number, piece: DiskPiece) => void;
}

interface Asked {
  readonly seat: number;
  readonly ticket: number;
  readonly resolve: (reading: DiskReading) => void;
  readonly untilMillis: number;
  readonly again: ReturnType<typeof setInterval>;
  text: string;
}

interface Answered {
  readonly ticket: number;
  readonly text: Promise<string>;
}

/** A piece fits into a frame of the trace channel. */
const PIECE_CHARS = 120_000;
/** A reading's text: what is too large is said in a few words. */
const TEXT_CHARS_MAX = 4 * 1024 * 1024;
const AGAIN_MILLIS = 400;
const DISK_MILLIS_MAX = 6_000;

export class DiskExchange {
  readonly #owner: DiskExchangeOwner;
  readonly #asked = new Map<number, Asked>();
  /** By the seat that asked: the newest look at the own disk, as long as that page is there. */
  readonly #answered = new Map<number, Answered>();
  #nextTicket = 1;

  constructor(owner: DiskExchangeOwner) {
    this.#owner = owner;
  }

  /** Unreadable if that page does not answer in time. */
  read(seat: number): Promise<DiskReading> {
    if (seat === this.#owner.seat) return this.#owner.read();
    const ticket = this.#nextTicket;
    this.#nextTicket += 1;
    return new Promise((resolve) => {
      const again = setInterval(() => {
        this.#askAgain(ticket);
      }, AGAIN_MILLIS);
      const untilMillis = performance.now() + DISK_MILLIS_MAX;
      this.#asked.set(ticket, { seat, ticket, resolve, untilMillis, again, text: '' });
      this.#owner.ask(seat, ticket, 0);
    });
  }

  /** Another page asks. */
  async answer(seat: number, ticket: number, from: number): Promise<void> {
    let answered = this.#answered.get(seat);
    if (answered?.ticket !== ticket) {
      answered = { ticket, text: this.#owner.read().then((reading) => JSON.stringify(reading)) };
      this.#answered.set(seat, answered);
    }
    const text = await answered.text;
    this.#owner.send(seat, {
      ...{ kind: 'disk', server: this.#owner.seat, ticket, from, length: text.length },
      text: text.slice(from, from + PIECE_CHARS),
    });
  }

  /** What is not the next piece of something that was asked for there is nothing. */
  take(seat: number, piece: DiskPiece): void {
    const asked = this.#asked.get(piece.ticket);
    if (asked?.seat !== seat || piece.from !== asked.text.length || piece.text === '') return;
    asked.text += piece.text;
    if (piece.length > TEXT_CHARS_MAX) this.#end(asked, UNREADABLE);
    else if (asked.text.length >= piece.length) this.#end(asked, readReading(asked.text));
    else this.#owner.ask(seat, asked.ticket, asked.text.length);
  }

  /** That page is gone. */
  forget(seat: number): void {
    this.#answered.delete(seat);
    for (const asked of [...this.#asked.values()]) {
      if (asked.seat === seat) this.#end(asked, UNREADABLE);
    }
  }

  #askAgain(ticket: number): void {
    const asked = this.#asked.get(ticket);
    if (asked === undefined) return;
    if (performance.now() >= asked.untilMillis) this.#end(asked, UNREADABLE);
    else this.#owner.ask(asked.seat, ticket, asked.text.length);
  }

  #end(asked: Asked, reading: DiskReading): void {
    clearInterval(asked.again);
    this.#asked.delete(asked.ticket);
    asked.resolve(reading);
  }
}
