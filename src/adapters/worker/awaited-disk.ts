// The disk of a suspect that has been given everything: that it is trusted again is written only when others
// have made durable which disk they trust now. Else the one that was lost could come back, be taken for its
// successor by who forgot, and vote with an old history. Its server has left its role and asks nothing more of
// its disk meanwhile (zab/learner-synchronization.ts): that one write is all that ever waits here.

import { assert } from '../../base/assert.ts';
import type { Disk } from '../../host/ports.ts';
import type { DiskOutput } from '../../vocabulary/boundary.ts';

interface Write {
  readonly output: DiskOutput;
  readonly done: (failure: string | null) => void;
}

export class AwaitedDisk implements Disk {
  readonly #disk: Disk;
  readonly #ask: () => void;
  #trusted: boolean;
  #waiting: Write | null = null;

  /** `ask`: called once for each time that trust is to be written; answered by `allow`. */
  constructor(disk: Disk, trusted: boolean, ask: () => void) {
    this.#disk = disk;
    this.#trusted = trusted;
    this.#ask = ask;
  }

  readonly write: Disk['write'] = (output, done) => {
    // A large snapshot that it began before goes on beside the trust: neither waits for the other.
    if (output.kind === 'snapshotPiece') {
      this.#disk.write(output, done);
      return;
    }
    assert(this.#waiting === null, 'a suspect asks nothing of its disk while its trust waits');
    if (output.kind === 'saveEpochs' && output.trusted && !this.#trusted) {
      this.#waiting = { output, done };
      this.#ask();
      return;
    }
    this.#disk.write(output, done);
  };

  /** Enough others know this disk. */
  allow(): void {
    const write = this.#waiting;
    if (write === null) return;
    this.#waiting = null;
    this.#trusted = true;
    this.#disk.write(write.output, write.done);
  }
}
