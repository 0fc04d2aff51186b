// The client's side as a person uses it: commands that are typed, watches that fire, sessions.

import type { Locator, Page } from '@playwright/test';
import { openOwnSession, press, pressOn, showPanel, type } from './support/hands.ts';
import { read, serving, status } from './support/room.ts';
import { expect, test } from './support/test.ts';

test('typed commands answer, and a watch is seen fire in the tab that set it', async ({
  standing: { pages },
}) => {
  const [first, second, third] = pages;
  await expect(await type(first!, 'create /app "hello there"')).toContainText('Created /app');
  await type(second!, 'sync /app');
  await showPanel(second!, 'Clients');
  const clients = second!.getByTestId('clients');
  await expect(clients).toContainText('No watch has fired in this tab yet.');
  await expect(await type(second!, 'get -w /app')).toContainText('hello there');

  await expect(await type(third!, 'set -s /app changed')).toContainText('dataVersion = 1');
  const fired = clients.locator('.fired');
  await expect(fired).toHaveCount(1);
  await expect(fired).toContainText('/app data changed');
  await showPanel(third!, 'Clients');
  await expect(third!.getByTestId('clients').locator('.fired')).toHaveCount(0);

  // Once: the next change is not told.
  await expect(await type(third!, 'set -s -v 1 /app again')).toContainText('dataVersion = 2');
  expect(await read(second!, '/app')).toBe('again');
  await expect(fired).toHaveCount(1);

  await expect(await type(first!, 'delete -v 7 /app')).toContainText('BadVersion');
  await expect(await type(first!, 'delete /app')).toContainText('done');
  await type(second!, 'sync /app');
  await expect(await type(second!, 'stat /app')).toContainText('does not exist');
});

test(
  'a child and an exists watch fire once, each in the tab that set it and in no other',
  { tag: '@nightly' },
  async ({ standing: { pages } }) => {
    const [first, second, third] = pages;
    const typed = async (page: Page, line: string, says: string): Promise<void> =>
      expect(await type(page, line)).toContainText(says);
    const firedIn = (page: Page): Locator => page.getByTestId('clients').locator('.fired');
    await typed(first!, 'create /box', 'Created /box');
    for (const page of pages) await showPanel(page, 'Clients');
    const before = await Promise.all(pages.map((page) => firedIn(page).count()));
    await typed(second!, 'sync /box', 'Sync is OK');
    await typed(second!, 'ls -w /box', '[]');
    await typed(first!, 'stat -w /later', 'does not exist; the watch is set');

    await typed(third!, 'create /box/a', 'Created /box/a');
    await expect(firedIn(second!).filter({ hasText: '/box' })).toContainText('children changed');
    await typed(third!, 'create /later', 'Created /later');
    await expect(firedIn(first!).filter({ hasText: '/later' })).toContainText('created');

    // Once: what comes after it is not told. Whoever reads the last change would have been told before.
    await typed(third!, 'create /box/b', 'Created /box/b');
    await typed(third!, 'delete /later', 'done');
    for (const page of pages) {
      await typed(page, 'sync /', 'Sync is OK');
      await typed(page, 'stat /later', 'does not exist');
    }
    for (const [at, told] of [1, 1, 0].entries()) {
      await expect(firedIn(pages[at]!)).toHaveCount(before[at]! + told);
    }
  },
);

test('a second session is opened and closed by buttons, its ephemeral goes with it', async ({
  standing: { pages },
}) => {
  const [first, second] = pages;
  await showPanel(first!, 'Clients');
  await first!.getByLabel('Timeout of the next session (ms)').fill('4000');
  await press(first!, 'Open another session');
  const sessions = first!.getByTestId('clients').locator('ul').first().locator('> li');
  await expect(sessions).toHaveCount(2);
  await expect(sessions.nth(1)).toContainText('timeout 4000 ms');
  // Its fuse burns down from the last word that its server heard: here, and on its cord.
  await expect(sessions.nth(1).getByTestId('fuse')).toContainText(/[0-4]\.\d s/);
  const fuses = first!.locator('#stage [data-fuse]');
  await expect.poll(() => fuses.count()).toBeGreaterThanOrEqual(2);
  const left = async (): Promise<number> => Number(await fuses.last().getAttribute('data-fuse'));
  expect(await left()).toBeGreaterThan(0);
  expect(await left()).toBeLessThanOrEqual(1);
  const used = first!.getByLabel('Session', { exact: true });
  await expect(used).not.toHaveValue('1');
  const number = await used.inputValue();

  const made = await type(first!, 'create -e /mine');
  await expect(made).toContainText('Created /mine');
  await expect(made).toContainText(`client ${number}`);
  await showPanel(second!, 'Tree');
  const mine = second!.getByRole('treeitem').filter({ hasText: 'mine' });
  await expect(mine).toBeVisible();

  await press(first!, `Close session ${number}`);
  await expect(sessions).toHaveCount(1);
  await expect(mine).toHaveCount(0);
  await expect(await type(first!, 'ls /')).not.toContainText('mine');
  await expect(await type(first!, 'create /still-here')).toContainText('client 1');
});

test(
  'a request to a frozen server waits, then is unknown, never failed',
  { tag: '@nightly' },
  async ({ standing: { pages } }) => {
    const leader = await serving(pages[0]!);
    const page = pages.find((_, at) => at !== leader - 1)!;
    const { serverId } = await status(page);
    const session = await openOwnSession(page, serverId);
    await pressOn(page, serverId, 'Freeze');
    const row = await type(page, 'create /maybe x');
    await expect(row).toContainText('waiting…');
    const open = page.getByRole('region', { name: /^Open requests/ });
    await expect(open).toContainText('create /maybe x');
    await expect(row).toContainText('unknown: it may or may not have happened');
    await expect(open).toContainText('Every request has its answer.');
    await expect(row).not.toContainText('failed');
    // The session goes on at another server; the person can look.
    await expect(await type(page, 'stat /maybe')).toContainText(/does not exist|dataVersion = 0/);
    await press(page, 'Thaw');
    await serving(page);
    expect((await status(page)).serverId).toBe(serverId);
    await press(page, `Close session ${session}`);
  },
);

test(
  'the tree is shown on, whether the server or the tab it is of was away',
  { tag: '@nightly' },
  async ({ standing: { pages } }) => {
    const [first, second, third] = pages;
    await showPanel(first!, 'Tree');
    const shown = (name: string) => first!.getByRole('treeitem').filter({ hasText: name });
    await type(second!, 'create /early');
    await expect(shown('early')).toBeVisible();

    await pressOn(first!, 1, 'Kill');
    await press(first!, 'Restart');
    await serving(first!);
    await expect(await type(second!, 'create /restarted')).toContainText('Created');
    await expect(shown('restarted')).toBeVisible();

    await first!.getByLabel('Tree of').selectOption('2');
    await expect(shown('restarted')).toBeVisible();
    await second!.reload();
    await serving(second!);
    await expect(await type(third!, 'create /reloaded')).toContainText('Created');
    await expect(shown('reloaded')).toBeVisible();
    await first!.getByLabel('Tree of').selectOption('1');
  },
);

test('the drawer speaks zkCli: completion, history, echo, errors in its words', async ({
  standing: { pages },
}) => {
  const [page] = pages;
  const input = page!.getByTestId('cli-input');
  const output = page!.getByTestId('cli-output');

  // Whoever goes along the page by Tab is not held by an empty line.
  await input.press('Tab');
  await expect(input).not.toBeFocused();

  // Commands are completed, then paths, one level at a time.
  await input.fill('getAl');
  await input.press('Tab');
  await expect(input).toHaveValue('getAllChildrenNumber ');
  await showPanel(page!, 'Tree');
  await expect(await type(page!, 'create /shelf "<b>not bold</b>"')).toContainText(
    'Created /shelf',
  );
  await type(page!, 'create /shelf/book');
  await expect(page!.getByRole('treeitem').filter({ hasText: 'shelf' })).toBeVisible();
  await input.fill('get /sh');
  await input.press('Tab');
  await expect(input).toHaveValue('get /shelf');
  await input.press('Enter');
  await expect(output).toContainText('<b>not bold</b>');
  await expect(output.locator('b')).toHaveCount(0);

  // The arrows walk through what was typed; redo does it again.
  await input.press('ArrowUp');
  await expect(input).toHaveValue('get /shelf');
  await input.press('ArrowUp');
  await expect(input).toHaveValue('create /shelf/book');
  await input.press('ArrowDown');
  await input.press('ArrowDown');
  await expect(input).toHaveValue('');
  await type(page!, 'history');
  const remembered = output.getByText(/\d+ - create \/shelf\/book/).last();
  const [, count] = /(\d+) - create \/shelf\/book/.exec(await remembered.innerText()) ?? [];
  await type(page!, `redo ${count}`);
  await expect(output).toContainText('Node already exists: /shelf/book');

  // What is wrong is said as zkCli says it.
  for (const [line, says] of [
    ['get', 'get [-s] [-w] path'],
    ['frobnicate', 'Command not found: Command not found frobnicate'],
    ['set -v 9 /shelf x', 'version No is not valid : /shelf'],
    ['create -x /a', 'Unrecognized option: -x'],
    ['whoami', 'Auth scheme: User'],
    ['deleteall /shelf', 'deleteall /shelf'],
    ['ls -R /', '/zookeeper/quota'],
    ['printwatches', 'printwatches is on'],
  ] as const) {
    await type(page!, line);
    await expect(output).toContainText(says);
  }
  await type(page!, 'addWatch /');
  await type(page!, 'create /seen');
  await expect(output).toContainText(
    'WatchedEvent state:SyncConnected type:NodeCreated path:/seen',
  );

  // A button's command is echoed as the line that does the same.
  await page!.getByRole('treeitem').filter({ hasText: 'seen' }).click();
  await press(page!, 'Delete');
  await page!.locator('form').getByRole('button', { name: 'Delete', exact: true }).click();
  await expect(output.locator('.command').last()).toContainText('delete /seen');
  await type(page!, 'removewatches /');
  await type(page!, 'connect 2');
  await expect(page!.getByLabel('Session', { exact: true })).toHaveValue(/^([2-9]|\d\d)$/);
  await type(page!, 'close');
  await expect(await type(page!, 'ls /')).toContainText('client 1');
});

test('clients of two tabs follow a lock recipe by themselves: one holds, the next waits, then it is handed over', async ({
  standing: { pages },
}) => {
  const [first, second] = pages;
  await first!.evaluate(() => window.tabkeeper.client.create('/lock'));
  const follow = (page: Page): Promise<void> =>
    page.evaluate(async () => {
      await window.tabkeeper.client.sync('/lock');
      const says: string[] = [];
      Object.assign(window, { says });
      void (async () => {
        for await (const view of window.tabkeeper.client.follow('lock', '/lock')) {
          says.push(view.says);
        }
      })();
    });
  const says = (page: Page): Promise<string[]> =>
    page.evaluate(() => (window as unknown as { says: string[] }).says);
  await follow(first!);
  await expect.poll(() => says(first!)).toEqual(['holds']);
  await follow(second!);
  await expect.poll(() => says(second!)).toEqual(['waits']);
  await showPanel(second!, 'Clients');
  await expect(second!.getByTestId('clients')).toContainText('waits for /lock/n-0000000000');
  await first!.evaluate(() => window.tabkeeper.client.letGo('/lock'));
  await expect.poll(() => says(second!)).toEqual(['waits', 'woken', 'holds']);
  expect(await says(first!)).toEqual(['holds', 'released']);
  await expect(second!.getByTestId('clients')).toContainText('holds /lock/n-0000000001');
  await second!.evaluate(() => window.tabkeeper.client.letGo('/lock'));
});

test('a client follows a recipe by itself, from the panel', async ({ standing: { pages } }) => {
  const [first, second] = pages;
  const start = async (page: Page, recipe: string, root: string): Promise<void> => {
    await showPanel(page, 'Clients');
    const form = page.getByTestId('recipes');
    await form.getByRole('combobox', { name: 'Recipe' }).selectOption(recipe);
    await form.getByLabel('Under the znode').fill(root);
    await form.getByRole('button', { name: 'Start' }).click();
  };
  await start(first!, 'queueTake', '/q');
  const said = first!.getByTestId('recipe').filter({ hasText: '/q' });
  await expect(said).toContainText('waits for an element of the queue /q');
  await start(second!, 'queuePut', '/q');
  const put = second!.getByTestId('recipe').filter({ hasText: '/q' });
  await expect(put).toContainText('put /q/items/item-0000000000');
  await expect(said).toContainText('waits for an element of the queue /q');
  await expect(await type(first!, 'ls /q/items')).toContainText('[]');
  await press(first!, 'Session 1 lets go under /q');
  await expect(said).toContainText('has stopped under /q');
});

test(
  'clients elect a master by themselves, and find the providers of a service',
  { tag: '@nightly' },
  async ({ standing: { pages } }) => {
    const [first, second, third] = pages;
    const start = async (page: Page, recipe: string, root: string): Promise<void> => {
      await showPanel(page, 'Clients');
      const form = page.getByTestId('recipes');
      await form.getByRole('combobox', { name: 'Recipe' }).selectOption(recipe);
      await expect(form.getByLabel('Under the znode')).toHaveValue(root);
      await form.getByRole('button', { name: 'Start' }).click();
    };
    const said = (page: Page, root = '/election'): Locator =>
      page.getByTestId('recipe').filter({ hasText: root });
    const ORDERS = '/services/orders';
    await start(first!, 'master', '/election');
    await expect(said(first!)).toContainText('is the master under /election');
    await start(second!, 'master', '/election');
    await expect(said(second!)).toContainText('watches the master, /election/candidate-0000000000');
    await start(third!, 'master', '/election');
    await expect(said(third!)).toContainText(
      'watches /election/candidate-0000000002; the master, when it looked, was /election/candidate-0000000000',
    );
    // The master's page goes: its session ends, and the next one writes down its own name.
    await first!.close();
    await expect(said(second!)).toContainText('is the master under /election');
    await expect(said(third!)).toContainText('watches /election/candidate-0000000002');
    await expect(await type(second!, 'get /election/master')).toContainText('candidate-0000000002');

    await press(third!, 'Session 1 lets go under /election');
    await start(third!, 'consumer', ORDERS);
    await expect(said(third!, ORDERS)).toContainText(
      'waits for a provider of the service /services/orders',
    );
    await start(second!, 'provider', ORDERS);
    await expect(said(third!, ORDERS)).toContainText('10.0.0.1:20880');
    await press(second!, 'Session 1 lets go under /services/orders');
    await expect(said(third!, ORDERS)).toContainText(
      'waits for a provider of the service /services/orders',
    );
  },
);
