// The lessons as somebody without a mouse does them, from the list to the moral.

import type { Locator, Page } from '@playwright/test';
import { ITEMS } from '../src/lessons/quiz/items.ts';
import type { QuizItem } from '../src/lessons/quiz/quiz.ts';
import { axeFindsNothing, tooWide } from './support/looks.ts';
import { expect, test } from './support/test.ts';

/** Tab until this has the focus: nothing else is pressed. */
const tabTo = async (page: Page, wanted: Locator, key = 'Tab'): Promise<void> => {
  await expect(wanted.first()).toBeEnabled();
  for (let count = 0; count < 80; count += 1) {
    await page.keyboard.press(key);
    if ((await wanted.and(page.locator('*:focus')).count()) > 0) return;
  }
  throw new Error(`no ${key} leads to ${String(wanted)}`);
};

const press = async (page: Page, name: string | RegExp, key = 'Tab'): Promise<void> => {
  await tabTo(page, page.getByRole('button', { name }), key);
  await page.keyboard.press('Enter');
};

const follow = async (page: Page, name: string): Promise<void> => {
  await tabTo(page, page.getByRole('link', { name }));
  await page.keyboard.press('Enter');
};

const card = (page: Page) => page.getByRole('article');
const goal = (page: Page, text: string) => card(page).locator('li.met', { hasText: text });

/** So many milliseconds of the laboratory's clock. */
const passes = async (page: Page, millis: number): Promise<void> => {
  const now = async (): Promise<number> => {
    const [minutes = 0, seconds = 0] = (await page.getByTestId('lab-now').innerText())
      .split(':')
      .map(Number);
    return (minutes * 60 + seconds) * 1_000;
  };
  const before = await now();
  await expect.poll(now, { intervals: [50] }).toBeGreaterThan(before + millis);
};

test('lesson 1 by keyboard alone: from the landing to the list, bet, moves, moral, and the next one', async ({
  context,
  url,
}) => {
  const page = await context.newPage();
  await page.goto(url);
  await follow(page, 'Open the laboratory');
  await press(page, 'One by one');
  await expect(card(page)).toContainText('One by one');
  await expect(page).toHaveURL(/lesson=one-by-one/);
  await expect(card(page).getByRole('heading', { level: 2 })).toBeFocused();

  // Time stands still before the bet.
  await expect(page.getByTestId('lab-now')).toHaveText('0:00.000');
  await page.keyboard.press('Space');
  await expect(page.getByTestId('lab-now')).toHaveText('0:00.000');
  await tabTo(page, page.getByRole('button', { name: /^Server 5/ }));
  await page.keyboard.press('Space');
  await expect(page.getByTestId('lab-now')).not.toHaveText('0:00.000');
  await expect(card(page).getByRole('heading', { name: 'Do it' })).toBeFocused();
  // The bet stands on the scene, at the server that it names.
  const flag = page.locator('#stage button[data-server="5"] [data-bet]');
  await expect(flag).toHaveAttribute('data-bet', 'open');
  await expect(page.locator('#stage [data-bet]')).toHaveCount(2);
  await expect(page.locator('#stage')).toContainText('Your bet: Server 5: the highest id wins');

  await press(page, 'Open 1');
  await press(page, 'Open 2');
  await expect(goal(page, 'Server 1 gives up its own vote')).toBeVisible();
  await press(page, 'Open 3');
  await expect(goal(page, 'exactly three supporters')).toBeVisible();
  await press(page, 'Open 4');
  await press(page, 'Open 5');
  await expect(goal(page, '3 was the only leader')).toBeVisible();

  // Another future, from the very beginning: 4 is there before three of them have waited for a better vote.
  await tabTo(page, page.getByRole('slider', { name: 'Moment' }), 'Shift+Tab');
  await page.keyboard.press('Home');
  await expect(page.getByTestId('lab-now')).toHaveText('0:00.000');
  await press(page, 'Open 1');
  await press(page, 'Open 2');
  await press(page, 'Open 3');
  await passes(page, 30);
  await press(page, 'Open 4');
  await expect(page.getByTestId('moral')).toContainText('Lesson done');
  await expect(card(page)).toContainText('You bet wrong.');
  await expect(flag).toHaveAttribute('data-bet', 'wrong');
  await expect(page.locator('#stage')).toContainText('Your bet was wrong: Server 5');
  await expect(card(page)).toContainText('Steps: 9');
  // What was done in a lesson can be shared: without the permission its link is shown.
  await press(page, 'Share this run', 'Shift+Tab');
  await expect(page.getByRole('textbox', { name: 'Room link' })).toHaveValue(/#lab&run=/);

  // It is remembered, and leads on.
  await press(page, 'Next: How votes compare');
  await expect(card(page)).toContainText('How votes compare');
  await press(page, 'All lessons', 'Shift+Tab');
  const lessons = page.getByTestId('lessons');
  await expect(lessons).toContainText('1 of');
  await expect(lessons.getByRole('heading', { name: 'Lessons' })).toBeFocused();
  await page.reload();
  await expect(card(page)).toContainText('How votes compare');

  // And is carried to another browser.
  await press(page, 'All lessons', 'Shift+Tab');
  const saving = page.waitForEvent('download');
  await press(page, 'Save progress');
  const file = await (await saving).path();
  await page.evaluate(() => {
    localStorage.clear();
  });
  await page.reload();
  await press(page, 'All lessons', 'Shift+Tab');
  await expect(lessons).toContainText('0 of 20');
  const choosing = page.waitForEvent('filechooser');
  await press(page, 'Load progress');
  await (await choosing).setFiles(file);
  await expect(lessons).toContainText('1 of 20');
});

test('lesson 12 by keyboard alone, where the lessons are a tab: arrows move between the tabs', async ({
  context,
  url,
}) => {
  const page = await context.newPage();
  await page.setViewportSize({ width: 1024, height: 768 });
  await page.goto(url);
  await follow(page, 'Start the first lesson');
  await expect(card(page)).toContainText('One by one');
  await press(page, 'All lessons', 'Shift+Tab');
  await press(page, 'The one-shot watch');
  await expect(card(page)).toContainText('get -w /cfg once');

  const lessons = page.getByRole('tab', { name: 'Lessons' });
  await tabTo(page, lessons, 'Shift+Tab');
  await page.keyboard.press('ArrowRight');
  await expect(page.getByTestId('feed')).toBeVisible();
  await page.keyboard.press('ArrowLeft');
  await expect(lessons).toBeFocused();

  await press(page, /^One$/);
  await press(page, 'Client 1: get -w /cfg');
  await expect(goal(page, 'A data watch for client 1')).toBeVisible();
  for (const value of ['v1', 'v2', 'v3']) await press(page, `Client 2: set ${value}`);
  await expect(goal(page, 'exactly one event')).toBeVisible();
  await press(page, 'Client 1: get -w /cfg', 'Shift+Tab');
  await expect(goal(page, 'sees v3')).toBeVisible();
  await press(page, 'Client 2: set v4');
  await expect(goal(page, 'fires it again')).toBeVisible();
  // A bell that stays.
  await press(page, 'Client 1: addWatch');
  for (const value of ['v1', 'v2', 'v3']) await press(page, `Client 2: set ${value}`, 'Shift+Tab');
  await expect(page.getByTestId('moral')).toContainText('a bell that rings once');
  await expect(card(page)).toContainText('You bet right.');
  await expect(card(page)).toContainText('Steps: 10');

  // The rule that makes it so is broken: the lamp sees it.
  await expect(page.getByTestId('lamp')).not.toHaveClass(/broken/);
  await press(page, 'Break the rule');
  await expect(card(page)).toContainText('The rule is broken');
  // The event is held for a while: whoever reads later than that sees nothing wrong, and does it again.
  await expect(async () => {
    await press(page, 'Client 1: get -w /cfg');
    await press(page, 'Client 2: set v1');
    // A read from before the write shows nothing wrong yet.
    await expect(async () => {
      await press(page, 'Client 1: get /cfg');
      await expect(page.getByTestId('lamp')).toHaveClass(/broken/, { timeout: 500 });
    }).toPass({ timeout: 8_000 });
  }).toPass();
});

test(
  'a button that does away with itself takes the focus nowhere else',
  { tag: '@nightly' },
  async ({ context, url }) => {
    const page = await context.newPage();
    await page.goto(`${url}/#lab&lesson=one-by-one`);
    const focused = page.locator('*:focus');
    await press(page, 'Server 3');
    for (let hint = 1; hint <= 3; hint += 1) {
      await press(page, 'Show a hint');
      await expect(card(page)).toContainText(`Hint ${hint} of 3`);
      await expect(card(page).and(page.locator(':focus-within'))).toHaveCount(1);
    }
    await press(page, 'Show the solution');
    await expect(page.getByTestId('moral')).toBeVisible();
    await expect(focused).toContainText('That was the solution at work');
    await tabTo(page, page.getByTestId('moral').getByRole('button', { name: 'Start over' }));
    await page.keyboard.press('Enter');
    await expect(focused).toHaveText('One by one');
  },
);

test(
  'two tabs of one browser keep one progress: each hears of the other, and neither overwrites it',
  { tag: '@nightly' },
  async ({ context, url }) => {
    const importDone = async (page: Page, id: string): Promise<void> => {
      const chooser = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Load progress' }).click();
      const done = [{ id, steps: 3, bet: 'right', hints: 0 }];
      const text = JSON.stringify({ format: 'tabkeeper-lessons', version: 1, done });
      const file = { name: 'done.json', mimeType: 'application/json', buffer: Buffer.from(text) };
      await (await chooser).setFiles(file);
    };
    const [first, second] = [await context.newPage(), await context.newPage()];
    for (const page of [first, second]) {
      await page.goto(`${url}/#lab`);
      await expect(page.getByText('0 of 20')).toBeVisible();
    }
    await importDone(first, 'one-by-one');
    await expect(second.getByText('1 of 20')).toBeVisible();
    await importDone(second, 'votes');
    await expect(first.getByText('2 of 20')).toBeVisible();
    await first.reload();
    await expect(first.getByText('2 of 20')).toBeVisible();
  },
);

/** Arrows lead to this answer, Enter goes on. */
const answer = async (page: Page, item: QuizItem, option: string): Promise<void> => {
  const name = item.text.en.options[option] ?? 'I do not know';
  const wanted = page.getByRole('radio', { name, exact: true });
  const group = page.getByRole('group', { name: item.text.en.question });
  await tabTo(page, group.getByRole('radio'));
  await page.keyboard.press('Space');
  for (let count = 0; count < 4 && !(await wanted.isChecked()); count += 1) {
    await page.keyboard.press('ArrowDown');
  }
  await expect(wanted).toBeChecked();
  await page.keyboard.press('Enter');
};

test('the quiz by keyboard alone, before the lessons and after: it goes on after a reload, names the lessons that are wanted, and tells before from now', async ({
  context,
  url,
}) => {
  const page = await context.newPage();
  const quiz = page.getByTestId('quiz');
  const entry = page.getByTestId('quiz-entry');
  const focused = page.locator('*:focus');
  const group = (verdict: string) => quiz.locator(`[data-verdict=${verdict}]`);
  const load = async (file: string | { name: string; mimeType: string; buffer: Buffer }) => {
    const choosing = page.waitForEvent('filechooser');
    const button = page.getByRole('button', { name: 'Load progress' });
    if ((await button.and(focused).count()) === 0) await tabTo(page, button);
    await page.keyboard.press('Enter');
    await (await choosing).setFiles(file);
  };
  await page.goto(`${url}/#lab`);
  await expect(entry).toContainText('Not taken yet');
  await press(page, /^Check what you know/);
  await expect(focused).toHaveText('Check what you know');
  await press(page, 'Begin');

  // The first three as many believe it is, the fourth unknown; nothing is said of it on the way.
  for (const [at, item] of ITEMS.slice(0, 4).entries()) {
    await expect(focused).toContainText(`Question ${at + 1} of 12`);
    await expect(quiz.getByRole('button', { name: 'Next' })).toBeDisabled();
    await answer(page, item, at === 3 ? 'unknown' : item.misconception);
  }
  await expect(focused).toContainText('Question 5 of 12');
  await axeFindsNothing(page, '[data-testid=quiz]');
  await page.reload();
  await expect(entry).toContainText('4 of 12 answered');
  await press(page, /^Check what you know/);
  await expect(focused).toContainText('Question 5 of 12');
  await press(page, 'Back');
  await expect(focused).toContainText('Question 4 of 12');
  await expect(page.getByRole('radio', { name: 'I do not know' })).toBeChecked();
  await press(page, 'Next');
  for (const item of ITEMS.slice(4)) await answer(page, item, item.right);

  await expect(focused).toHaveText('8 of 12 right');
  await expect(group('open').getByRole('listitem')).toHaveCount(4);
  await expect(group('known').getByRole('listitem')).toHaveCount(8);
  await expect(group('open')).toContainText('Lesson 5: Reads are local');
  await expect(quiz.locator('details')).toHaveCount(0);
  const [first] = ITEMS;
  await press(page, 'Show the answers');
  await expect(group('open')).toContainText(first!.text.en.explanation);
  await axeFindsNothing(page, '[data-testid=quiz]');
  await expect(focused).toHaveText('Hide the answers');
  await page.keyboard.press('Enter');
  await expect(quiz.locator('details')).toHaveCount(0);
  await press(page, 'Lesson 1: One by one', 'Shift+Tab');
  await expect(card(page)).toContainText('Five chairs, all empty.');
  await press(page, 'All lessons', 'Shift+Tab');
  await expect(entry).toContainText('Before: 8 of 12');

  // Now one of the open ones is right, and one that was right is not.
  await press(page, /^Check what you know/);
  await press(page, 'Take it again');
  await answer(page, first!, first!.misconception);
  await press(page, 'To the result so far');
  await expect(focused).toHaveText('8 of 12 right');
  await press(page, 'Go on: 1 of 12 answered');
  await press(page, 'Back');
  for (const [at, item] of ITEMS.entries()) {
    await answer(page, item, [0, 1, 2, 11].includes(at) ? item.misconception : item.right);
  }
  await expect(focused).toHaveText('Now 8 of 12 right');
  await expect(quiz.locator('dl')).toHaveText(/Before\s*8\s*Now\s*8/);
  for (const [verdict, count, words] of [
    ['open', 3, 'before not right, now not right'],
    ['lost', 1, 'before right, now not right'],
    ['learned', 1, 'before not right, now right'],
    ['known', 7, 'before right, now right'],
  ] as const) {
    await expect(group(verdict).locator('.topic', { hasText: words })).toHaveCount(count);
  }
  await expect(group('open')).toContainText(first!.text.en.explanation);
  await expect(group('lost')).toContainText('Lesson 19: Numbers from ZooKeeper');
  await expect(group('learned').locator('details')).not.toHaveAttribute('open');
  await axeFindsNothing(page, '[data-testid=quiz]');

  // A file carries it; of a damaged one nothing is taken.
  await press(page, 'All lessons', 'Shift+Tab');
  await expect(entry).toContainText(/Before: 8 of 12\s*Now: 8 of 12/);
  const saving = page.waitForEvent('download');
  await press(page, 'Save progress');
  const file = await (await saving).path();
  await page.evaluate(() => {
    localStorage.clear();
  });
  await page.goto('about:blank');
  await page.goto(`${url}/#lab`);
  await expect(entry).toContainText('Not taken yet');
  await load(file);
  await expect(entry).toContainText(/Before: 8 of 12\s*Now: 8 of 12/);
  const done = [{ id: 'votes', steps: 3, bet: 'right', hints: 0 }];
  const damaged = { format: 'tabkeeper-lessons', version: 2, done, quiz: { round: 0 } };
  const buffer = Buffer.from(JSON.stringify(damaged));
  await load({ name: 'damaged.json', mimeType: 'application/json', buffer });
  await expect(page.getByText('The quiz in that file is damaged')).toBeVisible();
  await expect(page.getByText('0 of 20')).toBeVisible();

  await press(page, /^Check what you know/, 'Shift+Tab');
  await press(page, 'Forget the results');
  await expect(focused).toHaveText('Keep them');
  await press(page, 'Forget them', 'Shift+Tab');
  await expect(focused).toHaveText('Check what you know');
  await press(page, 'All lessons', 'Shift+Tab');
  await expect(entry).toContainText('Not taken yet');
});

test('the nearest goal says so in a word; what is lost in this future is said, with the way back to it', async ({
  context,
  url,
}) => {
  const page = await context.newPage();
  await page.goto(`${url}/#lab&lesson=one-by-one`);
  const nearest = card(page).locator('li[aria-current="step"]');
  await expect(card(page)).toBeVisible();
  await expect(nearest).toHaveCount(0);
  await card(page).getByRole('button', { name: 'Server 3' }).click();
  // The flag of the bet stands between the seat's lines and touches neither.
  const gaps = await page.locator('#stage [data-server="3"] [data-bet]').evaluate((flag) => {
    const part = flag.parentElement;
    const [above, below] = [part?.previousElementSibling, part?.nextElementSibling];
    const { top, bottom } = flag.getBoundingClientRect();
    const ends = [above?.getBoundingClientRect().bottom, below?.getBoundingClientRect().top];
    return [top - (ends[0] ?? top), (ends[1] ?? bottom) - bottom];
  });
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2);
  await expect(nearest).toHaveCount(1);
  await expect(nearest).toContainText('next');
  for (const server of [5, 4, 3]) {
    await card(page)
      .getByRole('button', { name: `Open ${server}` })
      .click();
  }
  await expect(card(page)).toContainText('Another server than 3');
  await page.keyboard.press('Space');
  await expect(page.getByTestId('moral')).toHaveCount(0);
  const back = card(page).getByRole('alert').getByRole('button');
  const moment = (await back.innerText()).replace('Go to ', '');
  await back.press('Enter');
  await expect(page.getByTestId('lab-now')).toHaveText(moment);
  // That button is gone: the way on is where there is something to do.
  await expect(card(page).getByRole('heading', { name: 'Do it' })).toBeFocused();
});

for (const [locale, colorScheme, width, height, ...tag] of [
  ['en', 'light', 1440, 900, '@nightly'],
  ['zh-CN', 'dark', 390, 844],
] as const) {
  test(
    `axe finds nothing in a lesson: ${locale}, ${colorScheme}, ${width} wide`,
    { tag },
    async ({ chrome, url }) => {
      const context = await chrome.newContext({
        ...{ locale, colorScheme, viewport: { width, height } },
      });
      const page = await context.newPage();
      await page.goto(`${url}/#lab&lesson=one-by-one`);
      const options = card(page).locator('section.open button');
      await expect(options.first()).toBeVisible();
      await axeFindsNothing(page);
      await options.nth(1).click();
      await card(page).locator('footer button').first().click();
      await card(page).locator('footer button').last().click();
      await expect(page.getByTestId('moral')).toBeVisible();
      await axeFindsNothing(page);
      expect(await tooWide(page)).toBeLessThanOrEqual(0);
      await context.close();
    },
  );
}
