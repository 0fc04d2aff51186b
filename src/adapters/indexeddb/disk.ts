// A server's disk in a tab: IndexedDB, every transaction with durability 'strict'. While one
// transaction commits, everything that is asked for meanwhile waits and then goes together in the
// next: one transaction and one log record per group commit. Nothing is called done before its
// transaction's `complete`. It must never go on after a failure: what follows a lost write is lost too.

import { openDB, type IDBPDatabase, type IDBPTransaction } from 'idb';

import type { DiskOutput, Recovered } from '../../vocabulary/boundary.ts';
import type { KnownDisk } from '../../vocabulary/known-disk.ts';
import type { LogEntry } from '../../vocabulary/transaction.ts';
import type { Zxid } from '../../vocabulary/zxid.ts';
import type { Disk, DiskRecovery } from '../../host/ports.ts';
import { isDatabaseDeleted } from './deleted.ts';
import { begin, claimIdentity, rememberDisks, rememberedDisks } from './identity.ts';
import {
  joinHistory,
  packEntries,
  unpackEntries,
  zxidKey,
  type DiskIdentity,
  type DiskRoom,
  type EpochsRecord,
  type Schema,
} from './records.ts';
import { putPiece, putWhole, readNewest } from './snapshots.ts';

type Stores = ('log' | 'snapshots' | 'epochs')[];
type WriteTransaction = IDBPTransaction<Schema, Stores, 'readwrite'>;
type Done = (failure: string | null) => void;

type Piece = DiskOutput & { readonly kind: 'snapshotPiece' };

/** `nothing`: a piece of a snapshot that is not wanted any more. */
type Wanted =
  Exclude<DiskOutput, Piece> | (Piece & { readonly index: number }) | { readonly kind: 'nothing' };

interface Waiting {
  readonly output: Wanted;
  readonly done: Done;
}

export interface IndexedDbDisk extends Disk, DiskRecovery {
  readonly identity: DiskIdentity;
  /** Asks the browser whether this database is still there and still the same: not every loss is told
   *  by an event. If it is not, `onTaken` is called before this resolves. */
  readonly check: () => Promise<void>;
  /** Whether the browser keeps no database of this name any more. True when it cannot be asked. */
  readonly isDeleted: () => Promise<boolean>;
  /** Which disks it was told that there are on other seats. */
  readonly remembered: () => Promise<readonly KnownDisk[]>;
  /** Resolves when they are durable; rejects with the browser's reason. */
  readonly remember: (disks: readonly KnownDisk[]) => Promise<void>;
  readonly close: () => void;
}

export interface IndexedDbDiskOptions {
  /** Not null: this disk is the successor of one of this generation whose history was lost. Its server
   *  begins as a suspect. */
  readonly lostGeneration: number | null;
  /** The one that it must be of; any if it is left out. */
  readonly room?: DiskRoom;
  /** Called at most once, when the browser takes the database away, whether anybody writes or not. */
  readonly onTaken: (reason: string) => void;
}

/** 2: snapshots of several records, which the first version would take for damaged ones. */
const SCHEMA_VERSION = 2;
const STORES: Stores = ['log', 'snapshots', 'epochs'];
/** Log entries of one transaction, so that one commit never holds a whole tree in memory twice. */
const BATCH_BYTES_MAX = 4 * 1024 * 1024;

/** Opens or creates the database `name`. That its server is a suspect is durable before this resolves.
 *  Rejects with the browser's reason when there is no database to be had, with OtherRoom when it is none
 *  of this room's. */
export async function openIndexedDbDisk(
  name: string,
  options: IndexedDbDiskOptions = { lostGeneration: null, onTaken: () => undefined },
): Promise<IndexedDbDisk> {
  // What is told before there is a disk to tell is told when there is one.
  let early: string | null = null;
  let take = (reason: string): void => {
    early ??= reason;
  };
  const database = await openDB<Schema>(name, SCHEMA_VERSION, {
    upgrade: (created, oldVersion) => {
      if (oldVersion >= 1) return;
      created.createObjectStore('log');
      created.createObjectStore('snapshots');
      created.createObjectStore('epochs');
      created.createObjectStore('identity');
    },
    blocking: () => {
      take('another page wants the database deleted or upgraded');
    },
    terminated: () => {
      take('the browser closed the database');
    },
  });
  const identity = await claimIdentity(database, options.lostGeneration, options.room).catch(
    (error: unknown) => {
      database.close();
      throw error;
    },
  );
  const disk = new DatabaseDisk(database, identity, options.onTaken);
  take = disk.take;
  if (early !== null) disk.take(early);
  return disk;
}

class DatabaseDisk implements IndexedDbDisk {
  readonly identity: DiskIdentity;
  readonly #database: IDBPDatabase<Schema>;
  readonly #onTaken: (reason: string) => void;
  #waiting: Waiting[] = [];
  /** The snapshot whose pieces come, and how many have come. */
  #growing: { readonly zxid: Zxid; pieces: number } | null = null;
  #committing = false;
  #checking = false;
  #taken = false;
  #closed = false;
  #failure: string | null = null;

  constructor(
    database: IDBPDatabase<Schema>,
    identity: DiskIdentity,
    onTaken: (reason: string) => void,
  ) {
    this.#database = database;
    this.identity = identity;
    this.#onTaken = onTaken;
  }

  /** The database is gone, or must be let go: nothing is written or read any more. */
  readonly take = (reason: string): void => {
    if (this.#taken || this.#closed) return;
    this.#taken = true;
    this.#failure ??= reason;
    this.#database.close();
    this.#onTaken(reason);
  };

  readonly write = (output: DiskOutput, done: Done): void => {
    this.#waiting.push({ output: this.#wanted(output), done });
    if (this.#committing) return;
    this.#committing = true;
    // What is asked for in this same turn (a frame full of proposals) shares the first transaction.
    queueMicrotask(() => {
      void this.#commitAll();
    });
  };

  #wanted(output: DiskOutput): Wanted {
    if (output.kind === 'saveSnapshot') this.#growing = null;
    if (output.kind === 'truncate' && (this.#growing?.zxid ?? output.zxid) > output.zxid) {
      this.#growing = null;
    }
    if (output.kind !== 'snapshotPiece') return output;
    if (output.offset === 0) this.#growing = { zxid: output.zxid, pieces: 0 };
    const growing = this.#growing;
    if (growing?.zxid !== output.zxid) return { kind: 'nothing' };
    growing.pieces += 1;
    if (output.isLast) this.#growing = null;
    return { ...output, index: growing.pieces - 1 };
  }

  readonly close = (): void => {
    this.#closed = true;
    this.#failure ??= 'the disk was closed';
    this.#database.close();
  };

  readonly check = async (): Promise<void> => {
    if (this.#checking || this.#taken) return;
    this.#checking = true;
    try {
      const transaction = begin(this.#database.transaction('identity', 'readonly'));
      const found = await transaction.objectStore('identity').get('identity');
      if (found?.diskId !== this.identity.diskId) this.take('another disk stands in its place');
    } catch (error) {
      this.take(reasonOf(error));
    } finally {
      this.#checking = false;
    }
  };

  readonly isDeleted = (): Promise<boolean> =>
    isDatabaseDeleted(this.#database.name, SCHEMA_VERSION);

  readonly remembered = (): Promise<readonly KnownDisk[]> => rememberedDisks(this.#database);

  readonly remember = (disks: readonly KnownDisk[]): Promise<void> =>
    rememberDisks(this.#database, disks);

  readonly recover = async (): Promise<Recovered> => {
    const transaction = begin(this.#database.transaction(STORES, 'readonly'));
    const [epochs, records] = await Promise.all([
      transaction.objectStore('epochs').get('epochs'),
      transaction.objectStore('log').getAll(),
    ]);
    const snapshot = await readNewest(transaction.objectStore('snapshots'));
    await transaction.done;
    return {
      acceptedEpoch: epochs?.acceptedEpoch ?? 0,
      currentEpoch: epochs?.currentEpoch ?? 0,
      snapshot,
      log: joinHistory(records, snapshot?.zxid ?? null),
      trusted: epochs?.trusted ?? true,
    };
  };

  async #commitAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch();
      const failure = this.#failure ?? (await this.#commit(batch));
      if (failure !== null) this.#failure ??= failure;
      // A write may be the first to meet a database that was closed: its event comes only later.
      if (failure !== null && !this.#isOpen()) this.take(failure);
      for (const { done } of batch) done(failure);
    }
    this.#committing = false;
  }

  #takeBatch(): Waiting[] {
    let bytes = 0;
    let count = 0;
    for (const { output } of this.#waiting) {
      bytes += bytesOf(output);
      if (count > 0 && bytes > BATCH_BYTES_MAX) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #commit(batch: readonly Waiting[]): Promise<string | null> {
    try {
      const transaction = this.#database.transaction(STORES, 'readwrite', { durability: 'strict' });
      // The rejection of `done` is awaited below; until then nobody else may call it unhandled.
      const done = transaction.done.then(
        () => null,
        (error: unknown) => reasonOf(transaction.error ?? error),
      );
      try {
        await putAll(transaction, batch);
        transaction.commit();
      } catch (error) {
        abortQuietly(transaction);
        await done;
        return reasonOf(error);
      }
      return await done;
    } catch (error) {
      return reasonOf(error);
    }
  }

  #isOpen(): boolean {
    try {
      begin(this.#database.transaction('identity', 'readonly'));
      return true;
    } catch {
      return false;
    }
  }
}

async function putAll(transaction: WriteTransaction, batch: readonly Waiting[]): Promise<void> {
  let entries: LogEntry[] = [];
  let epochs: EpochsRecord | null = null;
  const flush = async (): Promise<void> => {
    if (entries.length === 0) return;
    const record = packEntries(entries);
    entries = [];
    await transaction.objectStore('log').put(record, record.first);
  };
  for (const { output } of batch) {
    switch (output.kind) {
      case 'append':
        entries.push(...output.entries);
        break;
      case 'saveEpochs': {
        const { acceptedEpoch, currentEpoch, trusted } = output;
        epochs = { acceptedEpoch, currentEpoch, trusted };
        break;
      }
      case 'truncate':
        await flush();
        await truncate(transaction, output.zxid);
        break;
      case 'saveSnapshot':
        await flush();
        await saveSnapshot(transaction, output);
        break;
      case 'snapshotPiece': {
        await flush();
        const isWhole = await putPiece(transaction.objectStore('snapshots'), output);
        if (isWhole) await dropCovered(transaction, output.zxid);
        break;
      }
      case 'nothing':
        break;
    }
  }
  await flush();
  if (epochs !== null) await transaction.objectStore('epochs').put(epochs, 'epochs');
}

async function truncate(transaction: WriteTransaction, zxid: Zxid): Promise<void> {
  const key = zxidKey(zxid);
  const log = transaction.objectStore('log');
  const above = IDBKeyRange.lowerBound(key, true);
  await log.delete(above);
  await transaction.objectStore('snapshots').delete(above);
  const cursor = await log.openCursor(IDBKeyRange.upperBound(key), 'prev');
  if (cursor === null || cursor.value.last <= key) return;
  const kept = unpackEntries(cursor.value).filter((entry) => entry.zxid <= zxid);
  await cursor.update(packEntries(kept));
}

async function saveSnapshot(
  transaction: WriteTransaction,
  output: DiskOutput & { kind: 'saveSnapshot' },
): Promise<void> {
  await putWhole(transaction.objectStore('snapshots'), output);
  if (output.replacesHistory) await transaction.objectStore('log').clear();
  else await dropCovered(transaction, output.zxid);
}

/** What a snapshot has needs no log. */
async function dropCovered(transaction: WriteTransaction, zxid: Zxid): Promise<void> {
  const key = zxidKey(zxid);
  const log = transaction.objectStore('log');
  const cursor = await log.openCursor(IDBKeyRange.upperBound(key), 'prev');
  if (cursor === null) return;
  const covered = cursor.value.last <= key;
  await log.delete(IDBKeyRange.upperBound(cursor.key, !covered));
}

function bytesOf(output: Wanted): number {
  if (output.kind === 'saveSnapshot' || output.kind === 'snapshotPiece') {
    return output.bytes.byteLength;
  }
  if (output.kind !== 'append') return 0;
  return output.entries.reduce((sum, entry) => sum + entry.bytes.byteLength, 0);
}

function abortQuietly(transaction: WriteTransaction): void {
  try {
    transaction.abort();
  } catch {
    // It has ended by itself: its own error is the one that counts.
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
