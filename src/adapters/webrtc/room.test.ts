import { describe, expect, it, test } from 'vitest';

import { configText } from '../../vocabulary/ensemble.ts';
import {
  ensembleOfRoom,
  inviteFragment,
  newRoom,
  peerIdsOf,
  readFragment,
  wrongFieldOf,
} from './room.ts';

test('an invitation reads back as the room it names', () => {
  const room = newRoom(5);
  expect(readFragment(inviteFragment(room))).toEqual({ ...room, seat: null });
});

test('two new rooms share neither name nor secret', () => {
  const [one, two] = [newRoom(3), newRoom(3)];
  expect(one.room).not.toBe(two.room);
  expect(one.secret).not.toBe(two.secret);
});

test.each([
  ['', { room: null, seats: null, secret: null, seat: null }],
  ['#room=../x&seats=3', { room: null, seats: 3, secret: null, seat: null }],
  ['#room=a&seats=99&key=short', { room: 'a', seats: null, secret: null, seat: null }],
  ['#room=a&seats=-1&seat=0', { room: 'a', seats: null, secret: null, seat: null }],
  ['#room=a&seats=5&seat=4', { room: 'a', seats: 5, secret: null, seat: 4 }],
])('the fragment %j keeps only what is valid', (fragment, wanted) => {
  expect(readFragment(fragment)).toEqual(wanted);
});

test('the names at the signalling server do not tell the room', async () => {
  const ids = await peerIdsOf('my-room');
  expect(ids(1)).toMatch(/^tk-[0-9a-f]{16}-1$/);
  expect(ids(1)).not.toContain('my-room');
  expect((await peerIdsOf('other'))(1)).not.toBe(ids(1));
});

test('tabs of one room agree on the ensemble to the letter, observers included', () => {
  const text = configText(ensembleOfRoom(3));
  expect(text).toBe(configText(ensembleOfRoom(3)));
  expect(text.match(/:participant/g)).toHaveLength(3);
  expect(text.match(/:observer/g)).toHaveLength(3);
});

describe('wrongFieldOf', () => {
  it.each([
    ['', null],
    ['#room=Otter.Lake_1&seats=3&seat=2', null],
    ['#room=../x&seats=3', { field: 'room', value: '../x' }],
    ['#room=a&seats=99', { field: 'seats', value: '99' }],
    ['#room=a&seats=3&seat=two', { field: 'seat', value: 'two' }],
    ['#room=a&key=short', null],
  ])('%s', (fragment, wrong) => {
    expect(wrongFieldOf(fragment)).toEqual(wrong);
  });
});
