import fc from 'fast-check';
import { expect, test } from 'vitest';

import { makeZxid, zxidOf } from '../../vocabulary/zxid.ts';
import {
  checksumOf,
  DiskDamaged,
  joinHistory,
  packEntries,
  unpackEntries,
  zxidKey,
  zxidOfKey,
} from './records.ts';

const entry = (epoch: number, counter: number) => ({
  zxid: makeZxid(epoch, counter),
  bytes: Uint8Array.of(epoch, counter),
});

test('a batch comes back entry by entry', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { minLength: 1 }), (list) => {
      const entries = list.map((bytes, index) => ({ zxid: makeZxid(3, index + 1), bytes }));
      expect(unpackEntries(packEntries(entries))).toEqual(entries);
    }),
  );
});

test('the order of keys is the order of zxids', () => {
  const positive = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(zxidOf);
  fc.assert(
    fc.property(positive, positive, (a, b) => {
      expect(zxidKey(a) < zxidKey(b)).toBe(a < b);
      expect(zxidOfKey(zxidKey(a))).toBe(a);
    }),
  );
});

test('one flipped bit anywhere is seen', () => {
  const record = packEntries([entry(1, 1), entry(1, 2)]);
  for (let at = 0; at < record.bytes.byteLength; at += 1) {
    const bytes = record.bytes.slice();
    bytes[at] = (bytes[at] ?? 0) ^ 4;
    expect(() => unpackEntries({ ...record, bytes })).toThrow(DiskDamaged);
  }
});

test('a record whose lengths do not add up is damaged even with a right checksum', () => {
  const whole = packEntries([entry(1, 1)]);
  const bytes = whole.bytes.slice(0, -1);
  const cut = { ...whole, bytes, checksum: checksumOf(bytes) };
  expect(() => unpackEntries(cut)).toThrow(DiskDamaged);
});

test('history starts above the snapshot and may not have a hole', () => {
  const records = [
    packEntries([entry(1, 1), entry(1, 2), entry(1, 3)]),
    packEntries([entry(2, 1)]),
  ];
  const zxids = joinHistory(records, makeZxid(1, 2)).map(({ zxid }) => zxid);
  expect(zxids).toEqual([makeZxid(1, 3), makeZxid(2, 1)]);
  const holed = [packEntries([entry(1, 1)]), packEntries([entry(1, 3)])];
  expect(() => joinHistory(holed, null)).toThrow(DiskDamaged);
  expect(() => joinHistory(records.slice(1), makeZxid(1, 2))).not.toThrow();
});

test('the checksum is Adler-32', () => {
  expect(checksumOf(new TextEncoder().encode('Wikipedia'))).toBe(0x11e60398);
});
