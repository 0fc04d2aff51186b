// The lessons as somebody without a mouse does them, from the list to the moral.

import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { listen } from './support/room.ts';
import { expect, test } from './support/test.ts';

/** Tab until this has the focus: nothing else is pressed. */
const tabTo = async (page: Page, name: string | RegExp, key = 'Tab'): Promise<void> => {
  const wanted = page.getByRole('button', { name });
  await expect(wanted.first()).toBeEnabled();
  for (let count = 0; count < 80; count += 1) {
    await page.keyboard.press(key);
    const focused = page.locator('*:focus');
    if ((await wanted.and(focused).count()) > 0) return;
  }
  throw new Error(`no ${key} leads to ${String(name)}`);
};

const press = async (page: Page, name: string | RegExp, key = 'Tab'): Promise<void> => {
  await tabTo(page, name, key);
  await page.keyboard.press('Enter');
};

const card = (page: Page) => page.getByRole('article');

test('a lesson by keyboard alone: list, bet, moves, goals, moral, and the next one', async ({
  context,
  url,
}) => {
  const page = await context.newPage();
  listen(page);
  await page.goto(`${url}/#lab`);
  await press(page, 'Start lesson 1');
  await expect(card(page)).toContainText('One by one');
  await expect(page).toHaveURL(/lesson=one-by-one/);

  // Time stands still before the bet.
  await expect(page.getByTestId('lab-now')).toHaveText('0:00.000');
  await page.keyboard.press('Space');
  await expect(page.getByTestId('lab-now')).toHaveText('0:00.000');
  await press(page, /^Server 5/);
  await expect(page.getByTestId('lab-now')).not.toHaveText('0:00.000');

  const goal = (text: string) => card(page).locator('li.met', { hasText: text });
  await press(page, 'Open 1');
  await press(page, 'Open 2');
  await expect(goal('Server 1 gives up its own vote')).toBeVisible({ timeout: 15_000 });
  await press(page, 'Open 3');
  await expect(goal('exactly three supporters')).toBeVisible({ timeout: 15_000 });
  await press(page, 'Open 4');
  await press(page, 'Open 5');
  const moral = page.getByTestId('moral');
  await expect(moral).toContainText('Lesson done', { timeout: 15_000 });
  await expect(card(page)).toContainText('You bet wrong.');
  await expect(card(page)).toContainText('Steps: 5');

  // It is remembered, and leads on.
  await press(page, 'Next: How votes compare');
  await expect(card(page)).toContainText('How votes compare');
  await press(page, 'All lessons', 'Shift+Tab');
  await expect(page.getByTestId('lessons')).toContainText('1 of');
  await page.reload();
  await expect(card(page)).toContainText('How votes compare');
});

test('the lesson of the watch by keyboard alone', async ({ context, url }) => {
  const page = await context.newPage();
  listen(page);
  await page.goto(`${url}/#lab&lesson=one-shot-watch`);
  await expect(card(page)).toContainText('one-shot watch');
  await press(page, /^One$/);
  const goal = (text: string) => card(page).locator('li.met', { hasText: text });
  await press(page, 'Client 1: get -w /cfg');
  await expect(goal('A data watch for client 1')).toBeVisible({ timeout: 15_000 });
  for (const value of ['v1', 'v2', 'v3']) await press(page, `Client 2: set ${value}`);
  await expect(goal('exactly one event')).toBeVisible({ timeout: 15_000 });
  await press(page, 'Client 1: get -w /cfg', 'Shift+Tab');
  await expect(goal('sees v3')).toBeVisible({ timeout: 15_000 });
  await press(page, 'Client 2: set v4');
  await expect(page.getByTestId('moral')).toContainText('a bell that rings once', {
    timeout: 15_000,
  });
  await expect(card(page)).toContainText('You bet right.');
  await expect(card(page)).toContainText('Steps: 6');
});

test('what is lost in this future is said, with the way back to it', async ({ context, url }) => {
  const page = await context.newPage();
  listen(page);
  await page.goto(`${url}/#lab&lesson=one-by-one`);
  await card(page).getByRole('button', { name: 'Server 3' }).click();
  for (const server of [5, 4, 3]) {
    await card(page)
      .getByRole('button', { name: `Open ${server}` })
      .click();
  }
  await expect(card(page)).toContainText('Another server than 3', { timeout: 15_000 });
  await page.keyboard.press('Space');
  await expect(page.getByTestId('moral')).toHaveCount(0);
  const back = card(page).getByRole('alert').getByRole('button');
  const moment = (await back.innerText()).replace('Go to ', '');
  await back.click();
  await expect(page.getByTestId('lab-now')).toHaveText(moment);
});

for (const [locale, colorScheme, width, height] of [
  ['en', 'light', 1440, 900],
  ['zh-CN', 'dark', 390, 844],
] as const) {
  test(`axe finds nothing in a lesson: ${locale}, ${colorScheme}, ${width} wide`, async ({
    chrome,
    url,
  }) => {
    const context = await chrome.newContext({
      ...{ locale, colorScheme, viewport: { width, height } },
    });
    const page = await context.newPage();
    await page.goto(`${url}/#lab&lesson=one-by-one`);
    const complaints = async (): Promise<string[]> => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      return violations.map((found) => `${found.id}: ${found.nodes[0]?.html}`);
    };
    const options = card(page).locator('section.open button');
    await expect(options.first()).toBeVisible();
    expect(await complaints()).toEqual([]);
    await options.nth(1).click();
    await card(page).locator('footer button').first().click();
    await card(page).locator('footer button').last().click();
    await expect(page.getByTestId('moral')).toBeVisible({ timeout: 20_000 });
    expect(await complaints()).toEqual([]);
    const wide = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(wide).toBeLessThanOrEqual(0);
    await context.close();
  });
}
