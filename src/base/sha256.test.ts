import { describe, expect, it } from 'vitest';
import { createHash, createHmac } from 'node:crypto';
import { hmacSha256, sameBytes, sha256 } from './sha256.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

describe('sha256', () => {
  it.each([
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ])('gives the published digest of %j', (message, digest) => {
    expect(hex(sha256(text(message)))).toBe(digest);
  });

  it('agrees with the platform for every length around the block borders', () => {
    for (let length = 0; length < 200; length += 1) {
      const message = Uint8Array.from({ length }, (_, index) => (index * 7 + length) & 0xff);
      expect(hex(sha256(message))).toBe(createHash('sha256').update(message).digest('hex'));
    }
  });
});

describe('hmacSha256', () => {
  it('gives the tags of RFC 4231, cases 1, 2 and 6', () => {
    expect(hex(hmacSha256(new Uint8Array(20).fill(0x0b), text('Hi There')))).toBe(
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    );
    expect(hex(hmacSha256(text('Jefe'), text('what do ya want for nothing?')))).toBe(
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    );
    const long = new Uint8Array(131).fill(0xaa);
    const message = text('Test Using Larger Than Block-Size Key - Hash Key First');
    expect(hex(hmacSha256(long, message))).toBe(
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    );
    expect(hex(hmacSha256(long, message))).toBe(
      createHmac('sha256', long).update(message).digest('hex'),
    );
  });
});

describe('sameBytes', () => {
  it('sees a difference in any byte and in the length', () => {
    expect(sameBytes(text('abcd'), text('abcd'))).toBe(true);
    expect(sameBytes(text('abcd'), text('abce'))).toBe(false);
    expect(sameBytes(text('xbcd'), text('abcd'))).toBe(false);
    expect(sameBytes(text('abc'), text('abcd'))).toBe(false);
  });
});
