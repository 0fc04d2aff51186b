// A server's disk in a tab: IndexedDB, every transaction with durability 'strict'. While one
// transaction commits, everything that is asked for meanwhile waits and then goes together in the
// next: one transaction and one log record per group commit. Nothing is called done before its
// transaction's `complete`. It must never go on after a failure: what follows a lost write is lost too.

import { withOwnBuffer } from '../../base/slab.ts';
import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from 'idb';

import type { DiskOutput, Recovered } from '../../vocabulary/boundary.ts';
import type { LogEntry } from '../../vocabulary/transaction.ts';
import type { Zxid } from '../../vocabulary/zxid.ts';
import type { Disk, DiskRecovery } from '../../host/ports.ts';
import {
  checksumOf,
  DiskDamaged,
  joinHistory,
  packEntries,
  unpackEntries,
  zxidKey,
  zxidOfKey,
  type DiskIdentity,
  type EpochsRecord,
  type LogRecord,
  type SnapshotRecord,
} from './records.ts';

interface Schema extends DBSchema {
  log: { key: string; value: LogRecord };
  snapshots: { key: string; value: SnapshotRecord };
  epochs: { key: 'epochs'; value: EpochsRecord };
  identity: { key: 'identity'; value: DiskIdentity };
}

type Stores = ('log' | 'snapshots' | 'epochs')[];
type WriteTransaction = IDBPTransaction<Schema, Stores, 'readwrite'>;
type Done = (failure: string | null) => void;

interface Waiting {
  readonly output: DiskOutput;
  readonly done: Done;
}

export interface IndexedDbDisk extends Disk, DiskRecovery {
  readonly identity: DiskIdentity;
  /** Called at most once, when the browser takes the database away or a write fails. */
  onLost: (reason: string) => void;
  readonly close: () => void;
}

const SCHEMA_VERSION = 1;
const STORES: Stores = ['log', 'snapshots', 'epochs'];
/** Log entries of one transaction, so that one commit never holds a whole tree in memory twice. */
const BATCH_BYTES_MAX = 4 * 1024 * 1024;

/** Opens or creates the database `name`. With `distrust` this disk is taken for the successor of one
 *  that was lost: its server begins as a suspect, and that is durable before this resolves.
 *  Rejects with the browser's reason when there is no database to be had. */
export async function openIndexedDbDisk(
  name: string,
  options: { readonly distrust: boolean } = { distrust: false },
): Promise<IndexedDbDisk> {
  const events = { lost: (_reason: string): void => undefined };
  const database = await openDB<Schema>(name, SCHEMA_VERSION, {
    upgrade: (created) => {
      created.createObjectStore('log');
      created.createObjectStore('snapshots');
      created.createObjectStore('epochs');
      created.createObjectStore('identity');
    },
    blocking: () => {
      events.lost('another page wants to delete or upgrade the database');
    },
    terminated: () => {
      events.lost('the browser closed the database');
    },
  });
  const identity = await claimIdentity(database, options.distrust);
  return new DatabaseDisk(database, identity, events);
}

async function claimIdentity(
  database: IDBPDatabase<Schema>,
  distrust: boolean,
): Promise<DiskIdentity> {
  const transaction = database.transaction(['identity', 'epochs'], 'readwrite', {
    durability: 'strict',
  });
  const identities = transaction.objectStore('identity');
  const found = await identities.get('identity');
  let identity = found ?? { diskId: crypto.randomUUID(), birth: 'fresh' as const };
  if (distrust) {
    const epochs = transaction.objectStore('epochs');
    const saved = (await epochs.get('epochs')) ?? { acceptedEpoch: 0, currentEpoch: 0 };
    identity = { ...identity, birth: 'suspect' };
    await epochs.put({ ...saved, trusted: false }, 'epochs');
  }
  if (identity !== found) await identities.put(identity, 'identity');
  await transaction.done;
  return identity;
}

class DatabaseDisk implements IndexedDbDisk {
  readonly identity: DiskIdentity;
  onLost: (reason: string) => void = () => undefined;
  readonly #database: IDBPDatabase<Schema>;
  #waiting: Waiting[] = [];
  #committing = false;
  #failure: string | null = null;

  constructor(
    database: IDBPDatabase<Schema>,
    identity: DiskIdentity,
    events: { lost: (reason: string) => void },
  ) {
    this.#database = database;
    this.identity = identity;
    events.lost = (reason) => {
      this.#fail(reason);
      database.close();
    };
  }

  readonly write = (output: DiskOutput, done: Done): void => {
    this.#waiting.push({ output, done });
    if (this.#committing) return;
    this.#committing = true;
    // What is asked for in this same turn (a frame full of proposals) shares the first transaction.
    queueMicrotask(() => {
      void this.#commitAll();
    });
  };

  readonly close = (): void => {
    this.#failure ??= 'the disk was closed';
    this.#database.close();
  };

  readonly recover = async (): Promise<Recovered> => {
    const transaction = this.#database.transaction(STORES, 'readonly');
    const [epochs, snapshotKeys, records] = await Promise.all([
      transaction.objectStore('epochs').get('epochs'),
      transaction.objectStore('snapshots').getAllKeys(),
      transaction.objectStore('log').getAll(),
    ]);
    const newest = snapshotKeys[snapshotKeys.length - 1];
    const record =
      newest === undefined ? undefined : await transaction.objectStore('snapshots').get(newest);
    await transaction.done;
    if (record !== undefined && checksumOf(record.bytes) !== record.checksum) {
      throw new DiskDamaged(`snapshot ${record.zxid} has another checksum`);
    }
    const snapshot =
      record === undefined ? null : { zxid: zxidOfKey(record.zxid), bytes: record.bytes };
    return {
      acceptedEpoch: epochs?.acceptedEpoch ?? 0,
      currentEpoch: epochs?.currentEpoch ?? 0,
      snapshot,
      log: joinHistory(records, snapshot?.zxid ?? null),
      trusted: epochs?.trusted ?? this.identity.birth === 'fresh',
    };
  };

  async #commitAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch();
      const failure = this.#failure ?? (await this.#commit(batch));
      if (failure !== null) this.#fail(failure);
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

  #fail(reason: string): void {
    if (this.#failure !== null) return;
    this.#failure = reason;
    this.onLost(reason);
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
  const key = zxidKey(output.zxid);
  const log = transaction.objectStore('log');
  const snapshots = transaction.objectStore('snapshots');
  await snapshots.clear();
  const bytes = withOwnBuffer(output.bytes);
  await snapshots.put({ zxid: key, checksum: checksumOf(bytes), bytes }, key);
  if (output.replacesHistory) {
    await log.clear();
    return;
  }
  const cursor = await log.openCursor(IDBKeyRange.upperBound(key), 'prev');
  if (cursor === null) return;
  const covered = cursor.value.last <= key;
  await log.delete(IDBKeyRange.upperBound(cursor.key, !covered));
}

function bytesOf(output: DiskOutput): number {
  if (output.kind === 'saveSnapshot') return output.bytes.byteLength;
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
