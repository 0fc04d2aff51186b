// Which disk is whose, among pages: they tell each other what they remember, since who was not there when a
// disk was met must know it all the same when another comes in its place; and each gives it to the disk of
// its own server, which forgets nothing.

import type { LineMessage } from '../../adapters/webrtc/line-message.ts';
import type { Mesh } from '../../adapters/webrtc/mesh.ts';
import { seatCount } from '../../adapters/webrtc/room.ts';
import type { KnownDisk } from '../../vocabulary/known-disk.ts';
import { judgeDisk, knownDisks, learnDisk } from './disk-memory.ts';
import type { OwnServer } from './own-server.ts';
import type { RoomState } from './room-state.ts';
import { Succession, type Successor } from './succession.ts';

export interface RoomDisksOwner {
  readonly state: RoomState;
  readonly seat: number;
  readonly mesh: () => Pick<Mesh, 'send' | 'broadcast' | 'upSeats'>;
  readonly server: () => Pick<OwnServer, 'status' | 'runs' | 'post' | 'beSuspect'>;
}

type DiskMessage = LineMessage & { readonly kind: 'disks' | 'successor' | 'successorKnown' };

export class RoomDisks {
  readonly #owner: RoomDisksOwner;
  readonly #succession: Succession;
  readonly #room: string;
  #told = '';

  constructor(owner: RoomDisksOwner) {
    this.#owner = owner;
    const { state, seat, mesh, server } = owner;
    const { address } = state;
    this.#room = address.room;
    this.#succession = new Succession({
      ...{ seat, seats: address.seats },
      send: (to, message) => {
        mesh().send(to, message);
      },
      upSeats: () => mesh().upSeats(),
      post: (message) => {
        server().post(message);
      },
    });
  }

  readonly tick = (nowMillis: number): void => {
    this.#succession.tick(nowMillis);
  };

  /** The own server has been given everything, and asks to be trusted again. */
  readonly wantsTrust = (disk: KnownDisk): void => {
    this.#succession.ask(disk);
  };

  readonly stored = (ticket: number): void => {
    this.#succession.stored(ticket);
  };

  /** The own server is dead: nobody is to remember a disk for it that may be gone, too. */
  readonly killed = (): void => {
    this.#succession.reset();
  };

  /** The own server has a new worker. */
  starting(): void {
    this.#succession.reset();
    this.#told = '';
  }

  /** To a page that was met just now, before anything is said of its server or ours. */
  greet(seat: number): void {
    this.#owner.mesh().send(seat, { kind: 'disks', disks: this.#all() });
  }

  hear(from: number, message: DiskMessage): void {
    if (message.kind === 'successorKnown') this.#succession.known(from, message);
    else if (message.kind === 'disks') {
      for (const disk of message.disks) learnDisk(this.#room, disk);
      this.#judgeAgain();
      this.share();
    } else if (message.disk.seat !== this.#owner.seat) this.#onSuccessor(from, message);
  }

  #onSuccessor(from: number, message: Successor): void {
    const { disk } = message;
    this.#succession.passOn(from, message);
    if (!this.#isTrusted()) return;
    learnDisk(this.#room, disk);
    this.#judgeAgain();
    // A promise for a disk that is not the one known here would be none.
    if (this.#known(disk.seat)?.diskId === disk.diskId) this.#succession.store(from, disk);
  }

  /** What was learned may tell of a disk that was met as the right one: its server must hear it. */
  #judgeAgain(): void {
    const { state, seat: own, mesh, server } = this.#owner;
    for (const [seat, { up, status }] of state.seats) {
      if (seat === own || !up || status === null || status.diskId === null) continue;
      const { diskId, diskGeneration, diskTrusted } = status;
      const judged = judgeDisk(this.#room, seat, { diskId, diskGeneration, diskTrusted });
      if (judged.kind === 'amnesiac') mesh().send(seat, { kind: 'amnesia', lost: judged.lost });
    }
    const known = this.#known(own);
    if (known !== undefined) server().beSuspect(known);
  }

  #known(seat: number): KnownDisk | undefined {
    return this.#all().find((disk) => disk.seat === seat);
  }

  /** Tells everybody, and the own server's disk, if there is news. */
  share(): void {
    const disks = this.#all();
    const text = JSON.stringify(disks);
    if (text === this.#told) return;
    this.#told = text;
    this.#owner.mesh().broadcast({ kind: 'disks', disks });
    this.#owner.server().post({ kind: 'rememberDisks', ticket: 0, disks });
  }

  /** What the own server remembers counts. */
  #isTrusted(): boolean {
    const { runs, status } = this.#owner.server();
    return runs && status.diskTrusted;
  }

  #all(): readonly KnownDisk[] {
    return knownDisks(this.#room, seatCount(this.#owner.state.address.seats));
  }
}
