// The screens that a person comes to by some way: two futures side by side, a broken invariant, a recording, a lesson
// that is being written, the quiz, the stage alone, and for a projector. In every look at every width.

import type { Page } from '@playwright/test';
import { ITEMS } from '../src/lessons/quiz/items.ts';
import { openLab } from './support/lab.ts';
import { SIZES } from './support/looks.ts';
import { ALL_LOOKS, fits } from './support/screens.ts';
import { expect, test } from './support/test.ts';

const fitsAtEverySize = async (page: Page, what: string): Promise<void> => {
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await fits(page, `${what} at ${size.width}`);
  }
  await page.setViewportSize(SIZES[0]);
};

const create = async (page: Page): Promise<void> => {
  await page.locator('#command-input').fill('create /app data');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('cli-output')).toContainText('Created /app');
  await page.locator('#command-input').blur();
};

type Taken = readonly { item: string; option: string }[];

/** So many of the first items as many believe it is, and the last of them unknown; of the last items too. */
const answersOf = (wrong: number, last = 0): Taken =>
  ITEMS.map((item, at) => {
    const isWrong = at < wrong || at >= ITEMS.length - last;
    const option = at === wrong - 1 ? 'unknown' : isWrong ? item.misconception : item.right;
    return { item: item.id, option };
  });

/** As the page would have kept it. */
const keepQuiz = (taken: readonly Taken[]): void => {
  const [before = null, now = null] = taken.map((answers, at) => ({
    ...{ began: 1000 * at + 1, ended: 1000 * at + 900, answers },
  }));
  const record = { round: 0, before, now, open: null };
  localStorage.setItem(
    'tabkeeper-quiz',
    JSON.stringify({ format: 'tabkeeper-quiz', version: 1, ...record }),
  );
};

for (const [locale, colorScheme] of ALL_LOOKS) {
  const look = `${locale}, ${colorScheme}`;

  test(
    `two futures and a recording: ${look}`,
    { tag: '@nightly' },
    async ({ chrome, url }, info) => {
      test.setTimeout(500_000);
      const context = await chrome.newContext({ locale, colorScheme, acceptDownloads: true });
      const page = await context.newPage();
      await openLab(page, url);
      await create(page);
      await page.keyboard.press('Space');
      await page.keyboard.press('d');
      await expect(page.getByTestId('space-time').locator('.plane .mark').first()).toBeVisible();
      await page.getByTestId('space-time').locator('.bar summary').click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: 'JSON lines' }).click(),
      ]);
      const file = info.outputPath('trace.jsonl');
      await download.saveAs(file);
      await page.keyboard.press('d');

      const moment = page.getByRole('slider', { name: /^(Moment|时刻)$/ });
      await moment.fill('600');
      await expect(page.getByTestId('lab-now')).toHaveText('0:00.600');
      await moment.blur();
      await page.keyboard.press('o');
      await page.keyboard.press('Space');
      await expect(page.getByTestId('lab-now')).toHaveText(/^0:00\.[789]|^0:0[1-9]/);
      await page.keyboard.press('b');
      await expect(page.getByTestId('compare').getByRole('status')).toContainText('0:00.6');
      await fitsAtEverySize(page, 'compare');

      await page.goto('about:blank');
      await page.goto(`${url}/#recording`);
      await expect(page.locator('input[type=file]')).toBeAttached();
      await fitsAtEverySize(page, 'no recording yet');
      await page.locator('input[type=file]').setInputFiles(file);
      await expect(page.getByTestId('recording-now')).toBeVisible();
      await fitsAtEverySize(page, 'recording');
      await context.close();
    },
  );

  test(
    `a broken invariant, a lesson being written, the stage alone: ${look}`,
    { tag: '@nightly' },
    async ({ chrome, url }) => {
      test.setTimeout(500_000);
      const context = await chrome.newContext({ locale, colorScheme });
      const page = await context.newPage();
      await openLab(page, url);
      await page.locator('[popovertarget="lab-break"]').first().click();
      await page.locator('[aria-describedby="see-ackBeforeDisk"]').check();
      await fits(page, 'rules');
      await page.keyboard.press('Escape');
      await create(page);
      await expect(page.getByTestId('lamp')).toContainText('Z13');
      await page.keyboard.press('Space');
      for (const size of SIZES) {
        await page.setViewportSize(size);
        await page.getByTestId('lamp').click();
        await expect(page.locator('#invariants li').first()).toBeVisible();
        await fits(page, `broken at ${size.width}`);
        await page.keyboard.press('Escape');
      }

      await page.setViewportSize(SIZES[0]);
      await openLab(page, url);
      await page.getByRole('button', { name: /^(Write a lesson|编写课程)/ }).click();
      await expect(page.getByTestId('editor')).toBeVisible();
      await fitsAtEverySize(page, 'a lesson to write');

      await page.goto('about:blank');
      await page.goto(`${url}/?embed#lab&seed=3&seats=3`);
      await expect(page.locator('button[data-server="1"]')).toBeVisible();
      await fitsAtEverySize(page, 'embedded');

      await openLab(page, url);
      await page.locator('select:has(option[value="projector"])').selectOption('projector');
      await expect(page.locator('html')).toHaveAttribute('data-preset', 'projector');
      await fitsAtEverySize(page, 'projector');
      await context.close();
    },
  );

  test(`the quiz: ${look}`, { tag: '@nightly' }, async ({ chrome, url }) => {
    test.setTimeout(500_000);
    const context = await chrome.newContext({ locale, colorScheme });
    const page = await context.newPage();
    const quiz = page.getByTestId('quiz');
    const head = quiz.getByRole('heading', { level: 2 });
    const open = async (...taken: readonly Taken[]): Promise<void> => {
      await openLab(page, url);
      await page.evaluate(keepQuiz, taken);
      await openLab(page, url);
      await page.keyboard.press('Space');
      await page.keyboard.press('l');
    };
    await open();
    await page.getByTestId('quiz-entry').click();
    await fitsAtEverySize(page, 'the quiz');
    await quiz.getByRole('button').last().click();
    await quiz.getByRole('radio').nth(1).check();
    await quiz.getByRole('button').last().click();
    await quiz.getByRole('radio').nth(2).check();
    await fitsAtEverySize(page, 'question');
    await expect(head).toContainText('2');

    await open(answersOf(7));
    await page.getByTestId('quiz-entry').click();
    await expect(head).toContainText('5');
    await fitsAtEverySize(page, 'before');
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await quiz.locator('footer button').first().click();
      await expect(quiz.locator('details').first()).toBeVisible();
      await fits(page, `answers at ${size.width}`);
    }
    await page.setViewportSize(SIZES[0]);
    await quiz.locator('footer button').last().click();
    await fits(page, 'to forget');

    await open(answersOf(7), answersOf(2, 3));
    await fitsAtEverySize(page, 'lessons and both results');
    await page.getByTestId('quiz-entry').click();
    await expect(quiz.locator('[data-verdict]')).toHaveCount(4);
    await fitsAtEverySize(page, 'before and now');
    await page.locator('select:has(option[value="projector"])').selectOption('projector');
    await fitsAtEverySize(page, 'projector');
    await context.close();
  });
}
