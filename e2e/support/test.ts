// Playwright's test with the playground's server and a Chromium of our choosing.

import {
  chromium,
  test as base,
  type Browser,
  type BrowserContext,
  type TestInfo,
} from '@playwright/test';
import { expect } from './expect.ts';
import { Landlord, type House, type Standing } from './landlord.ts';
import { hear, takeComplaints } from './quiet.ts';
import { startServer, type PlaygroundServer } from './server.ts';

export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Another machine's name, without another machine: `plainUrl`.
  '--host-resolver-rules=MAP plain.test 127.0.0.1',
];

/** The same page as another machine opens it over plain http: no secure context. */
export const plainUrl = (url: string): string => url.replace('127.0.0.1', 'plain.test');

const { CHROMIUM, HEADLESS_SHELL } = process.env;
const optionsOf = (executablePath: string | undefined) => ({
  ...(executablePath === undefined ? {} : { executablePath }),
  args: CHROMIUM_ARGS,
});

/** The engine without a window, where there is one of its own. */
export const launchOptions = optionsOf(HEADLESS_SHELL ?? CHROMIUM);

/** All of Chromium: the other knows no extensions, and not what a profile's preferences say. */
export const wholeChromium = {
  ...optionsOf(CHROMIUM),
  ...(CHROMIUM === undefined ? { channel: 'chromium' } : {}),
};

/** What a describe or a project says of its tests by `use`. */
export interface Options {
  /** Those that play in one standing room have the same. Empty: what is written in one describe, or in one file. */
  readonly house: string;
  /** Whether anybody looks at the standing room's pages. */
  readonly drawn: boolean;
}

interface Fixtures extends Options {
  readonly url: string;
  readonly quiet: void;
  readonly wholeContext: BrowserContext;
  readonly ownHouse: House;
  readonly standing: Standing;
}

/** Pages are not kept for times without a network: keeping all files costs a new context half a second of a core. */
const neverKept = (context: BrowserContext): Promise<unknown> =>
  context
    .addInitScript(() => {
      delete (Navigator.prototype as { serviceWorker?: unknown }).serviceWorker;
    })
    .catch(() => undefined);

const besides = ({ titlePath }: TestInfo): string => titlePath.slice(0, -1).join(' › ');

export const test = base.extend<
  Fixtures,
  { server: PlaygroundServer; chrome: Browser; landlord: Landlord; keptOffline: boolean }
>({
  keptOffline: [false, { option: true, scope: 'worker' }],
  house: ['', { option: true }],
  drawn: [true, { option: true }],
  landlord: [
    async ({}, use) => {
      const landlord = new Landlord();
      await use(landlord);
      await landlord.close();
    },
    { scope: 'worker' },
  ],
  /** A room of three tabs that other tests of the house have played in, or will. */
  standing: async ({ landlord, chrome, url, ownHouse }, use) => {
    await use(await landlord.lend(ownHouse, chrome, url));
  },
  /** Those of a house that is over are gone. */
  ownHouse: [
    async ({ landlord, house, drawn }, use, info) => {
      const own = { name: house || besides(info), drawn };
      await landlord.closeBut(own);
      await use(own);
    },
    { auto: true },
  ],
  server: [
    async ({}, use) => {
      const server = await startServer();
      await use(server);
      await server.stop();
    },
    { scope: 'worker' },
  ],
  chrome: [
    async ({ keptOffline }, use) => {
      const browser = await chromium.launch(launchOptions);
      browser.on('context', (context) => {
        hear(context);
        if (!keptOffline) void neverKept(context);
      });
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
  /** Of all of Chromium: what it keeps from pages of other sites is its own policy. */
  wholeContext: async ({}, use) => {
    const browser = await chromium.launch(wholeChromium);
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    hear(context);
    await use(context);
    await browser.close();
  },
  url: async ({ server }, use) => {
    await use(server.url);
  },
  context: async ({ chrome }, use) => {
    const context = await chrome.newContext({ viewport: { width: 1440, height: 900 } });
    await use(context);
    await context.close();
  },
});

export { expect } from './expect.ts';
