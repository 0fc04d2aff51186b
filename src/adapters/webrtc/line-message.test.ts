import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import {
  decodeLineMessage,
  encodeLineMessage,
  LINE_MESSAGE_CHARS_MAX,
  type LineMessage,
} from './line-message.ts';

const status = {
  server: 'life',
  frozen: false,
  diskId: null,
  diskGeneration: 0,
  diskTrusted: true,
  lostDisk: false,
  slowDiskMillis: 0,
  fullDisk: true,
  clockPercent: 200,
} as const;

const MESSAGES: readonly LineMessage[] = [
  {
    kind: 'hello',
    version: 1,
    seat: 1,
    seats: 3,
    page: 'p',
    nonce: 'n',
    dial: 0,
    seatedMillis: 12_345,
    canServe: true,
  },
  { kind: 'proof', proof: 'ab' },
  { kind: 'ready' },
  { kind: 'refused', reason: 'wrongKey', seats: 3 },
  { kind: 'beat' },
  { kind: 'refused', reason: 'seatHeld', seats: 3 },
  { kind: 'probe', ticket: 3 },
  { kind: 'probeAnswer', ticket: 3 },
  { kind: 'bye' },
  { kind: 'status', status },
  { kind: 'roster', seats: [1, 2] },
  { kind: 'paths', paths: [{ a: 1, b: 2, cut: true, held: [2], slowMillis: 40, stamp: 7 }] },
  { kind: 'order', order: 'freeze' },
  { kind: 'order', order: 'wipe' },
  { kind: 'slowDisk', millis: 500 },
  { kind: 'skewClock', percent: 500 },
  { kind: 'closeChannel', peer: 3, channel: 'trace' },
  { kind: 'amnesia', lost: { diskId: 'disk', generation: 2 } },
  { kind: 'successor', disk: { seat: 1, diskId: 'disk', generation: 1 } },
  { kind: 'successorKnown', disk: { seat: 1, diskId: 'disk', generation: 1 }, voter: 3 },
  { kind: 'disks', disks: [{ seat: 1, diskId: 'disk', generation: 0 }] },
  { kind: 'watchTree', on: true },
  { kind: 'askDisk', ticket: 4, from: 120_000 },
];

describe('messages between pages', () => {
  test.each(MESSAGES)('$kind comes back as it went', (message) => {
    expect(decodeLineMessage(encodeLineMessage(message))).toEqual(message);
  });

  test.each([
    ['bytes', new Uint8Array(3)],
    ['no JSON', '{'],
    ['a list', '[]'],
    ['an unknown kind', '{"kind":"shout"}'],
    ['a hello without a nonce', '{"kind":"hello","version":1,"seat":1,"seats":3,"page":"p"}'],
    [
      'a hello that does not say whether it can serve',
      JSON.stringify({ ...MESSAGES[0], canServe: undefined }),
    ],
    ['a seat that is none', '{"kind":"roster","seats":[1.5]}'],
    ['too many seats', JSON.stringify({ kind: 'roster', seats: Array(65).fill(1) })],
    ['an order we do not take', '{"kind":"order","order":"format"}'],
    ['a place in a disk that is none', '{"kind":"askDisk","ticket":1,"from":-1}'],
    ['a status that is a list', '{"kind":"status","status":[]}'],
    ['too long', JSON.stringify({ kind: 'proof', proof: 'a'.repeat(LINE_MESSAGE_CHARS_MAX) })],
  ])('%s is refused', (_what, frame) => {
    expect(decodeLineMessage(frame)).toBeNull();
  });

  test('whatever arrives, reading it neither throws nor invents', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const message = decodeLineMessage(text);
        if (message !== null) expect(MESSAGES.map(({ kind }) => kind)).toContain(message.kind);
      }),
    );
  });
});
