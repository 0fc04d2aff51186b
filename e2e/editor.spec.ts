import type { Page } from '@playwright/test';
import { axeFindsNothing, looksWellAtEverySize } from './support/looks.ts';
import { expect, test } from './support/test.ts';

const editorOf = (page: Page) => page.getByTestId('editor');

const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).click();

/** From the list to an editor beside an empty world of three servers, with the recording begun. */
async function beginRecording(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/#lab&seed=3&seats=3`);
  await press(page, 'Write a lesson');
  const editor = editorOf(page);
  await expect(editor.getByRole('heading', { level: 2 })).toBeFocused();
  await editor.getByLabel('Servers').selectOption('3');
  await press(page, 'Begin with an empty world');
  await expect(page.getByTestId('lab-now')).toHaveText('0:00.000');
  await press(page, 'The lesson starts here');
}

/** Three servers come up and elect; that is the solution. */
async function record(page: Page): Promise<void> {
  const steps = editorOf(page).getByRole('list', { name: 'Recorded steps' });
  for (const count of [1, 2, 3]) {
    await page.keyboard.press('o');
    await expect(steps.getByRole('listitem')).toHaveCount(count);
  }
  await page.keyboard.press('Space');
  await expect(page.locator('header').getByText(/leader \d/)).toBeVisible();
  await press(page, 'Stop recording');
  await expect(editorOf(page)).toContainText('Election and synchronization');
}

async function choose(page: Page, what: RegExp, how: string): Promise<void> {
  await editorOf(page).getByRole('combobox', { name: what }).first().selectOption(how);
}

test('a lesson is recorded, judged, tried, saved, sent, and passed by somebody else', async ({
  context,
  url,
}) => {
  test.slow();
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  await beginRecording(page, url);
  await record(page);
  const editor = editorOf(page);
  const tried = page.getByTestId('tried');
  await expect(tried).toContainText('Still missing: a goal that has to happen, Title, Task');

  // Whichever it is: the learner may be slower than whoever recorded it.
  const elected = /^A server is established as leader$/;
  await choose(page, elected, 'happens');
  await choose(page, /^A server crashes$/, 'never');
  await editor.getByLabel(/^Sentence for: A server is established/).fill('<b>One</b> leads');
  await editor.getByLabel('Title').fill('My own lesson');
  await editor.getByLabel('Task').fill('Open all three servers.');
  await editor.getByRole('button', { name: 'Add a hint' }).click();
  await editor.getByLabel('Hint 1', { exact: true }).fill('All three of them.');
  // Whoever says it twice wants it twice.
  await editor.getByRole('button', { name: 'Add a hint' }).click();
  await editor.getByLabel('Hint 2', { exact: true }).fill('All three of them.');
  await editor.getByRole('button', { name: '简体中文' }).click();
  await editor.getByLabel('Title').fill('我的课程');

  // What could never be missed does not make a lesson.
  const save = editor.getByRole('button', { name: 'Save as a file' });
  await expect(save).toBeDisabled();
  await expect(tried).toContainText('Not tried yet');
  await press(page, 'Try it');
  await expect(tried).toContainText('It can be sent.');
  await looksWellAtEverySize(page);
  await page.setViewportSize({ width: 1440, height: 900 });

  const downloading = page.waitForEvent('download');
  await save.click();
  const file = await (await downloading).path();
  await editor.getByRole('button', { name: 'Copy link' }).click();
  await expect(editor).toContainText('Copied');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain('/#lesson=');

  const other = await context.newPage();
  await other.goto(link);
  const card = other.getByRole('article', { name: 'My own lesson' });
  await expect(card).toContainText('A lesson from a link or a file');
  await expect(card).toContainText('<b>One</b> leads');
  await axeFindsNothing(other);
  const moves = card.getByRole('group', { name: 'Do it' }).getByRole('button');
  await expect(moves).toHaveCount(3);
  for (const _ of [1, 2]) await press(other, 'Show a hint');
  await expect(card.getByText('All three of them.')).toHaveCount(2);
  for (const at of [0, 1, 2]) await moves.nth(at).click();
  await expect(other.getByTestId('moral')).toContainText('Lesson done');
  await expect(other).toHaveURL(/#lesson=/);
  await other.reload();
  await expect(card).toBeVisible();

  // The draft is there after a reload, and the file is the same lesson.
  await page.reload();
  await page.getByTestId('lesson-file').setInputFiles(file);
  await expect(page.getByRole('article', { name: 'My own lesson' })).toBeVisible();
  await press(page, 'All lessons');
  await press(page, 'Write a lesson');
  await expect(editor.getByLabel('Title')).toHaveValue('My own lesson');

  // It is one draft in all tabs, and where the browser has no room for it, that is said.
  await other.goto(`${url}/#lab&seed=3&seats=3`);
  await press(other, 'Write a lesson');
  await expect(editorOf(other).getByLabel('Title')).toHaveValue('My own lesson');
  await editorOf(other).getByLabel('Title').fill('Another name');
  await expect(editor.getByLabel('Title')).toHaveValue('Another name');
  await editor.getByLabel('Task').fill('Open them.');
  await expect(editorOf(other).getByLabel('Task')).toHaveValue('Open them.');
  await page.evaluate(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('no room', 'QuotaExceededError');
    };
  });
  await editor.getByLabel('Title').fill('A third name');
  await expect(editor).toContainText('This browser has no room for the draft');
  await page.close();
});

test(
  'a lesson that only waiting passes cannot be sent, and it is said why',
  { tag: '@nightly' },
  async ({ context, url }) => {
    test.slow();
    const page = await context.newPage();
    await page.goto(`${url}/#lab&seed=3&seats=3`);
    await expect(page.locator('header').getByText(/leader \d/)).toBeVisible();
    await press(page, 'Write a lesson');
    await press(page, 'The lesson starts here');
    const steps = editorOf(page).getByRole('list', { name: 'Recorded steps' });
    await page.keyboard.press('o');
    await expect(steps).toBeVisible();
    await press(page, 'Stop recording');
    const editor = editorOf(page);
    await expect(editor).toContainText('Election and synchronization');
    await choose(page, /^Server 3 starts$/, 'never');
    await editor.getByLabel('Title').fill('Too easy');
    await editor.getByLabel('Task').fill('Wait.');
    const tried = page.getByTestId('tried');
    await expect(tried).toContainText('Still missing: a goal that has to happen');
    await choose(page, /^Server 3 starts$/, 'happens');
    await choose(page, /^A server crashes$/, 'never');
    await press(page, 'Try it');
    await expect(tried).toContainText('It can be sent.');
    // A goal that nothing has brought about.
    await choose(page, /^A server crashes$/, 'happens');
    await expect(tried).toContainText('Not tried yet');
    await press(page, 'Try it');
    await expect(tried).toContainText('A server crashes: not met by your solution');
    await expect(editor.getByRole('button', { name: 'Copy link' })).toBeDisabled();
  },
);

test('a bad link or file gets a sentence, and the laboratory is there all the same', async ({
  context,
  url,
}) => {
  const page = await context.newPage();
  await page.goto(`${url}/#lesson=AAAA`);
  const refused = page.getByText('This lesson cannot be opened: the link is damaged');
  await expect(refused).toBeVisible();
  await expect(page.getByTestId('lamp')).toBeVisible();
  await page.getByTestId('lesson-file').setInputFiles({
    ...{ name: 'bad.json', mimeType: 'application/json', buffer: Buffer.from('{"id":"x"}') },
  });
  await expect(page.getByText('it is not as the format asks: lesson')).toBeVisible();
  await page.getByLabel('Language').selectOption('zh-CN');
  await expect(page.getByText('这一课打不开：内容不符合课程的格式')).toBeVisible();
});

test(
  'axe finds nothing in the editor in Chinese, dark',
  { tag: '@nightly' },
  async ({ chrome, url }) => {
    // Axe looks at three widths and three states.
    test.slow();
    const context = await chrome.newContext({ locale: 'zh-CN', colorScheme: 'dark' });
    const page = await context.newPage();
    await page.goto(`${url}/#lab&seed=3&seats=3`);
    await press(page, '编写课程');
    await expect(editorOf(page)).toContainText('课程从这里开始');
    await looksWellAtEverySize(page);
    await page.setViewportSize({ width: 1440, height: 900 });
    await press(page, '课程从这里开始');
    await page.keyboard.press('o');
    await expect(editorOf(page).getByRole('list', { name: '已录步骤' })).toBeVisible();
    await axeFindsNothing(page);
    await press(page, '结束录制');
    await expect(editorOf(page)).toContainText('选举与同步');
    await axeFindsNothing(page);
    await context.close();
  },
);
