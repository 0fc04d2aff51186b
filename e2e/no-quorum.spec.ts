// A server that is left alone: how it says so, with which words it refuses, and what becomes of the request
// that was on its way when the others went.

import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { answerTo, openOwnSession, press, selectSeat, showPanel, type } from './support/hands.ts';
import { createEventually, openTab, read, serving } from './support/room.ts';
import { expect, test } from './support/test.ts';

const chinese = JSON.parse(
  readFileSync(new URL('../messages/zh-CN.json', import.meta.url), 'utf8'),
) as Record<string, string>;

/** Longer than the test: nothing that is written there meanwhile is answered. */
const SLOW_MILLIS = 60_000;
/** The others are gone at once; a refused request has waited for 4 s. */
const LOST = { name: 'ConnectionLoss', code: -4 };

type End = 'done' | { readonly name: string; readonly code: number; readonly outcome: string };

interface Asking {
  own: TabClient;
  end: Promise<End>;
}

/** A session of a script's own at this server. */
const openScripted = (page: Page, server: number): Promise<void> =>
  page.evaluate(async (id) => {
    const own = await window.tabkeeper.openClient({ timeoutMillis: 8_000, server: id });
    Object.assign(window, { own });
  }, server);

/** Asks for it there, and does not wait. */
const ask = (page: Page, path: string): Promise<void> =>
  page.evaluate((wanted) => {
    const end = (window as unknown as Asking).own.create(wanted).then(
      () => 'done',
      ({ name, code, outcome }: Exclude<End, 'done'>) => ({ name, code, outcome }),
    );
    Object.assign(window, { end });
  }, path);

const endOfAsked = (page: Page): Promise<End> =>
  page.evaluate(() => (window as unknown as Asking).end);

/** A write, a read and a new session, all asked for now. */
const endsOfAll = (page: Page): Promise<End[]> =>
  page.evaluate(() => {
    const { client, openClient } = window.tabkeeper;
    const asked = [
      client.create('/refused'),
      client.get('/one'),
      openClient({ timeoutMillis: 8000 }),
    ];
    const endOf = (one: Promise<unknown>): Promise<End> =>
      one.then(
        (): End => 'done',
        ({ name, code, outcome }: Exclude<End, 'done'>) => ({ name, code, outcome }),
      );
    return Promise.all(asked.map(endOf));
  });

/** The reason by which this server refused a client after that. */
const refusedSince = (page: Page, server: number, sinceMillis: number): Promise<unknown> =>
  page.evaluate(
    async ([id, after]) => {
      for await (const { server: by, atMillis, event } of window.tabkeeper.trace({ since: 0 })) {
        if (by === id && atMillis > after && event.kind === 'clientRefused') return event['reason'];
      }
      return null;
    },
    [server, sinceMillis] as const,
  );

test('no quorum: what was on its way is unknown, reads and writes are refused with the reason; the second server brings it back', async ({
  standing: { context, room, pages },
  url,
}) => {
  const old = await serving(pages[0]!);
  const page = pages[old - 1]!;
  const others = [1, 2, 3].filter((id) => id !== old);
  await createEventually(page, '/one', '1');
  const session = await openOwnSession(page, old);
  await openScripted(page, old);
  for (const id of others) {
    await page.evaluate(([server, millis]) => window.tabkeeper.slowDisk(server, millis), [
      id,
      SLOW_MILLIS,
    ] as const);
    await expect(page.locator(`#stage button[data-server="${id}"]`)).toContainText('disk +');
  }

  // On the leader's own disk, and on nobody else's.
  await selectSeat(page, old);
  await type(page, 'create /maybe x');
  await ask(page, '/maybe-too');
  await expect(page.getByRole('listitem', { name: /on disk, not committed/ })).toHaveCount(2);
  for (const id of others) await pages[id - 1]!.close();
  const maybe = answerTo(page, 'create /maybe x');
  await expect(maybe).toContainText('unknown: it may or may not have happened');
  await expect(maybe).not.toContainText('failed');
  expect(await endOfAsked(page)).toEqual({ ...LOST, outcome: 'unknown' });

  const banner = page.locator('#stage .banner');
  await expect(banner).toContainText('no quorum: 1 of 3 — reads and writes are refused');
  await expect(banner).toContainText('2 of 3 servers must agree before anything is answered.');
  const alone = Date.now();
  const ends = endsOfAll(page);
  await type(page, 'set /one 2');
  await type(page, 'get /one');
  for (const line of ['set /one 2', 'get /one']) {
    const row = answerTo(page, line);
    await expect(row).toContainText('ConnectionLoss: not connected to a serving server');
    await expect(row.locator('p')).toHaveClass(/failed/);
    await expect(row).not.toContainText('unknown');
  }
  expect(await ends).toEqual([1, 2, 3].map(() => ({ ...LOST, outcome: 'failed' })));
  expect(await refusedSince(page, old, alone)).toBe('notServing');
  await showPanel(page, 'Why');
  await press(page, 'Clients');
  const refused = page.getByTestId('feed').locator('li', { hasText: `${old} refuses a client` });
  await expect(refused.first()).toContainText('It has no quorum to answer with.');

  await page.getByLabel('Language').selectOption('zh-CN');
  await expect(banner).toContainText('没有法定人数 quorum：1/3——读写均被拒绝');
  await expect(banner).toContainText('须有 2/3 台服务器达成一致，才会应答任何请求。');
  await expect(answerTo(page, 'get /one')).toContainText(chinese['error_ConnectionLoss']!);
  await expect(maybe).toContainText('未知：可能已生效，也可能没有');
  await page.getByLabel(chinese['language']!).selectOption('en');

  const [first] = others;
  const back = await openTab(context, url, room, first);
  pages[first! - 1] = back;
  await serving(page);
  await serving(back);
  expect(await read(back, '/one')).toBe('1');
  // It was unknown, and it has happened: the one disk that had it is part of the majority that goes on.
  expect(await read(back, '/maybe')).toBe('x');

  await showPanel(page, 'Clients');
  await press(page, `Close session ${session}`);
  await page.evaluate(() => (window as unknown as Asking).own.close());
});
