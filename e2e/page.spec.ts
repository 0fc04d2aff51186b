import { readFileSync } from 'node:fs';
import { createEventually, newRoom, openEnsemble, serving } from './support/room.ts';
import { showPanel } from './support/hands.ts';
import { looksWellAtEverySize, LOOKS } from './support/looks.ts';
import { expect, test } from './support/test.ts';

const chinese = JSON.parse(
  readFileSync(new URL('../messages/zh-CN.json', import.meta.url), 'utf8'),
) as Record<string, string>;

test.describe('all looks', () => {
  test.use({ house: 'of its own' });

  // The first panel of a room, which screens.spec.ts shows to axe in one look by day.
  for (const { locale, colorScheme } of LOOKS) {
    test(
      `axe finds nothing, nothing scrolls sideways: ${locale}, ${colorScheme}`,
      { tag: '@nightly' },
      async ({ chrome, url }) => {
        const context = await chrome.newContext({ locale, colorScheme });
        const pages = await openEnsemble(context, url, newRoom());
        const page = pages[0]!;
        await createEventually(page, '/app', 'data');
        await expect(page.locator('html')).toHaveAttribute('lang', locale === 'en' ? /^en/ : /^zh/);
        await looksWellAtEverySize(page);
        await context.close();
      },
    );
  }
});

test('what a user types is text, never HTML', async ({ standing: { pages } }) => {
  const evil = '<img src=x onerror=alert(1)>';
  await pages[0]!.evaluate((text) => window.tabkeeper.client.create(`/${text}`, text), evil);
  await showPanel(pages[1]!, 'Tree');
  await showPanel(pages[1]!, 'Why');
  await expect(pages[1]!.getByText(evil).first()).toBeVisible();
  expect(await pages[1]!.locator('img[src="x"]').count()).toBe(0);
});

test('bad requests get their own errors', async ({ standing: { pages } }) => {
  const names = await pages[0]!.evaluate(async () => {
    const { client } = window.tabkeeper;
    const nameOf = (work: Promise<unknown>) =>
      work.then(
        () => 'ok',
        (error: { name: string }) => error.name,
      );
    await client.create('/bad', 'x');
    return {
      path: await nameOf(client.create('no-slash')),
      exists: await nameOf(client.create('/bad')),
      parent: await nameOf(client.create('/nobody/b')),
      version: await nameOf(client.set('/bad', 'y', { version: 7 })),
      big: await nameOf(client.create('/big', new Uint8Array(1_200_000))),
      // Ints on the wire: another number must not match a version by chance, and nothing throws apart.
      ...(await Promise.all(
        [Number.NaN, 4_294_967_296, 1.5, 'x'].map((version) =>
          nameOf(client.set('/bad', 'z', { version: version as number })),
        ),
      )),
      options: await nameOf(client.get('/a', null as never)),
      multi: await nameOf(client.multi([null] as never)),
      timeout: await nameOf(window.tabkeeper.openClient({ timeoutMillis: 0 })),
      after: await nameOf(client.create('/bad/after')),
    };
  });
  expect(names).toMatchObject({
    path: 'BadArguments',
    exists: 'NodeExists',
    parent: 'NoNode',
    version: 'BadVersion',
    ...['BadArguments', 'BadArguments', 'BadArguments', 'BadArguments'],
    options: 'BadArguments',
    multi: 'BadArguments',
    timeout: 'BadArguments',
  });
  expect(names.big).toBe('MarshallingError');
  expect(names.after).toBe('ok');
});

test('language and theme change in the page, and its server lives on', async ({
  standing: { pages },
}) => {
  const page = pages[0]!;
  const epoch = (): Promise<number> => page.evaluate(() => window.tabkeeper.status().epoch);
  const before = {
    origin: await page.evaluate(() => performance.timeOrigin),
    epoch: await epoch(),
  };
  const background = (): Promise<string> =>
    page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page.getByRole('tab', { name: 'Why' })).toBeVisible();

  // The lessons are in the laboratory: in a tab of its own, since this one is a server.
  const lessons = page.getByRole('link', { name: '20 lessons, in the lab' });
  await expect(lessons).toHaveAttribute('href', '#lab&lesson=one-by-one');
  await expect(lessons).toHaveAttribute('target', '_blank');

  await page.getByLabel('Language').selectOption('zh-CN');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect(page.locator('header').getByRole('button', { name: '领导者 leader' })).toBeVisible();
  await expect(page.locator('header').getByRole('button', { name: '纪元 epoch' })).toBeVisible();
  const banner = page.locator('#stage .banner');
  await expect(banner.getByRole('button', { name: '法定人数 quorum' })).toBeVisible();
  await expect(page.getByRole('tab', { name: 'Why' })).toHaveCount(0);
  await expect(page.getByRole('tab', { name: chinese['tab_why']! })).toBeVisible();
  await expect(page.getByTestId('feed')).toContainText(/[\u4e00-\u9fff]/);
  const light = await background();
  await page.getByLabel(chinese['theme']!).selectOption('dark');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await expect.poll(background).not.toBe(light);

  // No reload, no election: the server in this tab noticed nothing.
  expect(await page.evaluate(() => performance.timeOrigin)).toBe(before.origin);
  expect(await epoch()).toBe(before.epoch);
  await createEventually(page, '/still', 'here');
  await page.reload();
  await serving(page);
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.getByLabel(chinese['theme']!).selectOption('auto');
  await page.getByLabel(chinese['language']!).selectOption('en');
});
