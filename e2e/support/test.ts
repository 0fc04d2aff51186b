// Playwright's test with the playground's server and a Chromium of our choosing.

import { chromium, test as base, expect, type Browser } from '@playwright/test';
import { hear, takeComplaints } from './quiet.ts';
import { startServer, type PlaygroundServer } from './server.ts';

export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const launchOptions = {
  ...(process.env['CHROMIUM'] === undefined ? {} : { executablePath: process.env['CHROMIUM'] }),
  args: CHROMIUM_ARGS,
};

export const test = base.extend<
  { url: string; quiet: void },
  { server: PlaygroundServer; chrome: Browser }
>({
  server: [
    async ({}, use) => {
      const server = await startServer();
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
  chrome: [
    async ({}, use) => {
      const browser = await chromium.launch(launchOptions);
      browser.on('context', hear);
      await use(browser);
      await browser.close();
    },
    { scope: 'worker' },
  ],
  /** Of whatever was heard while the test ran. */
  quiet: [
    async ({}, use) => {
      await use();
      expect(takeComplaints(), 'every console is quiet').toEqual([]);
    },
    { auto: true },
  ],
  url: async ({ server }, use) => {
    await use(server.url);
  },
  context: async ({ chrome }, use) => {
    const context = await chrome.newContext({ viewport: { width: 1440, height: 900 } });
    await use(context);
    await context.close();
  },
});

export { expect };
