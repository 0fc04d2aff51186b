import { describe, expect, test } from 'vitest';

import type { TabStatus } from '../../adapters/webrtc/line-message.ts';
import type { ServerView } from '../../vocabulary/view.ts';
import { originToAdopt } from './origin.ts';
import { Paths } from './paths.ts';
import { makeRoomState } from './room-state.ts';

interface Seat {
  readonly leader: number | null;
  readonly serving?: boolean;
  readonly epoch?: number;
  readonly origin?: string;
  readonly trusted?: boolean;
  readonly up?: boolean;
}

function adopted(own: number, seats: Readonly<Record<number, Seat>>): string | null {
  const address = { room: 'r', seats: 3, secret: 's', seat: null };
  const state = makeRoomState(address, '', new Paths());
  for (const [seat, given] of Object.entries(seats)) {
    const { leader, serving = true, epoch = 1, origin = null, trusted = true, up = true } = given;
    const known = state.seats.get(Number(seat))!;
    known.up = up;
    known.status = {
      ...{ server: 'life', frozen: false, lostDisk: false, slowDiskMillis: 0, fullDisk: false },
      ...{ diskId: `d${seat}`, diskGeneration: 0, diskTrusted: trusted, diskOrigin: origin },
    } satisfies TabStatus;
    known.view = { leader, serving, currentEpoch: epoch } as unknown as ServerView;
  }
  return originToAdopt(state, own);
}

describe('of which history a disk is', () => {
  test('a leader under whom it begins gives it its disk\u2019s name', () => {
    expect(adopted(2, { 1: { leader: 2 }, 2: { leader: 2 } })).toBe('d2');
  });

  test('a follower has it from its leader, and waits until that one has it', () => {
    expect(adopted(1, { 1: { leader: 2 }, 2: { leader: 2 } })).toBeNull();
    expect(adopted(1, { 1: { leader: 2 }, 2: { leader: 2, origin: 'd2' } })).toBe('d2');
  });

  test('a leader that does not know has it from whom it leads', () => {
    expect(adopted(2, { 1: { leader: 2, origin: 'd1' }, 2: { leader: 2 } })).toBe('d1');
    // Of another epoch, or of another leader, it says nothing.
    expect(adopted(2, { 1: { leader: 2, origin: 'd1', epoch: 9 }, 2: { leader: 2 } })).toBe('d2');
    expect(adopted(2, { 1: { leader: 1, origin: 'd1' }, 2: { leader: 2 } })).toBe('d2');
  });

  test('what is said stays said', () => {
    expect(
      adopted(1, { 1: { leader: 2, origin: 'x' }, 2: { leader: 2, origin: 'd2' } }),
    ).toBeNull();
  });

  test.each([
    ['serves nobody', { serving: false }],
    ['is no more', { up: false }],
    ['waits for its trust', { trusted: false }],
  ])('a server that %s has nothing to say', (_what, given) => {
    expect(adopted(2, { 2: { leader: 2, ...given } })).toBeNull();
  });
});
