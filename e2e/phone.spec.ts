// A phone: the stage stays in sight above one sheet, and commands are tapped.

import { looksWellAtEverySize } from './support/looks.ts';
import { newRoom, openEnsemble } from './support/room.ts';
import { expect, test } from './support/test.ts';

test('commands are tapped, and a panel is a sheet below the stage that can be drawn up', async ({
  chrome,
  url,
}) => {
  const context = await chrome.newContext({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
  });
  const pages = await openEnsemble(context, url, newRoom());
  const page = pages[0]!;
  await page.bringToFront();
  const chips = page.getByRole('group', { name: 'Commands to tap' });
  await chips.getByRole('button', { name: 'create /app hello' }).tap();
  await expect(page.getByTestId('cli-output')).toContainText('Created /app');
  await chips.getByRole('button', { name: 'get -w /app' }).tap();
  await expect(page.getByTestId('cli-output')).toContainText('hello');
  await chips.getByRole('button', { name: 'set /app again' }).tap();
  await expect(page.getByTestId('cli-output')).toContainText('NodeDataChanged');

  await page.getByRole('tab', { name: 'Why' }).tap();
  const seat = page.locator('#stage button[data-server="1"]');
  await expect(page.getByTestId('feed')).toBeInViewport();
  await expect(seat).toBeInViewport();
  // Whatever is read, it says whether the ensemble serves, who leads, and in which epoch.
  await expect(page.locator('#stage .banner')).toBeInViewport();
  await expect(page.locator('#stage .banner')).toContainText('serving: 3 of 3, quorum 2');
  await expect(page.getByTestId('reign')).toContainText(/leader \d, epoch \d/);
  await expect(page.getByTestId('reign')).toBeInViewport();
  const feedHeight = async (): Promise<number> =>
    (await page.getByTestId('feed').boundingBox())?.height ?? 0;
  const low = await feedHeight();
  await page.getByRole('button', { name: 'Draw the sheet up' }).tap();
  await expect(seat).toHaveCount(0);
  expect(await feedHeight()).toBeGreaterThanOrEqual(low);
  await page.getByRole('button', { name: 'Let the sheet down' }).tap();
  await expect(seat).toBeInViewport();
  await looksWellAtEverySize(page);
  await context.close();
});
