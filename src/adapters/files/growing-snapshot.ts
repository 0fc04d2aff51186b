// A snapshot file that is written piece by piece while the log goes on beside it, as Apache's servers write
// theirs in a thread of their own. Until its rename it is a file that no start looks at.

import { open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import type { DiskOutput } from '../../vocabulary/boundary.ts';
import type { Zxid } from '../../vocabulary/zxid.ts';
import { ADLER32_OF_NOTHING, adler32 } from './adler32.ts';
import { syncDirectory, writeFully } from './directory.ts';
import { snapshotFileName, snapshotHeader, snapshotSeal } from './format.ts';

type Piece = DiskOutput & { readonly kind: 'snapshotPiece' };

/** So much is written before it is synced: the log's own syncs must not wait for a whole tree. */
const SYNC_EVERY_BYTES = 4 * 1024 * 1024;
const UNFINISHED = '.tmp';

export class GrowingSnapshot {
  readonly zxid: Zxid;
  readonly #directory: string;
  readonly #path: string;
  #handle: FileHandle | null = null;
  #position = 0;
  #synced = 0;
  #sum = ADLER32_OF_NOTHING;

  constructor(directory: string, zxid: Zxid) {
    this.zxid = zxid;
    this.#directory = directory;
    this.#path = join(directory, snapshotFileName(zxid));
  }

  /** Resolves when the next piece may come; after the last one, when all of it is durable. */
  async add({ bytes, isLast }: Piece): Promise<void> {
    if (this.#handle === null) {
      this.#handle = await open(this.#path + UNFINISHED, 'w');
      this.#write(this.#handle, snapshotHeader());
    }
    this.#write(this.#handle, bytes);
    if (isLast) {
      await this.#finish(this.#handle);
    } else if (this.#position - this.#synced > SYNC_EVERY_BYTES) {
      this.#synced = this.#position;
      await this.#handle.datasync();
    } else {
      // Whatever came meanwhile has its turn: the next piece is asked for at once.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** It is not wanted any more. */
  async drop(): Promise<void> {
    await this.#handle?.close();
    await rm(this.#path + UNFINISHED, { force: true });
  }

  #write(handle: FileHandle, bytes: Uint8Array): void {
    writeFully(handle, bytes, this.#position);
    this.#position += bytes.length;
    this.#sum = adler32(this.#sum, bytes);
  }

  async #finish(handle: FileHandle): Promise<void> {
    writeFully(handle, snapshotSeal(this.#sum), this.#position);
    await handle.sync();
    await handle.close();
    this.#handle = null;
    await rename(this.#path + UNFINISHED, this.#path);
    await syncDirectory(this.#directory);
  }
}

/** What a crash left of one. */
export async function removeUnfinished(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    if (name.startsWith('snapshot.') && name.endsWith(UNFINISHED)) await rm(join(directory, name));
  }
}
