// Which disk this is, and which disks it has heard of on other seats: as durable as what the server writes,
// since a disk that nobody remembers may come back in the place of its successor.

import type { IDBPDatabase } from 'idb';

import type { KnownDisk } from '../../vocabulary/known-disk.ts';
import { OtherRoom, type DiskIdentity, type DiskRoom, type Schema } from './records.ts';

type Database = IDBPDatabase<Schema>;

const SEAT_KEY = /^seat\/(\d+)$/;

/** Makes it durable that this disk follows one of the generation `lostGeneration`, if that is not null: then
 *  its server is a suspect; and that it is this room's. Rejects with OtherRoom if its server has promised
 *  anything in another. */
export async function claimIdentity(
  database: Database,
  lostGeneration: number | null,
  room?: DiskRoom,
): Promise<DiskIdentity> {
  const transaction = begin(
    database.transaction(['identity', 'epochs'], 'readwrite', { durability: 'strict' }),
  );
  const identities = transaction.objectStore('identity');
  const found = await identities.get('identity');
  const epochs = transaction.objectStore('epochs');
  const saved = (await epochs.get('epochs')) ?? { acceptedEpoch: 0, currentEpoch: 0 };
  const isOther = room !== undefined && found?.room !== undefined && !isOneRoom(room, found.room);
  if (isOther && saved.acceptedEpoch > 0) throw new OtherRoom(found.room);
  const { diskId, generation: before = 0 } = found ?? { diskId: crypto.randomUUID() };
  const generation = lostGeneration === null ? before : Math.max(before, lostGeneration + 1);
  const kept = room ?? found?.room;
  const identity: DiskIdentity = { diskId, generation, ...(kept && { room: kept }) };
  if (lostGeneration !== null) await epochs.put({ ...saved, trusted: false }, 'epochs');
  const isNews = generation !== found?.generation || (room !== undefined && !found.room);
  if (isNews || isOther) await identities.put(identity, 'identity');
  await transaction.done;
  return identity;
}

const isOneRoom = (one: DiskRoom, other: DiskRoom): boolean =>
  one.seats === other.seats && one.secretMark === other.secretMark;

/** Disks of other seats that were remembered here. */
export async function rememberedDisks(database: Database): Promise<KnownDisk[]> {
  const store = begin(database.transaction('identity', 'readonly')).store;
  const [keys, values] = await Promise.all([store.getAllKeys(), store.getAll()]);
  return keys.flatMap((key, index) => {
    const seat = SEAT_KEY.exec(key)?.[1];
    const value = values[index];
    return seat === undefined || value === undefined ? [] : { ...value, seat: Number(seat) };
  });
}

/** Resolves when they are durable. Rejects with the browser's reason. */
export async function rememberDisks(
  database: Database,
  disks: readonly KnownDisk[],
): Promise<void> {
  const transaction = begin(
    database.transaction('identity', 'readwrite', { durability: 'strict' }),
  );
  for (const { seat, diskId, generation } of disks) {
    const key = `seat/${String(seat)}`;
    const found = await transaction.store.get(key);
    if (found !== undefined && found.generation > generation) continue;
    await transaction.store.put({ diskId, generation }, key);
  }
  await transaction.done;
}

/** A transaction that the browser ends at once (it closes the database under us) fails its requests, which
 *  are waited for, and its end, which not everybody waits for: that alone must trouble no console. */
export function begin<Begun extends { readonly done: Promise<void> }>(transaction: Begun): Begun {
  transaction.done.catch(() => undefined);
  return transaction;
}
