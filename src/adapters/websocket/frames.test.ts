import { describe, expect, test } from 'vitest';

import { decodeFrame, encodeFrame, MESSAGE_BYTES_MAX, WINDOW_BYTES } from './frames.ts';
import type { GatewayFrame } from './frames.ts';
import { helloOf } from './tab.fixture.ts';

const FRAMES: readonly GatewayFrame[] = [
  { kind: 'hello', hello: helloOf(10, { seats: 7 }) },
  { kind: 'serves', on: true },
  { kind: 'serves', on: false },
  { kind: 'place', place: { state: 'otherRoom', ports: [] } },
  {
    kind: 'place',
    place: { state: 'open', ports: [{ seat: 1, host: '127.0.0.1', port: 2181 }] },
  },
  { kind: 'open', stream: 7, address: 'fe80::1%eth0' },
  { kind: 'data', stream: 0xffff_fffe, bytes: Uint8Array.of(0, 255) },
  { kind: 'credit', stream: 1, bytes: WINDOW_BYTES },
  { kind: 'close', stream: 2 },
];

test.each(FRAMES)('a $kind frame is read as it was written', (frame) => {
  expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
});

test.each(FRAMES)('a $kind frame without its whole head is none', (frame) => {
  const whole = encodeFrame(frame);
  for (let length = 0; length < 5; length += 1) {
    expect(decodeFrame(whole.subarray(0, length))).toBe(null);
  }
});

const written = (frame: object): Uint8Array => encodeFrame(frame as GatewayFrame);
const hello = (more: object): Uint8Array =>
  written({ kind: 'hello', hello: { ...helloOf(1), ...more } });
const port = (more: object): Uint8Array => {
  const ports = [{ seat: 1, host: '127.0.0.1', port: 2181, ...more }];
  return written({ kind: 'place', place: { state: 'open', ports } });
};

describe('what is no frame of ours', () => {
  test.each([
    ['nothing', new Uint8Array(0)],
    ['another kind', Uint8Array.of(9, 0, 0, 0, 0)],
    ['kind 0', Uint8Array.of(0, 0, 0, 0, 0)],
    ['one that is too long', new Uint8Array(MESSAGE_BYTES_MAX + 1).fill(5)],
    ['data of nothing', Uint8Array.of(5, 0, 0, 0, 1)],
    ['a close with more', Uint8Array.of(7, 0, 0, 0, 1, 0)],
    ['serves neither on nor off', Uint8Array.of(2, 0, 0, 0, 2)],
    ['no credit', written({ kind: 'credit', stream: 1, bytes: 0 })],
    ['more credit than a window', written({ kind: 'credit', stream: 1, bytes: WINDOW_BYTES + 1 })],
    ['half a credit', Uint8Array.of(6, 0, 0, 0, 1, 0, 1)],
    ['an address of another alphabet', written({ kind: 'open', stream: 1, address: 'a\u001b[2J' })],
    ['an address without end', written({ kind: 'open', stream: 1, address: '1'.repeat(65) })],
    ['no address', written({ kind: 'open', stream: 1, address: '' })],
    ['a hello that is no JSON', Uint8Array.of(1, 0, 0, 0, 0, 0x7b)],
    ['a hello of nothing', written({ kind: 'hello', hello: null })],
    ['a hello that is no UTF-8', Uint8Array.of(1, 0, 0, 0, 0, 0xff)],
    ['a room with a terminal’s escape', hello({ room: 'a\u001b[2J' })],
    ['a room that is none', hello({ room: ['a'] })],
    ['a key that is too short', hello({ key: 'ab' })],
    ['no seats', hello({ seats: 0 })],
    ['too many seats', hello({ seats: 8 })],
    ['half a seat', hello({ seat: 1.5 })],
    ['a seat behind the last', hello({ seat: 7 })],
    ['a state of no meaning', written({ kind: 'place', place: { state: 'x', ports: [] } })],
    ['ports that are no list', written({ kind: 'place', place: { state: 'open', ports: {} } })],
    ['port 0', port({ port: 0 })],
    ['a port beyond the last', port({ port: 65_536 })],
    ['a host that is none', port({ host: 'a b' })],
    ['seat 11', port({ seat: 11 })],
  ])('%s', (_, message) => {
    expect(decodeFrame(message)).toBe(null);
  });
});
