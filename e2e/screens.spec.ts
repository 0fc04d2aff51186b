// Every screen, one after another: whatever a person can bring into sight has to pass axe and must not scroll
// sideways: by night in both themes and both languages at every width, otherwise the room alone, in one look.

import type { Page } from '@playwright/test';
import { CATALOGUE } from '../src/lessons/catalogue.ts';
import { openLab } from './support/lab.ts';
import { axeFindsNothing, EVERY_WIDTH, SIZES, widthsOf } from './support/looks.ts';
import {
  createEventually,
  linkTo,
  newRoom,
  openEnsemble,
  openTab,
  serving,
} from './support/room.ts';
import { ALL_LOOKS, fits } from './support/screens.ts';
import { expect, test } from './support/test.ts';

const tagOf = (look: string, daily: string): string[] => (look === daily ? [] : ['@nightly']);

/** What this button opens, alone: the page around it was looked at. */
const opens = async (page: Page, button: string, place: string, at = 0): Promise<void> => {
  await page.locator(button).nth(at).click();
  await expect(page.locator(place)).toBeVisible();
  await test.step(`${place} ${at}`, () => axeFindsNothing(page, place));
};

/** Whatever a tab of the panel has to show. On a wide screen a room's server is always in sight, and has no tab. */
const showsEveryPanel = async (page: Page, isRoom: boolean): Promise<void> => {
  const at = `of ${isRoom ? 'a room' : 'the laboratory'} at ${page.viewportSize()?.width}`;
  for (const [key, what] of [
    ['w', 'why'],
    ['t', 'tree'],
    ['s', 'server'],
    ['c', 'clients'],
  ] as const) {
    await page.keyboard.press(key);
    const stands = isRoom && page.viewportSize()?.width === SIZES[0].width;
    await expect(
      page.locator(`#panel-${what === 'server' && stands ? 'tree' : what}`),
    ).toBeVisible();
    await fits(page, `${what} ${at}`);
  }
  await page.keyboard.press('Shift+?');
  await expect(page.locator('#shortcuts')).toBeVisible();
  await fits(page, `shortcuts ${at}`);
  await page.keyboard.press('Shift+?');
  await expect(page.locator('#shortcuts')).toBeHidden();
};

/** Where the stage has room for diagram and charts beside a panel. */
const WITH_VIEWS = SIZES.slice(0, 2);

/** Diagram and charts, where the stage is. */
const showsEveryView = async (page: Page, isRoom: boolean): Promise<void> => {
  const at = `of ${isRoom ? 'a room' : 'the laboratory'} at ${page.viewportSize()?.width}`;
  for (const [key, view] of [
    ['d', 'space-time'],
    ['g', 'charts'],
  ] as const) {
    await page.keyboard.press(key);
    await expect(page.getByTestId(view)).toBeVisible();
    await fits(page, `${view} ${at}`);
    if (view === 'space-time') await opens(page, '.bar summary', '.bar .files');
    await page.keyboard.press(key);
    await expect(page.getByTestId(view)).toBeHidden();
  }
};

/** A lesson under way, with a hint, and while its solution plays, at one of the sizes. */
const showsTheWayThrough = async (page: Page, number: number): Promise<void> => {
  await page.setViewportSize(SIZES[number % SIZES.length]!);
  const card = page.getByRole('article');
  await card.locator('section.open button').first().click();
  await card.locator('footer .help button').first().click();
  await expect(card.locator('.hint')).toBeVisible();
  await fits(page, `lesson ${number}, a hint`);
  await card.locator('footer .help button').last().click();
  await expect(card.locator('li.met').first()).toBeVisible();
  await fits(page, `lesson ${number}, its solution`);
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
  // A sign for each of the five servers: two of the six clients are at one.
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
      else await showsTheWayThrough(page, number);
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
        await showsEveryPanel(page, true);
      }
      for (const size of EVERY_WIDTH ? WITH_VIEWS : [SIZES[0]]) {
        await page.setViewportSize(size);
        await showsEveryView(page, true);
      }
      await page.setViewportSize(SIZES[0]);
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

for (const [locale, colorScheme] of ALL_LOOKS) {
  test(
    `every panel and view of a laboratory: ${locale}, ${colorScheme}`,
    { tag: '@nightly' },
    async ({ chrome, url }) => {
      test.setTimeout(500_000);
      const context = await chrome.newContext({ locale, colorScheme });
      const page = await context.newPage();
      await openLab(page, url);
      await page.keyboard.press('Space');
      for (const size of SIZES) {
        await page.setViewportSize(size);
        await showsEveryPanel(page, false);
        if (WITH_VIEWS.includes(size)) await showsEveryView(page, false);
      }
      await context.close();
    },
  );
}

for (const [locale, colorScheme] of ALL_LOOKS) {
  const tag = tagOf(`${locale}, ${colorScheme}`, 'en, light');
  test(`a lesson of a room: ${locale}, ${colorScheme}`, { tag }, async ({ chrome, url }) => {
    test.setTimeout(500_000);
    const context = await chrome.newContext({ locale, colorScheme });
    const page = await context.newPage();
    const room = newRoom();
    const fitsEverywhere = async (what: string): Promise<void> => {
      for (const size of widthsOf(what)) {
        await page.setViewportSize(size);
        await page.bringToFront();
        await fits(page, `${what} at ${size.width}`);
      }
      await page.setViewportSize(SIZES[0]);
    };
    await page.goto(`${linkTo(url, room, 1)}&lesson=node-types`);
    const card = page.getByRole('article');
    const options = card.locator('section.open button');
    await expect(options.first()).toBeVisible();
    await fitsEverywhere('without its tabs');
    for (const seat of [2, 3]) await openTab(context, url, room, seat);
    await page.bringToFront();
    await card.locator('.where button').first().click();
    await expect(card).toHaveCount(0);
    await fitsEverywhere('the list');
    await page.locator('.open .button.primary').click();
    await options.nth(2).click();
    const begin = card.locator('section .button.primary');
    await expect(begin).not.toHaveAttribute('aria-disabled', 'true');
    await fitsEverywhere('ready');
    await begin.click();
    await expect(card.locator('[data-move]').first()).toBeEnabled({ timeout: 180_000 });
    await card.locator('footer button').first().click();
    await expect(card.locator('.hint')).toBeVisible();
    await fitsEverywhere('under way');
    for (const id of ['job', 'note', 'delete', 'job', 'mail', 'live', 'child', 'note', 'lock']) {
      await card.locator(`[data-move="${id}"]`).click();
    }
    await expect(page.getByTestId('moral')).toBeVisible();
    await fitsEverywhere('its moral');
    await context.close();
  });
}
