import type { Page } from '@playwright/test';
import { encode } from 'uqr';
import { openDuplicatingBrowser } from './support/duplicating.ts';
import { press, syncLines } from './support/hands.ts';
import {
  createEventually,
  linkTo,
  newRoom,
  openEnsemble,
  openTab,
  read,
  seated,
  serving,
  status,
  unseenUnlessLooked,
} from './support/room.ts';
import { expect, test } from './support/test.ts';

test.beforeEach(unseenUnlessLooked);

/** The others wait 1.25 s for a word, and keep a silent line for 20 s. */
const STUCK_MILLIS = 4_000;

test('the link that npm start prints makes a room of three and sits down on seat 1', async ({
  context,
  url,
}) => {
  const page = await context.newPage();
  await page.goto(`${url}/#new`);
  await seated(page);
  const now = await status(page);
  expect(now.seats).toBe(3);
  expect(now.seat).toBe(1);
  expect(page.url()).toMatch(/#room=[^&]+&seats=3&key=[^&]+/);
});

test.describe('a room that stands', () => {
  test.use({ drawn: false });

  test('three tabs elect a leader, and what one writes all read', async ({
    standing: { pages },
  }) => {
    const leaders = await Promise.all(pages.map((page) => serving(page)));
    expect(new Set(leaders).size).toBe(1);
    const [first, second, third] = pages;
    await first!.evaluate(() => window.tabkeeper.client.create('/app', 'one'));
    expect(await read(second!, '/app')).toBe('one');
    expect(await read(third!, '/app')).toBe('one');
  });

  test('a watch set in one tab fires there when another tab writes', async ({
    standing: { pages },
  }) => {
    await createEventually(pages[0]!, '/watched', 'a');
    await pages[1]!.evaluate(async () => {
      await window.tabkeeper.client.sync('/watched');
      await window.tabkeeper.client.get('/watched', { watch: true });
    });
    const fired = pages[1]!.evaluate(async () => {
      for await (const event of window.tabkeeper.client.events) {
        if (event.path === '/watched') return event.type;
      }
      return null;
    });
    await pages[2]!.evaluate(() => window.tabkeeper.client.set('/watched', 'b'));
    expect(await fired).toBe('NodeDataChanged');
  });

  test('a second session takes its ephemerals with it', async ({ standing: { pages } }) => {
    await pages[0]!.evaluate(async () => {
      const second = await window.tabkeeper.openClient({ timeoutMillis: 4000 });
      await second.create('/mine', '', { ephemeral: true });
      const [sequential] = await Promise.all([
        second.create('/n-', '', { ephemeral: true, sequential: true }),
      ]);
      if (!/^\/n-\d{10}$/.test(sequential)) throw new Error(sequential);
      await second.close();
    });
    const gone = await pages[2]!.evaluate(async () => {
      await window.tabkeeper.client.sync('/');
      return window.tabkeeper.client.children('/');
    });
    expect(gone).not.toContain('mine');
  });

  test('a fourth tab observes, and a taken seat gives another one', async ({
    standing: { context, room },
    url,
  }) => {
    const taken = await openTab(context, url, room, 1);
    expect((await status(taken)).serverId).toBeGreaterThan(3);
    await serving(taken);
    expect((await status(taken)).role).toBe('observing');
    const said = taken.locator('.problems');
    await expect(said).toContainText('Seat 1 is taken; this tab sits on seat 4.');
    await expect(said).toContainText(
      'All 3 voting seats are taken: this tab is an observer on seat 4.',
    );
    await taken.evaluate(() => window.tabkeeper.client.create('/by-observer', 'x'));
    expect(await read(taken, '/by-observer')).toBe('x');
    await taken.close();
  });

  test('a wrong key never joins', { tag: '@looks' }, async ({ standing, context, url }) => {
    const { room, pages } = standing;
    const stranger = await context.newPage();
    await stranger.goto(linkTo(url, { ...room, key: 'not-the-key-0123456789' }));
    await expect(stranger.getByText(/key does not open the room|密钥/).first()).toBeVisible();
    await expect
      .poll(async () => (await status(pages[0]!)).servers.filter(({ present }) => present).length)
      .toBe(3);
    await stranger.close();
  });

  test('a reload takes its own seat back; its data is there', async ({ standing: { pages } }) => {
    await createEventually(pages[0]!, '/kept', 'yes');
    await pages[1]!.reload();
    await seated(pages[1]!);
    expect((await status(pages[1]!)).serverId).toBe(2);
    await serving(pages[1]!);
    expect(await read(pages[1]!, '/kept')).toBe('yes');
  });
});

test('five seats opened one by one: server 3 leads, 4 and 5 follow', async ({ context, url }) => {
  const room = newRoom(5);
  const pages = [await openTab(context, url, room, 1), await openTab(context, url, room, 2)];
  await expect.poll(async () => (await status(pages[0]!)).role).toBe('looking');
  await expect.poll(async () => (await status(pages[1]!)).role).toBe('looking');
  pages.push(await openTab(context, url, room, 3));
  for (const page of pages) expect(await serving(page)).toBe(3);
  pages.push(await openTab(context, url, room, 4), await openTab(context, url, room, 5));
  for (const page of pages.slice(3)) {
    expect(await serving(page)).toBe(3);
    expect((await status(page)).role).toBe('following');
  }
});

test(
  'a server that comes late gets the whole tree, and the page says why',
  { tag: '@looks' },
  async ({ context, url }) => {
    const room = newRoom();
    const pages = [await openTab(context, url, room, 1), await openTab(context, url, room, 2)];
    const leader = await serving(pages[0]!);
    await createEventually(pages[0]!, '/early', 'bird');
    const late = await openTab(context, url, room, 3);
    await serving(late);
    expect(await read(late, '/early')).toBe('bird');
    const line = (await syncLines(pages[0]!, 3)).first();
    await expect(line).toContainText(`${leader} synchronises 3 by SNAP`);
    await expect(line).toContainText(/before the leader’s window .+ it gets the whole tree/);
  },
);

test('a room whose seats are all taken says so', { tag: '@looks' }, async ({ context, url }) => {
  const room = newRoom(1);
  for (let seat = 1; seat <= 4; seat += 1) await openTab(context, url, room, seat);
  const page = await context.newPage();
  await page.goto(linkTo(url, room));
  await expect(page.getByText(/every seat|All .*seats? .*taken/i).first()).toBeVisible();
  await expect(page.getByText('Taking a seat')).toHaveCount(0);
});

test('a link whose seat was changed by hand is obeyed', async ({ context, url }) => {
  const room = newRoom();
  const page = await openTab(context, url, room, 1);
  await page.goto(linkTo(url, room, 3));
  // Another fragment loads the page anew.
  await page.waitForFunction(() => window.tabkeeper?.status().serverId === 3);
  await page.reload();
  await seated(page);
  expect((await status(page)).serverId).toBe(3);
});

/** The dark modules of the drawn code, row by row: nothing else of the page is dark there. */
const drawnModules = (page: Page): Promise<boolean[][]> =>
  page.getByRole('img', { name: 'QR code of the room’s link' }).evaluate((code) => {
    const path = code.querySelector<SVGPathElement>('path[fill="#000000"]');
    const size = (code as SVGSVGElement).viewBox.baseVal.width;
    const at = (x: number, y: number): boolean =>
      path?.isPointInFill(new DOMPoint(x + 0.5, y + 0.5)) ?? false;
    const all = Array.from({ length: size }, (_, index) => index);
    return all.map((y) => all.map((x) => at(x, y)));
  });

test(
  'the room’s link is copied and drawn as a QR code, and opens another browser’s seat',
  { tag: '@looks' },
  async ({ chrome, context, url }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const room = newRoom(2);
    const page = await openTab(context, url, room, 1);
    await press(page, 'Invite');
    const dialog = page.getByRole('dialog', { name: 'Invite another server' });
    await dialog.getByRole('button', { name: 'Copy link' }).click();
    await expect(dialog).toContainText('Copied');
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    // Without the seat that this tab's own link names: whoever comes takes a free one.
    expect(copied).toBe(linkTo(url, room));
    await expect(dialog.getByLabel('Room link')).toHaveValue(copied);
    expect(await drawnModules(page)).toEqual(encode(copied, { border: 2 }).data);

    const other = await chrome.newContext();
    const guest = await other.newPage();
    await guest.goto(copied);
    expect(await seated(guest)).toBe(2);
    expect(await serving(guest)).toBe(await serving(page));
    await other.close();
  },
);

test(
  'a link that cannot be meant is said, not replaced',
  { tag: '@looks' },
  async ({ context, url }) => {
    const page = await context.newPage();
    await page.goto(`${url}/#room=a&seats=99&key=0123456789abcdef`);
    await expect(page.getByText(/seats=99/).first()).toBeVisible();
    expect(page.url()).toContain('seats=99');
    expect((await status(page)).seat).toBeNull();
  },
);

test(
  'a duplicated tab remembers the seat of the first, and gets another',
  { tag: '@nightly' },
  async ({ url }) => {
    const { context, duplicate, close } = await openDuplicatingBrowser();
    await context.addInitScript(() => {
      // A blank page that nobody opened has no storage.
      if (window.origin === 'null') return;
      const seats = Object.entries({ ...sessionStorage }).filter(([key]) => key.endsWith('/seat'));
      Object.assign(window, { rememberedAtStart: seats.map(([, value]) => value.split(' ')[0]) });
    });
    const [first] = await openEnsemble(context, url, newRoom(1));
    await first!.bringToFront();
    const second = await duplicate();
    await seated(second);
    // It came with the first one's memory and history, and nobody opened it: no other tab comes like this.
    expect(
      await second.evaluate(() => ({
        remembered: (window as { rememberedAtStart?: string[] }).rememberedAtStart,
        opener: window.opener as unknown,
      })),
    ).toEqual({ remembered: ['1'], opener: null });
    expect((await status(first!)).serverId).toBe(1);
    expect((await status(second)).serverId).toBe(2);
    // Each keeps its own from now on.
    await second.reload();
    expect(await seated(second)).toBe(2);
    await first!.reload();
    expect(await seated(first!)).toBe(1);
    await close();
  },
);

test(
  'a page that was stuck for a moment is seen again by the others',
  { tag: '@nightly' },
  async ({ context, url }) => {
    const pages = await openEnsemble(context, url, newRoom());
    const leader = await serving(pages[0]!);
    const [stuck, other] = [1, 2, 3].filter((id) => id !== leader);
    const seen = pages[other! - 1]!.locator(`#stage button[data-server="${stuck}"]`);
    await expect(seen).toHaveAccessibleName(new RegExp(`Server ${stuck}: following`));
    await pages[stuck! - 1]!.evaluate((millis) => {
      const until = performance.now() + millis;
      while (performance.now() < until);
    }, STUCK_MILLIS);
    await createEventually(pages[leader - 1]!, '/afterwards', 'x');
    await serving(pages[stuck! - 1]!);
    expect(await read(pages[stuck! - 1]!, '/afterwards')).toBe('x');
    const { lastZxid } = await status(pages[stuck! - 1]!);
    await expect(seen).toHaveAccessibleName(new RegExp(`following, .*${lastZxid}`));
  },
);
