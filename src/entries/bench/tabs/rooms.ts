// Real tabs for the benchmark: the playground's server as a user starts it, Chromium, and pages that
// are asked through window.tabkeeper only. Needs Playwright, which is there for the tests.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

import type { BrowserContext, BrowserServer, LaunchOptions, Page } from 'playwright';

const SYSTEM_CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const WAIT_MILLIS_MAX = 60_000;
const POLL_MILLIS = 10;

/** Playwright is a tool of the house, not a dependency of the program: asked for only here. */
export const playwright = () => import('playwright');

export function launchOptions(): LaunchOptions {
  const told = process.env['CHROMIUM'];
  const file = told ?? (existsSync(SYSTEM_CHROMIUM) ? SYSTEM_CHROMIUM : null);
  return { ...(file === null ? {} : { executablePath: file }), args: [...ARGUMENTS] };
}

export async function launchServer(): Promise<BrowserServer> {
  return (await playwright()).chromium.launchServer(launchOptions());
}

export interface Playground {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** dist-node/start.js on a free port. */
export async function startPlayground(): Promise<Playground> {
  const port = await freePort();
  const program = join(import.meta.dirname, 'start.js');
  const file = existsSync(program) ? program : join(import.meta.dirname, '..', 'start.js');
  const words = [file, '--port', String(port), '--host', '127.0.0.1', '--no-gateway'];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => {
      resolve();
    });
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (said: Buffer) => {
      if (said.toString().includes(`:${String(port)}`)) resolve();
    });
    child.once('exit', () => {
      reject(new Error('the playground ended before it listened'));
    });
  });
  const stop = async (): Promise<void> => {
    child.kill();
    await ended;
  };
  return { url: `http://127.0.0.1:${String(port)}`, stop };
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => {
        resolve(port);
      });
    });
  });

export interface Room {
  readonly url: string;
  readonly name: string;
}

let rooms = 0;

export function newRoom(url: string): Room {
  rooms += 1;
  return { url, name: `bench-${String(process.pid)}-${String(rooms)}` };
}

const linkTo = (room: Room, seat: number): string =>
  `${room.url}/#room=${room.name}&seats=3&key=a-room-for-measuring-0123&seat=${String(seat)}`;

/** Opens a tab on this seat; resolves as soon as its document has begun. */
export async function openTab(context: BrowserContext, room: Room, seat: number): Promise<Page> {
  const page = await context.newPage();
  await page.addInitScript(() => {
    const tasks: number[] = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) tasks.push(entry.duration);
    }).observe({ type: 'longtask' });
    Object.assign(globalThis, { longTasks: tasks });
  });
  await page.goto(linkTo(room, seat), { waitUntil: 'commit' });
  return page;
}

/** Waits until this tab's server serves; gives the leader's id and the page's time then. */
export async function serving(page: Page): Promise<{ leader: number; atMillis: number }> {
  const found = await page.waitForFunction(
    () => {
      // The document may have begun without its script having run.
      const { tabkeeper } = window as Partial<Pick<Window, 'tabkeeper'>>;
      const now = tabkeeper?.status();
      if (now?.phase !== 'broadcast' || now.leaderId === null || now.role === 'down') return null;
      return { leader: now.leaderId, atMillis: performance.now() };
    },
    undefined,
    { timeout: WAIT_MILLIS_MAX, polling: POLL_MILLIS },
  );
  const value = await found.jsonValue();
  if (value === null) throw new Error('a tab does not serve');
  return value;
}

/** Three tabs of one browser that serve, by seat. */
export async function openThree(context: BrowserContext, room: Room): Promise<Page[]> {
  const pages: Page[] = [];
  for (const seat of [1, 2, 3]) pages.push(await openTab(context, room, seat));
  for (const page of pages) await serving(page);
  return pages;
}

/** Retries until it is acknowledged; gives the page's time then (its navigation's start is 0). */
export const firstWrite = (page: Page, path: string): Promise<number> =>
  page.evaluate(async (wanted) => {
    for (;;) {
      const { tabkeeper } = window as Partial<Pick<Window, 'tabkeeper'>>;
      try {
        await tabkeeper?.client.create(wanted, '');
        if (tabkeeper !== undefined) return performance.now();
      } catch (error) {
        if ((error as Error).name === 'NodeExists') return performance.now();
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }, path);

/** Forgets the long tasks so far. */
export const forgetLongTasks = (page: Page): Promise<void> =>
  page.evaluate(() => {
    (globalThis as unknown as { longTasks: number[] }).longTasks.length = 0;
  });

/** In milliseconds; 0 when no task was longer than 50. */
export const longestTask = (page: Page): Promise<number> =>
  page.evaluate(() => Math.max(0, ...(globalThis as unknown as { longTasks: number[] }).longTasks));
