// Every tool of the chaos palette in a real room: what it does to the servers, where it is said, and the
// way back. One room of three tabs for each half, to spare the machine.

import type { Page } from '@playwright/test';
import { press } from './support/hands.ts';
import { axeFindsNothing } from './support/looks.ts';
import {
  createEventually,
  newRoom,
  openEnsemble,
  openTab,
  read,
  serving,
  status,
} from './support/room.ts';
import { expect, test } from './support/test.ts';

const palette = (page: Page) => page.getByTestId('chaos');

const take = (page: Page, tool: string): Promise<void> =>
  palette(page).locator(`[data-tool="${tool}"]`).click();

const aimAt = (page: Page, server: number): Promise<void> =>
  palette(page)
    .getByRole('group', { name: 'Targets' })
    .getByRole('button', { name: `Server ${server}` })
    .click();

const faults = (page: Page) => palette(page).getByTestId('faults');

const heal = (page: Page, fault: string): Promise<void> =>
  palette(page)
    .getByRole('button', { name: `Heal: ${fault}` })
    .click();

/** How long one write through this tab's own client takes, in milliseconds. */
const writeMillis = (page: Page, path: string): Promise<number> =>
  page.evaluate(async (name) => {
    const from = performance.now();
    await window.tabkeeper.client.create(name);
    return performance.now() - from;
  }, path);

/** Decisions of this kind by this server since then, as this page heard them. */
const heard = (page: Page, kind: string, server: number, since: number): Promise<number> =>
  page.evaluate(
    async ([wanted, by, from]) => {
      let count = 0;
      const end = new Promise<null>((resolve) => setTimeout(() => resolve(null), 50));
      const trace = window.tabkeeper.trace({ since: from })[Symbol.asyncIterator]();
      for (;;) {
        const next = await Promise.race([trace.next(), end]);
        if (next === null || next.done === true) return count;
        const { event, server: at } = next.value as { event: { kind: string }; server: number };
        if (event.kind === wanted && at === by) count += 1;
      }
    },
    [kind, server, since] as const,
  );

/** Of three that were opened one after the other the first never leads: its vote has the smallest id. */
const followerBeside = (leader: number): number => 5 - leader;

test('disks: slow, full, wiped; each is said, and healed', async ({ context, url }) => {
  const pages = await openEnsemble(context, url, newRoom());
  const one = pages[0]!;
  const other = followerBeside(await serving(one));
  const two = pages[other - 1]!;
  await createEventually(one, '/before', '1');

  await one.bringToFront();
  await take(one, 'slowDisk');
  await aimAt(one, other);
  await aimAt(one, 1);
  await expect(faults(one).getByRole('listitem')).toHaveCount(2);
  await expect(one.locator(`#stage button[data-server="${other}"]`)).toContainText('disk +500 ms');
  // The leader alone is no quorum: one of the slow disks has to answer.
  expect(await writeMillis(one, '/slow')).toBeGreaterThan(480);
  await heal(one, 'Disk of 1: 500 ms slower');
  await heal(one, `Disk of ${other}: 500 ms slower`);
  await expect(palette(one)).toContainText('Nothing is broken.');
  await writeMillis(one, '/settled');
  expect(await writeMillis(one, '/quick')).toBeLessThan(480);

  await take(one, 'fullDisk');
  await aimAt(one, other);
  await expect(one.locator(`#stage button[data-server="${other}"]`)).toContainText('disk full');
  await createEventually(one, '/refused', '2');
  await expect.poll(async () => (await status(two)).role).toBe('down');
  await expect(two.getByText(/QuotaExceededError/).first()).toBeVisible();
  await press(one, 'Heal everything');
  await serving(two);
  expect(await read(two, '/refused')).toBe('2');

  await take(one, 'wipe');
  await aimAt(one, other);
  await expect(palette(one).getByRole('alert')).toContainText('returns as a suspect');
  await press(one, `Wipe ${other}`);
  await expect.poll(async () => (await status(two)).role).toBe('down');
  const name = await two.evaluate(() => {
    const { room, seat } = window.tabkeeper.status();
    return `tabkeeper/${room}/${seat}`;
  });
  const databases = (): Promise<boolean> =>
    two.evaluate(
      async (wanted) => (await indexedDB.databases()).some((known) => known.name === wanted),
      name,
    );
  await expect.poll(databases).toBe(false);
  await press(one, 'Heal everything');
  await serving(two);
  expect(await read(two, '/before')).toBe('1');

  await take(one, 'killAll');
  await press(one, 'Kill all servers');
  for (const page of pages) await expect.poll(async () => (await status(page)).role).toBe('down');
  await expect(faults(one).getByRole('listitem')).toHaveCount(3);
  await press(one, 'Heal everything');
  await serving(one);
  expect(await read(one, '/before')).toBe('1');
});

test('links: slow, one way, one channel, cut by a lasso; each is said, and healed', async ({
  context,
  url,
}) => {
  const pages = await openEnsemble(context, url, newRoom());
  const one = pages[0]!;
  const leader = await serving(one);
  const other = followerBeside(leader);
  await one.bringToFront();

  await take(one, 'slowLink');
  await one.getByRole('button', { name: `Link 1–${leader}` }).click();
  await expect(one.locator('#stage')).toContainText('+300 ms');
  // There and back: the request, and the leader's word.
  expect(await writeMillis(one, '/slow')).toBeGreaterThan(580);
  const millis = await one.evaluate(async () => {
    const from = performance.now();
    const client = window.tabkeeper.client;
    await Promise.all(['a', 'b', 'c'].map((name) => client.create(`/${name}`)));
    return performance.now() - from;
  });
  expect(millis).toBeLessThan(1_800);
  await heal(one, `Link 1–${leader}: 300 ms slower`);
  await createEventually(one, '/quick');

  let since = Date.now();
  await take(one, 'closeChannel');
  await one.getByRole('button', { name: `Link 1–${leader}` }).click();
  await expect.poll(() => heard(one, 'roleChanged', 1, since)).toBeGreaterThanOrEqual(2);
  await serving(one);
  for (const channel of ['election', 'trace', 'client'] as const) {
    since = Date.now();
    await one.evaluate((name) => window.tabkeeper.closeChannel(2, 3, name), channel);
    await createEventually(one, `/${channel}`);
    expect(await heard(one, 'roleChanged', other, since)).toBe(0);
  }

  await take(one, 'cutWay');
  await one.getByRole('button', { name: `From ${leader} to 1` }).click();
  await expect(faults(one)).toContainText(`1 does not hear ${leader}`);
  // The follower hears no ping of its leader any more, and gives up.
  await expect.poll(async () => (await status(one)).role, { timeout: 20_000 }).toBe('looking');
  await createEventually(pages[other - 1]!, '/majority', 'yes');
  await heal(one, `1 does not hear ${leader}`);
  await serving(one);
  expect(await read(one, '/majority')).toBe('yes');

  await take(one, 'cutOff');
  const box = (await one.locator('#stage button[data-server="1"]').boundingBox())!;
  const corner = { x: box.x - 6, y: box.y - 6 };
  await one.mouse.move(corner.x, corner.y);
  await one.mouse.down();
  for (const [x, y] of [
    [1, 0],
    [1, 1],
    [0, 1],
    [0, 0.1],
  ] as const) {
    await one.mouse.move(corner.x + x * (box.width + 12), corner.y + y * (box.height + 12));
  }
  await one.mouse.up();
  await expect(faults(one)).toContainText('Link 1–2 is cut');
  await expect(faults(one)).toContainText('Link 1–3 is cut');
  await expect(faults(one).getByRole('listitem')).toHaveCount(2);
  await expect.poll(async () => (await status(one)).role, { timeout: 20_000 }).toBe('looking');
  await press(one, 'Heal everything');
  await serving(one);
});

test('what a page did to a link is known to one that comes later', async ({ context, url }) => {
  const room = newRoom();
  const pages = await openEnsemble(context, url, room);
  await pages[0]!.evaluate(() => window.tabkeeper.slowLink(1, 2, 100));
  await pages[0]!.evaluate(() => window.tabkeeper.cutWay(1, 3, true));
  await pages[1]!.close();
  const again = await openTab(context, url, room, 2);
  await expect(faults(again)).toContainText('Link 1–2: 100 ms slower');
  await expect(faults(again)).toContainText('3 does not hear 1');
});

test('the same tools in the laboratory, by keyboard', async ({ context, url }) => {
  const page = await context.newPage();
  await page.goto(`${url}/#lab&seed=7&seats=5`);
  await expect(page.locator('header').getByText(/leader \d/)).toBeVisible({ timeout: 20_000 });
  await page.keyboard.press('Space');
  await page.getByRole('tab', { name: 'Server' }).click();
  await expect(palette(page).locator('[data-tool]:disabled')).toHaveCount(0);

  const clock = palette(page).locator('[data-tool="skewClock"]');
  await clock.focus();
  await page.keyboard.press('Enter');
  await page.locator('#stage button[data-server="2"]').focus();
  await page.keyboard.press('Enter');
  await expect(faults(page)).toContainText('Clock of 2: 200 % pace');
  await page.keyboard.press('Escape');
  await expect(clock).toHaveAttribute('aria-pressed', 'false');

  await palette(page).locator('[data-tool="cutOff"]').focus();
  await page.keyboard.press('Enter');
  const targets = palette(page).getByRole('group', { name: 'Targets' });
  for (const server of [1, 2]) {
    await targets.getByRole('checkbox', { name: String(server) }).focus();
    await page.keyboard.press('Space');
  }
  await page.getByRole('button', { name: 'Cut off 1, 2' }).focus();
  await page.keyboard.press('Enter');
  await expect(faults(page)).toContainText('Link 2–5 is cut');
  await expect(faults(page).getByRole('listitem')).toHaveCount(7);

  await take(page, 'closeChannel');
  await expect(palette(page)).toContainText('Client and trace channels are of live rooms only');
  await axeFindsNothing(page, '[data-testid="chaos"]');
  await press(page, 'Heal everything');
  await expect(palette(page)).toContainText('Nothing is broken.');
});
