// A live room is taken into the laboratory: what its tabs' disks hold is what the world begins with.

import type { Page } from '@playwright/test';
import { press, showPanel, type } from './support/hands.ts';
import { looksWellAtEverySize } from './support/looks.ts';
import { createEventually, newRoom, openEnsemble, status } from './support/room.ts';
import { expect, test } from './support/test.ts';

/** By the panel's buttons: what is in the air may lie over a seat where time stands still. */
const choose = (page: Page, server: number): Promise<void> =>
  page
    .locator('.seats')
    .getByRole('button', { name: `Server ${server}`, exact: true })
    .click();

/** What the page says of a server in numbers, by their names. */
const factsOf = async (page: Page, server: number): Promise<ReadonlyMap<string, string>> => {
  await choose(page, server);
  const facts = page.locator('dl.facts').first();
  await expect(facts).toBeVisible();
  const names = await facts.locator('dt').allInnerTexts();
  const values = await facts.locator('dd').allInnerTexts();
  return new Map(names.map((name, at) => [name, values[at] ?? ''] as const));
};

const parts = async (page: Page, server: number, names: readonly string[]): Promise<string[]> => {
  const facts = await factsOf(page, server);
  return names.map((name) => facts.get(name) ?? `no ${name}`);
};

const MANY = 600;
const ON_DISK = ['accepted epoch', 'current epoch', 'last logged'];
/** The digest is of every znode with its data and its stat. */
const IN_TREE = ['last applied', 'znodes', 'tree digest'];

test('epochs, last zxids and trees of the world are those of the tabs', async ({
  context,
  url,
}) => {
  const pages = await openEnsemble(context, url, newRoom());
  const room = pages[0]!;
  await room.bringToFront();
  await createEventually(room, '/app', 'data');
  for (const line of ['create -s /app/line- x', 'create -e /mine', 'create -c /box']) {
    await expect(await type(room, line)).toContainText('Created');
  }
  const { leaderId } = await status(room);
  const killed = [2, 3].find((server) => server !== leaderId)!;
  const up = [1, 2, 3].filter((server) => server !== killed);
  await room.evaluate((server) => window.tabkeeper.kill(server), killed);
  await expect(room.locator(`#stage button[data-server="${killed}"].killed`)).toBeVisible();
  // So much that the servers that run give a snapshot in the place of most of their logs.
  await room.evaluate(async (count) => {
    const { client } = window.tabkeeper;
    const data = 'd'.repeat(200);
    const paths = Array.from({ length: count }, (_, at) => `/app/${at}`);
    await Promise.all(paths.map((path) => client.create(path, data)));
  }, MANY);
  await createEventually(room, '/acknowledged', 'yes');
  const stat = await room.evaluate(() => window.tabkeeper.client.exists('/acknowledged'));
  const last = String(stat?.['czxid']);
  await expect
    .poll(async () =>
      Promise.all(up.map(async (server) => parts(room, server, IN_TREE.slice(0, 1)))),
    )
    .toEqual(up.map(() => [last]));
  const onDisk = new Map<number, string[]>();
  const inTree = new Map<number, string[]>();
  for (const server of up) {
    onDisk.set(server, await parts(room, server, ON_DISK));
    inTree.set(server, await parts(room, server, IN_TREE));
  }

  const opening = context.waitForEvent('page');
  await room.getByRole('link', { name: 'Take this into the lab' }).click();
  const lab = await opening;
  await expect(lab.getByText('Goes on from a live room')).toBeVisible();
  await expect(lab.locator('.problems')).toBeEmpty();
  await press(lab, 'Pause');
  await lab.getByRole('slider', { name: 'Moment' }).fill('0');
  await expect.poll(() => lab.getByTestId('lab-now').innerText()).toBe('0:00.000');
  await showPanel(lab, 'Server');
  for (const server of up) {
    await expect.poll(() => parts(lab, server, ON_DISK)).toEqual(onDisk.get(server));
  }
  await expect(lab.locator(`#stage button[data-server="${killed}"].killed`)).toBeVisible();
  await press(lab, 'Play');
  await expect(lab.locator('header').getByText(/leader \d/)).toBeVisible();
  for (const server of up) {
    const wanted = inTree.get(server)?.slice(1);
    await expect.poll(() => parts(lab, server, IN_TREE.slice(1))).toEqual(wanted);
  }
  await choose(lab, killed);
  await press(lab, 'Restart');
  const whole = inTree.get(up[0]!)?.slice(1);
  await expect(lab.locator(`#stage button[data-server="${killed}"].following`)).toBeVisible();
  await expect.poll(() => parts(lab, killed, IN_TREE.slice(1))).toEqual(whole);
  await showPanel(lab, 'Clients');
  const sessions = lab.getByTestId('clients').locator('ul').first().locator('> li');
  await expect(sessions).toHaveCount(3);

  // The room has not noticed; and without it a reload is the same world.
  expect((await status(room)).lastZxid).toBe(last);
  for (const page of pages) await page.close();
  await lab.reload();
  await expect(lab.getByText('Goes on from a live room')).toBeVisible();
  await press(lab, 'Pause');
  await showPanel(lab, 'Server');
  await lab.getByRole('slider', { name: 'Moment' }).fill('0');
  await expect.poll(() => lab.getByTestId('lab-now').innerText()).toBe('0:00.000');
  // The slider says at once where it is; the servers of that moment come a little later.
  await expect.poll(() => parts(lab, up[0]!, ON_DISK)).toEqual(onDisk.get(up[0]!));
});

test(
  'what of a room does not come along is said, and the room that is gone too',
  { tag: '@nightly' },
  async ({ context, url }) => {
    const pages = await openEnsemble(context, url, newRoom());
    const [room, other] = [pages[0]!, pages[2]!];
    await createEventually(room, '/app', 'data');
    await other.close();
    await room.bringToFront();
    await expect(room.locator('#stage button[data-server="3"].empty')).toBeVisible();
    const opening = context.waitForEvent('page');
    await room.getByRole('link', { name: 'Take this into the lab' }).click();
    const lab = await opening;
    await expect(lab.locator('.problems')).toContainText('could not be read: 3.');
    await expect(lab.locator('header').getByText(/leader \d/)).toBeVisible();

    const lost = await context.newPage();
    await lost.goto(`${url}/#lab&seed=4&seats=3&take=0123456789abcdef0123456789abcdef`);
    await expect(lost.locator('.problems')).toContainText('does not answer');
    await expect(lost.locator('header').getByText(/leader \d/)).toBeVisible();
    await press(lost, 'Pause');
    await looksWellAtEverySize(lost);
  },
);
