// ZooKeeper's words explained where they stand: by pointing, by the keyboard, by a finger.

import type { Locator, Page } from '@playwright/test';
import { axeFindsNothing } from './support/looks.ts';
import { expect, test } from './support/test.ts';

const term = (place: Page | Locator, name: string): Locator =>
  place.getByRole('button', { name, exact: true }).first();
const card = (page: Page): Locator => page.getByRole('tooltip');
const lesson = (page: Page): Locator => page.getByRole('article');

const openLesson = async (page: Page, url: string): Promise<void> => {
  await page.goto(`${url}/#lab&lesson=one-by-one`);
  await expect(lesson(page)).toBeVisible();
};

/** What was on its way when time was stopped has come: nothing moves under the pointer any more. */
const standsStill = async (page: Page): Promise<void> => {
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
  const seen = async (): Promise<string> => page.getByTestId('feed').innerText();
  let last = '';
  await expect(async () => {
    const before = last;
    last = await seen();
    expect(last).toBe(before);
  }).toPass({ intervals: [300] });
};

/** Wholly in sight, and right beside its word. */
const standsBeside = async (page: Page, word: Locator): Promise<void> => {
  const [shown, line] = [await card(page).boundingBox(), await word.boundingBox()];
  const view = page.viewportSize();
  if (shown === null || line === null || view === null) throw new Error('it is not drawn');
  expect(shown.x).toBeGreaterThanOrEqual(0);
  expect(shown.y).toBeGreaterThanOrEqual(0);
  expect(shown.x + shown.width).toBeLessThanOrEqual(view.width);
  expect(shown.y + shown.height).toBeLessThanOrEqual(view.height);
  const below = shown.y - (line.y + line.height);
  const above = line.y - (shown.y + shown.height);
  expect(Math.max(below, above)).toBeGreaterThanOrEqual(0);
  expect(Math.max(below, above)).toBeLessThan(20);
};

test(
  'a term is explained while it is pointed at, and the explanation can be reached',
  { tag: '@nightly' },
  async ({ context, url }) => {
    const page = await context.newPage();
    await openLesson(page, url);
    const quorum = term(lesson(page), 'quorum');
    await quorum.hover();
    await expect(card(page)).toHaveText(/^quorum\s*More than half of the voters/);
    await standsBeside(page, quorum);
    await card(page).hover();
    await expect(card(page)).toBeVisible();
    // Only one at a time.
    await term(lesson(page), 'LOOKING').hover();
    await expect(card(page)).toContainText('has no leader');
    await page.mouse.move(720, 450);
    await expect(card(page)).toHaveCount(0);
    // For a room full of people everything is bigger, and the card stands at its word still.
    await page.getByLabel('Theme').selectOption('projector');
    await quorum.hover();
    await expect(card(page)).toBeVisible();
    await standsBeside(page, quorum);
  },
);

test('a term is explained to the keyboard, and Escape closes nothing else', async ({
  context,
  url,
}) => {
  const page = await context.newPage();
  await openLesson(page, url);
  await page.keyboard.press('Tab');
  const looking = term(lesson(page), 'LOOKING');
  await expect(looking).toBeFocused();
  await expect(card(page)).toContainText('has no leader');
  await expect(looking).toHaveAccessibleDescription(/has no leader/);
  await axeFindsNothing(page);
  await page.keyboard.press('Escape');
  await expect(card(page)).toHaveCount(0);
  await expect(looking).toBeFocused();
  // A key opens and closes it; Space does not set time going.
  await page.keyboard.press('Space');
  await expect(card(page)).toBeVisible();
  await expect(page.getByTestId('lab-now')).toHaveText('0:00.000');
  await page.keyboard.press('Enter');
  await expect(card(page)).toHaveCount(0);
  await page.keyboard.press('Tab');
  await expect(card(page)).toContainText('triple of epoch, zxid and id');
  await page.keyboard.press('Shift+Tab');
  await expect(card(page)).toContainText('has no leader');
});

test(
  'the words of a decision are explained beneath it',
  { tag: '@nightly' },
  async ({ context, url }) => {
    const page = await context.newPage();
    await page.goto(`${url}/#lab&seed=7&seats=3`);
    await expect(page.locator('header').getByText(/leader \d/)).toBeVisible();
    await page.keyboard.press('Space');
    await standsStill(page);
    const line = page.getByTestId('feed').getByRole('button', { name: /is established as leader/ });
    await line.first().click();
    const terms = page.getByTestId('feed').getByTestId('terms');
    await expect(terms.getByRole('listitem')).toHaveText(['leader', 'epoch']);
    await term(terms, 'epoch').hover();
    await expect(card(page)).toContainText('a leader’s reign');
    await standsBeside(page, term(terms, 'epoch'));
    await axeFindsNothing(page);
  },
);

test(
  'a line of the feed is explained where it is pointed at, without a tab stop of its own',
  { tag: '@nightly' },
  async ({ context, url }) => {
    const page = await context.newPage();
    await page.goto(`${url}/#lab&seed=7&seats=3`);
    await expect(page.locator('header').getByText(/leader \d/)).toBeVisible();
    await page.keyboard.press('Space');
    await standsStill(page);
    const line = page
      .getByTestId('feed')
      .getByRole('button', { name: /is established as leader/ })
      .first();
    // Where much comes at once it is drawn a moment after it is there.
    await expect(line).toHaveText(/is established as leader/, { useInnerText: true });
    const words = await line.innerText();
    const terms = line.locator('[data-term]');
    await expect(terms).toHaveCount(0);
    await line.hover();
    const epoch = line.locator('[data-term="epoch"]').first();
    await epoch.hover();
    await expect(card(page)).toContainText('a leader’s reign');
    await standsBeside(page, epoch);
    await card(page).hover();
    await expect(card(page)).toBeVisible();
    // It is the same button: nothing more to stop at, the same words.
    expect(await line.innerText()).toBe(words);
    await expect(line.locator('[tabindex], [role]')).toHaveCount(0);
    await axeFindsNothing(page);
    // What comes meanwhile does not take the line from under the card.
    await page.keyboard.press('n');
    await page.keyboard.press('n');
    await page.waitForTimeout(500);
    await standsBeside(page, epoch);
    await page.keyboard.press('Escape');
    await expect(card(page)).toHaveCount(0);
    await expect(line).toHaveAttribute('aria-expanded', 'false');
    // What is pressed opens, and nothing covers it.
    await standsStill(page);
    await line.hover();
    await line.locator('[data-term="leader"]').first().hover();
    await expect(card(page)).toContainText('puts all writes in order');
    await page.mouse.down();
    await page.mouse.up();
    await expect(line).toHaveAttribute('aria-expanded', 'true');
    await expect(card(page)).toHaveCount(0);
  },
);

test(
  'the words of tape and matrix are explained, also to the keyboard',
  { tag: '@nightly' },
  async ({ context, url }) => {
    const page = await context.newPage();
    await page.goto(`${url}/#lab&seed=7&seats=3`);
    const logs = page.getByRole('region', { name: 'The newest transactions in each server’s log' });
    await expect(logs.getByRole('table')).toBeVisible();
    await page.keyboard.press('Space');
    for (const [place, word, says] of [
      [logs, 'zxid', /^zxid/],
      [logs, 'committed', /^commit/],
      [logs, 'truncated', /^TRUNC/],
      [page.getByRole('region', { name: 'Time of the laboratory' }), 'epoch', /^epoch/],
    ] as const) {
      await term(place, word).hover();
      await expect(card(page)).toHaveText(says);
      await standsBeside(page, term(place, word));
      await page.keyboard.press('Escape');
      await expect(card(page)).toHaveCount(0);
      await page.mouse.move(720, 300);
      await term(place, word).focus();
      // What is focused by a script opens by itself, or by a key.
      if (!(await card(page).isVisible())) await page.keyboard.press('Enter');
      await expect(card(page)).toHaveText(says);
      await page.keyboard.press('Escape');
    }
    await axeFindsNothing(page);
  },
);

for (const colorScheme of ['light', 'dark'] as const) {
  const tag = colorScheme === 'light' ? ['@nightly'] : [];
  test(
    `a finger opens and closes a term on a phone, in Chinese, ${colorScheme}`,
    { tag },
    async ({ chrome, url }) => {
      const viewport = { width: 390, height: 844 };
      const context = await chrome.newContext({
        ...{ locale: 'zh-CN', colorScheme, viewport, hasTouch: true },
      });
      const page = await context.newPage();
      await openLesson(page, url);
      const leader = term(lesson(page), '领导者 leader');
      await leader.tap();
      await expect(card(page)).toContainText('唯一为写入排序的服务器');
      await standsBeside(page, leader);
      await axeFindsNothing(page);
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(wide).toBeLessThanOrEqual(0);
      await leader.tap();
      await expect(card(page)).toHaveCount(0);
      await leader.tap();
      await lesson(page).getByRole('heading', { level: 2 }).tap();
      await expect(card(page)).toHaveCount(0);
      await context.close();
    },
  );
}
