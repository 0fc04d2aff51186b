// What a person has at hand in the laboratory: the chaos palette, the keys, the packets in the air.

import type { Page } from '@playwright/test';
import { press, showPanel, type } from './support/hands.ts';
import { axeFindsNothing } from './support/looks.ts';
import { aimAt, faults, palette, take, targets, tool } from './support/palette.ts';
import { expect, test } from './support/test.ts';

const seat = (page: Page, server: number) => page.locator(`#stage button[data-server="${server}"]`);

const TABS: Readonly<Record<string, string>> = {
  ...{ w: 'why', t: 'tree', s: 'server', c: 'clients', l: 'lesson' },
};

test('the same tools in the laboratory, by keyboard', async ({ context, url }) => {
  const page = await context.newPage();
  await page.goto(`${url}/#lab&seed=7&seats=5`);
  await expect(page.locator('header').getByText(/leader \d/)).toBeVisible();
  await page.keyboard.press('Space');
  await page.getByRole('tab', { name: 'Server' }).click();
  await expect(palette(page).locator('[data-tool]:disabled')).toHaveCount(0);

  const clock = tool(page, 'skewClock');
  await clock.focus();
  await page.keyboard.press('Enter');
  await seat(page, 2).focus();
  await page.keyboard.press('Enter');
  await expect(faults(page)).toContainText('Clock of 2: 200 % pace');
  await page.keyboard.press('Escape');
  await expect(clock).toHaveAttribute('aria-pressed', 'false');

  await tool(page, 'cutOff').focus();
  await page.keyboard.press('Enter');
  for (const server of [1, 2]) {
    await targets(page)
      .getByRole('checkbox', { name: String(server) })
      .focus();
    await page.keyboard.press('Space');
  }
  await page.getByRole('button', { name: 'Cut off 1, 2' }).focus();
  await page.keyboard.press('Enter');
  await expect(faults(page)).toContainText('Link 2–5 is cut');
  await expect(faults(page).getByRole('listitem')).toHaveCount(7);

  await take(page, 'closeChannel');
  await expect(palette(page)).toContainText('Client and trace channels are of live rooms only');
  await axeFindsNothing(page, '[data-testid="chaos"]');
  await press(page, 'Heal everything');
  await expect(palette(page)).toContainText('Nothing is broken.');

  await take(page, 'crash');
  await aimAt(page, 3);
  await expect(seat(page, 3)).toHaveClass(/killed/);
  await take(page, 'restart');
  await aimAt(page, 3);
  await expect(seat(page, 3)).not.toHaveClass(/killed/);
  await take(page, 'freeze');
  await aimAt(page, 1);
  await expect(seat(page, 1)).toHaveClass(/frozen/);
  await take(page, 'cut');
  await aimAt(page, 2);
  await aimAt(page, 3);
  await expect(page.locator('#stage line.cut')).toHaveCount(1);
  await expect(faults(page)).toContainText('Link 2–3 is cut');
});

/** Each key, and what is seen of it then. */
const KEYS = [
  ...['w', 't', 's', 'c', 'l'].map((key) => [key, `#tab-${TABS[key]}[aria-selected="true"]`]),
  ...[
    ['d', '[data-testid="space-time"]'],
    ['d', '#stage button[data-server="1"]'],
    ['g', '[data-testid="charts"] [role="img"][aria-label^="Committed writes: "]'],
    ['g', '#stage button[data-server="1"]'],
  ],
  ...[5, 4, 3, 2, 1].map((server) => [
    String(server),
    `#stage button[data-server="${server}"][aria-pressed="true"]`,
  ]),
  ['f', '#stage button[data-server="1"].frozen'],
  ['f', '#stage button[data-server="1"]:not(.frozen)'],
  ['k', '#stage button[data-server="1"].killed'],
  ['k', '#stage button[data-server="1"]:not(.killed)'],
] as [key: string, seen: string][];

test(
  'the line that is pressed is the line that opens, whatever comes meanwhile',
  { tag: '@nightly' },
  async ({ context, url }) => {
    const page = await context.newPage();
    await page.goto(`${url}/#lab&seed=7&seats=3`);
    await expect(page.locator('header').getByText(/leader \d/)).toBeVisible();
    await page.keyboard.press('Space');
    const now = page.getByTestId('lab-now');
    await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
    // However late it was stopped, there is something left to decide.
    await type(page, 'create /pressed v');
    await page.locator('#command-input').blur();
    const lines = page.getByTestId('feed').getByRole('button');
    // What was told before it stood still may come a moment later.
    let first = '';
    await expect(async () => {
      first = await lines.first().innerText();
      await page.waitForTimeout(300);
      expect(await lines.first().innerText()).toBe(first);
    }).toPass();
    await lines.first().hover();
    await page.mouse.down();
    const before = await now.innerText();
    for (let decision = 0; decision < 3; decision += 1) await page.keyboard.press('n');
    await expect(now).not.toHaveText(before);
    await page.waitForTimeout(500);
    expect(await lines.first().innerText()).toBe(first);
    await page.mouse.up();
    await expect(lines.first()).not.toHaveText(first, { useInnerText: true });
    const opened = page.getByTestId('feed').locator('[aria-expanded="true"]');
    await expect(opened).toHaveText(first, { useInnerText: true });
  },
);

test(
  'an opened line of the Why feed leads to its moment, and stays open',
  { tag: '@nightly' },
  async ({ context, url }) => {
    const page = await context.newPage();
    await page.goto(`${url}/#lab&seed=7&seats=3`);
    await expect(page.locator('header').getByText(/leader \d/)).toBeVisible();
    await page.keyboard.press('Space');
    await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
    const line = page.getByTestId('feed').getByRole('button', { name: 'accepts epoch 1' }).last();
    const text = await line.innerText();
    const at = await line.locator('time').innerText();
    await line.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    const go = page.getByRole('button', { name: 'Go to this moment' });
    for (
      let tabs = 0;
      tabs < 9 && !(await go.evaluate((one) => one.matches(':focus')));
      tabs += 1
    ) {
      await page.keyboard.press('Tab');
    }
    await expect(go).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('lab-now')).toHaveText(at);
    const opened = page.getByTestId('feed').locator('[aria-expanded="true"]');
    await expect(opened).toHaveText(text, { useInnerText: true });
    await expect(opened).toHaveAttribute('aria-current', 'true');
    await expect(go).toBeFocused();
    await expect(go).toBeInViewport();
  },
);

test(
  'what was said before is said in the language that is read now',
  { tag: '@nightly' },
  async ({ context, url }) => {
    const page = await context.newPage();
    await page.goto(`${url}/#lab&seed=7&seats=3`);
    await expect(page.locator('header').getByText(/leader \d/)).toBeVisible();
    await page.keyboard.press('Space');
    await type(page, 'connect 99');
    const output = page.getByTestId('cli-output');
    await expect(output).toContainText('A server of this room is named by its number');
    await press(page, 'Save this run as a file');
    const says = page.getByRole('status').filter({ hasText: 'Saved' });
    await expect(says).toBeVisible();
    await page.getByLabel('Language').selectOption('zh-CN');
    await expect(output).toContainText('本房间的服务器以编号指明');
    await expect(says).toHaveCount(0);
    await expect(page.getByRole('status').filter({ hasText: '已保存' })).toBeVisible();

    await page.goto(`${url}/#recording`);
    const file = { name: 'bad.jsonl', mimeType: 'text/plain', buffer: Buffer.from('nothing') };
    await page.getByLabel('选择文件').setInputFiles(file);
    await expect(page.getByRole('alert')).toContainText('第 1 行无法读取');
    await page.getByLabel('语言').selectOption('en');
    await expect(page.getByRole('alert')).toContainText('line 1 cannot be read');
  },
);

test(
  'paths are completed in the laboratory too, and on a phone its chips follow the chosen znode',
  { tag: '@nightly' },
  async ({ context, url }) => {
    const page = await context.newPage();
    await page.goto(`${url}/#lab&seed=7&seats=3`);
    await expect(page.locator('header').getByText(/leader \d/)).toBeVisible();
    await expect(await type(page, 'create /shelf v')).toContainText('Created /shelf');
    const line = page.getByTestId('cli-input');
    await expect(async () => {
      await line.fill('get /sh');
      await line.press('Tab');
      await expect(line).toHaveValue('get /shelf', { timeout: 1_000 });
    }).toPass();
    await expect(line).toBeFocused();
    await line.fill('');
    await showPanel(page, 'Tree');
    await page.getByRole('treeitem').filter({ hasText: 'shelf' }).click();
    await page.setViewportSize({ width: 390, height: 844 });
    await showPanel(page, 'Ensemble');
    const chips = page.getByRole('group', { name: 'Commands to tap' });
    await expect(chips.getByRole('button', { name: 'get -w /shelf' })).toBeVisible();
  },
);

test('a message in the air opens where time stands still, and each key does what the sheet says', async ({
  context,
  url,
}) => {
  const page = await context.newPage();
  await page.goto(`${url}/#lab&seed=7&seats=5`);
  await expect(page.locator('header').getByText(/leader \d/)).toBeVisible();
  await page.keyboard.press('Space');
  await expect(page.getByRole('button', { name: 'Play' })).toBeVisible();
  const slider = page.getByRole('slider', { name: 'Moment' });
  const grips = page.locator('circle.grip');
  const card = page.getByTestId('event-card');
  // Back into the election, however far the world came meanwhile.
  await slider.fill('300');
  await expect(async () => {
    await slider.press('ArrowLeft');
    await expect(grips.first()).toBeVisible({ timeout: 1_500 });
    // Where several lie on each other, the one drawn last is on top: it is what a hand would get. Pictures of the
    // presses before may still come, and what is pointed at is then another moment's.
    await grips.last().click({ timeout: 5_000 });
    await expect(card).toBeVisible({ timeout: 5_000 });
  }).toPass();
  await page.keyboard.press('Escape');
  await expect(card).toHaveCount(0);
  await slider.press('End');

  // Not so wide that the lessons are always in sight.
  await page.setViewportSize({ width: 1024, height: 768 });
  for (const [key, seen] of KEYS) {
    await page.keyboard.press(key);
    await expect(page.locator(seen), `after ${key}`).toBeVisible();
  }
  const line = page.locator('#command-input');
  for (const key of ['/', '`']) {
    await page.keyboard.press(key);
    await expect(line).toBeFocused();
    await expect(line).toHaveValue('');
    await line.blur();
  }

  // A client follows a recipe by itself, as in a room.
  await showPanel(page, 'Clients');
  const form = page.getByTestId('recipes');
  await form.getByRole('combobox', { name: 'Recipe' }).selectOption('doubleBarrier');
  await form.getByLabel('Under the znode').fill('/b');
  // Where time was stopped early, there is no session yet.
  await press(page, 'Play');
  await form.getByRole('button', { name: 'Start' }).click();
  await expect(page.getByTestId('recipe')).toContainText('waits for /b/ready-0');
});

test(
  'on a phone the bar is two lines with all that it has, also where there are branches',
  { tag: '@nightly' },
  async ({ chrome, url }) => {
    const context = await chrome.newContext({
      viewport: { width: 390, height: 844 },
      hasTouch: true,
    });
    const page = await context.newPage();
    await page.goto(`${url}/#lab&seed=7&seats=5`);
    const bar = page.getByRole('region', { name: 'Time of the laboratory' });
    await expect(page.getByTestId('lab-now')).toHaveText(/^0:0(0\.[6-9]|[1-9])/);
    await page.keyboard.press('Space');
    await bar.getByRole('slider', { name: 'Moment' }).fill('500');
    await page.keyboard.press('o');
    const branches = bar.getByRole('combobox', { name: 'Branches' });
    await expect(branches).toHaveValue('2');
    await bar.getByRole('button', { name: 'Break a rule' }).tap();
    await page.getByRole('checkbox', { name: 'The disk answers before' }).check();
    await page.keyboard.press('Escape');

    const controls = await bar.evaluate((place) =>
      [...place.querySelectorAll<HTMLElement>('button, select, input, a')]
        .filter((control) => control.checkVisibility())
        .map((control) => {
          const { left, right, top, bottom } = control.getBoundingClientRect();
          return { left, right, width: right - left, height: bottom - top, y: (top + bottom) / 2 };
        }),
    );
    // Play, two steps, moment, diagram; speed, branch, compare, rules, link, file, world, charts.
    expect(controls).toHaveLength(13);
    for (const { left, right, width, height } of controls) {
      expect(left).toBeGreaterThanOrEqual(0);
      expect(right).toBeLessThanOrEqual(390);
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(24);
    }
    const lines = new Set(controls.map(({ y }) => Math.round(y / 8)));
    expect(lines.size).toBe(2);
    expect((await bar.boundingBox())?.height).toBeLessThan(80);

    await branches.selectOption('1');
    await expect(page.getByTestId('lab-now')).not.toHaveText('0:00.500');
    await expect(bar.getByRole('slider', { name: 'Speed' })).toHaveAttribute(
      'aria-valuetext',
      '5× slower',
    );
    await bar.getByRole('button', { name: 'New world' }).tap();
    const world = page.getByRole('dialog', { name: 'New world' });
    await expect(world.getByRole('link', { name: 'next seed' })).toHaveAttribute('href', /seed=8/);
    await axeFindsNothing(page);
    await context.close();
  },
);

test('the diagram says how many pings it hides, and the charts why a line has a gap', async ({
  context,
  url,
}) => {
  const page = await context.newPage();
  await page.goto(`${url}/#lab&seed=7&seats=3`);
  await page.getByRole('slider', { name: 'Speed' }).fill('11');
  await expect(page.getByTestId('lab-now')).toHaveText(/^0:(0[5-9]|[1-5])/);
  await page.keyboard.press('Space');
  await page.keyboard.press('d');
  const diagram = page.getByTestId('space-time');
  const pings = diagram.getByRole('checkbox', { name: 'PING', exact: true });
  const hidden = diagram.getByText(/^\d+ hidden in sight$/);
  await expect(hidden).toHaveText(/^[1-9]/);
  await expect(pings).toHaveAccessibleDescription(/^\d+ hidden in sight$/);
  await pings.check();
  await expect(hidden).toHaveCount(0);
  await diagram.getByRole('checkbox', { name: 'packets' }).uncheck();
  await expect(hidden).toBeVisible();

  await press(page, 'Charts of speed');
  const charts = page.getByTestId('charts');
  const disks = charts.getByRole('figure').filter({ hasText: 'not on a server’s disk yet' });
  await expect(disks).toContainText('A gap: since the server’s role changed');
  await expect(charts.getByText('A gap: ')).toHaveCount(1);
  await context.close();
});
