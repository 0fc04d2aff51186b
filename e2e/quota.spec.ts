// A browser that really has no room left: its quota is what the browser refuses by, not a pretended error.

import type { BrowserContext, CDPSession, Page } from '@playwright/test';
import { createEventually, newRoom, openTab, serving, status, unseen } from './support/room.ts';
import { expect, test } from './support/test.ts';

/** The page itself takes three million. */
const QUOTA_BYTES = 8_000_000;
/** Of noise, which no database makes smaller. */
const NODE_BYTES = 60_000;
/** The quota many times over. */
const NODES_MAX = 400;

/** From now on that is all the room there is for the page's data in this browser; null: as much as there is. */
const limit = async (
  devTools: CDPSession,
  url: string,
  quotaSize: number | null,
): Promise<void> => {
  await devTools.send('Storage.overrideQuotaForOrigin', {
    origin: url,
    ...(quotaSize === null ? {} : { quotaSize }),
  });
};

const ASKED_MILLIS_MAX = 60_000;

/** Before any page of ours opens its database there: a browser looks at its quota only now and then. */
const limitedBrowser = async (context: BrowserContext, url: string): Promise<CDPSession> => {
  const bare = await context.newPage();
  await bare.goto(`${url}/favicon.svg`);
  const devTools = await context.newCDPSession(bare);
  await limit(devTools, url, QUOTA_BYTES);
  return devTools;
};

/** Creates znodes through `page` until that server is down. Their paths, each acknowledged. */
const writeUntilDown = (page: Page, server: number): Promise<string[]> =>
  page.evaluate(
    async ([number, bytes, most]) => {
      const acknowledged: string[] = [];
      const data = crypto.getRandomValues(new Uint8Array(bytes));
      for (let n = 0; n < most; n += 1) {
        const { servers } = window.tabkeeper.status();
        if (servers.find((one) => one.serverId === number)?.role === 'down') break;
        try {
          acknowledged.push(await window.tabkeeper.client.create(`/n${String(n)}`, data));
        } catch {
          // Nobody said that it was written: nobody will look for it.
        }
      }
      return acknowledged;
    },
    [server, NODE_BYTES, NODES_MAX] as const,
  );

/** One after the other; who lost its connection asks again. */
const bytesOf = (page: Page, paths: readonly string[]): Promise<(number | undefined)[]> =>
  page.evaluate(
    async ([wanted, most]) => {
      const until = Date.now() + most;
      const again = async <T>(ask: () => Promise<T>): Promise<T> => {
        for (;;) {
          try {
            return await ask();
          } catch (error) {
            if ((error as Error).name !== 'ConnectionLoss' || Date.now() > until) throw error;
            await new Promise((resolve) => setTimeout(resolve, 100));
          }
        }
      };
      const { client } = window.tabkeeper;
      await again(() => client.sync('/'));
      const sizes: (number | undefined)[] = [];
      for (const path of wanted) {
        sizes.push((await again(() => client.get(path))).data?.byteLength);
      }
      return sizes;
    },
    [paths, ASKED_MILLIS_MAX] as const,
  );

test(
  'no room left in the leader’s browser: it leaves and says so, and all that was acknowledged is there',
  { tag: '@waits' },
  async ({ chrome, context, url }) => {
    const small = await chrome.newContext({ viewport: { width: 1440, height: 900 } });
    for (const each of [small, context]) await unseen(each);
    const devTools = await limitedBrowser(small, url);
    const room = newRoom();
    const third = await openTab(small, url, room, 3);
    const first = await openTab(context, url, room, 1);
    expect(await serving(first)).toBe(3);
    const second = await openTab(context, url, room, 2);
    await serving(second);

    const acknowledged = await writeUntilDown(first, 3);
    expect(acknowledged.length).toBeGreaterThan(5);
    expect(acknowledged.length).toBeLessThan(NODES_MAX);
    expect((await status(third)).role).toBe('down');
    await expect(third.locator('.problems')).toContainText(/this server left the quorum: .*quota/i);
    await expect(third.locator('.problems')).toContainText('Nothing acknowledged is lost.');
    await createEventually(first, '/after', 'yes');
    expect(await bytesOf(second, acknowledged)).toEqual(acknowledged.map(() => NODE_BYTES));

    await limit(devTools, url, null);
    await expect
      .poll(
        async () => {
          const { role } = await status(third);
          if (role === 'down') await third.evaluate(() => window.tabkeeper.restart());
          return role;
        },
        { intervals: [2_000] },
      )
      .toBe('following');
    expect(await bytesOf(third, acknowledged)).toEqual(acknowledged.map(() => NODE_BYTES));
    await small.close();
  },
);
