// How busy a page's main thread was, from the browser's own trace.

import type { Browser, Page } from 'playwright';

export interface Busy {
  /** Of the time that was watched, in percent. */
  readonly percent: number;
  /** In milliseconds, of all tasks of a millisecond and more. */
  readonly tasks: readonly number[];
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly args?: { readonly name?: string };
}

const MICROS = 1_000;
const TASK_MILLIS_MIN = 1;

export async function watchMainThread(browser: Browser, page: Page, millis: number): Promise<Busy> {
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  const from = performance.now();
  await page.waitForTimeout(millis);
  const watched = performance.now() - from;
  const buffer = await browser.stopTracing();
  const { traceEvents } = JSON.parse(buffer.toString()) as {
    readonly traceEvents: readonly TraceEvent[];
  };
  const mains = traceEvents.filter(
    ({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain',
  );
  // Of several renderers the one that worked: nothing else is open.
  const busiest = mains
    .map((thread) => tasksOf(traceEvents, thread))
    .sort((a, b) => sum(b) - sum(a))[0];
  if (busiest === undefined) throw new Error('a trace without a renderer');
  return {
    percent: (sum(busiest) * 100) / watched,
    tasks: busiest.filter((task) => task >= TASK_MILLIS_MIN),
  };
}

/** Tasks do not overlap; what runs inside of one is not counted again. */
function tasksOf(events: readonly TraceEvent[], { pid, tid }: TraceEvent): number[] {
  const own = events
    .filter((event) => event.pid === pid && event.tid === tid && event.dur !== undefined)
    .sort((a, b) => a.ts - b.ts);
  const tasks: number[] = [];
  let end = -Infinity;
  for (const { ts, dur = 0 } of own) {
    if (ts < end) continue;
    end = ts + dur;
    tasks.push(dur / MICROS);
  }
  return tasks;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** The value that 95 of 100 are not above. */
export function percentile95(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? 0;
}
