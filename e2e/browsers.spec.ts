// One room in several browsers: whose disk sits where, a seat that another browser took, and people who
// are of no room of ours. No link here names a seat unless the test is about one.

import type { Browser, BrowserContext, Page, WebSocketRoute } from '@playwright/test';
import { excuse, SERVER_AWAY } from './support/quiet.ts';
import {
  createEventually,
  linkTo,
  newRoom,
  openTab,
  read,
  seated,
  serving,
  status,
  unseen,
  type Room,
} from './support/room.ts';
import { startServer } from './support/server.ts';
import { slowness } from './support/pace.ts';
import { expect, test } from './support/test.ts';

const VIEWPORT = { width: 1440, height: 900 };

/** Two browsers: they share no storage and no locks. */
const twoBrowsers = async (
  chrome: Browser,
): Promise<[BrowserContext, BrowserContext, () => Promise<void>]> => {
  const [one, two] = [
    await chrome.newContext({ viewport: VIEWPORT }),
    await chrome.newContext({ viewport: VIEWPORT }),
  ];
  for (const context of [one, two]) await unseen(context);
  const close = async (): Promise<void> => {
    await one.close();
    await two.close();
  };
  return [one, two, close];
};

/** For pages that are not open yet: whether they reach the signalling server. Cut off, they lose their names. */
const signallingOf = async (
  context: BrowserContext,
): Promise<{ readonly cut: () => Promise<void>; readonly heal: () => void }> => {
  let cut = false;
  const ends = new Set<Pick<WebSocketRoute, 'close'>>();
  await context.routeWebSocket(/\/peerjs\//, (toPage) => {
    if (cut) {
      void toPage.close();
      return;
    }
    for (const end of [toPage, toPage.connectToServer()]) ends.add(end);
  });
  return {
    cut: async () => {
      cut = true;
      for (const end of ends) await end.close();
      ends.clear();
    },
    heal: () => {
      cut = false;
    },
  };
};

const closeAll = async (...contexts: BrowserContext[]): Promise<void> => {
  for (const context of contexts) for (const page of context.pages()) await page.close();
};

/** A name is free again once the signalling server has seen its page go. */
const openOn = async (
  context: BrowserContext,
  url: string,
  room: Room,
  seat: number,
): Promise<Page> => {
  const page = await openTab(context, url, room);
  expect(await seated(page)).toBe(seat);
  return page;
};

/** One server in each of two browsers (which may be the same), a majority; a write is acknowledged. */
const twoStand = async (
  one: BrowserContext,
  two: BrowserContext,
  url: string,
): Promise<{ room: Room; first: Page; second: Page }> => {
  const room = newRoom();
  const first = await openOn(one, url, room, 1);
  const second = await openOn(two, url, room, 2);
  for (const page of [first, second]) await serving(page);
  await createEventually(first, '/kept', 'yes');
  return { room, first, second };
};

/** A playground's server of a test's own, which comes back where it was. */
const startRestartable = async (): Promise<{
  readonly url: string;
  readonly goAway: () => Promise<void>;
  readonly comeBack: () => Promise<void>;
}> => {
  let server = await startServer();
  const { url } = server;
  return {
    url,
    goAway: () => server.stop(),
    comeBack: async () => {
      server = await startServer(Number(new URL(url).port));
    },
  };
};

/** Stops this page's thread, but not its server's, which is a worker's; gives what lets it go on. */
const putToSleep = async (page: Page): Promise<() => Promise<void>> => {
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Debugger.enable');
  const asleep = new Promise((resolve) => devTools.once('Debugger.paused', resolve));
  await devTools.send('Debugger.pause');
  await asleep;
  return () => devTools.detach();
};

const seatOf = async (page: Page): Promise<number> => (await status(page)).serverId;

/** As `page` sees it. */
const isTrusted = (page: Page, server: number): Promise<boolean | null | undefined> =>
  status(page).then(({ servers }) => servers.find((one) => one.serverId === server)?.trusted);

const trustedSoon = (page: Page, server: number) =>
  expect.poll(() => isTrusted(page, server)).toBe(true);

const disksOf = (page: Page, room: Room): Promise<string[]> =>
  page.evaluate(async (name) => {
    const all = await indexedDB.databases();
    return all.map((one) => one.name ?? '').filter((one) => one.startsWith(`tabkeeper/${name}/`));
  }, room.name);

const problems = (page: Page) => page.locator('.problems');

/** Browser one has the disks of 1 and 2, browser two that of 3; a write is acknowledged; all are closed. */
const livedInTwo = async (one: BrowserContext, two: BrowserContext, url: string): Promise<Room> => {
  const room = newRoom();
  const pages = [
    await openOn(one, url, room, 1),
    await openOn(one, url, room, 2),
    await openOn(two, url, room, 3),
  ];
  for (const page of pages) await serving(page);
  await createEventually(pages[2]!, '/kept', 'yes');
  await closeAll(one, two);
  return room;
};

test('reopened in another order each browser takes the seats whose disks it keeps', async ({
  chrome,
  url,
}) => {
  const [one, two, close] = await twoBrowsers(chrome);
  const room = await livedInTwo(one, two, url);
  // The lowest free seat would be 1, whose disk is in the other browser.
  const third = await openOn(two, url, room, 3);
  const first = await openOn(one, url, room, 1);
  await serving(first);
  expect(await read(third, '/kept')).toBe('yes');
  const second = await openOn(one, url, room, 2);
  for (const page of [first, second, third]) await serving(page);
  expect(await read(second, '/kept')).toBe('yes');
  for (const page of [first, second, third]) await expect(problems(page)).toBeEmpty();
  await close();
});

test(
  'another browser on a seat whose disk is elsewhere is a stand-in: nothing is lost, and the disk may return',
  { tag: '@nightly' },
  async ({ chrome, url }) => {
    const [one, two, close] = await twoBrowsers(chrome);
    const room = await livedInTwo(one, two, url);
    const third = await openOn(two, url, room, 3);
    const standIn = await openOn(two, url, room, 1);
    const banner = third.locator('#stage .banner');
    // Two of three are there, but one of them knows nothing: no majority of those who do.
    await expect(banner).toContainText(/1 of 3 can (still )?vote|no quorum|lost/i);
    // It starts anew when it is told that it is none of those.
    await expect.poll(async () => (await status(standIn)).role).toBe('looking');
    await expect.poll(() => isTrusted(third, 1)).toBe(false);
    await closeAll(two);
    // What stood in is no reason to distrust what it stood in for.
    const first = await openOn(one, url, room, 1);
    const second = await openOn(one, url, room, 2);
    for (const page of [first, second]) await serving(page);
    expect(await read(first, '/kept')).toBe('yes');
    for (const page of [first, second]) await expect(problems(page)).toBeEmpty();
    await close();
  },
);

test(
  'a stand-in that was given everything takes the place of the disk, which then comes back as a suspect',
  { tag: '@nightly' },
  async ({ chrome, url }) => {
    const [one, two, close] = await twoBrowsers(chrome);
    const room = await livedInTwo(one, two, url);
    await openOn(two, url, room, 3);
    const standIn = await openOn(two, url, room, 1);
    const second = await openOn(one, url, room, 2);
    await serving(standIn);
    expect(await read(standIn, '/kept')).toBe('yes');
    await trustedSoon(second, 1);
    await createEventually(second, '/without-the-first', 'yes');
    await standIn.close();
    // Seat 1's old disk is in this browser, but it is not the one that was last met there.
    const first = await openOn(one, url, room, 1);
    await serving(first);
    await trustedSoon(second, 1);
    expect(await read(first, '/without-the-first')).toBe('yes');
    expect(await read(first, '/kept')).toBe('yes');
    await close();
  },
);

test(
  'who was trusted in whose place is on the servers’ own disks: no small memory of a browser decides',
  { tag: '@nightly' },
  async ({ chrome, url }) => {
    const [one, two, close] = await twoBrowsers(chrome);
    const room = await livedInTwo(one, two, url);
    await openOn(two, url, room, 3);
    const standIn = await openOn(two, url, room, 1);
    const second = await openOn(one, url, room, 2);
    await serving(standIn);
    await trustedSoon(second, 1);
    await createEventually(standIn, '/without-the-first', 'yes');
    await closeAll(one, two);
    for (const context of [one, two]) {
      const bare = await context.newPage();
      await bare.goto(`${url}/favicon.svg`);
      await bare.evaluate(() => localStorage.clear());
      await bare.close();
    }
    // The disk that was lost, and a server that has seen its successor: no majority of those who know all.
    const first = await openTab(one, url, room, 1);
    const again = await openTab(one, url, room, 2);
    await expect.poll(() => isTrusted(again, 1)).toBe(false);
    expect((await status(again)).leaderId).toBeNull();
    const third = await openTab(two, url, room, 3);
    for (const page of [first, again, third]) await serving(page);
    expect(await read(first, '/without-the-first')).toBe('yes');
    await trustedSoon(third, 1);
    await close();
  },
);

test(
  'who joins later hears whose disks there are: nobody takes an absent server’s place unseen',
  { tag: '@nightly' },
  async ({ chrome, url }) => {
    const [one, two, close] = await twoBrowsers(chrome);
    const three = await chrome.newContext({ viewport: VIEWPORT });
    const { room } = await twoStand(one, two, url);
    await closeAll(one);
    // This browser never saw server 1.
    const third = await openTab(three, url, room, 3);
    await serving(third);
    await closeAll(two);
    const standIn = await openTab(three, url, room, 1);
    await expect.poll(() => isTrusted(third, 1)).toBe(false);
    await expect.poll(async () => (await status(standIn)).role).toBe('looking');
    expect((await status(third)).leaderId).toBeNull();
    await closeAll(three);
    for (const page of [await openOn(one, url, room, 1), await openOn(two, url, room, 2)]) {
      await serving(page);
      expect(await read(page, '/kept')).toBe('yes');
    }
    // And whoever stood in does not distrust the owner afterwards.
    const back = await openOn(three, url, room, 3);
    await serving(back);
    expect(await isTrusted(back, 1)).toBe(true);
    await three.close();
    await close();
  },
);

test(
  'a browser that stood in for another, and had met nobody before, distrusts nobody later',
  { tag: '@nightly' },
  async ({ chrome, url }) => {
    const [one, two, close] = await twoBrowsers(chrome);
    const three = await chrome.newContext({ viewport: VIEWPORT });
    const { room, second } = await twoStand(one, two, url);
    await closeAll(one);
    const standIn = await openOn(three, url, room, 1);
    await expect.poll(() => isTrusted(second, 1)).toBe(false);
    await standIn.close();
    const owner = await openOn(one, url, room, 1);
    await serving(owner);
    const third = await openTab(three, url, room);
    expect(await seatOf(third)).toBe(3);
    await serving(third);
    for (const page of [owner, second, third]) expect(await isTrusted(page, 1)).toBe(true);
    expect(await read(third, '/kept')).toBe('yes');
    await three.close();
    await close();
  },
);

/** Holds a seat's name at the signalling server as anybody can who knows the room's. */
const holdName = (page: Page, room: Room, seat: number): Promise<boolean> =>
  page.evaluate(
    async ([name, number]) => {
      const text = new TextEncoder().encode(`tabkeeper room ${name}`);
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text));
      const hash = [...digest.subarray(0, 8)].map((byte) => byte.toString(16).padStart(2, '0'));
      const id = `tk-${hash.join('')}-${String(number)}`;
      const address = `${location.origin.replace('http', 'ws')}/peerjs/peerjs`;
      const socket = new WebSocket(`${address}?key=tabkeeper&id=${id}&token=stranger`);
      return new Promise<boolean>((resolve) => {
        socket.onmessage = ({ data }) => resolve(String(data).includes('OPEN'));
        socket.onclose = () => resolve(false);
      });
    },
    [room.name, seat] as const,
  );

test(
  'a name that is held for a moment is waited for: this browser keeps the seat’s disk',
  { tag: '@nightly' },
  async ({ chrome, url }) => {
    const [one, two, close] = await twoBrowsers(chrome);
    const { room } = await twoStand(one, two, url);
    await closeAll(one);
    const holder = await one.newPage();
    await holder.goto(`${url}/favicon.svg`);
    await expect.poll(() => holdName(holder, room, 1)).toBe(true);
    const opening = openTab(one, url, room);
    await holder.waitForTimeout(3_000);
    await holder.close();
    const back = await opening;
    expect(await seatOf(back)).toBe(1);
    await serving(back);
    await close();
  },
);

test(
  'a tab whose browser keeps the disks of two taken seats waits for both at once, and sits down elsewhere',
  { tag: '@nightly' },
  async ({ chrome, url }) => {
    const [one, two, close] = await twoBrowsers(chrome);
    const room = newRoom();
    const before = [await openOn(one, url, room, 1), await openOn(one, url, room, 2)] as const;
    for (const page of before) await serving(page);
    for (const page of before) await page.close();
    for (const seat of [1, 2]) await openTab(two, url, room, seat);
    const late = await one.newPage();
    const from = Date.now();
    await late.goto(linkTo(url, room));
    expect(await seated(late)).toBe(3);
    // 13 s for each would be 26.
    expect(Date.now() - from).toBeLessThan(22_000 * slowness());
    await close();
  },
);

test(
  'names taken while the signalling server was away end no server that stands',
  { tag: '@nightly' },
  async ({ chrome }) => {
    const [one, two, close] = await twoBrowsers(chrome);
    const server = await startRestartable();
    const { room, first, second } = await twoStand(one, two, server.url);
    const pages = [first, second];
    const stranger = await two.newPage();
    await stranger.goto(`${server.url}/favicon.svg`);
    await server.goAway();
    const wakes = [await putToSleep(first), await putToSleep(second)];
    await server.comeBack();
    for (const seat of [1, 2]) {
      await expect.poll(() => holdName(stranger, room, seat)).toBe(true);
    }
    for (const wake of wakes) await wake();
    await pages[0]!.waitForTimeout(6_000);
    await createEventually(pages[0]!, '/stands', 'yes');
    expect(await read(pages[1]!, '/stands')).toBe('yes');
    for (const page of pages) expect((await status(page)).seat).not.toBeNull();
    await close();
    for (const context of [one, two]) excuse(context, SERVER_AWAY);
    await server.goAway();
  },
);

test(
  'a seat that was only asked for leaves no disk behind, and nobody distrusts who had it',
  { tag: '@nightly' },
  async ({ chrome, url }) => {
    const [one, two, close] = await twoBrowsers(chrome);
    const { room, second } = await twoStand(one, two, url);
    expect(await disksOf(second, room)).toEqual([`tabkeeper/${room.name}/2`]);
    await closeAll(one, two);
    const again = await openOn(two, url, room, 2);
    const back = await openOn(one, url, room, 1);
    for (const page of [again, back]) await serving(page);
    expect(await read(again, '/kept')).toBe('yes');
    await trustedSoon(again, 1);
    await close();
  },
);

test(
  'a seat that another browser took while a tab could not be reached: the tab stops and says so',
  { tag: '@nightly' },
  async ({ chrome }) => {
    const [one, two, close] = await twoBrowsers(chrome);
    const server = await startRestartable();
    const room = newRoom();
    const lost = await openOn(one, server.url, room, 1);
    await server.goAway();
    // Until the signalling server is there again and has given its name away.
    const wake = await putToSleep(lost);
    await server.comeBack();
    const taker = await openOn(two, server.url, room, 1);
    await wake();
    await expect(problems(lost)).toContainText(/another browser took seat 1/);
    expect((await status(lost)).seat).toBeNull();
    expect(await seatOf(taker)).toBe(1);
    await lost.reload();
    expect(await seated(lost)).not.toBe(1);
    await close();
    excuse(one, SERVER_AWAY);
    await server.goAway();
  },
);

test(
  'a seat whose name a newcomer got while its page was cut off stays with that page',
  { tag: '@nightly' },
  async ({ chrome, url }) => {
    const [one, two, close] = await twoBrowsers(chrome);
    const signalling = await signallingOf(one);
    const room = newRoom();
    const first = await openOn(one, url, room, 1);
    const second = await openOn(one, url, room, 2);
    const third = await openOn(two, url, room, 3);
    for (const page of [first, second, third]) await serving(page);
    await signalling.cut();
    await expect(problems(second)).toContainText(/signalling server does not answer/);
    const newcomer = await openTab(two, url, room, 2);
    await expect(problems(newcomer)).toContainText(/Seat 2 is another tab’s/);
    expect((await status(newcomer)).seat).toBeNull();
    signalling.heal();
    await createEventually(first, '/stands', 'yes');
    expect(await read(second, '/stands')).toBe('yes');
    expect((await status(second)).seat).toBe(2);
    expect(await isTrusted(first, 2)).toBe(true);
    for (const page of [first, second]) await expect(problems(page)).toBeEmpty();
    await newcomer.reload();
    expect(await seated(newcomer)).toBe(4);
    await close();
  },
);

test(
  'a room that was begun again by who got its tabs’ names: both say so, and nothing is given up',
  { tag: '@nightly' },
  async ({ chrome, url }) => {
    const [one, two, close] = await twoBrowsers(chrome);
    const signalling = await signallingOf(one);
    const { room, first, second } = await twoStand(one, one, url);
    await signalling.cut();
    const newcomers = [await openOn(two, url, room, 1), await openOn(two, url, room, 2)] as const;
    await serving(newcomers[0]);
    await createEventually(newcomers[0], '/apart', 'too');
    // The first moment at which either pair can know of the other.
    signalling.heal();
    for (const page of [first, second, ...newcomers]) {
      await expect(problems(page)).toContainText(/there are two rooms behind this link/);
      await serving(page);
    }
    expect(await read(first, '/kept')).toBe('yes');
    expect(await read(newcomers[1], '/apart')).toBe('too');
    await expect(read(second, '/apart')).rejects.toThrow(/NoNode/);
    for (const page of newcomers) await page.close();
    for (const page of [first, second]) {
      // They have their names back.
      await expect(problems(page)).toBeEmpty();
      await serving(page);
    }
    const third = await openOn(one, url, room, 3);
    await serving(third);
    expect(await read(third, '/kept')).toBe('yes');
    await close();
  },
);

test(
  'somebody without the key, who says to be older, does not expel a tab that brought its disk',
  { tag: '@nightly' },
  async ({ chrome, url }) => {
    const [one, two, close] = await twoBrowsers(chrome);
    const room = newRoom(1);
    const before = await openOn(one, url, room, 1);
    await serving(before);
    await createEventually(before, '/kept', 'yes');
    await before.close();
    const stranger = await openTab(two, url, { ...room, key: 'another-key-0123456789' }, 2);
    expect(await seatOf(stranger)).toBe(2);
    const owner = await openOn(one, url, room, 1);
    await serving(owner);
    // Either calls the other: the later, the longer nobody sat there.
    await expect(problems(owner)).toContainText(/another key/);
    expect(await read(owner, '/kept')).toBe('yes');
    await owner.waitForTimeout(1_000);
    expect(await seatOf(owner)).toBe(1);
    expect((await status(owner)).role).toBe('leading');
    await close();
  },
);

test(
  'a link with another number of seats is refused in words',
  { tag: '@nightly' },
  async ({ chrome, url }) => {
    const [one, two, close] = await twoBrowsers(chrome);
    const room = newRoom(3);
    const first = await openOn(one, url, room, 1);
    await openOn(one, url, room, 2);
    await serving(first);
    const page = await two.newPage();
    await page.goto(linkTo(url, { ...room, seats: 5 }));
    await expect(problems(page)).toContainText(/Your link says 5 seats, the room has 3/);
    await expect.poll(async () => (await status(page)).seat).toBeNull();
    await expect(problems(first)).toBeEmpty();
    await close();
  },
);

for (const [what, words] of [
  [['RTCPeerConnection', 'webkitRTCPeerConnection'], /offers no WebRTC/],
  [['Worker'], /lacks Workers/],
] as const) {
  test(`a browser without ${what[0]} is told in words`, async ({ chrome, url }) => {
    const context = await chrome.newContext({ viewport: VIEWPORT });
    await context.addInitScript((names) => {
      for (const name of names) {
        Object.defineProperty(window, name, { value: undefined, writable: true });
      }
    }, what);
    const page = await context.newPage();
    await page.goto(`${url}/#new`);
    await expect(problems(page)).toContainText(words);
    await expect(page.locator('#stage')).toBeVisible();
    await context.close();
  });
}
