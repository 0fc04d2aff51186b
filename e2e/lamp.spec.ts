// The invariants lamp of a room: it counts what this page hears.

import type { Locator, Page } from '@playwright/test';
import { createEventually } from './support/room.ts';
import { expect, test } from './support/test.ts';

const lamp = (page: Page): Locator => page.getByTestId('lamp');
const list = (page: Page): Locator => page.getByRole('dialog', { name: 'Invariants' });
const row = (page: Page, rule: string): Locator =>
  list(page).locator(`li[data-invariant="${rule}"]`);

const checked = async (page: Page): Promise<number> => {
  const name = (await lamp(page).getAttribute('aria-label')) ?? '';
  return Number(/([\d,]+) checked/.exec(name)?.[1]?.replaceAll(',', '') ?? Number.NaN);
};

test('the lamp of a room is green, and counts what every write gives it to judge', async ({
  standing: { pages },
}) => {
  const page = pages[0]!;
  await page.bringToFront();
  await expect(lamp(page)).toContainText('Invariants hold');
  await createEventually(page, '/lamp-one', '1');
  await expect.poll(() => checked(page)).toBeGreaterThan(0);
  const before = await checked(page);
  await createEventually(page, '/lamp-two', '2');
  await expect.poll(() => checked(page)).toBeGreaterThan(before);

  await lamp(page).focus();
  await page.keyboard.press('Enter');
  await expect(list(page).getByRole('heading', { level: 3 })).toHaveCount(2);
  for (const rule of ['TotalOrder', 'PrefixConsistency', 'Integrity', 'LocalPrimaryOrder']) {
    await expect(row(page, rule)).toContainText(/\d+ checked/);
  }
  for (const rule of ['SequentialConsistency', 'SingleSystemImage', 'Reliability']) {
    await expect(row(page, rule)).toContainText(/\d+ checked/);
  }
  await expect(row(page, 'Timeliness')).toContainText(/\d+ measured/);
  await expect(list(page)).not.toContainText('broken');
  await page.keyboard.press('Escape');
  await expect(list(page)).toHaveCount(0);
});
