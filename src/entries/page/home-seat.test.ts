import { beforeEach, describe, expect, test, vi } from 'vitest';

const storage = (): Storage => {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => kept.set(key, text),
    removeItem: (key: string) => kept.delete(key),
  } as unknown as Storage;
};

const ROOM = { room: 'room', seats: 3, secret: 's', seat: null };
const diskOf = (seat: number, diskId = `disk-${String(seat)}`) => ({
  ...{ seat, diskId, diskGeneration: 0, diskTrusted: true },
});

/** A browser's next page: what it remembers is in the browser's storage alone. */
const openPage = async () => {
  vi.resetModules();
  const [home, disks] = await Promise.all([import('./home-seat.ts'), import('./disk-memory.ts')]);
  /** A tab on this seat, whose server then starts: and makes its disk, if there is none. */
  const sit = (seat: number, how: 'named' | 'alone') => {
    const tab = new home.HomeSeat(ROOM, seat);
    const before = tab.meanwhile;
    if (how === 'named') tab.named();
    disks.judgeOwnDisk(ROOM.room, seat, diskOf(seat));
    return before;
  };
  return { ...home, ...disks, sit };
};

const meanwhileOn = async (...seats: readonly number[]) => {
  const { HomeSeat } = await openPage();
  return seats.map((seat) => new HomeSeat(ROOM, seat).meanwhile);
};

beforeEach(() => {
  vi.stubGlobal('localStorage', storage());
  vi.stubGlobal('sessionStorage', storage());
  vi.stubGlobal('indexedDB', {});
});

describe('without the signalling server', () => {
  test('a voter of a room that this browser has not begun waits, one that does not vote need not', async () => {
    expect(await meanwhileOn(1, 2, 3, 4)).toEqual(['waits', 'waits', 'waits', 'here']);
  });

  test('a tab that has had its seat’s name goes on', async () => {
    const { HomeSeat } = await openPage();
    const tab = new HomeSeat(ROOM, 1);
    tab.named();
    expect(tab.meanwhile).toBe('linked');
  });

  test('a room that was made here is here, until one of its tabs has reached the server', async () => {
    const page = await openPage();
    page.rememberBirth(ROOM.room);
    expect([page.sit(1, 'alone'), page.sit(2, 'alone')]).toEqual(['here', 'here']);
    expect(await meanwhileOn(1, 2, 3)).toEqual(['here', 'here', 'here']);
    (await openPage()).sit(1, 'named');
    // From now on its link may have been followed elsewhere: what was begun here is enough to go on.
    expect(await meanwhileOn(1, 2, 3)).toEqual(['here', 'here', 'here']);
  });

  test('a room that was made here and is nearly empty may be full elsewhere, once it was named', async () => {
    const page = await openPage();
    page.rememberBirth(ROOM.room);
    page.sit(1, 'named');
    expect(await meanwhileOn(1, 2)).toEqual(['waits', 'waits']);
  });

  test('a room whose disks are all here is here', async () => {
    const page = await openPage();
    const first = [1, 2, 3].map((seat) => page.sit(seat, 'named'));
    // The third found most of them here.
    expect(first).toEqual(['waits', 'waits', 'here']);
    expect(await meanwhileOn(1, 2, 3)).toEqual(['here', 'here', 'here']);
  });

  test('most of the disks are enough if nobody has met another', async () => {
    const page = await openPage();
    for (const seat of [1, 2]) page.sit(seat, 'named');
    expect(await meanwhileOn(1, 2, 3)).toEqual(['here', 'here', 'here']);
  });

  test('but not where a voter’s disk is elsewhere', async () => {
    const page = await openPage();
    for (const seat of [1, 2]) page.sit(seat, 'named');
    page.judgeDisk(ROOM.room, 3, diskOf(3));
    expect(await meanwhileOn(1, 2, 3)).toEqual(['waits', 'waits', 'waits']);
  });

  test('nor where one that was here was succeeded elsewhere', async () => {
    const page = await openPage();
    for (const seat of [1, 2, 3]) page.sit(seat, 'named');
    page.learnDisk(ROOM.room, { seat: 3, diskId: 'successor', generation: 1 });
    expect(await meanwhileOn(1, 2, 3)).toEqual(['waits', 'waits', 'waits']);
  });

  test('disks that were begun while their tabs had to wait are no reason', async () => {
    const page = await openPage();
    for (const seat of [1, 2, 3]) expect(page.sit(seat, 'alone')).toBe('waits');
    expect(await meanwhileOn(1, 2, 3)).toEqual(['waits', 'waits', 'waits']);
  });

  test('nor is one of a seat that was this browser’s own before', async () => {
    const page = await openPage();
    for (const seat of [1, 2]) page.sit(seat, 'named');
    page.forgetOwnDisk(ROOM.room, 2, 'disk-2');
    const next = await openPage();
    expect(next.sit(2, 'alone')).toBe('waits');
    expect(await meanwhileOn(1, 2)).toEqual(['waits', 'waits']);
  });
});
