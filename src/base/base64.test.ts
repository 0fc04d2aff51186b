import fc from 'fast-check';
import { expect, it } from 'vitest';
import { base64, base64Bytes, fromBase64 } from './base64.ts';

it('is what Node says, and comes back, for any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const text = base64(bytes);
      expect(text).toBe(Buffer.from(bytes).toString('base64'));
      expect(base64Bytes(text)).toBe(bytes.length);
      expect(fromBase64(text)).toEqual(bytes);
    }),
  );
});

it.each(['A', 'AA', 'AAA', 'AAA!', 'AA=A', '====', 'AB==', 'AAB=', 'AA==AAAA', '_-AA', 'AAAé'])(
  'refuses what is not the one text of some bytes: %s',
  (text) => {
    expect(fromBase64(text)).toBeNull();
  },
);

it('reads back only what it would write itself', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), (text) => {
      const bytes = fromBase64(text);
      if (bytes !== null) expect(base64(bytes)).toBe(text);
    }),
  );
});
