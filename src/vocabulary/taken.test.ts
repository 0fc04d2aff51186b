import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { base64 } from '../base/base64.ts';
import { readOptions, readStep } from './steps.ts';
import { isTaken, TAKEN_BYTES_MAX, type Taken, type TakenDisk } from './taken.ts';

const disk: TakenDisk = {
  ...{ server: 2, up: true, acceptedEpoch: 3, currentEpoch: 2, trusted: true },
  snapshot: { zxid: '0x20000000a', bytes: 'AAEC' },
  log: ['AAEC', 'Aw=='],
};
const taken: Taken = {
  wallMillis: 1_780_000_000_000,
  disks: [{ ...disk, server: 1, up: false, snapshot: null, log: [] }, disk],
  sessions: [
    { session: '0x200000abc', timeoutMillis: 8_000, server: 2 },
    { session: '0xffffffffffffffff', timeoutMillis: 8_000, server: null },
  ],
};
const withDisk = (change: object): unknown => ({ ...taken, disks: [{ ...disk, ...change }] });

describe('what was taken from a live ensemble', () => {
  it('is taken when it has this shape, also among the options of a world', () => {
    expect(isTaken(JSON.parse(JSON.stringify(taken)), 3)).toBe(true);
    const options = { seed: 7, participants: 3, observers: 0, taken };
    expect(readOptions(JSON.parse(JSON.stringify(options)))).toEqual(options);
    expect(readOptions({ ...options, participants: 1 })).toBeNull();
    expect(readOptions({ ...options, taken: null })).toBeNull();
  });

  it.each([
    null,
    [],
    {},
    { ...taken, more: 1 },
    { ...taken, wallMillis: -1 },
    { ...taken, disks: [disk, disk] },
    { ...taken, disks: [disk, { ...disk, server: 1 }] },
    { ...taken, disks: {} },
    withDisk({ server: 0 }),
    withDisk({ server: 4 }),
    withDisk({ up: 'yes' }),
    withDisk({ currentEpoch: 4 }),
    withDisk({ acceptedEpoch: 2.5 }),
    withDisk({ acceptedEpoch: 2 ** 31 }),
    withDisk({ trusted: 1 }),
    withDisk({ snapshot: 'AAEC' }),
    withDisk({ snapshot: { zxid: 10, bytes: 'AAEC' } }),
    withDisk({ snapshot: { zxid: '0x1', bytes: 'AAE' } }),
    withDisk({ snapshot: { zxid: '0x1', bytes: 'AAEC', more: 1 } }),
    withDisk({ log: ['AA!='] }),
    withDisk({ log: [''] }),
    withDisk({ log: [7] }),
    withDisk({ toString: 1 }),
    { ...taken, sessions: [taken.sessions[0], taken.sessions[0]] },
    { ...taken, sessions: [{ session: '0x0', timeoutMillis: 8_000, server: 2 }] },
    { ...taken, sessions: [{ session: '7', timeoutMillis: 8_000, server: 2 }] },
    { ...taken, sessions: [{ session: '0x7', timeoutMillis: 8_000, server: 4 }] },
    { ...taken, sessions: [{ session: '0x7', timeoutMillis: 1e9, server: null }] },
  ])('is refused when it has not: %j', (value) => {
    expect(isTaken(value, 3)).toBe(false);
  });

  it('is refused above its bound, all disks together', () => {
    const half = base64(new Uint8Array(TAKEN_BYTES_MAX / 2));
    const of = (log: string[]): Taken => ({
      ...taken,
      disks: [1, 2].map((server) => ({ ...disk, server, snapshot: null, log })),
    });
    expect(isTaken(of([half]), 3)).toBe(true);
    expect(isTaken(of([half, 'AA==']), 3)).toBe(false);
  });

  it('never throws, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        isTaken(value, 3);
        expect(isTaken({ ...taken, disks: [value] }, 3)).toBe(false);
        expect(isTaken({ ...taken, sessions: [value] }, 3)).toBe(false);
      }),
    );
  });
});

it('a client goes on with a session that has an id', () => {
  const step = { kind: 'resumeClient', server: null, timeoutMillis: 8_000, session: '0x7' };
  expect(readStep(step)).toEqual(step);
  expect(readStep({ ...step, session: 7 })).toBeNull();
  expect(readStep({ ...step, session: '0x0' })).toBeNull();
});
