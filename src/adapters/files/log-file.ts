// The log file that is being written. It is longer than what stands in it, as Apache's are (FilePadding): a write
// inside leaves the length alone, so its sync has nothing but the data to write. What stands behind the entries
// reads as nothing.

import { constants, ftruncateSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

import { writeFully } from './directory.ts';
import type { LogSync } from './log-sync.ts';

const ROOM_BYTES = 1024 * 1024;
const FLAGS = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

export class LogFile {
  readonly #handle: FileHandle;
  readonly #sync: LogSync;
  /** Where the entries end. */
  #end = 0;
  /** Of the file. */
  #length = 0;

  private constructor(handle: FileHandle, sync: LogSync) {
    this.#handle = handle;
    this.#sync = sync;
  }

  /** Rejects where there is one already. */
  static async begin(path: string, sync: LogSync): Promise<LogFile> {
    return new LogFile(await open(path, FLAGS), sync);
  }

  /** Resolves when these bytes are durable, with the milliseconds that the sync took. */
  append(bytes: Uint8Array): Promise<number> {
    const end = this.#end + bytes.length;
    if (end > this.#length) {
      this.#length = end + ROOM_BYTES;
      ftruncateSync(this.#handle.fd, this.#length);
    }
    writeFully(this.#handle, bytes, this.#end);
    this.#end = end;
    return this.#sync.sync(this.#handle);
  }

  /** A disk that does not let it be cut leaves it as a crash does: as long as it was. */
  async close(): Promise<void> {
    await this.#handle.truncate(this.#end).catch(() => undefined);
    await this.#handle.close();
  }
}
