// Without a network: what was opened once opens again, the laboratory is whole, and a room whose tabs are all in
// one browser goes on.

import type { BrowserContext, Page } from '@playwright/test';
import { excuse, SERVER_AWAY } from './support/quiet.ts';
import {
  createEventually,
  linkTo,
  newRoom,
  read,
  seated,
  serving,
  status,
} from './support/room.ts';
import { expect, test } from './support/test.ts';

test.use({ keptOffline: true });

/** From now on the page opens without its server. */
const untilKept = async (page: Page): Promise<void> => {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await expect
    .poll(() =>
      page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.active?.state),
    )
    .toBe('activated');
};

const openAt = async (context: BrowserContext, link: string): Promise<Page> => {
  const page = await context.newPage();
  await page.goto(link);
  await seated(page);
  return page;
};

test('the laboratory opens and runs without a network', async ({ context, url }) => {
  const page = await context.newPage();
  await page.goto(`${url}/#lab&seed=3&seats=3`);
  await untilKept(page);
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByRole('button', { name: /^Server \d: leading/ })).toBeVisible();
  // A part that is loaded only when somebody asks for it.
  await page.keyboard.press('d');
  await expect(page.getByTestId('space-time').locator('.arrow').first()).toBeVisible();
  await context.setOffline(false);
});

test(
  'a room of one browser begins, loses its leader, ends and begins again without a network',
  { tag: '@nightly' },
  async ({ context, url }) => {
    test.setTimeout(400_000);
    const visit = await context.newPage();
    await visit.goto(url);
    await untilKept(visit);
    await visit.close();
    await context.setOffline(true);

    const one = await openAt(context, `${url}/#new`);
    const link = one.url();
    const tabs = [one, await openAt(context, link), await openAt(context, link)];
    for (const tab of tabs) await serving(tab);
    await expect(one.getByText('this browser only', { exact: true })).toBeVisible();
    await expect(one.getByRole('alert')).toContainText('within this browser only');
    await createEventually(one, '/offline', 'kept');

    const leader = await serving(one);
    await tabs[leader - 1]!.close();
    const rest = tabs.filter((_, at) => at + 1 !== leader);
    for (const tab of rest) await expect.poll(() => serving(tab)).not.toBe(leader);
    expect(await read(rest[1]!, '/offline')).toBe('kept');
    await createEventually(rest[1]!, '/after', 'too');

    for (const tab of rest) await tab.close();
    const again = [await openAt(context, link), await openAt(context, link)];
    await serving(again[1]!);
    expect(await read(again[1]!, '/after')).toBe('too');
    // A server that is killed says nothing on its links: its page says it for them.
    const [hand, other] = again as [Page, Page];
    await other.evaluate(() => window.tabkeeper.kill());
    await expect.poll(async () => (await status(hand)).role).toBe('looking');
    await other.evaluate(() => window.tabkeeper.restart());
    await createEventually(hand, '/restarted');

    // Of a room that may have its servers elsewhere a tab waits, and says why.
    const elsewhere = await openAt(context, linkTo(url, newRoom()));
    await expect(elsewhere.getByRole('alert')).toContainText(
      'may have a server in another browser',
    );
    const beside = await openAt(context, elsewhere.url());
    await expect(beside.getByText('signalling: gone')).toBeVisible();
    // Longer than tabs of one browser need to find each other.
    await beside.waitForTimeout(3_000);
    for (const tab of [elsewhere, beside]) {
      expect((await status(tab)).servers.filter(({ present }) => present)).toHaveLength(1);
      await tab.close();
    }

    await context.setOffline(false);
    for (const tab of again) {
      await expect(tab.getByText('signalling: connected')).toBeVisible();
      await expect(tab.getByRole('alert')).toBeEmpty();
    }
    excuse(context, SERVER_AWAY);
  },
);
