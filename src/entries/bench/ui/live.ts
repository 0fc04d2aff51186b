// What a page's drawing costs an ensemble of real tabs, and whether a page stays usable while a thousand
// writes a second are committed and drawn.

import type { Browser, BrowserContext, Page } from 'playwright';

import type { Bench } from '../frame.ts';
import { newRoom, openThree, firstWrite } from '../tabs/rooms.ts';
import { createMany } from '../tabs/writes.ts';
import { percentile95, watchMainThread } from './main-thread.ts';

const ROUNDS = 15;
const ROUNDS_QUICK = 2;
const COMMITS_PER_SECOND = 1_000;
const TURN_MILLIS = 20;
const WATCH_MILLIS = 15_000;
const WATCH_MILLIS_QUICK = 4_000;

export async function measureDrawing(
  bench: Bench,
  browser: Browser,
  context: BrowserContext,
  url: string,
): Promise<void> {
  const pages = await openThree(context, newRoom(url));
  const [first] = pages;
  if (first === undefined) throw new Error('no tab');
  await measureUse(bench, browser, first);
  for (const [index, page] of pages.entries()) await firstWrite(page, `/load${String(index)}`);
  const rates = { drawn: [] as number[], hidden: [] as number[] };
  for (let round = 0; round < (bench.quick ? ROUNDS_QUICK : ROUNDS); round += 1) {
    for (const how of ['drawn', 'hidden'] as const) {
      await Promise.all(pages.map((page) => draw(page, how === 'drawn')));
      const prefix = (index: number): string => `/load${String(index)}/${how}${String(round)}-`;
      const counts = pages.map((page, index) => createMany(page, prefix(index)));
      rates[how].push((await Promise.all(counts)).reduce((sum, rate) => sum + rate, 0));
    }
  }
  const load = {
    measure: 'create 100 B, 3 tabs',
    point: 'as fast as it goes',
    unit: '/s',
    better: 'higher',
  } as const;
  bench.add({ ...load, subject: 'pages drawn', samples: rates.drawn });
  bench.add({ ...load, subject: 'pages not drawn', samples: rates.hidden });
}

const draw = (page: Page, on: boolean): Promise<void> =>
  page.evaluate((shown) => {
    document.body.hidden = !shown;
    document.body.style.display = shown ? '' : 'none';
  }, on);

async function measureUse(bench: Bench, browser: Browser, page: Page): Promise<void> {
  const millis = bench.quick ? WATCH_MILLIS_QUICK : WATCH_MILLIS;
  // A tab behind another is drawn once a second.
  await page.bringToFront();
  await firstWrite(page, '/paced');
  // The trace of the first run costs frames.
  const traced = writeAtPace(page, millis);
  const { percent, tasks } = await watchMainThread(browser, page, millis);
  await traced;
  const { rate, frames } = await writeAtPace(page, millis);
  const point = `${String(Math.round(rate))} commits a second`;
  const say = (measure: string, unit: string, sample: number): void => {
    bench.add({ measure, point, subject: 'page', unit, better: 'lower', samples: [sample] });
  };
  say('main thread busy', '%', percent);
  say('95th percentile of tasks of 1 ms and more', 'ms', percentile95(tasks));
  say('95th percentile between two frames', 'ms', percentile95(frames));
}

/** Sets one znode so many times a second; what was acknowledged, and the times between the frames. */
const writeAtPace = (page: Page, millis: number): Promise<{ rate: number; frames: number[] }> =>
  page.evaluate(
    async ([lasts, perSecond, turn]) => {
      const frames: number[] = [];
      const from = performance.now();
      let before = from;
      const onFrame = (now: number): void => {
        frames.push(now - before);
        before = now;
        if (now - from < lasts) requestAnimationFrame(onFrame);
      };
      requestAnimationFrame(onFrame);
      let asked = 0;
      let acknowledged = 0;
      while (performance.now() - from < lasts) {
        const due = ((performance.now() - from) * perSecond) / 1_000;
        for (; asked < due; asked += 1) {
          window.tabkeeper.client.set('/paced', 'x').then(
            () => {
              acknowledged += 1;
            },
            () => undefined,
          );
        }
        await new Promise((resolve) => setTimeout(resolve, turn));
      }
      return { rate: (acknowledged * 1_000) / (performance.now() - from), frames };
    },
    [millis, COMMITS_PER_SECOND, TURN_MILLIS] as const,
  );
