import { beforeEach, expect, test, vi } from 'vitest';

const storage = (refuses = false): Storage => {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => {
      if (refuses) throw new Error('QuotaExceededError');
      kept.set(key, text);
    },
    clear: () => {
      kept.clear();
    },
    get length() {
      return kept.size;
    },
  } as unknown as Storage;
};

/** A page: what it has met itself is gone with it. */
const openPage = async () => {
  vi.resetModules();
  return import('./disk-memory.ts');
};

const fresh = (diskId: string) => ({ diskId, diskBirth: 'fresh' as const });
const suspect = (diskId: string) => ({ diskId, diskBirth: 'suspect' as const });

beforeEach(() => {
  vi.stubGlobal('localStorage', storage());
  vi.stubGlobal('sessionStorage', storage());
});

test('another disk on a seat is amnesia, unless it began as a suspect', async () => {
  const page = await openPage();
  expect(page.judgeDisk('room', 2, fresh('a'))).toBe('known');
  expect(page.judgeDisk('room', 2, fresh('b'))).toBe('amnesiac');
  expect(page.judgeDisk('room', 2, suspect('b'))).toBe('known');
  expect(page.judgeDisk('room', 2, fresh('a'))).toBe('amnesiac');
  expect(page.judgeDisk('room', 3, fresh('c'))).toBe('known');
  expect(page.judgeDisk('other', 2, fresh('c'))).toBe('known');
});

test('a page remembers what it has met although the storage was cleared, and writes nothing back', async () => {
  const page = await openPage();
  page.judgeDisk('room', 2, fresh('a'));
  localStorage.clear();
  expect(page.judgeDisk('room', 2, fresh('a'))).toBe('known');
  expect(localStorage.length).toBe(0);
  expect(page.judgeDisk('room', 2, fresh('b'))).toBe('amnesiac');
  // Nobody is left who remembers: the room begins anew.
  expect((await openPage()).judgeDisk('room', 2, fresh('b'))).toBe('known');
});

test('a tab remembers its own disk through a reload, whatever was cleared before it', async () => {
  const page = await openPage();
  expect(page.judgeOwnDisk('room', 1, fresh('a'))).toBe('known');
  localStorage.clear();
  sessionStorage.clear();
  page.rememberOwnDisk('room', 1, 'a');
  const next = await openPage();
  expect(next.judgeOwnDisk('room', 1, fresh('b'))).toBe('amnesiac');
  expect(next.judgeOwnDisk('room', 1, suspect('b'))).toBe('known');
  expect((await openPage()).judgeOwnDisk('room', 1, fresh('b'))).toBe('known');
});

test('the browser’s memory is newer than a tab’s', async () => {
  sessionStorage.setItem('tabkeeper/room/1/disk', 'old');
  localStorage.setItem('tabkeeper/room/1/disk', 'a');
  expect((await openPage()).judgeOwnDisk('room', 1, fresh('a'))).toBe('known');
});

test('a full storage loses the memory and nothing else', async () => {
  vi.stubGlobal('localStorage', storage(true));
  const page = await openPage();
  expect(page.judgeDisk('room', 2, fresh('a'))).toBe('known');
  expect(page.judgeDisk('room', 2, fresh('b'))).toBe('amnesiac');
});
