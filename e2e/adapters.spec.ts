// The adapters that only live in a browser, in a real one: IndexedDB under the disk contract, WebRTC
// under the network contract, and the mesh of lines between pages. The pages are bare; no server runs here.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { build } from 'vite';

import { networkContract } from '../src/adapters/network.contract.ts';
import { startPlaygroundServer, type PlaygroundServer } from '../src/entries/start/server.ts';
import { excuse, hear, SERVER_AWAY } from './support/quiet.ts';
import { expect, launchOptions, test } from './support/test.ts';

let folder: string;
let server: PlaygroundServer;
let context: BrowserContext;

test.beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'tabkeeper-habitat-'));
  const root = fileURLToPath(new URL('./habitat', import.meta.url));
  const out = { outDir: folder, emptyOutDir: true, target: 'es2022' };
  await build({ root, configFile: false, logLevel: 'warn', build: out });
  server = await startPlaygroundServer({ folder, host: '127.0.0.1', port: 0 });
  context = await chromium.launchPersistentContext('', launchOptions);
  hear(context);
});

test.afterAll(async () => {
  await context.close();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function openPage(): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${String(server.port)}/`);
  await page.waitForFunction(() => 'habitat' in window);
  return page;
}

interface Seating {
  readonly room: string;
  readonly seat: number;
  readonly seats?: number;
  readonly secret?: string;
  readonly worker?: 'transfer' | 'bridge' | 'local';
  readonly script?: 'echo' | 'contract';
}

async function sit(seating: Seating): Promise<Page> {
  const page = await openPage();
  const options = { seats: 3, secret: 'the-secret-of-the-room', ...seating };
  const result = await page.evaluate((given) => window.habitat.openMesh(given), options);
  expect(result).toBe(seating.worker === 'local' ? 'gone' : 'open');
  return page;
}

const upSeats = (page: Page): Promise<number[]> => page.evaluate(() => window.habitat.upSeats());

const heard = (page: Page): Promise<string[]> =>
  page.evaluate(() => window.habitat.heard.map(({ what }) => what));

test('IndexedDB keeps the disk contract', async () => {
  const page = await openPage();
  const results = await page.evaluate(() => window.habitat.runDiskContract());
  expect(results.length).toBeGreaterThan(8);
  for (const { title, failure } of results) expect.soft(failure, title).toBeNull();
  await page.close();
});

test('a disk that is deleted says so unasked, one that was replaced when it is looked at', async () => {
  const page = await openPage();
  const lose = (how: 'delete' | 'replace' | 'keep') =>
    page.evaluate((given) => window.habitat.loseDisk(given), how);
  const deleted = await lose('delete');
  expect(deleted).toMatchObject({ toldUnasked: 1, deleted: true });
  const replaced = await lose('replace');
  expect(replaced).toMatchObject({ toldUnasked: 0, deleted: false });
  for (const { told, failure } of [deleted, replaced]) {
    expect(told).toHaveLength(1);
    expect(failure).toBe(told[0]);
  }
  expect(await lose('keep')).toEqual({ told: [], toldUnasked: 0, failure: null, deleted: false });
  await page.close();
});

test('a waiting crowd of writes shares its commits', async () => {
  const page = await openPage();
  const one = await page.evaluate(() => window.habitat.commitsPerSecond(1, 100));
  const many = await page.evaluate(() => window.habitat.commitsPerSecond(256, 40));
  console.log(`IndexedDB strict: ${one.toFixed(0)} alone, ${many.toFixed(0)} with 256 waiting`);
  expect(many).toBeGreaterThan(one * 5);
  await page.close();
});

test('three pages find each other, carry links, and notice who went', async () => {
  const pages = [];
  for (const seat of [1, 2, 3]) pages.push(await sit({ room: 'mesh', seat }));
  const [one, two, three] = pages;
  if (one === undefined || two === undefined || three === undefined) throw new Error('no pages');
  await expect.poll(() => upSeats(one)).toEqual([2, 3]);
  await expect.poll(() => upSeats(two)).toEqual([1, 3]);
  await expect.poll(() => upSeats(three)).toEqual([1, 2]);

  const roundTrip = await one.evaluate(() => window.habitat.echo(3, 60_000));
  console.log(`a new link's first round trip: ${roundTrip.toFixed(1)} ms`);
  expect(await heard(three)).toContain('channel 1 quorum');

  await three.close();
  await expect.poll(() => upSeats(one)).toEqual([2]);
  const again = await sit({ room: 'mesh', seat: 3 });
  await expect.poll(() => upSeats(one)).toEqual([2, 3]);
  await expect.poll(() => upSeats(again)).toEqual([1, 2]);
  for (const page of [one, two, again]) await page.close();
});

test('all of a room opened at once make one line for each pair', async () => {
  const pages = await Promise.all([1, 2, 3, 4, 5].map(() => openPage()));
  await Promise.all(
    pages.map((page, index) =>
      page.evaluate((options) => window.habitat.openMesh(options), {
        room: 'crowd',
        seats: 5,
        seat: index + 1,
        secret: 'the-secret-of-the-room',
      }),
    ),
  );
  for (const page of pages) await expect.poll(async () => (await upSeats(page)).length).toBe(4);
  await Promise.all(pages.map((page) => page.close()));
});

test('who does not know the secret gets nowhere, and both are told', async () => {
  const right = await sit({ room: 'locked', seat: 1 });
  const wrong = await sit({ room: 'locked', seat: 2, secret: 'another-secret-altogether' });
  await expect.poll(() => heard(wrong)).toContain('refused wrongKey 1');
  await expect.poll(() => heard(right)).toContain('refused wrongKey 2');
  expect(await upSeats(right)).toEqual([]);
  expect(await upSeats(wrong)).toEqual([]);
  await Promise.all([right.close(), wrong.close()]);
});

test('a room of another size is refused by name', async () => {
  const three = await sit({ room: 'sizes', seat: 1 });
  const five = await sit({ room: 'sizes', seat: 2, seats: 5 });
  await expect.poll(() => heard(five)).toContain('refused otherSeats 1');
  expect(await upSeats(three)).toEqual([]);
  await Promise.all([three.close(), five.close()]);
});

test('a page whose network changed has its name again, although the server did not see it go', async () => {
  const one = await sit({ room: 'moved', seat: 1 });
  await one.evaluate(() => window.habitat.changeNetwork());
  await expect.poll(() => heard(one)).toContain('signalling gone');
  await expect
    .poll(async () => (await heard(one)).filter((what) => what === 'signalling open').length)
    .toBe(2);
  const two = await sit({ room: 'moved', seat: 2 });
  await expect.poll(() => upSeats(one)).toEqual([2]);
  await Promise.all([one.close(), two.close()]);
});

test(
  'lines that never prove themselves are few, and each has its own deadline',
  { tag: '@nightly' },
  async () => {
    const one = await sit({ room: 'flooded', seat: 1 });
    const accepted = (): Promise<number> => one.evaluate(() => window.habitat.accepted());
    const silent = await openPage();
    await silent.evaluate(() => window.habitat.dialInSilence('flooded', 2, 6));
    await expect.poll(accepted).toBe(2);
    await expect.poll(accepted).toBe(0);
    await silent.close();
    const two = await sit({ room: 'flooded', seat: 2 });
    await expect.poll(() => upSeats(one)).toEqual([2]);
    await Promise.all([one.close(), two.close()]);
  },
);

test('a disk that follows a lost one is of a later generation, and not trusted until it is said', async () => {
  const page = await openPage();
  expect(await page.evaluate(() => window.habitat.succeedDisk())).toEqual([
    [5, false],
    [5, false],
    [5, true],
  ]);
  await page.close();
});

test('a disk remembers of each seat the latest generation, whatever it is told afterwards', async () => {
  const page = await openPage();
  const [first, successor, late, other] = [
    { seat: 2, diskId: 'first', generation: 0 },
    { seat: 2, diskId: 'successor', generation: 2 },
    { seat: 2, diskId: 'late', generation: 1 },
    { seat: 3, diskId: 'other', generation: 0 },
  ] as const;
  const lots = [[first], [successor], [late, other]];
  expect(await page.evaluate((told) => window.habitat.rememberDisks(told), lots)).toEqual([
    successor,
    other,
  ]);
  await page.close();
});

test('the standing mesh outlives the signalling server', async () => {
  const own = await startPlaygroundServer({ folder, host: '127.0.0.1', port: 0 });
  const port = server.port;
  server = { ...server, port: own.port };
  const one = await sit({ room: 'alone', seat: 1 });
  const two = await sit({ room: 'alone', seat: 2 });
  server = { ...server, port };
  await expect.poll(() => upSeats(one)).toEqual([2]);
  await own.close();
  await expect.poll(() => heard(one)).toContain('signalling gone');
  expect(await one.evaluate(() => window.habitat.echo(2, 100))).toBeGreaterThan(0);
  expect(await upSeats(two)).toEqual([1]);
  await Promise.all([one.close(), two.close()]);
  excuse(context, SERVER_AWAY);
});

/** Each case between two pages of its own: its links are data channels between their workers' networks. */
const NETWORK_CASES = networkContract('WebRTC', () =>
  Promise.reject(new Error('it runs in the pages')),
);

/** Of the way within one browser; the night plays the rest. */
const LOCAL_CASES = /bytes arrive whole|closed link goes down once|a dead peer/;

for (const worker of ['transfer', 'bridge', 'local'] as const) {
  for (const [index, { title }] of NETWORK_CASES.entries()) {
    // The bridge, for browsers that cannot transfer a channel, is met by the measures below.
    const isNightly = worker === 'bridge' || (worker === 'local' && !LOCAL_CASES.test(title));
    const tag = isNightly ? ['@nightly'] : [];
    test(`${title}: ${worker}`, { tag }, async () => {
      const room = `contract-${worker}-${String(index)}`;
      const one = await sit({ room, seat: 1, worker, script: 'contract' });
      const two = await sit({ room, seat: 2, worker, script: 'contract' });
      await one.exposeFunction('crashOther', () => two.close());
      await two.evaluate((wire) => window.habitat.attendContract(wire), room);
      await expect.poll(() => upSeats(one)).toEqual([2]);
      await expect.poll(() => upSeats(two)).toEqual([1]);
      const failure = await one.evaluate(
        ([wire, number]) => window.habitat.runNetworkCase(wire, number),
        [room, index] as const,
      );
      expect(failure).toBeNull();
      // Null where no link was made.
      expect(await one.evaluate(() => window.habitat.transfers())).not.toBe(worker === 'bridge');
      await Promise.all([one.close(), two.close()]);
      if (worker === 'local') excuse(context, SERVER_AWAY);
    });
  }
}

const MEASURE_MILLIS_MAX = 90_000;

/** A measure that does not end, or whose link goes down, says what both pages heard meanwhile. */
async function measured(
  [one, two]: readonly [Page, Page],
  bytes: number,
  rounds: number,
): Promise<readonly number[]> {
  const measure = one.evaluate(([size, times]) => window.habitat.measure(1, 2, size, times), [
    bytes,
    rounds,
  ] as const);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error('late'));
    }, MEASURE_MILLIS_MAX);
  });
  try {
    return await Promise.race([measure, late]);
  } catch (error) {
    const lastOf = async (page: Page): Promise<string> =>
      (await heard(page)).slice(-30).join(' | ');
    const [here, there] = await Promise.all([lastOf(one), lastOf(two)]);
    const heardAtBoth = `heard ${here}; the other: ${there}`;
    throw new Error(`no end of ${String(bytes)} bytes; ${heardAtBoth}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

const TRIES_MAX = 3;

/** Where the machine itself holds one of the pages up for a second, the other gives it up, as it must: then it is
 *  measured again, and said. A line that its own load makes silent stays so each time. */
async function measuredInTheEnd(
  ...given: Parameters<typeof measured>
): Promise<{ readonly millis: readonly number[]; readonly tries: number }> {
  for (let tries = 1; ; tries += 1) {
    try {
      return { millis: await measured(...given), tries };
    } catch (error) {
      if (tries === TRIES_MAX || !/\bsilent\b/.test(String(error))) throw error;
      console.log(`measured again: ${String(error)}`);
      await expect.poll(() => upSeats(given[0][0])).toEqual([2]);
      await expect.poll(() => upSeats(given[0][1])).toEqual([1]);
    }
  }
}

for (const worker of ['transfer', 'bridge', 'local'] as const) {
  // The bridge is what Firefox has, which is met in a room of its own (firefox.spec.ts).
  const tag = worker === 'transfer' ? [] : ['@nightly'];
  test(`links of workers carry bytes whole and in order: ${worker}`, { tag }, async () => {
    const one = await sit({ room: `links-${worker}`, seat: 1, worker });
    const two = await sit({ room: `links-${worker}`, seat: 2, worker });
    await expect.poll(() => upSeats(one)).toEqual([2]);
    const small = await measured([one, two], 100, 200);
    const { millis: big, tries } = await measuredInTheEnd([one, two], 3_000_000, 4);
    await one.evaluate(() => {
      window.habitat.beBusy(90);
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const busy = await measured([one, two], 100, 20);
    const p50 = (list: readonly number[]): string =>
      ([...list].sort((a, b) => a - b)[list.length >> 1] ?? 0).toFixed(2);
    console.log(
      `${worker}: 100 B ${p50(small)} ms, 3 MB ${p50(big)} ms, 100 B beside a busy page ${p50(busy)} ms`,
    );
    // Within one browser a worker makes its end by itself.
    const transfers = worker === 'local' ? null : worker === 'transfer';
    expect(await one.evaluate(() => window.habitat.transfers())).toBe(transfers);
    const notes = [...(await heard(one)), ...(await heard(two))];
    expect(notes.filter((note) => note.includes('wrong byte'))).toEqual([]);
    // One each: no line counted as silent while much was under way, so none was dialled anew.
    expect(notes.filter((note) => note === 'worker up quorum in')).toHaveLength(2 + tries);
    await two.close();
    await expect.poll(() => upSeats(one)).toEqual([]);
    await one.close();
    if (worker === 'local') excuse(context, SERVER_AWAY);
  });
}
