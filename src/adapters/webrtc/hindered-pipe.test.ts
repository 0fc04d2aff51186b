import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { Pipe } from './channel-pipe.ts';
import { hinderedPipe, UNHINDERED } from './hindered-pipe.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function recorder(): { pipe: Pipe; left: string[] } {
  const left: string[] = [];
  const pipe: Pipe = {
    send: (bytes) => left.push(new TextDecoder().decode(bytes)),
    close: (reason) => left.push(`closed: ${reason}`),
    bufferedBytes: () => 7,
  };
  return { pipe, left };
}

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

test('unhindered, everything passes at once', () => {
  const { pipe, left } = recorder();
  const hindered = hinderedPipe(pipe, UNHINDERED);
  hindered.send(text('a'));
  expect(left).toEqual(['a']);
  expect(hindered.bufferedBytes()).toBe(7);
});

test('a slow way keeps the order, also when it becomes quick again', () => {
  const { pipe, left } = recorder();
  const hindered = hinderedPipe(pipe, { delayMillis: 300, held: false });
  hindered.send(text('one'));
  vi.advanceTimersByTime(100);
  hindered.send(text('two'));
  expect(hindered.bufferedBytes()).toBe(13);
  hindered.hinder(UNHINDERED);
  hindered.send(text('three'));
  expect(left).toEqual([]);
  vi.advanceTimersByTime(200);
  expect(left).toEqual(['one']);
  vi.advanceTimersByTime(100);
  expect(left).toEqual(['one', 'two', 'three']);
  hindered.send(text('four'));
  expect(left.at(-1)).toBe('four');
});

test('a held way lets nothing go until it is opened; then all of it, in order', () => {
  const { pipe, left } = recorder();
  const hindered = hinderedPipe(pipe, { delayMillis: 0, held: true });
  hindered.send(text('one'));
  hindered.send(text('two'));
  vi.advanceTimersByTime(60_000);
  expect(left).toEqual([]);
  hindered.hinder(UNHINDERED);
  expect(left).toEqual(['one', 'two']);
});

test('closing a slow pipe sends its last words first; a held one loses them', () => {
  const slow = recorder();
  const hindered = hinderedPipe(slow.pipe, { delayMillis: 300, held: false });
  hindered.send(text('bye'));
  hindered.close('done');
  expect(slow.left).toEqual(['bye', 'closed: done']);
  const mute = recorder();
  const held = hinderedPipe(mute.pipe, { delayMillis: 0, held: true });
  held.send(text('bye'));
  held.close('done');
  expect(mute.left).toEqual(['closed: done']);
});
