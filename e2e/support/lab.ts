// The laboratory that most of its tests open.

import type { Page } from '@playwright/test';
import { expect } from './expect.ts';

/** Anew, wherever the page was: until three of five servers have a leader, and the first client has its session. */
export const openLab = async (page: Page, url: string): Promise<void> => {
  await page.goto('about:blank');
  await page.goto(`${url}/#lab&seed=7&seats=5`);
  await expect(page.getByTestId('lab-now')).toHaveText(/^0:0[1-9]/);
};
