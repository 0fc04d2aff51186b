import { open, type FileHandle } from 'node:fs/promises';
import { expect, test, vi } from 'vitest';

import { LogSync } from './log-sync.ts';

const HANDLE = {} as FileHandle;

/** How each of so many syncs went on a disk of which each takes these milliseconds. */
async function ways(sync: LogSync, asked: string[], syncs: number): Promise<string> {
  asked.length = 0;
  for (let left = syncs; left > 0; left -= 1) await sync.sync(HANDLE);
  return asked.join('');
}

function makeDisk() {
  const disk = { takes: 0.1, now: 0 };
  const asked: string[] = [];
  const passes = (way: string): void => {
    disk.now += disk.takes;
    asked.push(way);
  };
  const sync = new LogSync({
    inPlace: () => {
      passes('i');
    },
    pooled: () => {
      passes('p');
      return Promise.resolve();
    },
    nowMillis: () => disk.now,
  });
  return { disk, sync, asked };
}

test('a quick disk is synced in place, and one that is a little slow now and then changes nothing', async () => {
  const { disk, sync, asked } = makeDisk();
  expect(await ways(sync, asked, 50)).toBe('i'.repeat(50));
  for (let round = 0; round < 20; round += 1) {
    disk.takes = 3;
    expect(await ways(sync, asked, 1)).toBe('i');
    disk.takes = 0.1;
    expect(await ways(sync, asked, 4)).toBe('iiii');
  }
});

test('one long wait is enough, and a slow disk is never waited for again', async () => {
  const { disk, sync, asked } = makeDisk();
  disk.takes = 200;
  expect(await ways(sync, asked, 1_000)).toBe(`i${'p'.repeat(999)}`);
});

test('a disk that is often a little slow is slow', async () => {
  const { disk, sync, asked } = makeDisk();
  disk.takes = 3;
  expect(await ways(sync, asked, 1_000)).toBe(`iiii${'p'.repeat(996)}`);
});

test('a disk that is quick again is found so, and has to stay so', async () => {
  const { disk, sync, asked } = makeDisk();
  disk.takes = 30;
  await ways(sync, asked, 100);
  expect(sync.isInPlace).toBe(false);
  disk.takes = 0.1;
  expect(await ways(sync, asked, 10)).toBe(`p${'i'.repeat(9)}`);
  disk.takes = 20;
  expect(await ways(sync, asked, 10)).toBe(`i${'p'.repeat(9)}`);
});

test('it tells how long it took', async () => {
  const { disk, sync } = makeDisk();
  disk.takes = 0.5;
  expect(await sync.sync(HANDLE)).toBeCloseTo(0.5);
});

test('what it asks, unless a test says otherwise, is the system', async () => {
  const sync = new LogSync();
  const nothing = { fd: 0x7fff_ffff, datasync: () => Promise.reject(new Error('pooled')) };
  await expect(sync.sync(nothing as unknown as FileHandle)).rejects.toThrow('EBADF');
  let now = 0;
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (now += 10));
  try {
    const file = await open(import.meta.filename);
    while (sync.isInPlace) await sync.sync(file);
    await file.close();
    await expect(sync.sync(nothing as unknown as FileHandle)).rejects.toThrow('pooled');
  } finally {
    clock.mockRestore();
  }
});
