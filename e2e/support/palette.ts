// The chaos palette as a hand uses it: in a room and in the laboratory.

import type { Locator, Page } from '@playwright/test';

export const palette = (page: Page): Locator => page.getByTestId('chaos');

export const tool = (page: Page, name: string): Locator =>
  palette(page).locator(`[data-tool="${name}"]`);

export const take = (page: Page, name: string): Promise<void> => tool(page, name).click();

export const targets = (page: Page): Locator =>
  palette(page).getByRole('group', { name: 'Targets' });

export const aimAt = (page: Page, server: number): Promise<void> =>
  targets(page)
    .getByRole('button', { name: `Server ${server}` })
    .click();

/** What is broken now. */
export const faults = (page: Page): Locator => palette(page).getByTestId('faults');
