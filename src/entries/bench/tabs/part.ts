// The tabs: three servers in real tabs of Chromium, with WebRTC between them and IndexedDB below.

import type { Bench, Part } from '../frame.ts';
import { measureBrowserKills, measureFailovers } from './failovers.ts';
import { launchOptions, playwright, startPlayground } from './rooms.ts';
import { measureTree } from './tree.ts';
import { measureStarts, measureWrites } from './writes.ts';

/** BENCH_TABS=writes,tree runs only these. */
const chosen = (name: string): boolean => {
  const told = process.env['BENCH_TABS'];
  return told === undefined || told.split(',').includes(name);
};

export const tabsPart: Part = {
  name: 'tabs',
  about: 'three servers in tabs of Chromium, with WebRTC and IndexedDB',
  run: async (bench) => {
    const playground = await startPlayground();
    try {
      await inOneBrowser(bench, playground.url);
      if (chosen('kills')) {
        bench.say("three browsers, the leader's gets SIGKILL");
        await measureBrowserKills(bench, playground.url);
      }
    } finally {
      await playground.stop();
    }
  },
};

async function inOneBrowser(bench: Bench, url: string): Promise<void> {
  const browser = await (await playwright()).chromium.launch(launchOptions());
  bench.say(`Chromium ${browser.version()}`);
  const newContext = () => browser.newContext({ viewport: { width: 1440, height: 900 } });
  const inContext = async (
    name: string,
    work: (context: Awaited<ReturnType<typeof newContext>>) => Promise<void>,
  ): Promise<void> => {
    if (!chosen(name)) return;
    bench.say(name);
    const context = await newContext();
    await work(context);
    await context.close();
  };
  try {
    if (chosen('starts')) {
      bench.say('starts');
      await measureStarts(bench, newContext, url);
    }
    await inContext('failovers', (context) => measureFailovers(bench, context, url));
    await inContext('writes', (context) => measureWrites(bench, context, url));
    await inContext('tree', (context) => measureTree(bench, context, newContext, url));
  } finally {
    await browser.close();
  }
}
