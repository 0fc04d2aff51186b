// npm run picture: takes the README's three pictures anew: a real ensemble of three tabs while a write is on
// its way between them, a lesson in the laboratory with its space-time diagram, and a phone in the same
// kind of room. Nothing in them is drawn by hand.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import path from 'node:path';
import { ROOT, installDependencies } from './install.mjs';

const pictureOf = (name) => path.join(ROOT, 'public', name);
const LIVE = pictureOf('tabkeeper.png');
const LESSON = pictureOf('lesson.png');
const PHONE = pictureOf('phone.png');
const PORT = 8189;
const BYTES_MAX = 300_000;
const SCREEN = { viewport: { width: 1440, height: 900 }, locale: 'en', colorScheme: 'light' };
const TABLET = { viewport: { width: 1024, height: 768 }, locale: 'zh-CN', colorScheme: 'dark' };
const HAND = {
  ...{ viewport: { width: 390, height: 844 }, locale: 'en', colorScheme: 'dark' },
  ...{ isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
};
const roomOf = (name) => `#room=${name}&seats=3&key=a-room-for-one-picture`;
/** So many packets in the air say what the stage is about. */
const FLIGHTS_MIN = 3;
/** More of them cover each other: a page that was behind another begins with many at once. */
const FLIGHTS_MAX = 9;
const WRITES = 30;
const WRITE_EVERY_MILLIS = 600;
const COMMANDS = [
  'create /app "hello, tabs"',
  'create /app/config v1',
  'create -e /app/here me',
  'create -s /app/task- first',
  'get -w /app/config',
];

installDependencies();
const { buildNode, buildPage } = await import('./build.mjs');
const { findChromium } = await import('./chromium.mjs');
const { chromium } = await import('playwright');
buildPage();
buildNode();

const startServer = async () => {
  const options = ['--port', String(PORT), '--host', '127.0.0.1'];
  const child = spawn(process.execPath, [path.join(ROOT, 'dist-node/start.js'), ...options], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error('The playground did not start.');
  });
  await Promise.race([once(child.stdout, 'data'), ended]);
  ended.catch(() => undefined);
  return child;
};

const openServer = async (context, room, seat) => {
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${PORT}/${roomOf(room)}&seat=${seat}`);
  await page.waitForFunction((wanted) => window.tabkeeper?.status().serverId === wanted, seat);
  return page;
};

const run = async (page, line) => {
  const input = page.getByTestId('cli-input');
  await input.fill(line);
  await input.press('Enter');
  await page
    .getByTestId('cli-output')
    .locator('.command p.ok')
    .nth(COMMANDS.indexOf(line))
    .waitFor();
};

const untilInFlight = (page, min = FLIGHTS_MIN) =>
  page.waitForFunction(
    ([wanted, most]) => {
      const drawn = [...document.querySelectorAll('#stage g.flight')];
      const whole = drawn.filter((flight) => Number(getComputedStyle(flight).opacity) > 0.9);
      return drawn.length <= most && whole.length >= wanted;
    },
    [min, FLIGHTS_MAX],
    { polling: 'raf', timeout: 15_000 },
  );

const writeOnAndOn = (page, node = '/app/config') =>
  page.evaluate(
    async ([node, writes, pauseMillis]) => {
      for (let count = 1; count <= writes; count += 1) {
        await window.tabkeeper.client.set(node, `v${count}`);
        await new Promise((resolve) => setTimeout(resolve, pauseMillis));
      }
    },
    [node, WRITES, WRITE_EVERY_MILLIS],
  );

const openRoom = async (context, room) => {
  const pages = [];
  for (const seat of [1, 2, 3]) pages.push(await openServer(context, room, seat));
  for (const page of pages) {
    await page.waitForFunction(() => window.tabkeeper.status().phase === 'broadcast');
  }
  return pages;
};

const takeLive = async (browser) => {
  const context = await browser.newContext(SCREEN);
  const [page, other] = await openRoom(context, 'readme');
  for (const line of COMMANDS) await run(page, line);
  const writing = writeOnAndOn(other).catch(() => undefined);
  await page.getByTestId('cli-input').blur();
  await untilInFlight(page);
  await page.screenshot({ path: LIVE });
  await context.close();
  await writing;
};

const takeLesson = async (browser) => {
  const context = await browser.newContext(TABLET);
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${PORT}/#lab&lesson=one-by-one`);
  const button = (name) => page.getByRole('button', { name, exact: true }).first();
  await page.getByRole('article').getByRole('button', { name: /3/ }).first().click();
  for (const server of [1, 2, 3]) await button(`启动 ${server}`).click();
  await page.locator('article li.met').nth(1).waitFor();
  await untilInFlight(page, 1);
  await page.keyboard.press('Space');
  await page.screenshot({ path: LESSON });
  await context.close();
};

const takePhone = async (browser) => {
  const context = await browser.newContext(HAND);
  const [page, other] = await openRoom(context, 'phone');
  await page.bringToFront();
  await other.evaluate(() => window.tabkeeper.client.create('/app', 'hello, tabs'));
  const writing = writeOnAndOn(other, '/app').catch(() => undefined);
  await untilInFlight(page);
  await page.screenshot({ path: PHONE });
  await context.close();
  await writing;
};

const executablePath = await findChromium();
const server = await startServer();
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  await takeLive(browser);
  await takeLesson(browser);
  await takePhone(browser);
} finally {
  await browser.close();
  server.kill();
}
for (const picture of [LIVE, LESSON, PHONE]) {
  const bytes = statSync(picture).size;
  const name = path.relative(ROOT, picture);
  console.log(`${name}: ${bytes} bytes`);
  if (bytes <= BYTES_MAX) continue;
  console.error(`${name} is larger than ${BYTES_MAX} bytes.`);
  process.exitCode = 1;
}
