// What a first visit loads before anything is asked for, compressed, without fonts.

import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Response } from 'playwright';

import type { Bench } from '../frame.ts';

const KILO = 1_000;
/** Nothing more comes by itself after this. */
const QUIET_MILLIS = 3_000;
const SCREENS = [
  ['the first screen', '/'],
  ['a room', '/#room=bench-load&seats=3&key=a-room-for-measuring-0123&seat=1'],
] as const;

export async function measureFirstLoad(
  bench: Bench,
  browser: Browser,
  _context: BrowserContext,
  url: string,
): Promise<void> {
  for (const [point, address] of SCREENS) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const loaded: Response[] = [];
    // What the service worker keeps for other times is not this visit's.
    page.on('response', (response) => {
      loaded.push(response);
    });
    await page.goto(`${url}${address}`);
    await page.waitForTimeout(QUIET_MILLIS);
    const workers = new Set(page.workers().map((worker) => worker.url()));
    const sizes = { page: 0, workers: 0 };
    for (const response of loaded) {
      const isFont = response.request().resourceType() === 'font';
      if (isFont || !response.ok() || !response.url().startsWith(url)) continue;
      const bytes = gzipSync(await response.body(), { level: 9 }).length;
      sizes[workers.has(response.url()) ? 'workers' : 'page'] += bytes;
    }
    const load = { measure: 'loaded, gzip', point, unit: 'kB', better: 'lower' } as const;
    bench.add({ ...load, subject: 'page', samples: [sizes.page / KILO] });
    bench.add({ ...load, subject: 'its workers', samples: [sizes.workers / KILO] });
    await context.close();
  }
}
