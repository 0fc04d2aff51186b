import fc from 'fast-check';
import { expect, test } from 'vitest';

import { decodeWire, encodeWire } from './wire-json.ts';

const leaf = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.uint8Array({ maxLength: 300 }),
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);

test('numbers of 64 bits and bytes keep their kind on the way', () => {
  fc.assert(
    fc.property(fc.array(fc.record({ a: leaf, b: fc.array(leaf) })), (value) => {
      expect(decodeWire(encodeWire(value))).toEqual(value);
    }),
  );
});

test('bytes longer than one stride come back whole', () => {
  const bytes = new Uint8Array(100_000).map((_, index) => index);
  expect(decodeWire(encodeWire({ bytes }))).toEqual({ bytes });
});

test.each(['{', '{"$n":"x"}', '{"$b":"%"}', '\u0000'])('%j is nothing', (text) => {
  expect(decodeWire(new TextEncoder().encode(text))).toBeUndefined();
});

test('bytes that are no text are nothing', () => {
  expect(decodeWire(Uint8Array.of(0xff, 0xfe))).toBeUndefined();
});
