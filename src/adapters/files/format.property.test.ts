// Apache's files: what was written is read again, and what is not whole is told from what is.

import fc from 'fast-check';
import { expect, test } from 'vitest';

import { encodeTree } from '../../jute/snapshot.ts';
import { transactionRecord, tree } from '../../jute/records.fixture.ts';
import { encodeTransaction } from '../../jute/transaction.ts';
import { ZXID_ZERO } from '../../vocabulary/zxid.ts';
import { decodeSnapshot, encodeEntries, encodeSnapshot, logHeader, scanLog } from './format.ts';

const RUNS = { numRuns: 50 };
const entries = fc.array(
  transactionRecord.map((record) => ({
    ...{ zxid: record.header.zxid, bytes: encodeTransaction(record) },
  })),
  { maxLength: 4 },
);
const flip = fc.record({ at: fc.nat(), bits: fc.integer({ min: 1, max: 255 }) });

test('a log gives its entries; cut or damaged anywhere, the first of them and nothing else', () => {
  fc.assert(
    fc.property(entries, fc.nat(), flip, (written, place, { at, bits }) => {
      const header = logHeader();
      const bytes = encodeEntries(header, written);
      const whole = scanLog(bytes, written[0]?.zxid ?? ZXID_ZERO);
      expect(whole).toMatchObject({ entries: written, end: bytes.length, tail: 'clean' });
      const length = header.length + (place % (bytes.length - header.length + 1));
      const cut = scanLog(bytes.slice(0, length), written[0]?.zxid ?? ZXID_ZERO);
      const count = whole.ends.filter((end) => end <= length).length;
      expect(cut.entries).toEqual(written.slice(0, count));
      expect(cut.tail).not.toBe('damaged');
      const index = at % bytes.length;
      bytes[index] = (bytes[index] ?? 0) ^ bits;
      const damaged = scanLog(bytes, written[0]?.zxid ?? ZXID_ZERO);
      expect(damaged.entries).toEqual(written.slice(0, damaged.entries.length));
    }),
    RUNS,
  );
});

test('a snapshot gives its tree; cut short or damaged it gives none', () => {
  fc.assert(
    fc.property(tree, fc.nat(), flip, (image, place, { at, bits }) => {
      const inside = encodeTree(image);
      const bytes = encodeSnapshot(inside);
      expect(decodeSnapshot(bytes)).toEqual(inside);
      expect(decodeSnapshot(bytes.slice(0, place % bytes.length))).toBeNull();
      const index = at % bytes.length;
      bytes[index] = (bytes[index] ?? 0) ^ bits;
      expect(decodeSnapshot(bytes)).toBeNull();
    }),
    RUNS,
  );
});

test('other bytes are no log and no snapshot, and nothing is thrown', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      expect(scanLog(bytes, ZXID_ZERO).entries).toEqual([]);
      expect(decodeSnapshot(bytes)).toBeNull();
    }),
  );
});
