// A room as the specs see it: tabs, each a server, asked through window.tabkeeper only.

import type { BrowserContext, Page } from '@playwright/test';
import { slowness } from './pace.ts';

export interface Room {
  readonly name: string;
  readonly seats: number;
  readonly key: string;
}

let rooms = 0;

export const newRoom = (seats = 3): Room => {
  rooms += 1;
  return {
    name: `room-${process.pid}-${Date.now()}-${rooms}`,
    seats,
    key: `key-${rooms}-0123456789abcdef`,
  };
};

export const linkTo = (url: string, room: Room, seat?: number): string =>
  `${url}/#room=${room.name}&seats=${room.seats}&key=${room.key}` +
  (seat === undefined ? '' : `&seat=${seat}`);

/** Pages that this context opens from now on are not laid out and not drawn, which is a third of what a room of three
 *  tabs costs the processor: for tests that ask window.tabkeeper and read texts, and look at nothing. */
export const unseen = async (context: BrowserContext): Promise<void> => {
  await context.addInitScript(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('body { display: none !important }');
    document.adoptedStyleSheets = [sheet];
  });
};

/** For a spec that looks at nothing but in its tests that are tagged @looks. */
export const unseenUnlessLooked = async (
  { context }: { readonly context: BrowserContext },
  { tags }: { readonly tags: readonly string[] },
): Promise<void> => {
  if (!tags.includes('@looks')) await unseen(context);
};

/** What makes a page a room is loaded where a link asks for one. */
export const isRoom = async (page: Page): Promise<void> => {
  await page.waitForFunction(() => window.tabkeeper !== undefined, undefined, { polling: 20 });
};

export const status = async (page: Page): Promise<TabStatus> => {
  await isRoom(page);
  return page.evaluate(() => window.tabkeeper.status());
};

export const seated = async (page: Page, timeout = 60_000): Promise<number> => {
  await page.waitForFunction(() => (window.tabkeeper?.status().serverId ?? 0) > 0, undefined, {
    timeout,
  });
  return (await status(page)).serverId;
};

export const openTab = async (
  context: BrowserContext,
  url: string,
  room: Room,
  seat?: number,
): Promise<Page> => {
  const page = await context.newPage();
  await page.goto(linkTo(url, room, seat));
  await seated(page);
  return page;
};

const ROLES_SERVING = ['following', 'leading', 'observing'];

/** Waits until this tab's server serves; gives the leader's id. A machine that has no time for anybody gets more of it. */
export const serving = async (page: Page, timeout = 60_000): Promise<number> => {
  try {
    await serves(page, timeout);
  } catch {
    const slow = slowness();
    const seen = JSON.stringify(await status(page));
    const problems = await page.locator('.problems').textContent();
    const sentence = `no leader in ${timeout} ms, ${slow.toFixed(1)} times slower than meant: ${seen} ${problems}`;
    if (slow < SLOW) throw new Error(sentence);
    console.log(sentence);
    await serves(page, timeout * slow);
  }
  return (await status(page)).leaderId ?? 0;
};

const SLOW = 1.5;

const serves = async (page: Page, timeout: number): Promise<void> => {
  await page.waitForFunction(
    (roles) => {
      const now = window.tabkeeper?.status();
      if (now === undefined) return false;
      return roles.includes(now.role) && now.phase === 'broadcast' && now.leaderId !== null;
    },
    ROLES_SERVING,
    { timeout, polling: 20 },
  );
};

export const openEnsemble = async (
  context: BrowserContext,
  url: string,
  room: Room,
): Promise<Page[]> => {
  const pages: Page[] = [];
  for (let seat = 1; seat <= room.seats; seat += 1) {
    pages.push(await openTab(context, url, room, seat));
  }
  for (const page of pages) await serving(page);
  return pages;
};

/** Writes until one is acknowledged (a client of a moving ensemble asks again); gives the path. */
export const createEventually = (page: Page, path: string, data = ''): Promise<string> =>
  page.evaluate(
    async ([wanted, text]) => {
      const until = Date.now() + 60_000;
      for (;;) {
        try {
          return await window.tabkeeper.client.create(wanted, text);
        } catch (error) {
          const name = (error as { name?: string }).name;
          if (name === 'NodeExists') return wanted;
          if (Date.now() > until) throw error;
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
    },
    [path, data] as const,
  );

export const read = (page: Page, path: string): Promise<string | null> =>
  page.evaluate(async (wanted) => {
    await window.tabkeeper.client.sync(wanted);
    const { data } = await window.tabkeeper.client.get(wanted);
    return data === null ? null : new TextDecoder().decode(data);
  }, path);
