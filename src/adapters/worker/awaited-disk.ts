// The disk of a suspect that has been given everything: that it is trusted again is written only when others
// have made durable which disk they trust now. Else the one that was lost could come back, be taken for its
// successor by who forgot, and vote with an old history. What is written meanwhile waits behind it.

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
  #waiting: Write[] | null = null;

  /** `ask`: called once for each time that trust is to be written; answered by `allow`. */
  constructor(disk: Disk, trusted: boolean, ask: () => void) {
    this.#disk = disk;
    this.#trusted = trusted;
    this.#ask = ask;
  }

  readonly write: Disk['write'] = (output, done) => {
    if (this.#waiting !== null) {
      this.#waiting.push({ output, done });
      return;
    }
    if (output.kind === 'saveEpochs' && output.trusted && !this.#trusted) {
      this.#waiting = [{ output, done }];
      this.#ask();
      return;
    }
    this.#disk.write(output, done);
  };

  /** Enough others know this disk. */
  allow(): void {
    const writes = this.#waiting;
    if (writes === null) return;
    this.#waiting = null;
    this.#trusted = true;
    for (const { output, done } of writes) this.#disk.write(output, done);
  }
}
