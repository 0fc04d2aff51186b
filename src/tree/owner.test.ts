import { describe, expect, it } from 'vitest';
import { sessionId } from '../vocabulary/ids.ts';
import { OWNER_CONTAINER, TTL_MILLIS_MAX, kindOfOwner, ownerOfTtl } from './owner.ts';
import { sessionOfOwner, ttlMillisOf } from './owner.ts';

describe('the stored owner', () => {
  it('tells the four kinds apart', () => {
    expect(kindOfOwner(0n)).toBe('persistent');
    expect(kindOfOwner(OWNER_CONTAINER)).toBe('container');
    expect(kindOfOwner(ownerOfTtl(1n))).toBe('ttl');
    expect(kindOfOwner(sessionId(0x0100_0000_0000_0aaan))).toBe('ephemeral');
    expect(kindOfOwner(sessionId(0xfe00_0000_0000_0001n))).toBe('ephemeral');
  });

  it('holds the time of a TTL node in its low five bytes', () => {
    expect(BigInt.asUintN(64, ownerOfTtl(0x1234n))).toBe(0xff00_0000_0000_1234n);
    expect(ttlMillisOf(ownerOfTtl(TTL_MILLIS_MAX))).toBe(TTL_MILLIS_MAX);
    expect(ttlMillisOf(ownerOfTtl(1n))).toBe(1n);
  });

  it('is shown to clients only where it is a session', () => {
    expect(sessionOfOwner(5n)).toBe(5n);
    expect(sessionOfOwner(OWNER_CONTAINER)).toBe(0n);
    expect(sessionOfOwner(ownerOfTtl(9n))).toBe(0n);
  });
});
