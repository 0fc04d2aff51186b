// A large tree in a tab: what it takes of memory, how long a reload and a newcomer take to have it, and
// how long the page's main thread is held meanwhile.

import type { BrowserContext, CDPSession, Page } from 'playwright';

import type { Bench } from '../frame.ts';
import {
  firstWrite,
  forgetLongTasks,
  longestTask,
  newRoom,
  openTab,
  openThree,
  serving,
} from './rooms.ts';

const ZNODES = 100_000;
const ZNODES_QUICK = 10_000;
const ROUNDS = 5;
const ROUNDS_QUICK = 2;
const OUTSTANDING = 500;
const PARENTS = 100;
const MEBIBYTE = 1024 * 1024;

export async function measureTree(
  bench: Bench,
  context: BrowserContext,
  newContext: () => Promise<BrowserContext>,
  url: string,
): Promise<void> {
  const room = newRoom(url);
  const pages = await openThree(context, room);
  const znodes = bench.quick ? ZNODES_QUICK : ZNODES;
  const point = `${String(znodes)} znodes of 100 B`;
  const [first, , third] = pages;
  if (first === undefined || third === undefined) throw new Error('no tab');
  await firstWrite(first, '/tree');
  const empty = await heapOf(context, third);
  await grow(first, znodes);
  await caughtUp(first, third);
  const say = (measure: string, unit: string, samples: readonly number[], subject = 'tabs') => {
    bench.add({ measure, point, subject, unit, better: 'lower', samples });
  };
  say('longest task of a page, growing', 'ms', [await longestTask(first)]);
  const full = await heapOf(context, third);
  say('heap of a tab', 'MiB', [full / MEBIBYTE]);
  say('heap of a tab', 'MiB', [empty / MEBIBYTE], 'the same tab before');
  const reloads: number[] = [];
  const tasks: number[] = [];
  for (let round = 0; round < (bench.quick ? ROUNDS_QUICK : ROUNDS); round += 1) {
    await forgetLongTasks(first);
    await third.reload({ waitUntil: 'commit' });
    reloads.push((await serving(third)).atMillis);
    tasks.push(await longestTask(third), await longestTask(first));
  }
  say('reload to serving, from IndexedDB', 'ms', reloads);
  await third.close();
  const snaps: number[] = [];
  for (let round = 0; round < (bench.quick ? ROUNDS_QUICK : ROUNDS); round += 1) {
    const elsewhere = await newContext();
    const newcomer = await openTab(elsewhere, room, 3);
    snaps.push((await serving(newcomer)).atMillis);
    tasks.push(await longestTask(newcomer), await longestTask(first));
    await elsewhere.close();
  }
  say('newcomer with an empty disk to serving', 'ms', snaps);
  say('longest task of a page, reload and newcomer', 'ms', [Math.max(...tasks)]);
  for (const page of pages) await page.close();
}

/** Creates them all, a hundred parents with their share each. */
const grow = (page: Page, znodes: number): Promise<void> =>
  page.evaluate(
    async ([count, parents, outstanding]) => {
      const { client } = window.tabkeeper;
      const data = new Uint8Array(100);
      for (let parent = 0; parent < parents; parent += 1)
        await client.create(`/tree/${String(parent)}`);
      const nameOf = (error: unknown): string => (error as Error).name;
      let next = parents + 1;
      const writer = async (): Promise<void> => {
        while (next < count) {
          const number = next;
          next += 1;
          const path = `/tree/${String(number % parents)}/${String(number)}`;
          while ((await client.create(path, data).catch(nameOf)) === 'ConnectionLoss') {
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
        }
      };
      await Promise.all(Array.from({ length: outstanding }, writer));
    },
    [znodes, PARENTS, OUTSTANDING] as const,
  );

async function caughtUp(first: Page, other: Page): Promise<void> {
  const { lastZxid } = await first.evaluate(() => window.tabkeeper.status());
  await other.waitForFunction(
    (zxid) => BigInt(window.tabkeeper.status().lastZxid) >= BigInt(zxid),
    lastZxid,
    { polling: 50 },
  );
}

/** The page's and its workers' JavaScript heaps after a collection, in bytes. */
async function heapOf(context: BrowserContext, page: Page): Promise<number> {
  const session = await context.newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  let bytes = (await session.send('Runtime.getHeapUsage')).usedSize;
  for (const worker of await workersOf(session)) {
    await worker('HeapProfiler.collectGarbage');
    const usage = (await worker('Runtime.getHeapUsage')) as { usedSize: number };
    bytes += usage.usedSize;
  }
  await session.detach();
  return bytes;
}

type Ask = (method: string, params?: object) => Promise<unknown>;

/** A way to speak the protocol to each worker of the page. */
export async function workersOf(session: CDPSession): Promise<Ask[]> {
  const ids: string[] = [];
  const waiting = new Map<number, (result: unknown) => void>();
  let next = 1;
  session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) => {
    if (targetInfo.type === 'worker') ids.push(sessionId);
  });
  session.on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result } = JSON.parse(message) as { id?: number; result?: unknown };
    if (id !== undefined) waiting.get(id)?.(result);
  });
  await session.send('Target.setAutoAttach', {
    autoAttach: true,
    waitForDebuggerOnStart: false,
    flatten: false,
  });
  return ids.map((sessionId) => (method, params = {}) => {
    const id = next;
    next += 1;
    const answer = new Promise<unknown>((resolve) => waiting.set(id, resolve));
    const message = JSON.stringify({ id, method, params });
    return session.send('Target.sendMessageToTarget', { sessionId, message }).then(() => answer);
  });
}
