// What each server traced, for every page of the room: the own worker's events and pictures go to the
// other pages on a channel of their own, theirs come here. It may lose events when a page does not
// keep up, never wait for one, and never stand in the way of the servers' links.

import type { LinkChannel } from '../../adapters/webrtc/line-connection.ts';
import type { Traced } from '../../vocabulary/trace.ts';
import { DiskExchange, type DiskExchangeOwner } from './disk-exchange.ts';
import {
  encodePicture,
  encodeTrace,
  leftOut,
  readPicture,
  type Picture,
  type Shown,
} from './picture-frames.ts';

export type { Shown } from './picture-frames.ts';

export interface TraceExchangeEvents {
  readonly openChannel: (seat: number) => LinkChannel | null;
  /** Whether anybody looks at the own server's tree. */
  readonly onTreeWatched: (on: boolean) => void;
  readonly onPicture: (seat: number, picture: Shown) => void;
  /** The page there sent what is no picture; its channel is closed. */
  readonly onUnreadable: (seat: number) => void;
  readonly readDisk: DiskExchangeOwner['read'];
  readonly askDisk: DiskExchangeOwner['ask'];
}

const BUFFERED_BYTES_MAX = 512 * 1024;
const REOPEN_MILLIS = 300;

export class TraceExchange {
  readonly #events: TraceExchangeEvents;
  readonly #outgoing = new Map<number, LinkChannel>();
  readonly #incoming = new Map<number, LinkChannel>();
  readonly #seat: number;
  /** Seats whose pages have heard something: from then on they are told what they miss. */
  readonly #hearing = new Set<number>();
  /** Of each of these one event: how many were left out, and where the first of them stood. */
  readonly #owed = new Map<number, readonly Traced[]>();
  readonly disks: DiskExchange;
  #lastView: Picture | null = null;
  /** The seats, the own one too, that look at the own server's tree. One that is away for a moment may
   *  not have noticed, and does not ask again. */
  readonly #treeWatchers = new Set<number>();

  constructor(seat: number, events: TraceExchangeEvents) {
    this.#seat = seat;
    this.#events = events;
    this.disks = new DiskExchange({
      ...{ seat, read: events.readDisk, ask: events.askDisk },
      send: (asker, piece) => {
        this.#send(piece, [asker]);
      },
    });
  }

  get treeIsWatched(): boolean {
    return [...this.#treeWatchers].some((seat) => seat === this.#seat || this.#outgoing.has(seat));
  }

  watchTree(seat: number, on: boolean): void {
    if (on) this.#treeWatchers.add(seat);
    else this.#treeWatchers.delete(seat);
    this.#events.onTreeWatched(this.treeIsWatched);
  }

  /** What the own server says of itself: for this page and for all others. */
  publish(picture: Shown): void {
    if (picture.kind === 'view') this.#lastView = picture;
    if (picture.kind !== 'tree') {
      this.#events.onPicture(this.#seat, picture);
      this.#send(picture, this.#outgoing.keys());
      return;
    }
    if (this.#treeWatchers.has(this.#seat)) this.#events.onPicture(this.#seat, picture);
    this.#send(picture, this.#treeWatchers);
  }

  addPeer(seat: number): void {
    this.#outgoing.get(seat)?.close();
    const channel = this.#events.openChannel(seat);
    if (channel === null) return;
    this.#outgoing.set(seat, channel);
    // A server that is frozen or idle says nothing new: the newcomer gets its last picture.
    channel.onopen = () => {
      this.#hearing.add(seat);
      if (this.#lastView !== null) this.#send(this.#lastView, [seat]);
      this.#events.onTreeWatched(this.treeIsWatched);
    };
    // The other page thought for a moment that we were gone, and we never noticed: it hears us again.
    channel.onclose = () => {
      setTimeout(() => {
        if (this.#outgoing.get(seat) === channel) this.addPeer(seat);
      }, REOPEN_MILLIS);
    };
  }

  /** As if the network had closed it: it is opened again. */
  closeChannel(seat: number): void {
    this.#outgoing.get(seat)?.close();
  }

  dropPeer(seat: number): void {
    this.#outgoing.get(seat)?.close();
    this.#outgoing.delete(seat);
    this.#hearing.delete(seat);
    this.#owed.delete(seat);
    this.#incoming.get(seat)?.close();
    this.#incoming.delete(seat);
    this.disks.forget(seat);
    this.#events.onTreeWatched(this.treeIsWatched);
  }

  accept(seat: number, channel: LinkChannel): void {
    this.#incoming.get(seat)?.close();
    this.#incoming.set(seat, channel);
    channel.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (this.#incoming.get(seat) !== channel) return;
      const picture = data instanceof ArrayBuffer ? readPicture(seat, data) : null;
      if (picture === null) {
        // Once for this channel, whatever else is on its way.
        this.#incoming.delete(seat);
        channel.close();
        this.#events.onUnreadable(seat);
      } else if (picture.kind === 'disk') this.disks.take(seat, picture);
      else this.#events.onPicture(seat, picture);
    };
  }

  #send(picture: Picture, seats: Iterable<number>): void {
    let bytes: Uint8Array<ArrayBuffer> | null | undefined;
    for (const seat of [...seats]) {
      const channel = this.#outgoing.get(seat);
      const ready = channel?.readyState === 'open' && channel.bufferedAmount < BUFFERED_BYTES_MAX;
      const owed = this.#owed.get(seat);
      if (!ready) this.#owe(seat, picture);
      else if (picture.kind === 'trace' && owed !== undefined) {
        this.#owed.delete(seat);
        this.#give(seat, channel, encodeTrace([...owed, ...picture.events]), picture);
      } else {
        bytes ??= encodePicture(picture);
        if (bytes !== null) this.#give(seat, channel, bytes, picture);
      }
    }
  }

  #give(
    seat: number,
    channel: LinkChannel,
    bytes: Uint8Array<ArrayBuffer>,
    picture: Picture,
  ): void {
    try {
      channel.send(bytes);
    } catch {
      // A channel that closes while we speak: its events are lost, as events may be.
      this.#owe(seat, picture);
    }
  }

  /** Events that a page never hears of: it hears how many. */
  #owe(seat: number, picture: Picture): void {
    if (picture.kind !== 'trace' || !this.#hearing.has(seat)) return;
    this.#owed.set(seat, leftOut([...(this.#owed.get(seat) ?? []), ...picture.events]));
  }
}
