// What every screen has to keep, whatever it shows: nothing scrolls sideways, and axe finds nothing.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { test, type Page } from '@playwright/test';
import type { AxeResults } from 'axe-core';
import { expect } from './expect.ts';

export const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
] as const;

type Size = (typeof SIZES)[number];

interface Look {
  readonly locale: 'en' | 'zh-CN';
  readonly colorScheme: 'light' | 'dark';
  readonly tag: string[];
}

/** Both themes in both languages: those that `npm test` plays, and those of the night. */
export const LOOKS: readonly Look[] = [
  { locale: 'en', colorScheme: 'light', tag: [] },
  { locale: 'zh-CN', colorScheme: 'dark', tag: [] },
  { locale: 'en', colorScheme: 'dark', tag: ['@nightly'] },
  { locale: 'zh-CN', colorScheme: 'light', tag: ['@nightly'] },
];

/** `npm run nightly` looks at everything at every width; otherwise each test looks at its own one. */
export const EVERY_WIDTH = process.env['BROWSER'] === 'whole';

/** Of all widths, or the one of this test, which another one that looks at the same may not have. */
export const widthsOf = (title: string): readonly Size[] =>
  EVERY_WIDTH ? SIZES : [SIZES[title.length % SIZES.length]!];

const AXE = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Judged {
  axe?: { run: (within: string | Document, options: object) => Promise<AxeResults> };
}

/** In the whole page, or in what `within` selects. A page is given axe once: it is half a megabyte to read. What passes
 *  is not written down: that is half of the work. */
export const axeFindsNothing = async (page: Page, within?: string): Promise<void> => {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(await AXE);
  const found = await page.evaluate(async (selected) => {
    const { axe } = window as unknown as Judged;
    if (axe === undefined) throw new Error('axe is not there');
    const { violations } = await axe.run(selected ?? document, {
      resultTypes: ['violations'],
      // Of WCAG 2.2 AA, and off by default.
      rules: { 'target-size': { enabled: true } },
    });
    return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
  }, within ?? null);
  expect(found).toEqual([]);
};

/** By how many pixels the page is wider than its window. */
export const tooWide = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Nothing is wider than the window at any size, and axe finds nothing at the widths of this test. The page lays itself
 *  out anew once it has heard of the new size. */
export const looksWellAtEverySize = async (page: Page): Promise<void> => {
  const judged = widthsOf(test.info().title);
  for (const size of SIZES) {
    await page.setViewportSize(size);
    const wide = (): Promise<number> => tooWide(page);
    await expect.poll(wide, { message: `${size.width} wide` }).toBeLessThanOrEqual(0);
    if (judged.includes(size)) {
      await test.step(`axe, ${size.width} wide`, () => axeFindsNothing(page));
    }
  }
};
