import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { Pipe, PipeEvents } from './channel-pipe.ts';
import { hinderedPipe, UNHINDERED } from './hindered-pipe.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Recorder {
  readonly left: string[];
  /** What whoever has the pipe is told. */
  readonly told: string[];
  readonly make: (events: PipeEvents) => Pipe;
  readonly events: PipeEvents;
  /** What the other end does. */
  readonly there: () => PipeEvents;
}

/** Ends once, as a pipe does. */
function recorder(): Recorder {
  const left: string[] = [];
  const told: string[] = [];
  let there: PipeEvents | null = null;
  let closed = false;
  const make = (events: PipeEvents): Pipe => {
    const end = (reason: string): void => {
      if (closed) return;
      closed = true;
      events.onClosed(reason);
    };
    there = { ...events, onClosed: end };
    return {
      send: (bytes) => left.push(new TextDecoder().decode(bytes)),
      close: (reason) => {
        if (!closed) left.push(`closed: ${reason}`);
        end(reason);
      },
      bufferedBytes: () => 7,
    };
  };
  const events: PipeEvents = {
    onOpen: () => told.push('open'),
    onBytes: () => told.push('bytes'),
    onClosed: (reason) => told.push(reason),
  };
  return { left, told, make, events, there: () => there! };
}

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

test('unhindered, everything passes at once', () => {
  const { make, events, left } = recorder();
  const hindered = hinderedPipe(make, events, UNHINDERED);
  hindered.send(text('a'));
  expect(left).toEqual(['a']);
  expect(hindered.bufferedBytes()).toBe(7);
});

test('a slow way keeps the order, also when it becomes quick again', () => {
  const { make, events, left } = recorder();
  const hindered = hinderedPipe(make, events, { ...UNHINDERED, delayMillis: 300 });
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
  const { make, events, left } = recorder();
  const hindered = hinderedPipe(make, events, { ...UNHINDERED, held: true });
  hindered.send(text('one'));
  hindered.send(text('two'));
  vi.advanceTimersByTime(60_000);
  expect(left).toEqual([]);
  hindered.hinder(UNHINDERED);
  expect(left).toEqual(['one', 'two']);
});

test('closing a slow pipe sends its last words first; a held one loses them', () => {
  const slow = recorder();
  const hindered = hinderedPipe(slow.make, slow.events, { ...UNHINDERED, delayMillis: 300 });
  hindered.send(text('bye'));
  hindered.close('done');
  expect(slow.left).toEqual(['bye', 'closed: done']);
  const mute = recorder();
  const held = hinderedPipe(mute.make, mute.events, { ...UNHINDERED, held: true });
  held.send(text('bye'));
  held.close('done');
  expect(mute.left).toEqual(['closed: done']);
});

test('where nothing arrives, the end of the other end is not heard before the way is open again', () => {
  const { make, events, told, there } = recorder();
  const hindered = hinderedPipe(make, events, UNHINDERED);
  there().onOpen();
  hindered.hinder({ delayMillis: 0, held: true, deaf: true });
  there().onClosed('killed');
  hindered.gone('its page says so');
  hindered.send(text('into the void'));
  expect(told).toEqual(['open']);
  hindered.hinder({ delayMillis: 0, held: true, deaf: false });
  expect(told).toEqual(['open', 'killed']);
  hindered.hinder({ delayMillis: 0, held: false, deaf: true });
  hindered.close('late');
  expect(told).toEqual(['open', 'killed']);
});

test('who closes does so at once, also behind an end that is not heard, or before the link was up', () => {
  const deaf = { ...UNHINDERED, deaf: true };
  for (const [hindrance, isUp, end, expected] of [
    [deaf, true, () => undefined, ['open', 'too long silent']],
    [deaf, true, (one: Recorder) => one.there().onClosed('killed'), ['open', 'too long silent']],
    [deaf, false, (one: Recorder) => one.there().onClosed('nobody there'), ['nobody there']],
    [UNHINDERED, true, (one: Recorder) => one.there().onClosed('killed'), ['open', 'killed']],
  ] as const) {
    const one = recorder();
    const hindered = hinderedPipe(one.make, one.events, hindrance);
    if (isUp) one.there().onOpen();
    end(one);
    hindered.close('too long silent');
    expect(one.told).toEqual(expected);
  }
});

test('that the other end has gone is heard at once where words arrive', () => {
  const { make, events, told, left, there } = recorder();
  const hindered = hinderedPipe(make, events, { ...UNHINDERED, held: true });
  there().onOpen();
  hindered.gone('killed');
  expect(told).toEqual(['open', 'killed']);
  expect(left).toEqual(['closed: killed']);
});
