// The test values of RFC 1321, A.5, and messages around the end of a block.

import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';

import { md5 } from './md5.ts';
import { encodeUtf8 } from './utf8.ts';

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

it.each([
  ['', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['abc', '900150983cd24fb0d6963f7d28e17f72'],
  ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
])('md5 of %j', (text, digest) => {
  expect(hex(md5(encodeUtf8(text)))).toBe(digest);
});

it('is what Node computes, whatever the length', () => {
  for (let length = 0; length < 200; length += 1) {
    const bytes = Uint8Array.from({ length }, (_, index) => (index * 37) & 0xff);
    expect(hex(md5(bytes))).toBe(createHash('md5').update(bytes).digest('hex'));
  }
});
