// What people do to the room from this page, and what other pages say was done: orders go to the tab
// whose server they are about, and every tab lays the paths' troubles on its own ways out.

import type { LineMessage, PathRecord, ServerOrder } from '../../adapters/webrtc/line-message.ts';
import type { ChannelName, Step } from '../../vocabulary/playground.ts';
import { carryOut } from './carry-out.ts';
import type { OwnServer } from './own-server.ts';
import type { PathChange, PathState } from './paths.ts';
import type { RoomState } from './room-state.ts';
import type { ServerLinks } from './server-links.ts';

export interface HandsOwner {
  readonly seat: number;
  readonly state: RoomState;
  readonly server: OwnServer;
  readonly links: ServerLinks;
  readonly send: (seat: number, message: LineMessage) => void;
  readonly broadcast: (message: LineMessage) => void;
  readonly closeTrace: (seat: number) => void;
}

export class RoomHands {
  readonly #owner: HandsOwner;

  constructor(owner: HandsOwner) {
    this.#owner = owner;
  }

  take(step: Step): void {
    const { paths, seats, address } = this.#owner.state;
    const presentSeats = [...seats].filter(([, { up }]) => up).map(([seat]) => seat);
    carryOut(step, {
      paths,
      presentSeats,
      // A seat for an observer is one when somebody sits there.
      seats: [...seats.keys()].filter(
        (seat) => seat <= address.seats || presentSeats.includes(seat),
      ),
      order: (server, order) => {
        this.#order(server, order);
      },
      slowDisk: (server, millis) => {
        if (server === this.#owner.seat) this.#owner.server.slowDisk(millis);
        else this.#owner.send(server, { kind: 'slowDisk', millis });
      },
      skewClock: (server, percent) => {
        if (server === this.#owner.seat) this.#owner.server.skewClock(percent);
        else this.#owner.send(server, { kind: 'skewClock', percent });
      },
      setPath: (a, b, change) => {
        this.#setPath(a, b, change);
      },
      closeChannel: (a, b, channel) => {
        this.closeChannel(a, b, channel);
      },
    });
  }

  /** What another page says of the paths. */
  hearPaths(records: readonly PathRecord[]): void {
    this.#onPathsChanged(this.#owner.state.paths.merge(records));
  }

  /** One end is enough: the other hears it close. */
  closeChannel(a: number, b: number, channel: ChannelName): void {
    const { seat, links, closeTrace, send } = this.#owner;
    if (a !== seat && b !== seat) {
      send(a, { kind: 'closeChannel', peer: b, channel });
      return;
    }
    const peer = a === seat ? b : a;
    if (channel === 'trace') closeTrace(peer);
    else links.closeChannel(peer, channel);
  }

  #order(server: number, order: ServerOrder): void {
    if (server !== this.#owner.seat) this.#owner.send(server, { kind: 'order', order });
    else this.#owner.server.obey(order);
  }

  #setPath(a: number, b: number, change: Partial<PathState>): void {
    const { paths, seats } = this.#owner.state;
    if (a === b || !seats.has(a) || !seats.has(b)) return;
    const changed = paths.set(a, b, change);
    this.#owner.broadcast({ kind: 'paths', paths: [changed.record] });
    this.#onPathsChanged([changed]);
  }

  #onPathsChanged(changes: readonly PathChange[]): void {
    const { seat, links } = this.#owner;
    for (const { record, closed, opened } of changes) {
      if (record.a !== seat && record.b !== seat) continue;
      const peer = record.a === seat ? record.b : record.a;
      links.hinder(peer);
      if (closed) links.dropPeer(peer, 'the link was cut', 'all');
      if (opened) links.meet(peer);
    }
  }
}
