// One write followed through the whole page, its packets opened down to their bytes, and the place of the
// rule behind each decision.

import { axeFindsNothing } from './support/looks.ts';
import { createEventually, newRoom, openEnsemble, serving } from './support/room.ts';
import { expect, test } from './support/test.ts';

test('a transaction is followed from its call to its answer, and its bytes are those that crossed', async ({
  context,
  url,
}) => {
  const pages = await openEnsemble(context, url, newRoom());
  const page = pages[0]!;
  await serving(page);
  await page.bringToFront();
  await page.setViewportSize({ width: 1440, height: 900 });
  await createEventually(page, '/followed', 'by its zxid');

  await page.keyboard.press('t');
  const row = page.getByRole('treeitem', { name: 'followed' });
  await row.click();
  const stat = page.getByLabel('Stat of /followed');
  const zxid = (await stat.locator('div', { hasText: 'mzxid' }).locator('dd').innerText()).trim();
  expect(zxid).toMatch(/^0x[0-9a-f]+$/);

  const column = page.getByRole('button', { name: `Follow ${zxid}`, exact: true }).first();
  await column.click();
  await expect(column).toHaveAttribute('aria-pressed', 'true');
  expect(await page.locator('td.followed').count()).toBeGreaterThan(2);
  const story = page.getByTestId('story');
  await expect(story).toContainText('PROPOSAL');
  await expect(story).toContainText('COMMIT');
  await expect(story.getByRole('listitem').first()).toContainText('/followed');

  await story.getByRole('button').filter({ hasText: 'PROPOSAL' }).first().click();
  const wire = story.getByTestId('wire');
  const field = (name: string) => wire.locator('li', { hasText: name }).getByRole('button').first();
  await expect(field('data.hdr.zxid')).toContainText(zxid);
  await expect(wire.getByRole('button', { name: /^data\.txn\.path: \/followed,/ })).toHaveCount(1);
  // The bytes of the text, as they stand on the wire.
  const path = [...'/followed'].map((char) => char.charCodeAt(0).toString(16)).join(' ');
  await wire.getByRole('button', { name: /^data\.txn\.path: / }).focus();
  await expect(wire.locator('.bytes .lit')).toHaveText(path);
  await wire.locator('.bytes span').first().hover();
  await expect(wire.locator('button.lit')).toContainText('2 (PROPOSAL)');

  await story
    .getByRole('button', { name: /^\d+ commits/ })
    .first()
    .click();
  await expect(page.getByTestId('reference').last()).toContainText('Leader.tryToCommit');
  await axeFindsNothing(page);

  await page.keyboard.press('t');
  await expect(row).toHaveClass(/followed/);
  await page.keyboard.press('Escape');
  await expect(row).not.toHaveClass(/followed/);
  await expect(page.locator('td.followed')).toHaveCount(0);

  await page.keyboard.press('c');
  await page.getByTestId('clients').getByRole('button', { name: 'Follow' }).first().click();
  await expect(story).toContainText('/followed');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('feed')).toBeVisible();
});

test('a message in the air opens where time stands still', async ({ context, url }) => {
  const page = await context.newPage();
  await page.goto(`${url}/#lab&seed=7&seats=5`);
  await expect(page.locator('header').getByText(/leader \d/)).toBeVisible({ timeout: 20_000 });
  await page.keyboard.press('Space');
  await expect(page.getByRole('button', { name: 'Play' })).toBeVisible();
  const slider = page.getByRole('slider', { name: 'Moment' });
  await slider.focus();
  const grips = page.locator('.grip');
  await expect(async () => {
    await slider.press('ArrowLeft');
    await expect(grips.first()).toBeVisible({ timeout: 1_500 });
  }).toPass({ timeout: 60_000 });
  // Where several lie on each other, the one drawn last is on top: it is what a hand would get.
  await grips.last().click();
  const card = page.getByTestId('event-card');
  await expect(card).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(card).toHaveCount(0);
});
