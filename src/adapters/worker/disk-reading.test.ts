import { expect, it } from 'vitest';
import { fromBase64 } from '../../base/base64.ts';
import type { Recovered } from '../../vocabulary/boundary.ts';
import { TAKEN_BYTES_MAX } from '../../vocabulary/taken.ts';
import { makeZxid } from '../../vocabulary/zxid.ts';
import {
  readingOf,
  readReading,
  recoveredBytes,
  UNREADABLE,
  withSnapshot,
} from './disk-reading.ts';

const recovered: Recovered = {
  acceptedEpoch: 3,
  currentEpoch: 2,
  snapshot: { zxid: makeZxid(2, 10), bytes: new Uint8Array([1, 2, 3]) },
  log: [{ zxid: makeZxid(2, 11), bytes: new Uint8Array([4, 5]) }],
  trusted: true,
};

it('is what the disk gave back, and comes whole through another page', () => {
  const reading = readingOf(recovered);
  if (reading.kind !== 'read') throw new Error(reading.kind);
  const { snapshot, log, ...others } = reading.records;
  expect(others).toEqual({ acceptedEpoch: 3, currentEpoch: 2, trusted: true });
  expect(snapshot?.zxid).toBe('0x20000000a');
  expect([snapshot?.bytes ?? '', ...log].map(fromBase64)).toEqual([
    new Uint8Array([1, 2, 3]),
    new Uint8Array([4, 5]),
  ]);
  expect(readReading(JSON.stringify(reading))).toEqual(reading);
});

it('takes a snapshot of its server in the place of what that covers', () => {
  const log = [11, 12, 13].map((counter) => {
    return { zxid: makeZxid(2, counter), bytes: new Uint8Array(9) };
  });
  const disk = { ...recovered, log };
  const newer = { zxid: makeZxid(2, 12), bytes: new Uint8Array(4) };
  expect(withSnapshot(disk, newer)).toEqual({ ...disk, snapshot: newer, log: log.slice(2) });
  expect(recoveredBytes(withSnapshot(disk, newer))).toBe(13);
  // The disk has one that is as new: it is kept, with what stands behind it.
  const older = { zxid: makeZxid(2, 10), bytes: new Uint8Array(4) };
  expect(withSnapshot(disk, older)).toBe(disk);
});

it('says how large it is when that is too large', () => {
  const bytes = new Uint8Array(TAKEN_BYTES_MAX);
  const reading = readingOf({ ...recovered, snapshot: { zxid: makeZxid(2, 10), bytes } });
  expect(reading).toEqual({ kind: 'tooLarge', bytes: TAKEN_BYTES_MAX + 2 });
  expect(readReading(JSON.stringify(reading))).toEqual(reading);
});

it.each(['', '7', 'null', '{}', '{"kind":"read"}', '{"kind":"read","records":{"log":[]}}'])(
  'of another page it takes nothing that is none: %s',
  (text) => {
    expect(readReading(text)).toEqual(UNREADABLE);
  },
);
