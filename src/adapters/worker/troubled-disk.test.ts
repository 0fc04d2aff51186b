import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { Disk } from '../../host/ports.ts';
import type { DiskOutput } from '../../vocabulary/boundary.ts';
import type { Ticket } from '../../vocabulary/ids.ts';
import { zxidOf } from '../../vocabulary/zxid.ts';
import { NO_TROUBLE, TroubledDisk, type DiskTrouble } from './troubled-disk.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Bench {
  trouble: DiskTrouble;
  readonly disk: TroubledDisk;
  readonly written: number[];
  readonly answers: string[];
}

function bench(): Bench {
  const written: number[] = [];
  const whole: Disk = {
    write: (output, done) => {
      written.push(Number(output.ticket));
      done(null);
    },
  };
  const disk = new TroubledDisk(whole, () => made.trouble);
  const made: Bench = { trouble: NO_TROUBLE, disk, written, answers: [] };
  return made;
}

function write({ disk, answers }: Bench, ticket: number): void {
  const output: DiskOutput = { kind: 'truncate', ticket: ticket as Ticket, zxid: zxidOf(1n) };
  disk.write(output, (failure) => answers.push(`${String(ticket)} ${failure ?? 'done'}`));
}

test('without trouble it answers as its disk does', () => {
  const made = bench();
  write(made, 1);
  expect(made.answers).toEqual(['1 done']);
});

test('a slow disk has written, answers late, and never out of order', () => {
  const made = bench();
  made.trouble = { slowMillis: 500, full: false };
  write(made, 1);
  made.trouble = NO_TROUBLE;
  write(made, 2);
  expect(made.written).toEqual([1, 2]);
  vi.advanceTimersByTime(499);
  expect(made.answers).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(made.answers).toEqual(['1 done', '2 done']);
});

test('a full disk refuses, and keeps nothing after it, room or not', async () => {
  const made = bench();
  write(made, 1);
  made.trouble = { slowMillis: 0, full: true };
  write(made, 2);
  made.trouble = NO_TROUBLE;
  write(made, 3);
  await vi.advanceTimersByTimeAsync(0);
  expect(made.written).toEqual([1]);
  expect(made.answers[0]).toBe('1 done');
  expect(made.answers.slice(1)).toEqual([
    expect.stringMatching(/^2 QuotaExceededError/),
    expect.stringMatching(/^3 QuotaExceededError/),
  ]);
});
