import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { DiskReading } from '../../adapters/worker/disk-reading.ts';
import { EMPTY_UNTRUSTED } from '../../vocabulary/taken.ts';
import { DiskExchange, type DiskPiece } from './disk-exchange.ts';

const reading: DiskReading = { kind: 'tooLarge', bytes: 7 };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Two pages; every piece passes `way`. */
function pages(
  theirs: () => Promise<DiskReading>,
  way: (piece: DiskPiece, count: number) => readonly DiskPiece[],
) {
  let count = 0;
  const one: DiskExchange = new DiskExchange({
    seat: 1,
    read: () => Promise.resolve(reading),
    ask: (_seat, ticket, from) => void two.answer(1, ticket, from),
    send: () => undefined,
  });
  const two: DiskExchange = new DiskExchange({
    seat: 2,
    read: theirs,
    ask: () => undefined,
    send: (_seat, piece) => {
      count += 1;
      for (const arrived of way(piece, count)) one.take(2, arrived);
    },
  });
  return { one, two };
}

test('a disk comes in pieces, from one look at it', async () => {
  const read = vi.fn(() => Promise.resolve<DiskReading>({ kind: 'tooLarge', bytes: 9 }));
  const { one } = pages(read, (piece) => [piece]);
  expect(await one.read(2)).toEqual({ kind: 'tooLarge', bytes: 9 });
  expect(await one.read(1)).toEqual(reading);
  expect(read).toHaveBeenCalledTimes(1);
});

test('a lost piece is asked for again, a double one is taken once', async () => {
  const log = Array<string>(40_000).fill('AAAA');
  const large: DiskReading = { kind: 'read', records: { ...EMPTY_UNTRUSTED, log } };
  const read = vi.fn(() => Promise.resolve<DiskReading>(large));
  const { one } = pages(read, (piece, count) => (count === 2 ? [] : [piece, piece]));
  const coming = one.read(2);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(await coming).toEqual(large);
  expect(read).toHaveBeenCalledTimes(1);
});

test('who does not answer, is gone, or answers with nonsense has no disk', async () => {
  const { one } = pages(
    () => Promise.resolve(reading),
    () => [],
  );
  const silent = one.read(2);
  await vi.advanceTimersByTimeAsync(7_000);
  expect(await silent).toEqual({ kind: 'unreadable' });
  const gone = one.read(2);
  one.forget(2);
  expect(await gone).toEqual({ kind: 'unreadable' });
  const strange = pages(
    () => Promise.resolve(reading),
    (piece) => [{ ...piece, text: '{"kind":"read"}', length: 15 }],
  );
  expect(await strange.one.read(2)).toEqual({ kind: 'unreadable' });
});

test('a piece that nobody asked for is nothing', async () => {
  const { one, two } = pages(
    () => Promise.resolve(reading),
    (piece) => [{ ...piece, ticket: 99 }, { ...piece, from: 1 }, piece],
  );
  one.take(2, { kind: 'disk', server: 2, ticket: 5, from: 0, length: 2, text: '{}' });
  void two.answer(3, 1, 0);
  expect(await one.read(2)).toEqual(reading);
});
