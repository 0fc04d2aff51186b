// What is lost when somebody goes elsewhere: asked before where there is something, and nowhere else.

import type { Page } from '@playwright/test';
import { press, type } from './support/hands.ts';
import { openLab } from './support/lab.ts';
import { axeFindsNothing } from './support/looks.ts';
import { linkTo, newRoom, openTab } from './support/room.ts';
import { expect, test } from './support/test.ts';

const mode = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Live or laboratory' }).getByRole('link', { name });
const question = (page: Page, name: string) => page.getByRole('dialog', { name });

/** What the browser itself asks before the page is left; it is answered with yes. */
const hearAsked = (page: Page): string[] => {
  const asked: string[] = [];
  page.on('dialog', (dialog) => {
    asked.push(dialog.type());
    void dialog.accept();
  });
  return asked;
};

test('a room’s tab asks before the laboratory ends its server, and none once it is killed', async ({
  context,
  url,
}) => {
  const room = newRoom(1);
  const page = await openTab(context, url, room);
  await mode(page, 'Lab').click();
  const asks = question(page, 'End this tab’s server?');
  await expect(asks).toContainText('What is on its disk stays');
  await axeFindsNothing(page);
  await expect(asks.getByRole('button', { name: 'Stay' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(asks).toBeHidden();
  await expect(mode(page, 'Lab')).toBeFocused();

  await page.keyboard.press('Enter');
  const opens = context.waitForEvent('page');
  await asks.getByRole('link', { name: 'Open in a new tab' }).click();
  const lab = await opens;
  await expect(lab.getByTestId('lab-now')).toHaveText(/^0:0[1-9]/);
  await lab.close();
  await expect(asks).toBeHidden();
  expect(await page.evaluate(() => window.tabkeeper.status().serverId)).toBe(1);

  await page.evaluate(() => window.tabkeeper.kill(1));
  await expect(page.getByRole('button', { name: 'Restart', exact: true })).toBeVisible();
  await mode(page, 'Lab').click();
  await expect(page.getByTestId('lab-now')).toHaveText(/^0:0[1-9]/);
  // Nothing was done in it: the way back asks nothing.
  await mode(page, 'Live').click();
  await expect(page).toHaveURL(linkTo(url, room).replace(/^[^#]*/, url + '/'));
});

test('a world in which somebody did something is not ended without a question', async ({
  context,
  url,
}) => {
  const page = await context.newPage();
  const asked = hearAsked(page);
  await openLab(page, url);
  await page.keyboard.press('Space');
  await page.reload();
  await expect(page.getByTestId('lab-now')).toHaveText(/^0:0[1-9]/);
  await page.getByRole('link', { name: 'Seed 7' }).click();
  await expect(page).toHaveURL(/seed=8/);
  await expect(page.getByTestId('lab-now')).toHaveText(/^0:0[1-9]/);
  expect(asked).toEqual([]);

  await type(page, 'create /mine');
  await mode(page, 'Live').click();
  const asks = question(page, 'End this world?');
  await expect(asks).toContainText('all its branches');
  await asks.getByRole('button', { name: 'Stay' }).click();
  await page.getByRole('link', { name: 'Seed 8' }).click();
  await expect(asks).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/seed=8/);

  await page.reload();
  await expect(page.getByTestId('lab-now')).toHaveText(/^0:0[1-9]/);
  expect(asked).toEqual(['beforeunload']);
  await type(page, 'create /mine');
  // Where it was asked, and where it is said, the browser does not ask once more.
  await page.getByRole('link', { name: 'Seed 8' }).click();
  await asks.getByRole('button', { name: 'Open here' }).click();
  await expect(page).toHaveURL(/seed=9/);
  await expect(page.getByTestId('lab-now')).toHaveText(/^0:0[1-9]/);
  await type(page, 'create /mine');
  await press(page, 'New world');
  await page
    .getByRole('dialog', { name: 'New world' })
    .getByRole('button', { name: 'Open' })
    .click();
  await expect(page.getByRole('link', { name: 'Seed 9' })).toBeVisible();
  await expect(page.getByTestId('lab-now')).toHaveText(/^0:0[1-9]/);
  expect(asked).toEqual(['beforeunload']);
});

test('an attempt at a lesson goes on behind the list, and its solution takes its place only when asked for', async ({
  context,
  url,
}) => {
  const page = await context.newPage();
  await page.goto(`${url}/#lab&lesson=one-by-one`);
  const steps = page.getByRole('article').locator('.par');
  await page.getByRole('button', { name: /^Server 5/ }).click();
  await press(page, 'Open 1');
  await expect(steps).toContainText('Steps: 1');
  await press(page, 'All lessons');
  await page
    .getByRole('listitem')
    .getByRole('button', { name: /One by one/ })
    .click();
  const card = page.getByRole('article', { name: 'One by one' });
  await expect(card).toBeVisible();
  await expect(card.locator('li.mine')).toContainText('Server 5');
  await expect(steps).toContainText('Steps: 1');

  await press(page, 'Show a hint');
  await press(page, 'Show the solution');
  const asks = question(page, 'End your attempt?');
  await expect(asks).toContainText('all its branches');
  await asks.getByRole('button', { name: 'Stay' }).click();
  await expect(steps).toContainText('Steps: 1');
  await press(page, 'Show the solution');
  await asks.getByRole('button', { name: 'Show the solution' }).click();
  await expect(asks).toBeHidden();
  await expect(page.getByTestId('moral')).toContainText('That was the solution at work');

  // Who has done nothing yet is not asked.
  await page.getByTestId('moral').getByRole('button', { name: 'Start over' }).click();
  await card.getByRole('button', { name: /^Server 5/ }).click();
  await press(page, 'Show a hint');
  await press(page, 'Show the solution');
  await expect(asks).toBeHidden();
  await expect(page.getByTestId('moral')).toContainText('That was the solution at work');
});
