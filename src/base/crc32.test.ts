import fc from 'fast-check';
import { crc32 as zlibCrc32 } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CRC32_OF_NOTHING, crc32 } from './crc32.ts';

const ascii = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));

describe('crc32', () => {
  it('gives the check value of the standard', () => {
    expect(crc32(CRC32_OF_NOTHING, ascii('123456789'))).toBe(0xcbf43926);
    expect(crc32(CRC32_OF_NOTHING, ascii(''))).toBe(0);
  });

  it('can be fed in pieces, and agrees with zlib', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (first, second) => {
        const inPieces = crc32(crc32(CRC32_OF_NOTHING, first), second);
        expect(inPieces).toBe(zlibCrc32(Buffer.concat([first, second])));
      }),
    );
  });
});
