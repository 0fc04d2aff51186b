// Every tool of the chaos palette in a real room: what it does to the servers, where it is said, and the
// way back. One room of three tabs for each half, to spare the machine.

import type { Page } from '@playwright/test';
import { press } from './support/hands.ts';
import { aimAt, faults, palette, take } from './support/palette.ts';
import { createEventually, openTab, read, serving, status } from './support/room.ts';
import { expect, test } from './support/test.ts';

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

interface Three {
  readonly leader: number;
  readonly ids: readonly [follower: number, other: number];
  readonly one: Page;
  readonly two: Page;
}

/** Who leads, and both followers with their pages. */
const threeOf = async (pages: readonly Page[]): Promise<Three> => {
  const leader = await serving(pages[0]!);
  const ids = [1, 2, 3].filter((id) => id !== leader) as [number, number];
  const [one, two] = ids.map((id) => pages[id - 1]!) as [Page, Page];
  return { leader, ids, one, two };
};

const linkOf = (a: number, b: number): string => `${Math.min(a, b)}–${Math.max(a, b)}`;

test('disks: slow, full, wiped; each is said, and healed', async ({ standing: { pages } }) => {
  const { ids, one, two } = await threeOf(pages);
  const [own, other] = ids;
  await createEventually(one, '/disks', '1');

  await one.bringToFront();
  await take(one, 'slowDisk');
  await aimAt(one, other);
  await aimAt(one, own);
  await expect(faults(one).getByRole('listitem')).toHaveCount(2);
  await expect(one.locator(`#stage button[data-server="${other}"]`)).toContainText('disk +500 ms');
  // The leader alone is no quorum: one of the slow disks has to answer.
  expect(await writeMillis(one, '/disks/slow')).toBeGreaterThan(480);
  await heal(one, `Disk of ${own}: 500 ms slower`);
  await heal(one, `Disk of ${other}: 500 ms slower`);
  await expect(palette(one)).toContainText('Nothing is broken.');
  await writeMillis(one, '/disks/settled');
  let quick = 0;
  await expect.poll(() => writeMillis(one, `/disks/quick${(quick += 1)}`)).toBeLessThan(480);

  await take(one, 'fullDisk');
  await aimAt(one, other);
  await expect(one.locator(`#stage button[data-server="${other}"]`)).toContainText('disk full');
  await createEventually(one, '/disks/refused', '2');
  await expect.poll(async () => (await status(two)).role).toBe('down');
  await expect(two.getByText(/QuotaExceededError/).first()).toBeVisible();
  await press(one, 'Heal everything');
  await serving(two);
  expect(await read(two, '/disks/refused')).toBe('2');

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
  expect(await read(two, '/disks')).toBe('1');

  await take(one, 'killAll');
  await press(one, 'Kill all servers');
  for (const page of pages) await expect.poll(async () => (await status(page)).role).toBe('down');
  await expect(faults(one).getByRole('listitem')).toHaveCount(3);
  await press(one, 'Heal everything');
  await serving(one);
  expect(await read(one, '/disks')).toBe('1');
});

test('links: slow, one way, one channel, cut by a lasso; each is said, and healed', async ({
  standing: { pages },
}) => {
  const { leader, ids, one, two } = await threeOf(pages);
  const [own, other] = ids;
  const link = `Link ${linkOf(own, leader)}`;
  await createEventually(one, '/links');
  await one.bringToFront();

  // Between the followers: nobody loses a leader by it.
  const drawnCuts = one.locator('#stage line.cut');
  await take(one, 'cut');
  await one.getByRole('button', { name: `Link ${linkOf(own, other)}`, exact: true }).click();
  await expect(drawnCuts).toHaveCount(1);
  await heal(one, `Link ${linkOf(own, other)} is cut`);
  await expect(drawnCuts).toHaveCount(0);

  await take(one, 'slowLink');
  await one.getByRole('button', { name: link, exact: true }).click();
  await expect(one.locator('#stage')).toContainText('+300 ms');
  // There and back: the request, and the leader's word.
  expect(await writeMillis(one, '/links/slow')).toBeGreaterThan(580);
  // One after the other, three would never be quicker than that.
  const three = (round: number): Promise<number> =>
    one.evaluate(async (number) => {
      const from = performance.now();
      const client = window.tabkeeper.client;
      await Promise.all(['a', 'b', 'c'].map((name) => client.create(`/links/${name}${number}`)));
      return performance.now() - from;
    }, round);
  let round = 0;
  await expect.poll(() => three((round += 1))).toBeLessThan(1_800);
  await heal(one, `${link}: 300 ms slower`);
  await createEventually(one, '/links/quick');

  let since = Date.now();
  await take(one, 'closeChannel');
  await one.getByRole('button', { name: link, exact: true }).click();
  await expect.poll(() => heard(one, 'roleChanged', own, since)).toBeGreaterThanOrEqual(2);
  await serving(one);
  for (const channel of ['election', 'trace', 'client'] as const) {
    since = Date.now();
    await one.evaluate(([a, b, name]) => window.tabkeeper.closeChannel(a, b, name), [
      ...([leader, other, channel] as const),
    ] as const);
    await createEventually(one, `/links/${channel}`);
    expect(await heard(one, 'roleChanged', other, since)).toBe(0);
  }

  await take(one, 'cutWay');
  await one.getByRole('button', { name: `From ${leader} to ${own}` }).click();
  await expect(faults(one)).toContainText(`${own} does not hear ${leader}`);
  // The follower hears no ping of its leader any more, and gives up.
  await expect.poll(async () => (await status(one)).role).toBe('looking');
  await createEventually(two, '/links/majority', 'yes');
  await heal(one, `${own} does not hear ${leader}`);
  await serving(one);
  expect(await read(one, '/links/majority')).toBe('yes');

  await take(one, 'cutOff');
  const box = (await one.locator(`#stage button[data-server="${own}"]`).boundingBox())!;
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
  await expect(faults(one)).toContainText(`Link ${linkOf(own, leader)} is cut`);
  await expect(faults(one)).toContainText(`Link ${linkOf(own, other)} is cut`);
  await expect(faults(one).getByRole('listitem')).toHaveCount(2);
  await expect(drawnCuts).toHaveCount(2);
  await expect.poll(async () => (await status(one)).role).toBe('looking');
  await press(one, 'Heal everything');
  await serving(one);
});

/** Kills the leader by this follower's page, where asked behind a silence that lies both ways between the two: after
 *  how many milliseconds the follower looks for another one. */
const missedAfter = (page: Page, leader: number, own: number, silent: boolean): Promise<number> =>
  page.evaluate(
    async ([there, here, isSilent]) => {
      const { tabkeeper } = window;
      if (isSilent) {
        tabkeeper.cutWay(there, here, true);
        tabkeeper.cutWay(here, there, true);
      }
      const from = performance.timeOrigin + performance.now();
      tabkeeper.kill(there);
      for await (const { event, server, atMillis } of tabkeeper.trace({ since: from })) {
        if (server !== here || event.kind !== 'roleChanged' || event['to'] !== 'LOOKING') continue;
        return atMillis - from;
      }
      throw new Error('the trace has ended');
    },
    [leader, own, silent] as const,
  );

test('whoever goes behind a silence is missed only when it has lasted', async ({
  standing: { pages },
}) => {
  // The leader is silent for 16 ticks of 100 ms before it is given up; a link that ends is heard at once.
  for (const silent of [false, true]) {
    const { leader, ids, one } = await threeOf(pages);
    const millis = await missedAfter(one, leader, ids[0], silent);
    if (silent) expect(millis).toBeGreaterThan(1_200);
    else expect(millis).toBeLessThan(1_200);
    await press(one, 'Heal everything');
    for (const page of pages) await serving(page);
  }
});

test('a clock that goes five times as fast gives up a silent leader sooner; it is said, and healed', async ({
  standing: { pages },
}) => {
  const { leader, ids, one, two } = await threeOf(pages);
  const [own] = ids;
  await one.bringToFront();
  await take(one, 'skewClock');
  await aimAt(one, own);
  await heal(one, `Clock of ${own}: 200 % pace`);
  await expect(palette(one)).toContainText('Nothing is broken.');
  // From another page, and past a restart: the tab keeps it.
  await two.evaluate((id) => window.tabkeeper.skewClock(id, 500), own);
  await expect(faults(one)).toContainText(`Clock of ${own}: 500 % pace`);
  await one.evaluate(() => window.tabkeeper.restart());
  expect(await serving(one)).toBe(leader);
  // 16 ticks of 100 ms are 320 ms by this clock.
  expect(await missedAfter(one, leader, own, true)).toBeLessThan(1_200);
  await press(one, 'Heal everything');
  for (const page of pages) await serving(page);
  await expect(palette(one)).toContainText('Nothing is broken.');
  // The tool is put away.
  await one.keyboard.press('Escape');
});

test(
  'what a page did to a link is known to one that comes later',
  { tag: '@nightly' },
  async ({ standing, url }) => {
    const { context, room, pages } = standing;
    await pages[0]!.evaluate(() => window.tabkeeper.slowLink(1, 2, 100));
    await pages[0]!.evaluate(() => window.tabkeeper.cutWay(1, 3, true));
    await pages[1]!.close();
    const again = await openTab(context, url, room, 2);
    pages[1] = again;
    await expect(faults(again)).toContainText('Link 1–2: 100 ms slower');
    await expect(faults(again)).toContainText('3 does not hear 1');
    await press(again, 'Heal everything');
    await expect(palette(again)).toContainText('Nothing is broken.');
  },
);
