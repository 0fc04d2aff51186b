import { beforeEach, expect, test, vi } from 'vitest';

const storage = (refuses = false): Storage => {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => {
      if (refuses) throw new Error('QuotaExceededError');
      kept.set(key, text);
    },
    removeItem: (key: string) => {
      kept.delete(key);
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

const fresh = (diskId: string) => ({ diskId, diskGeneration: 0, diskTrusted: true });
const suspect = (diskId: string, diskGeneration = 1) => ({
  ...{ diskId, diskGeneration },
  diskTrusted: false,
});
const trustedAgain = (diskId: string, diskGeneration = 1) => ({
  ...{ diskId, diskGeneration },
  diskTrusted: true,
});
const KNOWN = { kind: 'known' };
const amnesiac = (diskId: string, generation = 0) => ({
  kind: 'amnesiac',
  lost: { diskId, generation },
});

beforeEach(() => {
  vi.stubGlobal('localStorage', storage());
  vi.stubGlobal('sessionStorage', storage());
});

test('another disk on a seat is amnesia, unless it is a successor', async () => {
  const page = await openPage();
  expect(page.judgeDisk('room', 2, fresh('a'))).toEqual(KNOWN);
  expect(page.judgeDisk('room', 2, fresh('b'))).toEqual(amnesiac('a'));
  expect(page.judgeDisk('room', 2, suspect('b'))).toEqual(KNOWN);
  expect(page.judgeDisk('room', 3, fresh('c'))).toEqual(KNOWN);
  expect(page.judgeDisk('other', 2, fresh('c'))).toEqual(KNOWN);
});

test('a suspect takes nobody’s place: the lost disk may still come back', async () => {
  const page = await openPage();
  page.judgeDisk('room', 2, fresh('a'));
  page.judgeDisk('room', 2, suspect('b'));
  expect(page.judgeDisk('room', 2, fresh('a'))).toEqual(KNOWN);
});

test('after its successor was trusted the lost disk is one that lost its history', async () => {
  const page = await openPage();
  page.judgeDisk('room', 2, fresh('a'));
  page.judgeDisk('room', 2, suspect('b'));
  expect(page.judgeDisk('room', 2, trustedAgain('b'))).toEqual(KNOWN);
  expect(page.judgeDisk('room', 2, fresh('a'))).toEqual(amnesiac('b', 1));
  expect(page.judgeDisk('room', 2, suspect('a', 2))).toEqual(KNOWN);
  expect(page.judgeDisk('room', 2, trustedAgain('a', 2))).toEqual(KNOWN);
  // The successor that was trusted once is an old disk now, too.
  expect(page.judgeDisk('room', 2, trustedAgain('b'))).toEqual(amnesiac('a', 2));
});

test('two successors of one generation are not one disk', async () => {
  const page = await openPage();
  page.judgeDisk('room', 2, fresh('a'));
  page.judgeDisk('room', 2, trustedAgain('b'));
  expect(page.judgeDisk('room', 2, trustedAgain('c'))).toEqual(amnesiac('b', 1));
});

test('a page remembers what it has met although the storage was cleared, and writes nothing back', async () => {
  const page = await openPage();
  page.judgeDisk('room', 2, fresh('a'));
  localStorage.clear();
  expect(page.judgeDisk('room', 2, fresh('a'))).toEqual(KNOWN);
  expect(localStorage.length).toBe(0);
  expect(page.judgeDisk('room', 2, fresh('b'))).toEqual(amnesiac('a'));
  // Nobody is left who remembers: the room begins anew.
  expect((await openPage()).judgeDisk('room', 2, fresh('b'))).toEqual(KNOWN);
});

test('a tab remembers its own disk through a reload, whatever was cleared before it', async () => {
  const page = await openPage();
  expect(page.judgeOwnDisk('room', 1, fresh('a'))).toEqual(KNOWN);
  localStorage.clear();
  sessionStorage.clear();
  page.rememberOwnDisk('room', 1, fresh('a'));
  const next = await openPage();
  expect(next.judgeOwnDisk('room', 1, fresh('b'))).toEqual(amnesiac('a'));
  expect(next.judgeOwnDisk('room', 1, suspect('b'))).toEqual(KNOWN);
  expect((await openPage()).judgeOwnDisk('room', 1, fresh('b'))).toEqual(KNOWN);
});

test('the browser’s memory is newer than a tab’s', async () => {
  sessionStorage.setItem('tabkeeper/room/1/disk', 'old');
  localStorage.setItem('tabkeeper/room/1/disk', 'a');
  expect((await openPage()).judgeOwnDisk('room', 1, fresh('a'))).toEqual(KNOWN);
});

test('a browser keeps a seat’s disk while it is the one that was last met there', async () => {
  const page = await openPage();
  page.judgeDisk('room', 1, fresh('theirs'));
  page.judgeOwnDisk('room', 2, fresh('mine'));
  expect([1, 2, 3].map((seat) => page.keepsDisk('room', seat))).toEqual([false, true, false]);
  page.judgeDisk('room', 2, trustedAgain('elsewhere'));
  expect(page.keepsDisk('room', 2)).toBe(false);
  page.judgeOwnDisk('room', 1, suspect('stand-in'));
  expect(page.keepsDisk('room', 1)).toBe(false);
  page.judgeOwnDisk('room', 1, trustedAgain('stand-in'));
  expect(page.keepsDisk('room', 1)).toBe(true);
  page.forgetOwnDisk('room', 1, 'stand-in');
  expect(page.keepsDisk('room', 1)).toBe(false);
  expect(page.hasMetDisk('room', 1)).toBe(false);
});

test('what another page remembers is news where nothing, or an earlier disk, is remembered', async () => {
  const page = await openPage();
  page.learnDisk('room', { seat: 1, diskId: 'a', generation: 0 });
  expect(page.judgeDisk('room', 1, fresh('b'))).toEqual(amnesiac('a'));
  page.learnDisk('room', { seat: 1, diskId: 'other', generation: 0 });
  expect(page.judgeDisk('room', 1, fresh('a'))).toEqual(KNOWN);
  page.learnDisk('room', { seat: 1, diskId: 'c', generation: 1 });
  expect(page.judgeDisk('room', 1, fresh('a'))).toEqual(amnesiac('c', 1));
  expect(page.knownDisks('room', 3)).toEqual([{ seat: 1, diskId: 'c', generation: 1 }]);
});

test('who was taken for the owner of a seat learns whose it is', async () => {
  const page = await openPage();
  page.judgeOwnDisk('room', 1, fresh('mine'));
  expect(page.keepsDisk('room', 1)).toBe(true);
  page.learnLostDisk('room', 1, { diskId: 'theirs', generation: 0 });
  expect(page.keepsDisk('room', 1)).toBe(false);
  expect(page.judgeDisk('room', 1, fresh('theirs'))).toEqual(KNOWN);
});

test('a page hears of a later disk that another page of its browser has met', async () => {
  const page = await openPage();
  page.judgeDisk('room', 1, fresh('a'));
  localStorage.setItem('tabkeeper/room/1/disk', 'b 1');
  expect(page.judgeDisk('room', 1, fresh('a'))).toEqual(amnesiac('b', 1));
});

test('a full storage loses the memory and nothing else', async () => {
  vi.stubGlobal('localStorage', storage(true));
  const page = await openPage();
  expect(page.judgeDisk('room', 2, fresh('a'))).toEqual(KNOWN);
  expect(page.judgeDisk('room', 2, fresh('b'))).toEqual(amnesiac('a'));
});
