// npm run picture: takes the README's picture anew, of a real ensemble of three tabs, while a write is
// on its way between them. Nothing in it is drawn by hand.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import path from 'node:path';
import { ROOT, installDependencies } from './install.mjs';

const PICTURE = path.join(ROOT, 'public/tabkeeper.png');
const PORT = 8189;
const BYTES_MAX = 300_000;
const SIZE = { width: 1440, height: 900 };
const ROOM = '#room=readme&seats=3&key=a-room-for-one-picture';
/** So many packets in the air say what the stage is about. */
const FLIGHTS_MIN = 3;
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

const openServer = async (context, seat) => {
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${PORT}/${ROOM}&seat=${seat}`);
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

const untilInFlight = (page) =>
  page.waitForFunction(
    (min) => {
      const drawn = [...document.querySelectorAll('#stage g.flight')];
      return drawn.filter((flight) => Number(getComputedStyle(flight).opacity) > 0.9).length >= min;
    },
    FLIGHTS_MIN,
    { polling: 'raf', timeout: 15_000 },
  );

const writeOnAndOn = (page) =>
  page.evaluate(
    async ([writes, pauseMillis]) => {
      for (let count = 1; count <= writes; count += 1) {
        await window.tabkeeper.client.set('/app/config', `v${count}`);
        await new Promise((resolve) => setTimeout(resolve, pauseMillis));
      }
    },
    [WRITES, WRITE_EVERY_MILLIS],
  );

const take = async (browser) => {
  const context = await browser.newContext({ viewport: SIZE, locale: 'en', colorScheme: 'light' });
  const pages = [];
  for (const seat of [1, 2, 3]) pages.push(await openServer(context, seat));
  for (const page of pages) {
    await page.waitForFunction(() => window.tabkeeper.status().phase === 'broadcast');
  }
  const [page, other] = pages;
  for (const line of COMMANDS) await run(page, line);
  const writing = writeOnAndOn(other).catch(() => undefined);
  await page.getByTestId('cli-input').blur();
  await untilInFlight(page);
  await page.screenshot({ path: PICTURE });
  await context.close();
  await writing;
};

const executablePath = await findChromium();
const server = await startServer();
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
try {
  await take(browser);
} finally {
  await browser.close();
  server.kill();
}
const bytes = statSync(PICTURE).size;
console.log(`${path.relative(ROOT, PICTURE)}: ${bytes} bytes`);
if (bytes > BYTES_MAX) {
  console.error(`The picture is larger than ${BYTES_MAX} bytes.`);
  process.exitCode = 1;
}
