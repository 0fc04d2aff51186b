// What a write takes in a tab, and beside it what the browser's database takes for a strict commit in
// that same tab: no write can be faster than the disks it waits for.

import type { BrowserContext, Page } from 'playwright';

import type { Bench } from '../frame.ts';
import { firstWrite, newRoom, openTab, openThree, serving } from './rooms.ts';

const STARTS = 15;
const STARTS_QUICK = 3;
const BLOCKS = 15;
const BLOCKS_QUICK = 3;
const PER_BLOCK = 20;
const LOADS = 15;
const LOADS_QUICK = 3;
const LOAD_MILLIS = 2_000;
const OUTSTANDING = 1_000;
const DATA_BYTES = 100;
/** What a log entry of such a create takes. */
const ENTRY_BYTES = 200;

/** From the third tab's navigation to its first acknowledged write. */
export async function measureStarts(
  bench: Bench,
  newContext: () => Promise<BrowserContext>,
  url: string,
): Promise<void> {
  const samples: number[] = [];
  for (let round = 0; round < (bench.quick ? STARTS_QUICK : STARTS); round += 1) {
    const context = await newContext();
    const room = newRoom(url);
    for (const seat of [1, 2]) await serving2(await openTab(context, room, seat), seat);
    samples.push(await firstWrite(await openTab(context, room, 3), '/first'));
    await context.close();
  }
  const measure = 'third tab';
  const point = 'navigation to first write';
  bench.add({ measure, point, subject: 'tabs', unit: 'ms', better: 'lower', samples });
}

/** The first tab of three cannot serve alone; the second makes a quorum. */
async function serving2(page: Page, seat: number): Promise<void> {
  if (seat === 2) await serving(page);
}

export async function measureWrites(
  bench: Bench,
  context: BrowserContext,
  url: string,
): Promise<void> {
  const pages = await openThree(context, newRoom(url));
  const { leader } = await serving(pages[0] ?? raise());
  const follower = pages[leader % pages.length] ?? raise();
  await firstWrite(follower, '/one');
  await settle(follower);
  const writes: number[] = [];
  const commits: number[] = [];
  for (let block = 0; block < (bench.quick ? BLOCKS_QUICK : BLOCKS); block += 1) {
    writes.push(...(await writeOneByOne(follower, PER_BLOCK)));
    commits.push(...(await commitOneByOne(follower, PER_BLOCK, ENTRY_BYTES)));
  }
  const one = {
    measure: 'set 100 B',
    point: 'one at a time',
    unit: 'ms',
    better: 'lower',
  } as const;
  bench.add({ ...one, subject: "a follower's tab", samples: writes });
  bench.add({ ...one, subject: 'one strict commit', samples: commits });
  await measureLoad(bench, pages);
  for (const page of pages) await page.close();
}

const raise = (): never => {
  throw new Error('no tab');
};

/** Until what a start leaves behind (compilation, the first pictures) is over. */
const settle = async (page: Page): Promise<void> => {
  await writeOneByOne(page, PER_BLOCK * 5);
};

/** By a client of this tab's own server. */
const writeOneByOne = (page: Page, count: number): Promise<number[]> =>
  page.evaluate(
    async ([rounds, size]) => {
      const took: number[] = [];
      const data = new Uint8Array(size);
      while (took.length < rounds) {
        const kept = window as { benchClient?: TabClient };
        // The page's own session may have found another tab's server while this one was starting.
        kept.benchClient ??= await window.tabkeeper.openClient({ timeoutMillis: 8_000 });
        const from = performance.now();
        const stat = await kept.benchClient.set('/one', data).catch(() => null);
        if (stat === null) delete kept.benchClient;
        else took.push(performance.now() - from);
      }
      return took;
    },
    [count, DATA_BYTES] as const,
  );

/** Strict commits of one record of so many bytes, one after the other, in a database of its own. */
const commitOneByOne = (page: Page, count: number, size: number): Promise<number[]> =>
  page.evaluate(
    async ([rounds, bytes]) => {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(`bench-${crypto.randomUUID()}`, 1);
        request.onupgradeneeded = () => request.result.createObjectStore('log');
        request.onsuccess = () => {
          resolve(request.result);
        };
        request.onerror = () => {
          reject(request.error ?? new Error('no database'));
        };
      });
      const took: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const from = performance.now();
        await new Promise<void>((resolve, reject) => {
          const transaction = database.transaction('log', 'readwrite', { durability: 'strict' });
          transaction.oncomplete = () => {
            resolve();
          };
          transaction.onabort = () => {
            reject(transaction.error ?? new Error('aborted'));
          };
          transaction
            .objectStore('log')
            .put({ bytes: new Uint8Array(bytes) }, `key-${String(round)}`);
          transaction.commit();
        });
        took.push(performance.now() - from);
      }
      database.close();
      indexedDB.deleteDatabase(database.name);
      return took;
    },
    [count, size] as const,
  );

async function measureLoad(bench: Bench, pages: readonly Page[]): Promise<void> {
  const rates: number[] = [];
  const alone: number[] = [];
  for (const [index, page] of pages.entries()) await firstWrite(page, `/load${String(index)}`);
  for (let round = 0; round < (bench.quick ? LOADS_QUICK : LOADS); round += 1) {
    const counts = pages.map((page, index) =>
      createMany(page, `/load${String(index)}/${String(round)}-`),
    );
    rates.push((await Promise.all(counts)).reduce((sum, rate) => sum + rate, 0));
    alone.push(await groupCommitsAlone(pages));
  }
  const load = {
    measure: 'create 100 B',
    point: `3 tabs x ${String(OUTSTANDING)} outstanding`,
    unit: '/s',
    better: 'higher',
  } as const;
  bench.add({ ...load, subject: 'tabs', samples: rates });
  bench.add({ ...load, subject: 'strict group commits alone', samples: alone });
}

/** What three disks could take if every commit carried all that is outstanding. */
async function groupCommitsAlone(pages: readonly Page[]): Promise<number> {
  const batch = OUTSTANDING * pages.length;
  const commits = pages.map((page) => commitOneByOne(page, PER_BLOCK, ENTRY_BYTES * batch));
  const slowest = Math.max(
    ...(await Promise.all(commits)).map((took) => took.reduce((sum, millis) => sum + millis, 0)),
  );
  return (batch * PER_BLOCK * 1_000) / slowest;
}

/** Acknowledged a second. */
export const createMany = (page: Page, prefix: string): Promise<number> =>
  page.evaluate(
    async ([start, size, outstanding, millis]) => {
      const data = new Uint8Array(size);
      const from = performance.now();
      let next = 0;
      let acknowledged = 0;
      const writer = async (): Promise<void> => {
        while (performance.now() - from < millis) {
          next += 1;
          // A connection may be lost: what was not acknowledged does not count, and the load goes on.
          const created = await window.tabkeeper.client
            .create(`${start}${String(next)}`, data)
            .catch(() => null);
          if (created === null) await new Promise((resolve) => setTimeout(resolve, 20));
          else acknowledged += 1;
        }
      };
      await Promise.all(Array.from({ length: outstanding }, writer));
      return (acknowledged * 1_000) / (performance.now() - from);
    },
    [prefix, DATA_BYTES, OUTSTANDING, LOAD_MILLIS] as const,
  );
