// A screen as it is judged: it fits into its window, axe finds nothing, and whoever wants to look at it has a picture.

import path from 'node:path';
import { test, type Page } from '@playwright/test';
import { expect } from './expect.ts';
import { axeFindsNothing, tooWide } from './looks.ts';

export const ALL_LOOKS = [
  ['en', 'light'],
  ['zh-CN', 'dark'],
  ['en', 'dark'],
  ['zh-CN', 'light'],
] as const;

/** For people who want to look at every screen: a folder, with `BROWSER=whole` in every look. */
const SHOTS = process.env['SHOTS'];

const SETTLES_MILLIS = 500;

const keepShot = async (page: Page, what: string): Promise<void> => {
  if (SHOTS === undefined) return;
  // What unfolds or glides has come to its end.
  await page.waitForTimeout(SETTLES_MILLIS);
  const names = [test.info().title.replace(/^.*: /, ''), what, page.viewportSize()?.width ?? ''];
  const name = names.join(' ').replaceAll(/[^A-Za-z0-9-]+/g, '-');
  await page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
};

export const fits = async (page: Page, what: string): Promise<void> => {
  const wide = (): Promise<number> => tooWide(page);
  await expect
    .poll(wide, { message: `${what} is no wider than its window` })
    .toBeLessThanOrEqual(0);
  await keepShot(page, what);
  await test.step(what, () => axeFindsNothing(page));
};
