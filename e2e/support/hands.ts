// What a person does in the page: selects seats, presses buttons, types commands. Nothing here asks
// window.tabkeeper.

import type { Locator, Page } from '@playwright/test';
import { expect } from './expect.ts';

export const press = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click();

/** Clicks this server's seat on the stage: the buttons beside the stage are about it then. */
export const selectSeat = async (page: Page, server: number): Promise<void> => {
  await page.locator(`#stage button[data-server="${server}"]`).click();
};

export const pressOn = async (page: Page, server: number, name: string): Promise<void> => {
  await selectSeat(page, server);
  await press(page, name);
};

export const showPanel = (page: Page, name: string): Promise<void> =>
  page.getByRole('tab', { name, exact: true }).click();

/** The row of the last such line that was typed: its answer comes there. */
export const answerTo = (page: Page, line: string): Locator =>
  page.getByTestId('cli-output').locator('.command', { hasText: line }).last();

/** Types one line into the command line; gives its row. */
export const type = async (page: Page, line: string): Promise<Locator> => {
  const input = page.getByTestId('cli-input');
  await input.fill(line);
  await input.press('Enter');
  return answerTo(page, line);
};

/** The lines of the Why feed that say how this server was brought up to date, newest first. */
export const syncLines = async (page: Page, server: number): Promise<Locator> => {
  await showPanel(page, 'Why');
  await press(page, 'Sync');
  return page
    .getByTestId('feed')
    .locator('li')
    .filter({ hasText: new RegExp(`synchronises ${server} by `) });
};

const sessionsOf = async (page: Page): Promise<number[]> => {
  const buttons = page.getByRole('button', { name: /^Close session \d+$/ });
  const names = await buttons.evaluateAll((all) => all.map((one) => one.ariaLabel ?? ''));
  return names.map((name) => Number(/\d+/.exec(name)));
};

/** One more session, at this page's own server: the first one may have found another server. Gives its number. */
export const openOwnSession = async (page: Page, server: number): Promise<number> => {
  await showPanel(page, 'Clients');
  const before = await sessionsOf(page);
  const opened = async (): Promise<number> =>
    (await sessionsOf(page)).find((number) => !before.includes(number)) ?? 0;
  await press(page, 'Open another session');
  await expect.poll(opened).toBeGreaterThan(0);
  const number = await opened();
  const session = page
    .getByRole('listitem')
    .filter({ hasText: new RegExp(`Client ${number}(?!\\d)`) });
  await expect(session).toContainText(`at server ${server}`);
  return number;
};
