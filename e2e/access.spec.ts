// How the page is reached from elsewhere: over plain http, where browsers let no tab be a server, and over https.

import path from 'node:path';
import type { Page } from '@playwright/test';
import { press } from './support/hands.ts';
import { axeFindsNothing } from './support/looks.ts';
import { excuse } from './support/quiet.ts';
import { createEventually, linkTo, newRoom, openTab, read, serving } from './support/room.ts';
import { startServer } from './support/server.ts';
import { expect, plainUrl, test } from './support/test.ts';

/** Of every page that comes over plain http, for one header of them. */
const UNTRUSTED = /Cross-Origin-Opener-Policy header has been ignored/;

const FIXTURES = path.resolve(import.meta.dirname, '../src/entries/start');
const CERTIFICATE = [
  ...['--cert', path.join(FIXTURES, 'localhost-cert.fixture.pem')],
  ...['--key', path.join(FIXTURES, 'localhost-key.fixture.pem')],
];

const problems = (page: Page) => page.locator('.problems');

test('over plain http a room says what it lacks and where it is; landing, lessons and recordings work', async ({
  context,
  url,
}) => {
  const plain = plainUrl(url);
  const page = await context.newPage();
  await page.goto(linkTo(plain, newRoom()));
  expect(await page.evaluate(() => globalThis.isSecureContext)).toBe(false);
  await expect(problems(page)).toContainText(`This page came over plain http from ${plain}`);
  await expect(problems(page)).toContainText('open it as localhost');
  await expect(problems(page)).not.toContainText('Use a current');
  await axeFindsNothing(page);
  await press(page, 'Invite');
  await expect(page.getByTestId('share-reach')).toContainText(
    'browsers let no tab that opens it be a server',
  );
  await page.keyboard.press('Escape');
  await page.getByLabel('Language').selectOption('zh-CN');
  await expect(problems(page)).toContainText('本页面是通过普通 http');
  await page.getByLabel('语言').selectOption('en');

  await problems(page).getByRole('link', { name: 'The laboratory works here' }).click();
  await expect(page.getByTestId('lab-now')).toHaveText(/^0:0[1-9]/);
  // There is no clipboard either: the link is shown.
  await page.getByRole('button', { name: 'Share this run' }).click();
  const shared = page.getByRole('textbox', { name: 'Room link' });
  await expect(shared).toHaveValue(/#lab&run=/);
  const run = await shared.inputValue();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save this run as a file' }).click();
  const file = await (await saved).path();

  await page.goto('about:blank');
  await page.goto(run);
  await expect(page.getByTestId('lab-now')).toHaveText(/^0:0[1-9]/);
  await page.goto('about:blank');
  await page.goto(`${plain}/#recording`);
  await page.locator('input[type=file]').setInputFiles(file);
  await expect(page.getByTestId('lab-now')).toHaveText(/^0:0[1-9]/);
  await page.goto('about:blank');
  await page.goto(`${plain}/`);
  await expect(page.getByTestId('landing-now')).toContainText('leads epoch 1');
  await page.getByRole('link', { name: 'Start the first lesson' }).click();
  await expect(page.getByText('Your bet')).toBeVisible();
  excuse(context, UNTRUSTED);
});

test('with a certificate two tabs elect through wss, and the gateway has its line', async ({
  chrome,
}) => {
  const server = await startServer(undefined, CERTIFICATE);
  const context = await chrome.newContext({ ignoreHTTPSErrors: true });
  const room = newRoom();
  const first = await context.newPage();
  const sockets: string[] = [];
  first.on('websocket', (socket) => sockets.push(socket.url()));
  await first.goto(linkTo(server.url, room, 1));
  const second = await openTab(context, server.url, room, 2);
  await serving(first);
  expect(await createEventually(first, '/over-https', 'yes')).toBe('/over-https');
  expect(await read(second, '/over-https')).toBe('yes');
  const host = server.url.replace('https://', '');
  expect(sockets).toContainEqual(expect.stringContaining(`wss://${host}/peerjs/peerjs`));
  await expect(first.locator('.signal')).toHaveClass(/open/);
  // Its worker's line is up: the port is this server's.
  const [, port = ''] = /(127\.0\.0\.1:\d+) -> server 1/.exec(server.said) ?? [];
  await expect(first.getByTestId('client-port')).toContainText(`${port} → server 1`);
  await press(first, 'Invite');
  await expect(first.getByTestId('share-reach')).toContainText('opens only on this machine');
  await context.close();
  await server.stop();
});
