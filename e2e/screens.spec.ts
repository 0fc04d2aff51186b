// Every screen, one after another: whatever a person can bring into sight has to pass axe and must not scroll
// sideways. SCREENS=all plays both themes in both languages; otherwise each theme and each language once.

import type { Page } from '@playwright/test';
import { CATALOGUE } from '../src/lessons/catalogue.ts';
import { axeFindsNothing, SIZES, tooWide } from './support/looks.ts';
import { createEventually, newRoom, openEnsemble, serving } from './support/room.ts';
import { expect, test } from './support/test.ts';

const LOOKS =
  process.env['SCREENS'] === 'all'
    ? ([
        ['en', 'light'],
        ['zh-CN', 'dark'],
        ['en', 'dark'],
        ['zh-CN', 'light'],
      ] as const)
    : ([
        ['en', 'light'],
        ['zh-CN', 'dark'],
      ] as const);

const IN_TIME = { timeout: 20_000 };

const fits = async (page: Page, what: string): Promise<void> => {
  const wide = (): Promise<number> => tooWide(page);
  await expect
    .poll(wide, { message: `${what} is no wider than its window` })
    .toBeLessThanOrEqual(0);
  await test.step(what, () => axeFindsNothing(page));
};

for (const [look, [locale, colorScheme]] of LOOKS.entries()) {
  test(`every lesson: ${locale}, ${colorScheme}`, async ({ chrome, url }) => {
    test.setTimeout(300_000);
    const context = await chrome.newContext({ locale, colorScheme });
    const page = await context.newPage();
    for (const [at, { id, number, title }] of CATALOGUE.entries()) {
      // Each lesson at one width, another one in the next look.
      await page.setViewportSize(SIZES[(at + look) % SIZES.length]!);
      await page.goto('about:blank');
      await page.goto(`${url}/#lab&lesson=${id}`);
      const card = page.getByRole('article');
      await expect(card.getByRole('heading', { level: 2 })).toContainText(title[locale]);
      await expect(card.locator('section.open button').first()).toBeVisible();
      await fits(page, `lesson ${number}`);
    }
    await context.close();
  });

  test(`every panel and view of a room: ${locale}, ${colorScheme}`, async ({ chrome, url }) => {
    test.setTimeout(240_000);
    const context = await chrome.newContext({ locale, colorScheme });
    const pages = await openEnsemble(context, url, newRoom());
    const page = pages[0]!;
    await createEventually(page, '/screens', 'data');
    await page.evaluate(() => window.tabkeeper.client.get('/screens', { watch: true }));
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await page.bringToFront();
      for (const [key, what] of [
        ['w', 'why'],
        ['t', 'tree'],
        ['s', 'server'],
        ['c', 'clients'],
      ] as const) {
        await page.keyboard.press(key);
        await fits(page, `${what} at ${size.width}`);
      }
      await page.keyboard.press('Shift+?');
      await expect(page.locator('#shortcuts')).toBeVisible();
      await fits(page, `shortcuts at ${size.width}`);
      await page.keyboard.press('Shift+?');
      await expect(page.locator('#shortcuts')).toBeHidden();
    }
    await page.setViewportSize(SIZES[0]);
    for (const [key, view] of [
      ['d', 'space-time'],
      ['g', 'charts'],
    ] as const) {
      await page.keyboard.press(key);
      await expect(page.getByTestId(view)).toBeVisible();
      await fits(page, view);
      await page.keyboard.press(key);
    }
    expect(await serving(page)).toBeGreaterThan(0);
    await context.close();
  });
}

test('the stage alone, in a frame and for a projector', async ({ context, url }) => {
  const page = await context.newPage();
  await page.goto(`${url}/?embed#lab&seed=3&seats=3`);
  await expect(page.getByRole('button', { name: /^Server \d: leading/ })).toBeVisible(IN_TIME);
  await fits(page, 'embedded');
  await page.goto(`${url}/#lab&seed=3&seats=5`);
  await page.getByLabel('Theme').selectOption('projector');
  await expect(page.locator('html')).toHaveAttribute('data-preset', 'projector');
  await fits(page, 'projector');
});
