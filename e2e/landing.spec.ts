// What a newcomer sees first, and what stands in another page.

import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { FrameLocator, Locator, Page } from '@playwright/test';
import { type } from './support/hands.ts';
import { slowness } from './support/pace.ts';
import { excuse } from './support/quiet.ts';
import { newRoom, seated } from './support/room.ts';
import { axeFindsNothing, looksWellAtEverySize, LOOKS, SIZES } from './support/looks.ts';
import { expect, test } from './support/test.ts';

test('the bare link shows an election within two seconds, and the two ways on', async ({
  chrome,
  context,
  url,
}) => {
  // The files are there: what is measured is the page, not the first read of the disk.
  const before = await context.newPage();
  await before.goto(url);
  await before.locator('.flight').first().waitFor({ state: 'attached' });
  await before.close();
  const page = await context.newPage();
  const slow = slowness();
  const began = Date.now();
  await page.goto(url);
  await page.locator('.flight').first().waitFor({ state: 'attached' });
  const tookMillis = Date.now() - began;
  expect(tookMillis).toBeLessThan(2_000 * Math.max(slow, slowness()));
  const now = page.getByTestId('landing-now');
  await expect(now).toContainText(/electing a leader|is elected|leads epoch 1/);
  await expect(now).toContainText('leads epoch 1');
  // Nobody sat down: no room was made, no server started.
  expect(await page.evaluate(() => [location.hash, typeof window.tabkeeper])).toEqual([
    ...['', 'undefined'],
  ]);
  await page.keyboard.press('Space');
  await expect(page.getByRole('button', { name: 'Play' })).toBeVisible();
  await page.keyboard.press('Shift+?');
  const sheet = page.getByRole('dialog', { name: 'Keyboard' });
  await expect(sheet).toContainText('stop what moves');
  await sheet.getByLabel('Single-key shortcuts').uncheck();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: 'Play' }).click();
  await page.getByRole('button', { name: 'Pause' }).click();

  await page.getByRole('link', { name: 'Start the first lesson' }).click();
  await expect(page.getByText('Your bet')).toBeVisible();
  await page.goto(url);
  await page.getByRole('link', { name: 'Open your own ensemble' }).click();
  await seated(page);
  expect(page.url()).toMatch(/#room=[^&]+&seats=3&key=/);

  // Chinese, whatever its script and place; what is not chosen here is not remembered as if it were.
  const taiwan = await chrome.newContext({ locale: 'zh-TW' });
  const theirs = await taiwan.newPage();
  await theirs.goto(url);
  await expect(theirs.getByRole('link', { name: '开始第一课' })).toBeVisible();
  await expect(theirs.locator('html')).toHaveAttribute('lang', 'zh-CN');
  expect(await theirs.evaluate(() => localStorage.getItem('PARAGLIDE_LOCALE'))).toBeNull();
  await theirs.getByLabel('语言').selectOption('en');
  await theirs.reload();
  await expect(theirs.locator('html')).toHaveAttribute('lang', 'en');
  await taiwan.close();
});

test('the first screen is at most 200 kB to load, compressed, its worker and all: but for fonts', async ({
  context,
  url,
}) => {
  const page = await context.newPage();
  // Whatever page and workers ask for. What the service worker keeps for other times comes later, and is not theirs.
  const loaded = new Set<string>();
  page.on('request', (request) => loaded.add(request.url()));
  await page.goto(url);
  await expect(page.getByTestId('landing-now')).toContainText('leads epoch 1');
  const workers = page.workers().map((worker) => worker.url());
  expect(workers).toHaveLength(1);
  const files = [...loaded].filter((name) => !/\.woff2$/.test(name));
  expect(files).toEqual(expect.arrayContaining(workers));
  let bytes = 0;
  for (const file of files) {
    bytes += gzipSync(await (await context.request.get(file)).body(), { level: 9 }).length;
  }
  expect(bytes).toBeGreaterThan(100_000);
  expect(bytes).toBeLessThan(200_000);
});

test('a part that cannot be loaded is said to be missing where it was asked for', async ({
  context,
  url,
}) => {
  const page = await context.newPage();
  await page.route(/\/assets\/(definitions|open-lab)-/, (route) => route.abort());
  await page.goto(url);
  const sentence = 'This part of the page could not be loaded.';
  await page.getByTestId('landing-now').getByRole('button').first().hover();
  await expect(page.getByRole('tooltip')).toContainText(sentence);
  await expect(page.locator('.flight').first()).toBeAttached();
  await page.getByRole('link', { name: 'Start the first lesson' }).click();
  await expect(page.getByRole('alert')).toContainText(sentence);
  excuse(context, /net::ERR_FAILED|dynamically imported module/);
});

test(
  'its leader is killed, and another one is elected',
  { tag: '@waits' },
  async ({ context, url }) => {
    const page = await context.newPage();
    await page.goto(url);
    await expect(page.getByTestId('landing-now')).toContainText('leads epoch 2', {
      timeout: 120_000,
    });
  },
);

for (const { locale, colorScheme, tag } of LOOKS) {
  test(
    `axe finds nothing on the landing: ${locale}, ${colorScheme}`,
    { tag },
    async ({ chrome, url }) => {
      const context = await chrome.newContext({ locale, colorScheme });
      const page = await context.newPage();
      await page.goto(url);
      await expect(page.getByTestId('landing-now')).toBeVisible();
      // What flies is half seen at its ends.
      await page.locator('.view > button').click();
      await expect(page.locator('.flight')).toHaveCount(0);
      const leader = locale === 'en' ? 'leader' : '领导者 leader';
      const now = page.getByTestId('landing-now');
      await expect(now.getByRole('button', { name: leader })).toBeVisible();
      await looksWellAtEverySize(page);
      await context.close();
    },
  );
}

test('a projector has bigger type, and motion can be switched off', async ({ context, url }) => {
  const page = await context.newPage();
  await page.goto(`${url}/#lab&seed=3&seats=3`);
  await expect(page.getByTestId('lamp')).toBeVisible();
  const height = async (): Promise<number> =>
    (await page.locator('header').boundingBox())?.height ?? 0;
  const usual = await height();
  await page.getByLabel('Theme').selectOption('projector');
  await expect.poll(height).toBeGreaterThan(usual * 1.2);
  for (const { width, height: tall } of SIZES) {
    await page.setViewportSize({ width, height: tall });
    const beyond = (): Promise<number[]> =>
      page.evaluate(() => {
        const root = document.documentElement;
        return [root.scrollWidth - root.clientWidth, root.scrollHeight - root.clientHeight];
      });
    await expect.poll(beyond, { message: `${width} wide` }).toEqual([0, 0]);
  }
  // A phone has no room for bigger words.
  await expect.poll(height).toBeLessThan(usual * 1.2);
  await page.setViewportSize(SIZES[0]!);
  // What the system asks for is honoured at once, and what it does not ask for is not done.
  const still = page.locator('.flight.still');
  const flying = page.locator('.flight:not(.still)');
  // Its election may be over by now: something is asked for, so that something flies.
  const seen = async (flight: Locator): Promise<void> => {
    await expect(async () => {
      await type(page, 'sync /');
      await flight.first().waitFor({ state: 'attached', timeout: 5_000 });
    }).toPass();
  };
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await seen(still);
  await expect(flying).toHaveCount(0);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await seen(flying);
  await page.getByRole('button', { name: 'Keyboard' }).click();
  await page.getByLabel('Motion').selectOption('less');
  await expect(page.locator('html')).toHaveAttribute('data-motion', 'less');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-motion', 'less');
  await seen(still);
  await expect(flying).toHaveCount(0);
});

test(
  'what one key alone does can be switched off, and is remembered',
  { tag: '@nightly' },
  async ({ context, url }) => {
    const page = await context.newPage();
    await page.goto(`${url}/#lab&seed=3&seats=3`);
    await expect(page.locator('header').getByText(/leader \d/)).toBeVisible();
    const sheet = page.getByRole('dialog', { name: 'Keyboard' });
    const diagram = page.getByTestId('space-time');
    await page.keyboard.press('Shift+?');
    await expect(sheet).toBeVisible();
    await axeFindsNothing(page);
    await sheet.getByLabel('Single-key shortcuts').uncheck();
    await page.keyboard.press('Escape');
    await expect(sheet).toBeHidden();
    await page.locator('#stage button[data-server="2"]').click();
    await page.locator('body').press('k');
    await page.locator('body').press('d');
    await page.locator('body').press('Shift+?');
    // Long enough for a server to be seen killed.
    await page.waitForTimeout(500);
    await expect(page.locator('#stage .killed')).toHaveCount(0);
    await expect(diagram).toHaveCount(0);
    await expect(sheet).toBeHidden();
    await page.reload();
    await expect(page.locator('header').getByText(/leader \d/)).toBeVisible();
    await page.locator('body').press('d');
    await expect(diagram).toHaveCount(0);
    await page.getByRole('button', { name: 'Keyboard' }).click();
    await sheet.getByLabel('Single-key shortcuts').check();
    await page.keyboard.press('Escape');
    await page.locator('body').press('d');
    await expect(diagram).toBeVisible();
  },
);

/** Another page with this address in a frame. `localhost` is another site than the playground's. */
const inFrame = async (
  page: Page,
  address: string,
  use: (frame: FrameLocator) => Promise<void>,
  site: 'localhost' | '127.0.0.1' = 'localhost',
): Promise<void> => {
  const host = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end(`<iframe width="1000" height="600" src="${address.replaceAll('&', '&amp;')}">`);
  });
  await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', () => resolve()));
  const bound = host.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  try {
    await page.goto(`http://${site}:${port}/`);
    await use(page.frameLocator('iframe'));
  } finally {
    host.closeAllConnections();
    host.close();
  }
};

test('?embed is the stage alone in the page of another site', async ({ context, url }) => {
  const page = await context.newPage();
  await inFrame(page, `${url}/?embed`, async (frame) => {
    await expect(frame.locator('.flight').first()).toBeAttached();
    await expect(frame.getByRole('banner')).toHaveCount(0);
  });
  await inFrame(page, `${url}/?embed#lab&seed=3&seats=3`, async (frame) => {
    await expect(frame.getByRole('button', { name: /^Server \d: leading/ })).toBeVisible();
    // What is said of the ensemble stands below it, and on none of its words.
    const stage = (await frame.getByRole('region', { name: 'The ensemble' }).boundingBox())!;
    const line = (await frame.getByText(/^serving: /).boundingBox())!;
    expect(line.y).toBeGreaterThanOrEqual(stage.y + stage.height);
  });
  await inFrame(page, `${url}/?embed#lab&lesson=one-by-one`, async (frame) => {
    await expect(frame.getByText('Your bet')).toBeVisible();
    await expect(frame.locator('button[data-server="5"]')).toBeVisible();
    await frame.getByRole('button', { name: /^Server 5: the highest id/ }).click();
    await expect(frame.locator('button[data-server="5"] [data-bet]')).toBeVisible();
    await expect(frame.getByText('Your bet: Server 5')).toBeVisible();
  });
});

test(
  '?embed with a room is a server of that room',
  { tag: '@nightly' },
  async ({ wholeContext, url }) => {
    const room = newRoom(1);
    const page = await wholeContext.newPage();
    const address = `${url}/?embed#room=${room.name}&seats=1&key=${room.key}`;
    const leads = async (frame: FrameLocator): Promise<void> => {
      await expect(frame.getByRole('button', { name: /^Server 1: leading/ })).toBeVisible();
      const whole = frame.getByRole('link', { name: 'Open in Tabkeeper' });
      expect(await whole.getAttribute('href')).toBe(
        `${url}/#room=${room.name}&seats=1&key=${room.key}`,
      );
    };
    await inFrame(page, address, leads, '127.0.0.1');
    // Browsers that keep nothing for frames of other sites leave it no disk: that is said.
    await inFrame(page, address, async (frame) => {
      await expect(frame.getByText('keeps no data for this site')).toBeVisible();
    });
  },
);

test('the whole page stands in no frame: the header says so, and so does the page', async ({
  context,
  url,
}) => {
  const page = await context.newPage();
  const policy = (await page.request.get(`${url}/`)).headers()['content-security-policy'] ?? '';
  expect(policy).toContain("frame-ancestors 'none'");
  // As where headers know no query: without that word of the policy.
  await context.route(`${url}/`, async (route) => {
    const response = await route.fetch();
    const headers = response.headers();
    headers['content-security-policy'] = policy.replace("frame-ancestors 'none'; ", '');
    await route.fulfill({ response, headers });
  });
  const room = newRoom(1);
  const address = `${url}/#room=${room.name}&seats=1&key=${room.key}`;
  await inFrame(page, address, async (frame) => {
    await expect(frame.getByText('does not stand in another page’s frame')).toBeVisible();
    await expect(frame.getByRole('button')).toHaveCount(0);
    expect(await frame.locator('body').evaluate(() => typeof window.tabkeeper)).toBe('undefined');
  });
});
