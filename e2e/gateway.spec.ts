// Real clients at real tabs: kazoo comes through the gateway's ports while servers are killed and tabs are
// closed; and who may not come in does not.

import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { Locator, Page } from '@playwright/test';

import { pressOn, showPanel } from './support/hands.ts';
import { startContender, type Contender } from './support/kazoo.ts';
import { excuse } from './support/quiet.ts';
import { newRoom, openEnsemble, openTab, serving, status } from './support/room.ts';
import { startServer, type PlaygroundServer } from './support/server.ts';
import { expect, test as base } from './support/test.ts';

const test = base.extend<{
  own: PlaygroundServer;
  contender: (hosts: string, lock: string, name: string) => Contender;
}>({
  // A room of an earlier test keeps the ports for a while: each of these has a server of its own.
  own: async ({}, use) => {
    const server = await startServer();
    await use(server);
    await server.stop();
  },
  contender: async ({}, use) => {
    const started: Contender[] = [];
    await use((hosts, lock, name) => {
      const contender = startContender(hosts, lock, name);
      started.push(contender);
      return contender;
    });
    for (const contender of started) await contender.stop();
  },
});

/** Where clients come, by seat, as the page says. */
const portsOf = async (page: Page): Promise<string[]> => {
  await showPanel(page, 'Clients');
  const text = page.getByLabel('Connection string');
  await expect(text).toHaveValue(/^127\.0\.0\.1:\d+(,127\.0\.0\.1:\d+)*$/);
  return (await text.inputValue()).split(',');
};

const chipOf = (page: Page, session: string) =>
  page.locator(`#stage [data-client="outside ${String(BigInt.asIntN(64, BigInt(session)))}"]`);

const closeTab = (page: Page): Promise<void> => page.close({ runBeforeUnload: false });

test('kazoo’s lock goes on while the leader’s tab is closed, and its cord is seen to move', async ({
  context,
  own,
  contender,
}) => {
  const pages = await openEnsemble(context, own.url, newRoom());
  const leader = await serving(pages[0]!);
  const [watching, other] = pages.filter((_, at) => at !== leader - 1) as [Page, Page];
  const ports = await portsOf(watching);
  expect(own.said).toContain(`  ${ports[0]} -> server 1`);

  // The first comes to the leader, the second to another one; both know all three.
  const at = (await status(other)).serverId;
  const hosts = (first: number): string =>
    [ports[first - 1], ...ports.filter((_, index) => index !== first - 1)].join(',');
  const one = contender(hosts(leader), '/lock', 'one');
  const session = (await one.says(/^session /)).slice('session '.length);
  one.order('acquire');
  await one.says(/^acquired True/);
  const two = contender(hosts(at), '/lock', 'two');
  const second = (await two.says(/^session /)).slice('session '.length);
  two.order('acquire');
  one.order('contenders');
  await expect(async () => {
    one.order('contenders');
    await one.says(/^contenders one,two$/, 5_000);
  }).toPass();
  one.order('add');
  await one.says(/^added 1$/);

  // The page shows both by name where they hang: who holds the lock and who waits.
  await expect(chipOf(watching, session)).toHaveAttribute('data-at', String(leader));
  await expect(chipOf(watching, session)).toHaveClass(/holds/);
  await expect(chipOf(watching, second)).toHaveAttribute('data-at', String(at));
  const listed = watching.getByTestId('outside').locator('.client');
  await expect(listed).toHaveCount(2);
  await expect(listed.filter({ hasText: session })).toContainText('holds the lock /lock');
  await expect(listed.filter({ hasText: second })).toContainText('waits for the lock /lock');

  // In the tree their znodes bear their names, and where the second hangs there is a bell at the first's.
  const nameOf = async (client: string): Promise<string> =>
    (await chipOf(watching, client).locator('text').textContent()) ?? '';
  const [holder, waiter] = [await nameOf(session), await nameOf(second)];
  await showPanel(watching, 'Tree');
  await watching.getByLabel('Tree of').selectOption(String(at));
  const contenders = watching.getByRole('treeitem').filter({ hasText: '__lock__' });
  const bellOf = (owner: string): Locator =>
    contenders.filter({ hasText: owner }).getByRole('img', { name: 'watched' });
  await expect(contenders).toHaveCount(2);
  await expect(bellOf(holder)).toHaveCount(1);
  await expect(bellOf(waiter)).toHaveCount(0);

  // The very element must move: it is marked, and has to be there afterwards.
  await chipOf(watching, session).evaluate((chip) => chip.setAttribute('data-mark', 'same'));
  const before = await chipOf(watching, session).boundingBox();
  await closeTab(pages[leader - 1]!);
  await one.says(/^state SUSPENDED/);
  await one.says(/^state CONNECTED/);
  await expect(chipOf(watching, session)).toHaveAttribute('data-at', /^[123]$/);
  await expect(chipOf(watching, session)).not.toHaveAttribute('data-at', String(leader));
  await expect(chipOf(watching, session)).toHaveAttribute('data-mark', 'same');
  await expect(chipOf(watching, session)).toHaveClass(/holds/);
  await expect
    .poll(async () => (await chipOf(watching, session).boundingBox())?.x)
    .not.toBe(before?.x);

  // The recipe goes on: still held, counted on, handed over, and taken back.
  one.order('add');
  await one.says(/^added 2$/);
  expect(two.said()).not.toContain('acquired True');
  one.order('release');
  await one.says(/^released True/);
  await two.says(/^acquired True/);
  await expect(contenders).toHaveCount(1);
  await expect(contenders).toContainText(waiter);
  await expect(bellOf(waiter)).toHaveCount(0);
  await showPanel(watching, 'Clients');
  two.order('add');
  await two.says(/^added 3$/);
  await expect(chipOf(watching, second)).toHaveClass(/holds/);
  one.order('acquire');
  two.order('release');
  await two.says(/^released True/);
  await one.says(/^acquired True/);
  one.order('add');
  await one.says(/^added 4$/);
  expect([...one.said(), ...two.said()]).not.toContain('state LOST');

  for (const client of [one, two]) {
    client.order('quit');
    await client.says(/^stopped$/);
  }
  await expect(listed).toHaveCount(0);
  await expect(chipOf(watching, session)).toHaveCount(0);
});

/** How a connection to this port ends when nobody speaks: what a client sees of a server that is away. */
const knock = (address: string): Promise<'open' | 'refused'> =>
  new Promise((resolve) => {
    const socket = connect(Number(address.split(':')[1]), '127.0.0.1');
    const timer = setTimeout(() => {
      socket.destroy();
      resolve('open');
    }, 500);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve('refused');
    });
  });

test('a killed server hangs up and refuses, and is reached again when it is restarted', async ({
  context,
  own,
  contender,
}) => {
  const pages = await openEnsemble(context, own.url, newRoom());
  const [hand, , third] = pages as [Page, Page, Page];
  const ports = await portsOf(hand);
  expect(await Promise.all(ports.slice(0, 3).map(knock))).toEqual(['open', 'open', 'open']);
  const client = contender([ports[2], ports[0], ports[1]].join(','), '/l', 'one');
  const session = (await client.says(/^session /)).slice('session '.length);
  await expect(chipOf(hand, session)).toHaveAttribute('data-at', '3');

  await pressOn(hand, 3, 'Kill');
  await client.says(/^state SUSPENDED/);
  await client.says(/^state CONNECTED/);
  await expect(chipOf(hand, session)).toHaveAttribute('data-at', /^[12]$/);
  expect(await knock(ports[2]!)).toBe('refused');
  await expect(hand.getByTestId('client-port')).toHaveText(
    `Clients from outside: ${ports[2]} → server 3`,
  );

  await pressOn(hand, 3, 'Restart');
  await serving(third);
  expect(await knock(ports[2]!)).toBe('open');
});

test(
  'a reloaded server is reached again, and an observer has a port too: the next one',
  { tag: '@nightly' },
  async ({ context, own, contender }) => {
    const pages = await openEnsemble(context, own.url, newRoom());
    const [hand, , third] = pages as [Page, Page, Page];
    const ports = await portsOf(hand);
    await third.reload();
    await serving(third);
    await expect.poll(() => knock(ports[2]!)).toBe('open');

    const observer = await openTab(context, own.url, await roomOf(hand), 4);
    await serving(observer);
    await expect(hand.getByLabel('Connection string')).toHaveValue(/(,127\.0\.0\.1:\d+){3}$/);
    const all = await portsOf(hand);
    const late = contender(all[3]!, '/l', 'late');
    const at = (await late.says(/^session /)).slice('session '.length);
    await expect(chipOf(hand, at)).toHaveAttribute('data-at', '4');
  },
);

/** The room of this page's own link. */
const roomOf = async (page: Page): Promise<{ name: string; seats: number; key: string }> => {
  const fields = new URLSearchParams(new URL(page.url()).hash.slice(1));
  return {
    name: fields.get('room') ?? '',
    seats: Number(fields.get('seats')),
    key: fields.get('key') ?? '',
  };
};

test(
  'a second room is told in both languages that the ports are another’s, and gets them later',
  { tag: '@nightly' },
  async ({ context, own }) => {
    const first = await openTab(context, own.url, newRoom(1), 1);
    await serving(first);
    const [port] = await portsOf(first);
    const second = await openTab(context, own.url, newRoom(1), 1);
    await serving(second);
    await showPanel(second, 'Clients');
    const outside = second.getByTestId('outside');
    await expect(outside).toContainText('Another room has the client ports.');
    await second.getByLabel('Language').selectOption('zh-CN');
    await expect(outside).toContainText('客户端端口正由另一个房间使用');
    await second.getByLabel('语言').selectOption('en');
    await closeTab(first);
    await expect(outside).toContainText('reach these servers');
    expect(await portsOf(second)).toEqual([port]);
    expect(await knock(port!)).toBe('open');
  },
);

/** What a page gets that asks this gateway for a token and opens a line with it. */
const tryToEnter = (page: Page, gateway: string): Promise<{ status: string; line: string }> =>
  page.evaluate(async (to) => {
    let token = 'x'.repeat(43);
    const status = await fetch(`http://${to}/gateway/token`, { method: 'POST' }).then(
      async (response) => {
        ({ token } = (await response.json()) as { token: string });
        return String(response.status);
      },
      () => 'no answer to read',
    );
    const line = await new Promise<string>((resolve) => {
      const socket = new WebSocket(`ws://${to}/gateway`, ['tabkeeper-gateway-1', token]);
      socket.onopen = () => resolve('open');
      socket.onerror = () => resolve('refused');
    });
    return { status, line };
  }, gateway);

/** What a browser says of a token that it may not read, and of a line that is not opened. */
const REFUSED =
  /gateway\/token' from origin .* has been blocked by CORS|ERR_FAILED .*\/gateway\/token|\/gateway' failed: .* code: 403/;

test('a page of another origin of this machine gets no token and no line', async ({
  chrome,
  own,
}) => {
  // Without any policy of its own, unlike ours: nothing but the gateway stands in its way.
  const stranger = createServer((_request, response) => {
    response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>other</title>');
  });
  await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
  const { port } = stranger.address() as AddressInfo;
  const context = await chrome.newContext();
  try {
    const page = await context.newPage();
    const { host } = new URL(own.url);
    await page.goto(`http://127.0.0.1:${port}/`);
    expect(await tryToEnter(page, host)).toEqual({ status: 'no answer to read', line: 'refused' });
    // The same words from a page of ours are let in.
    await page.goto(own.url);
    expect(await tryToEnter(page, host)).toEqual({ status: '200', line: 'open' });
  } finally {
    await context.close();
    excuse(context, REFUSED);
    stranger.closeAllConnections();
    stranger.close();
  }
});
