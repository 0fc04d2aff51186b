// The page: what it loads, how busy it is with a laboratory, how quickly it goes back in time, and what its
// drawing costs an ensemble of real tabs.

import type { Part } from '../frame.ts';
import { launchOptions, playwright, startPlayground } from '../tabs/rooms.ts';
import { measureFirstLoad } from './first-load.ts';
import { measureHours } from './hours.ts';
import {
  measureDiagram,
  measureLaboratory,
  measureLongLaboratory,
  measureScrubbing,
} from './laboratory.ts';
import { measureDrawing } from './live.ts';

/** BENCH_UI=load,live runs only these. */
const chosen = (name: string): boolean => {
  const told = process.env['BENCH_UI'];
  return told === undefined || told.split(',').includes(name);
};

export const uiPart: Part = {
  name: 'ui',
  about: 'the page in Chromium: first load, laboratory, scrubbing, drawing',
  run: async (bench) => {
    const playground = await startPlayground();
    const browser = await (await playwright()).chromium.launch(launchOptions());
    bench.say(`Chromium ${browser.version()}`);
    const { url } = playground;
    const parts = [
      ['load', measureFirstLoad],
      ['laboratory', measureLaboratory],
      ['scrub', measureScrubbing],
      ['diagram', measureDiagram],
      ['live', measureDrawing],
      ['hour', measureLongLaboratory],
      ['hours', measureHours],
    ] as const;
    try {
      for (const [name, measure] of parts) {
        if (!chosen(name)) continue;
        bench.say(name);
        const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
        await measure(bench, browser, context, url);
        await context.close();
      }
    } finally {
      await browser.close();
      await playground.stop();
    }
  },
};
