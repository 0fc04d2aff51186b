// Every screen, one after another: whatever a person can bring into sight has to pass axe and must not scroll
// sideways: by night in both themes and both languages at every width, otherwise the room alone, in one look.

import path from 'node:path';
import type { Page } from '@playwright/test';
import { CATALOGUE } from '../src/lessons/catalogue.ts';
import { axeFindsNothing, SIZES, tooWide, widthsOf } from './support/looks.ts';
import { createEventually, newRoom, openEnsemble, serving } from './support/room.ts';
import { expect, test } from './support/test.ts';

const ALL_LOOKS = [
  ['en', 'light'],
  ['zh-CN', 'dark'],
  ['en', 'dark'],
  ['zh-CN', 'light'],
] as const;
const tagOf = (look: string, daily: string): string[] => (look === daily ? [] : ['@nightly']);

/** For people who want to look at every screen: a folder, with `BROWSER=whole` in every look. */
const SHOTS = process.env['SHOTS'];

const keepShot = async (page: Page, what: string): Promise<void> => {
  if (SHOTS === undefined) return;
  const names = [test.info().title.replace(/^.*: /, ''), what, page.viewportSize()?.width ?? ''];
  const name = names.join(' ').replaceAll(/[^A-Za-z0-9-]+/g, '-');
  await page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
};

const fits = async (page: Page, what: string): Promise<void> => {
  const wide = (): Promise<number> => tooWide(page);
  await expect
    .poll(wide, { message: `${what} is no wider than its window` })
    .toBeLessThanOrEqual(0);
  await keepShot(page, what);
  await test.step(what, () => axeFindsNothing(page));
};

/** What this button opens, alone: the page around it was looked at. */
const opens = async (page: Page, button: string, place: string, at = 0): Promise<void> => {
  await page.locator(button).nth(at).click();
  await expect(page.locator(place)).toBeVisible();
  await test.step(`${place} ${at}`, () => axeFindsNothing(page, place));
};

/** On a small stage, too, where there are no cords: the lesson's hint points at the key. */
const showsWhoHolds = async (page: Page): Promise<void> => {
  await page.setViewportSize(SIZES[1]);
  const card = page.getByRole('article');
  await card.locator('section.open button').nth(1).click();
  await card
    .getByRole('button', { name: /抢惊群锁|herd lock/ })
    .first()
    .click();
  await expect(page.locator('#stage [data-mark="key"]')).toHaveCount(1);
  await expect(page.locator('#stage [data-mark="hourglass"]')).toHaveCount(4);
};

for (const [locale, colorScheme] of ALL_LOOKS) {
  test(`every lesson: ${locale}, ${colorScheme}`, { tag: '@nightly' }, async ({ chrome, url }) => {
    test.setTimeout(1_200_000);
    const context = await chrome.newContext({ locale, colorScheme });
    const page = await context.newPage();
    for (const { id, number, title } of CATALOGUE) {
      await page.goto('about:blank');
      await page.goto(`${url}/#lab&lesson=${id}`);
      const card = page.getByRole('article');
      for (const size of SIZES) {
        await page.setViewportSize(size);
        await expect(card.getByRole('heading', { level: 2 })).toContainText(title[locale]);
        await expect(card.locator('section.open button').first()).toBeVisible();
        // What the setup sent has landed: it begins with a clear stage.
        await expect(page.locator('#stage [data-flight]')).toHaveCount(0);
        await fits(page, `lesson ${number}`);
      }
      if (id === 'lock') await showsWhoHolds(page);
    }
    await context.close();
  });
}

for (const [locale, colorScheme] of ALL_LOOKS) {
  const tag = tagOf(`${locale}, ${colorScheme}`, 'en, light');
  test(
    `every panel and view of a room: ${locale}, ${colorScheme}`,
    { tag },
    async ({ chrome, url }) => {
      test.setTimeout(500_000);
      const context = await chrome.newContext({ locale, colorScheme });
      const pages = await openEnsemble(context, url, newRoom());
      const page = pages[0]!;
      await createEventually(page, '/screens', 'data');
      await page.evaluate(() => window.tabkeeper.client.get('/screens', { watch: true }));
      for (const size of widthsOf(locale)) {
        await page.setViewportSize(size);
        await page.bringToFront();
        for (const [key, what] of [
          ['w', 'why'],
          ['t', 'tree'],
          ['s', 'server'],
          ['c', 'clients'],
        ] as const) {
          await page.keyboard.press(key);
          // On a wide screen the server of a room is always in sight.
          const shown = what === 'server' && size === SIZES[0] ? 'tree' : what;
          await expect(page.locator(`#panel-${shown}`)).toBeVisible();
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
        if (view === 'space-time') await opens(page, '.bar summary', '.bar .files');
        await page.keyboard.press(key);
      }
      await opens(page, '[popovertarget="share"]', '#share');
      await page.keyboard.press('Escape');
      await page.keyboard.press('t');
      await page.getByRole('treeitem').filter({ hasText: 'screens' }).click();
      for (const form of [0, 1, 2])
        await opens(page, '#panel-tree button[aria-expanded]', '#panel-tree form', form);
      expect(await serving(page)).toBeGreaterThan(0);
      await context.close();
    },
  );
}

test('the stage alone, in a frame and for a projector', async ({ context, url }) => {
  const page = await context.newPage();
  await page.goto(`${url}/?embed#lab&seed=3&seats=3`);
  await expect(page.getByRole('button', { name: /^Server \d: leading/ })).toBeVisible();
  await fits(page, 'embedded');
  await page.goto(`${url}/#lab&seed=3&seats=5`);
  await page.getByLabel('Theme').selectOption('projector');
  await expect(page.locator('html')).toHaveAttribute('data-preset', 'projector');
  await fits(page, 'projector');
});
