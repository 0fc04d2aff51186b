// A laboratory in one tab: how busy the page is with it, how long a jump to another moment takes, and
// what it has grown by when it is as old as it may become.

import type { Browser, BrowserContext, Page } from 'playwright';

import { residentMiB } from '../edge/memory.ts';
import type { Bench } from '../frame.ts';
import { busyRun, type BusyRun } from './busy-run.ts';
import { percentile95, watchMainThread } from './main-thread.ts';

const WATCH_MILLIS = 20_000;
const WATCH_MILLIS_QUICK = 5_000;
const WRITE_EVERY_MILLIS = 100;
const STEPS_MAX = 1_200;
const SCRUB_STEPS_MAX = 3_000;
const SCRUB_EVENTS = 100_000;
const SCRUB_EVENTS_QUICK = 10_000;
const JUMPS = 30;
const JUMPS_QUICK = 5;
const DIAGRAM_REST_MILLIS = 3_000;
const WAIT_MILLIS_MAX = 300_000;
/** Ten minutes of ours at 10x. */
const LONG_MILLIS = 6_000_000;

interface Watched {
  /** When the world was last said to stand there. */
  readonly shownAt: Map<number, number>;
}

/** Notes when the laboratory's worker says that its world stands at a moment. */
const watchWorlds = async (page: Page): Promise<void> => {
  await page.addInitScript(() => {
    const shownAt = new Map<number, number>();
    Object.assign(window, { shownAt });
    const Plain = Worker;
    window.Worker = class extends Plain {
      constructor(script: string | URL, options?: WorkerOptions) {
        super(script, options);
        this.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
          const told = data as { kind?: string; lab?: { now: { millis: number } } } | null;
          if (told?.kind !== 'lab' || told.lab === undefined) return;
          const { millis } = told.lab.now;
          // Drawn in the frame after the next.
          requestAnimationFrame(() => {
            requestAnimationFrame(() => shownAt.set(millis, performance.now()));
          });
        });
      }
    };
  });
};

const openRun = async (page: Page, link: string, endMillis: number): Promise<void> => {
  await watchWorlds(page);
  await page.goto(link);
  await page.waitForFunction(
    (millis) => (window as unknown as Watched).shownAt.has(millis),
    endMillis,
    { timeout: WAIT_MILLIS_MAX },
  );
};

/** Moves the tape's handle there, and waits for the frame that shows it. */
const jumpTo = (page: Page, millis: number): Promise<number> =>
  page.evaluate(
    async ([to, most]) => {
      const slider = document.querySelector<HTMLInputElement>('.scrubber input[type=range]');
      if (slider === null) throw new Error('no tape');
      const { shownAt } = window as unknown as Watched;
      shownAt.clear();
      const from = performance.now();
      slider.value = String(to);
      slider.dispatchEvent(new Event('input', { bubbles: true }));
      for (;;) {
        const at = shownAt.get(to);
        if (at !== undefined) return at - from;
        if (performance.now() - from > most) throw new Error('a jump in vain');
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
    [millis, WAIT_MILLIS_MAX] as const,
  );

export async function measureLaboratory(
  bench: Bench,
  browser: Browser,
  context: BrowserContext,
  url: string,
): Promise<void> {
  const options = { everyMillis: WRITE_EVERY_MILLIS, events: Infinity, stepsMax: STEPS_MAX };
  const { link, endMillis } = await busyRun(`${url}/`, options);
  const page = await context.newPage();
  await openRun(page, link, endMillis);
  await jumpTo(page, Math.round(endMillis / 8));
  await page.getByRole('button', { name: 'Play' }).click();
  const millis = bench.quick ? WATCH_MILLIS_QUICK : WATCH_MILLIS;
  const { percent, tasks } = await watchMainThread(browser, page, millis);
  const point = '5 servers, 4 clients, 1x';
  const say = (measure: string, unit: string, sample: number): void => {
    bench.add({ measure, point, subject: 'page', unit, better: 'lower', samples: [sample] });
  };
  say('main thread busy', '%', percent);
  say('95th percentile of tasks of 1 ms and more', 'ms', percentile95(tasks));
  say('longest task', 'ms', Math.max(0, ...tasks));
}

async function scrubbedRun(bench: Bench, url: string): Promise<BusyRun> {
  const wanted = bench.quick ? SCRUB_EVENTS_QUICK : SCRUB_EVENTS;
  const run = await busyRun(`${url}/`, {
    everyMillis: WRITE_EVERY_MILLIS,
    events: wanted,
    stepsMax: SCRUB_STEPS_MAX,
  });
  if (run.events < wanted) throw new Error(`a run of ${String(run.events)} events only`);
  return run;
}

/** The space-time diagram of all of it, by time and by cause: from a step along its axis to the frame that shows it. */
export async function measureDiagram(
  bench: Bench,
  _browser: Browser,
  context: BrowserContext,
  url: string,
): Promise<void> {
  const { link, endMillis, events } = await scrubbedRun(bench, url);
  const page = await context.newPage();
  await openRun(page, link, endMillis);
  await page.keyboard.press('d');
  const diagram = page.getByTestId('space-time');
  await diagram.locator('.plane .mark').first().waitFor();
  for (const spacing of ['Time', 'Causal']) {
    await diagram.getByRole('button', { name: spacing, exact: true }).click();
    await page.waitForTimeout(DIAGRAM_REST_MILLIS);
    const samples: number[] = [];
    for (let step = 0; step < (bench.quick ? JUMPS_QUICK : JUMPS); step += 1) {
      samples.push(await stepBack(page));
    }
    const point = `${String(events)} events, by ${spacing === 'Time' ? 'time' : 'cause'}`;
    const pan = { measure: 'diagram to a frame', unit: 'ms', better: 'lower' } as const;
    bench.add({ ...pan, point, subject: 'page', samples });
    const slowest = `${point}, the slowest`;
    bench.add({ ...pan, point: slowest, subject: 'page', samples: [max(samples)] });
  }
}

/** One step to the left along the diagram's axis. */
const stepBack = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const button = document.querySelector<HTMLButtonElement>(
      '[data-testid="space-time"] button[aria-label="Earlier"]',
    );
    if (button === null) throw new Error('no way back');
    const from = performance.now();
    button.click();
    const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    await frame();
    return performance.now() - from;
  });

export async function measureScrubbing(
  bench: Bench,
  _browser: Browser,
  context: BrowserContext,
  url: string,
): Promise<void> {
  const { link, endMillis, events } = await scrubbedRun(bench, url);
  const page = await context.newPage();
  await openRun(page, link, endMillis);
  // The worker prepares worlds on the way while nobody asks for anything.
  await page.waitForTimeout(bench.quick ? 1_000 : 10_000);
  const samples: number[] = [];
  for (let jump = 0; jump < (bench.quick ? JUMPS_QUICK : JUMPS); jump += 1) {
    // Spread over all of the run, and in no order: the golden ratio's multiples.
    const share = (jump * 0.618_034) % 1;
    samples.push(await jumpTo(page, Math.max(1, Math.round(share * endMillis))));
  }
  const point = `any of ${String(events)} events`;
  const jump = { measure: 'scrub to a frame', unit: 'ms', better: 'lower' } as const;
  bench.add({ ...jump, point, subject: 'page', samples });
  bench.add({ ...jump, point: 'the slowest of these', subject: 'page', samples: [max(samples)] });
}

const max = (numbers: readonly number[]): number => Math.max(...numbers);

/** Left running: memory of the renderer, its worker included. */
export async function measureLongLaboratory(
  bench: Bench,
  browser: Browser,
  context: BrowserContext,
  url: string,
): Promise<void> {
  const page = await context.newPage();
  await watchWorlds(page);
  await page.goto(`${url}/#lab&seed=7&seats=5`);
  const slider = page.getByRole('slider', { name: /speed/i });
  await slider.waitFor();
  // To its end: 10x.
  await slider.press('End');
  const whole = bench.quick ? LONG_MILLIS / 40 : LONG_MILLIS;
  const memory = { measure: 'memory of a laboratory', unit: 'MiB', better: 'lower' } as const;
  for (const part of [0.25, 0.5, 0.75, 1]) {
    await page.waitForFunction(
      (millis) => Math.max(0, ...(window as unknown as Watched).shownAt.keys()) >= millis,
      whole * part * 0.999,
      { timeout: WAIT_MILLIS_MAX, polling: 500 },
    );
    const point = `${String(Math.round((whole * part) / 60_000))} virtual minutes, 10x`;
    const samples = [await rendererMemory(browser)];
    bench.add({ ...memory, point, subject: 'renderer', samples });
  }
}

/** Resident memory of this browser's largest renderer, in MiB: the page and its workers. */
async function rendererMemory(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const renderers = processInfo.filter(({ type }) => type === 'renderer');
  return max(renderers.map(({ id }) => residentMiB(id)));
}
