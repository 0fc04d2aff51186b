// Pages tell each other which disks they remember: who was not there when a disk was met must know it all
// the same when another comes in its place.

import type { KnownDisk, LineMessage } from '../../adapters/webrtc/line-message.ts';
import { seatCount, type RoomAddress } from '../../adapters/webrtc/room.ts';
import { knownDisks, learnDisk } from './disk-memory.ts';

export class DiskGossip {
  readonly #address: RoomAddress;
  readonly #broadcast: (message: LineMessage) => void;
  #told = '';

  constructor(address: RoomAddress, broadcast: (message: LineMessage) => void) {
    this.#address = address;
    this.#broadcast = broadcast;
  }

  /** For a page that was met just now. */
  all(): LineMessage {
    const { room, seats } = this.#address;
    return { kind: 'disks', disks: knownDisks(room, seatCount(seats)) };
  }

  hear(disks: readonly KnownDisk[]): void {
    for (const disk of disks) learnDisk(this.#address.room, disk);
    this.share();
  }

  /** Tells everybody if there is news. */
  share(): void {
    const message = this.all();
    const text = JSON.stringify(message);
    if (text === this.#told) return;
    this.#told = text;
    this.#broadcast(message);
  }
}
