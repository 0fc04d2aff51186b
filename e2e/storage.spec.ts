// What the browser does to a server's disk, and whether the page says so: site data that is blocked, a
// database that is deleted under a server, and ensembles that can no longer elect for want of disks.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { press, showPanel } from './support/hands.ts';
import { axeFindsNothing } from './support/looks.ts';
import { hear } from './support/quiet.ts';
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
  type Room,
} from './support/room.ts';
import { slowness } from './support/pace.ts';
import { expect, wholeChromium, test } from './support/test.ts';

/** A disk that goes must be noticed within this, without any write. */
const NOTICED_MILLIS = 3_000;

const banner = (page: Page) => page.locator('#stage .banner');

const problems = (page: Page) => page.locator('.problems');

const deleteDatabase = (page: Page, room: Room, server: number): Promise<string> =>
  page.evaluate(
    (name) =>
      new Promise<string>((resolve) => {
        const request = indexedDB.deleteDatabase(name);
        request.onsuccess = () => resolve('deleted');
        request.onerror = () => resolve(`failed: ${String(request.error)}`);
      }),
    `tabkeeper/${room.name}/${server}`,
  );

/** As a later version of this page would leave it: ours cannot open it any more. */
const makeNewer = (page: Page, room: Room, server: number): Promise<string> =>
  page.evaluate(
    (name) =>
      new Promise<string>((resolve) => {
        const request = indexedDB.open(name, 99);
        request.onsuccess = () => {
          request.result.close();
          resolve('newer');
        };
        request.onerror = () => resolve(`failed: ${String(request.error)}`);
      }),
    `tabkeeper/${room.name}/${server}`,
  );

const clearSiteData = async (context: BrowserContext, page: Page, url: string): Promise<void> => {
  const devTools = await context.newCDPSession(page);
  await devTools.send('Storage.clearDataForOrigin', { origin: url, storageTypes: 'all' });
};

const isDown = (page: Page) =>
  expect
    .poll(async () => (await status(page)).role, { timeout: NOTICED_MILLIS * slowness() })
    .toBe('down');

/** A browser whose settings keep no data for any site, as a person can choose. */
const blockedBrowser = async (
  locale: string,
): Promise<{ context: BrowserContext; close: () => Promise<void> }> => {
  const profile = mkdtempSync(path.join(tmpdir(), 'tabkeeper-blocked-'));
  mkdirSync(path.join(profile, 'Default'));
  writeFileSync(
    path.join(profile, 'Default', 'Preferences'),
    JSON.stringify({ profile: { default_content_setting_values: { cookies: 2 } } }),
  );
  const context = await chromium.launchPersistentContext(profile, { ...wholeChromium, locale });
  hear(context);
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
};

for (const [locale, words, remedy, tag] of [
  ['en', /keeps no data for this site/, /Allow cookies and site data/, []],
  ['zh-CN', /不为此网站保存任何数据/, /允许.*网站数据/, ['@nightly']],
] as [string, RegExp, RegExp, string[]][]) {
  test(
    `site data blocked: the page says so and what to do (${locale})`,
    { tag },
    async ({ url }) => {
      const browser = await blockedBrowser(locale);
      const page = await browser.context.newPage();
      await page.goto(`${url}/#new`);
      await expect(problems(page)).toContainText(words);
      await expect(problems(page)).toContainText(remedy);
      await expect(page.locator('html')).toHaveAttribute('lang', locale);
      await expect(page.locator('#stage')).toBeVisible();
      // The language can be changed all the same; only it is not remembered.
      await page
        .locator('header select')
        .first()
        .selectOption(locale === 'en' ? 'zh-CN' : 'en');
      await expect(page.locator('html')).toHaveAttribute('lang', locale === 'en' ? 'zh-CN' : 'en');
      // The laboratory needs no disk.
      const lab = await browser.context.newPage();
      await lab.goto(`${url}/#lab&seed=3&seats=3`);
      await expect(banner(lab)).toHaveClass(/serving/);
      const unkept = locale === 'en' ? 'does not keep your progress' : '没有保存学习进度';
      await expect(lab.getByTestId('lessons')).toContainText(unkept);
      await browser.close();
    },
  );
}

for (const storage of ['localStorage', 'sessionStorage', 'indexedDB']) {
  test(`a browser that refuses ${storage} is told in words`, async ({ context, url }) => {
    await context.addInitScript((name) => {
      Object.defineProperty(window, name, {
        get: () => {
          throw new DOMException('Access is denied for this document.', 'SecurityError');
        },
      });
    }, storage);
    const page = await context.newPage();
    await page.goto(`${url}/#new`);
    await expect(problems(page)).toContainText(/keeps no data for this site/);
    await expect(page.locator('#stage')).toBeVisible();
  });
}

test('whatever else keeps a tab from sitting down is said in words', async ({ context, url }) => {
  await context.addInitScript(() => {
    // The blank page before ours has no locks.
    if (!isSecureContext) return;
    navigator.locks.request = () => Promise.reject(new Error('no locks today'));
  });
  const page = await context.newPage();
  await page.goto(`${url}/#new`);
  await expect(problems(page)).toContainText(/Something broke in the page: .*no locks today/);
});

test.describe('in a room that stands', () => {
  test('a database that cannot be opened: the tab says so, the others go on, and its client with them', async ({
    standing: { context, room, pages },
    url,
  }) => {
    const leader = await serving(pages[0]!);
    const lost = [1, 2, 3].find((id) => id !== leader)!;
    const others = pages.filter((_, index) => index !== lost - 1);
    await createEventually(pages[0]!, '/kept', 'yes');
    const { epoch } = await status(others[0]!);
    await pages[lost - 1]!.close();
    expect(await makeNewer(others[0]!, room, lost)).toBe('newer');

    const page = await openTab(context, url, room, lost);
    pages[lost - 1] = page;
    await expect(problems(page)).toContainText(
      'This browser’s storage could not be opened: VersionError: ',
    );
    await expect(problems(page)).toContainText('A newer version of this page has written there');
    await expect(page.getByRole('button', { name: `Server ${lost}: killed` })).toBeVisible();
    expect((await status(page)).role).toBe('down');
    expect((await status(page)).seat).toBe(lost);
    await expect(problems(page).locator('p')).toHaveCount(1);
    await page.getByLabel('Language').selectOption('zh-CN');
    await expect(problems(page)).toContainText('无法打开浏览器存储：VersionError: ');
    await expect(problems(page)).toContainText('由本页面的更新版本写入');
    await page.locator('header select').first().selectOption('en');

    // Without an election, and without a word in their tabs; the client of this one is at another server.
    await createEventually(others[1]!, '/meanwhile', 'on');
    expect(await read(page, '/meanwhile')).toBe('on');
    for (const other of others) {
      expect(await status(other)).toMatchObject({ leaderId: leader, epoch });
      await expect(problems(other)).toBeEmpty();
      await expect(banner(other)).toHaveClass(/serving/);
    }

    // The remedy: what stands in the way is deleted, and the server is given everything.
    expect(await deleteDatabase(others[0]!, room, lost)).toBe('deleted');
    await page.evaluate(() => window.tabkeeper.restart());
    await serving(page);
    await expect(problems(page)).toBeEmpty();
    expect(await read(page, '/kept')).toBe('yes');
  });

  test('a database deleted under an idle server: it leaves at once, and comes back as a suspect', async ({
    standing: { room, pages },
  }) => {
    await createEventually(pages[0]!, '/kept', 'yes');
    const leader = await serving(pages[0]!);
    const lost = [1, 2, 3].find((id) => id !== leader)!;
    const page = pages[lost - 1]!;
    expect(await deleteDatabase(pages[leader - 1]!, room, lost)).toBe('deleted');
    await isDown(page);
    await expect(problems(page)).toContainText(/deleted this server’s data/);
    await expect(problems(page)).not.toContainText(/Nothing acknowledged is lost/);
    await page.evaluate((id) => window.tabkeeper.restart(id), lost);
    await serving(page);
    expect(await read(page, '/kept')).toBe('yes');
    // A leader that did not need it has given it everything: it votes again.
    await expect.poll(async () => (await status(page)).role).toBe('following');
    await expect(problems(page)).toBeEmpty();
  });

  test('the leader leaves at once too, and the others elect another', async ({
    standing: { room, pages },
  }) => {
    const leader = await serving(pages[0]!);
    const other = pages.find((_, index) => index !== leader - 1)!;
    expect(await deleteDatabase(other, room, leader)).toBe('deleted');
    await isDown(pages[leader - 1]!);
    await expect.poll(() => serving(other)).not.toBe(leader);
    await other.evaluate((id) => window.tabkeeper.restart(id), leader);
    await serving(pages[leader - 1]!);
  });
});

test('a majority without disks: the page says who, why, and offers a new room', async ({
  context,
  url,
}) => {
  const room = newRoom();
  const pages = await openEnsemble(context, url, room);
  await createEventually(pages[0]!, '/kept', 'yes');
  for (const server of [1, 2]) {
    expect(await deleteDatabase(pages[2]!, room, server)).toBe('deleted');
    await isDown(pages[server - 1]!);
  }
  for (const server of [1, 2]) {
    await pages[2]!.evaluate((id) => window.tabkeeper.restart(id), server);
  }
  for (const page of pages) {
    await expect(banner(page)).toContainText(/no leader can be elected.*servers 1, 2 lost/i);
    await expect(banner(page)).toContainText(/1 of 3 can still vote, 2 must/);
    await expect(page.getByText('This room cannot go on')).toBeVisible();
    await expect(page.getByText(/Open \d more/)).toHaveCount(0);
  }
  await showPanel(pages[2]!, 'Why');
  const feed = pages[2]!.getByTestId('feed');
  await expect(feed).toContainText(/[12] lost its disk/);
  await expect(feed).not.toContainText(/does not vote in this ensemble/);
  for (const width of [1440, 390]) {
    await pages[0]!.setViewportSize({ width, height: 844 });
    await axeFindsNothing(pages[0]!);
  }
  const opened = context.waitForEvent('page');
  await press(pages[2]!, 'Open a new room');
  const fresh = await opened;
  await seated(fresh);
  const now = await status(fresh);
  expect(now.room).not.toBe(room.name);
  expect(now.seats).toBe(3);
});

test(
  'all site data cleared under open tabs: noticed at once, and said after the reload',
  { tag: '@nightly' },
  async ({ context, url }) => {
    const room = newRoom();
    // Their links name no seats: where each of them sat was remembered by the browser only.
    const pages: Page[] = [];
    for (let count = 1; count <= 3; count += 1) pages.push(await openTab(context, url, room));
    for (const page of pages) await serving(page);
    await createEventually(pages[0]!, '/gone', 'yes');
    await clearSiteData(context, pages[0]!, url);
    for (const page of pages) {
      await isDown(page);
      await expect(problems(page)).toContainText(/deleted this server’s data/);
      await expect(problems(page)).not.toContainText(/Nothing acknowledged is lost/);
      await expect(banner(page)).toContainText(/all 3 servers lost their disks/i);
    }
    // One alone, then the others at once: who remembers whom differs, what is true does not.
    await pages[1]!.reload();
    await seated(pages[1]!);
    await Promise.all([pages[0]!.reload(), pages[2]!.reload()]);
    // Two that give up their names at once may get each other's: no disk waits for either.
    expect((await Promise.all(pages.map((page) => seated(page)))).sort()).toEqual([1, 2, 3]);
    for (const page of pages) {
      await expect(banner(page)).toContainText(/all 3 servers lost their disks/i);
      await expect(page.getByRole('button', { name: 'Open a new room' })).toBeVisible();
      expect((await status(page)).role).toBe('looking');
    }
  },
);

test(
  'site data cleared while no tab was open: the room begins anew',
  { tag: '@nightly' },
  async ({ context, url }) => {
    const room = newRoom();
    for (const page of await openEnsemble(context, url, room)) await page.close();
    const bare = await context.newPage();
    await bare.goto(`${url}/favicon.svg`);
    await clearSiteData(context, bare, url);
    const pages = await openEnsemble(context, url, room);
    await createEventually(pages[0]!, '/anew', 'yes');
    await expect(banner(pages[0]!)).toHaveClass(/serving/);
  },
);

for (const [what, altered, words] of [
  ['fewer seats', { seats: 1 }, /Your link says 1 seats, the room has 3/],
  ['another key', { key: 'another-0123456789abcdef' }, /This link’s key does not open the room/],
] as const) {
  test(
    `nobody there, and a link with ${what}: it gets none of the room’s disks, and nothing is lost`,
    { tag: '@nightly' },
    async ({ context, url }) => {
      const room = newRoom();
      const pages = await openEnsemble(context, url, room);
      await pages[0]!.close();
      await createEventually(pages[2]!, '/kept', 'yes');
      for (const page of pages.slice(1)) await page.close();
      const stray = await context.newPage();
      await stray.goto(linkTo(url, { ...room, ...altered }));
      await expect(problems(stray)).toContainText(words);
      expect((await status(stray)).seat).toBeNull();
      await stray.close();
      const again = await openEnsemble(context, url, room);
      expect(await read(again[0]!, '/kept')).toBe('yes');
      for (const page of again) await expect(problems(page)).toBeEmpty();
    },
  );
}
