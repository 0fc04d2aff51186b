// What the browser's store is asked for, on a map that answers as it would. What every disk owes is in the contract,
// which runs in a real browser.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { makeZxid, type Zxid } from '../../vocabulary/zxid.ts';
import { DiskDamaged, type SnapshotRecord } from './records.ts';
import { putPiece, putWhole, readNewest, type SnapshotWriting } from './snapshots.ts';

type Range = readonly [from: string, to: string, fromOpen: boolean, toOpen: boolean];

beforeEach(() => {
  const bound = (from: string, to: string, fromOpen = false, toOpen = false): Range => [
    ...([from, to, fromOpen, toOpen] as const),
  ];
  vi.stubGlobal('IDBKeyRange', { bound });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

class FakeStore implements SnapshotWriting {
  readonly records = new Map<string, SnapshotRecord>();

  get(key: string): Promise<SnapshotRecord | undefined> {
    return Promise.resolve(this.records.get(key));
  }

  getAllKeys(range: IDBKeyRange): Promise<string[]> {
    return Promise.resolve(this.#inside(range));
  }

  put(record: SnapshotRecord, key: string): Promise<void> {
    this.records.set(key, record);
    return Promise.resolve();
  }

  delete(range: IDBKeyRange): Promise<void> {
    for (const key of this.#inside(range)) this.records.delete(key);
    return Promise.resolve();
  }

  #inside(range: IDBKeyRange): string[] {
    const [from, to, fromOpen, toOpen] = range as unknown as Range;
    const isIn = (key: string): boolean =>
      (key > from || (key === from && !fromOpen)) && (key < to || (key === to && !toOpen));
    return [...this.records.keys()].filter(isIn).sort();
  }
}

const BYTES = Uint8Array.from({ length: 10 }, (_, at) => at);

/** The pieces of a snapshot, up to `count` of three. */
async function puts(store: FakeStore, zxid: Zxid, count = 3): Promise<boolean> {
  let isWhole = false;
  for (const [index, [offset, end]] of [[0, 4] as const, [4, 8] as const, [8, 10] as const]
    .slice(0, count)
    .entries()) {
    const bytes = BYTES.subarray(offset, end);
    isWhole = await putPiece(store, { zxid, index, offset, bytes, isLast: index === 2 });
  }
  return isWhole;
}

const [ONE, TWO, THREE] = [makeZxid(1, 5), makeZxid(1, 9), makeZxid(2, 1)];
const keys = (store: FakeStore): string[] => [...store.records.keys()].sort();

test('each piece is a record of its own, and the last one adds no more than itself', async () => {
  const store = new FakeStore();
  expect(await puts(store, ONE, 2)).toBe(false);
  expect(await readNewest(store)).toBeNull();
  expect(keys(store)).toEqual(['+0000000100000005/00000000', '+0000000100000005/00000001']);
  expect(await puts(store, ONE)).toBe(true);
  expect(keys(store)).toHaveLength(4);
  expect(Math.max(...[...store.records.values()].map(({ bytes }) => bytes.length))).toBe(4);
  expect(await readNewest(store)).toEqual({ zxid: ONE, bytes: BYTES });
});

test('the older one counts until the newer one is whole, and then nothing is left of it', async () => {
  const store = new FakeStore();
  await puts(store, ONE);
  await puts(store, TWO, 2);
  expect(await readNewest(store)).toMatchObject({ zxid: ONE });
  await puts(store, THREE, 1);
  // What there was of the second one has gone when the third began.
  expect(keys(store).filter((key) => key.includes('0000000100000009'))).toEqual([]);
  expect(await readNewest(store)).toEqual({ zxid: ONE, bytes: BYTES });
  expect(await puts(store, THREE)).toBe(true);
  expect(keys(store).every((key) => key.includes('0000000200000001'))).toBe(true);
  expect(await readNewest(store)).toEqual({ zxid: THREE, bytes: BYTES });
});

test('one that is there already is not written over', async () => {
  const store = new FakeStore();
  await putWhole(store, { zxid: ONE, bytes: BYTES });
  expect(await puts(store, ONE)).toBe(false);
  expect(keys(store)).toEqual(['0000000100000005']);
  await puts(store, TWO);
  await putWhole(store, { zxid: THREE, bytes: BYTES });
  expect(keys(store)).toEqual(['0000000200000001']);
});

test.each<[string, (record: SnapshotRecord) => SnapshotRecord | null]>([
  ['is missing', () => null],
  ['was changed', (record) => ({ ...record, bytes: BYTES })],
  ['is another one', (record) => ({ ...record, bytes: new Uint8Array(0), checksum: 1 })],
])('a snapshot of which a piece %s is damaged', async (_, change) => {
  const store = new FakeStore();
  await puts(store, ONE);
  const key = '+0000000100000005/00000001';
  const record = store.records.get(key);
  const changed = record === undefined ? null : change(record);
  if (changed === null) store.records.delete(key);
  else store.records.set(key, changed);
  await expect(readNewest(store)).rejects.toThrow(DiskDamaged);
});
