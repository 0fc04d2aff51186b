import { chromium, type Page } from '@playwright/test';
import { hear } from './support/quiet.ts';
import {
  createEventually,
  newRoom,
  openEnsemble,
  openTab,
  read,
  seated,
  serving,
  status,
  unseen,
} from './support/room.ts';
import { expect, test, wholeChromium } from './support/test.ts';

test.beforeEach(({ context }) => unseen(context));

const BUSY_MILLIS = 5_000;

interface Heard {
  readonly changed: readonly unknown[];
}

const leaderOf = async (pages: readonly Page[]): Promise<{ leader: Page; others: Page[] }> => {
  const id = await serving(pages[0]!);
  return { leader: pages[id - 1]!, others: pages.filter((_, index) => index !== id - 1) };
};

const newLeader = async (page: Page, old: number): Promise<number> => {
  await page.waitForFunction(
    (before) => {
      const now = window.tabkeeper.status();
      return now.leaderId !== null && now.leaderId !== before && now.phase === 'broadcast';
    },
    old,
    { polling: 20 },
  );
  return (await status(page)).leaderId ?? 0;
};

test.describe('a room that stands', () => {
  test.use({ drawn: false });

  test('a frozen follower is dropped and comes back', async ({ standing: { pages } }) => {
    const { leader, others } = await leaderOf(pages);
    const frozen = (await status(others[1]!)).serverId;
    await leader.evaluate((id) => window.tabkeeper.freeze(id, true), frozen);
    await createEventually(leader, '/0-while-frozen', 'x');
    await leader.evaluate(async (id) => {
      for await (const { event } of window.tabkeeper.trace({ since: 0 })) {
        if (event['kind'] === 'learnerCutOff' && event['server'] === id) return;
      }
    }, frozen);
    await leader.evaluate((id) => window.tabkeeper.freeze(id, false), frozen);
    await serving(others[1]!);
    expect(await read(others[1]!, '/0-while-frozen')).toBe('x');
    await seated(others[1]!);
  });

  test('leader killed by a command from another tab: elect, go on, rejoin', async ({
    standing: { pages },
  }) => {
    const { leader, others } = await leaderOf(pages);
    const old = (await status(leader)).serverId;
    await createEventually(others[0]!, '/1-before', '1');
    await others[0]!.evaluate((id) => window.tabkeeper.kill(id), old);
    expect(await newLeader(others[0]!, old)).not.toBe(old);
    await createEventually(others[1]!, '/1-after', '2');
    await expect.poll(async () => (await status(leader)).role).toBe('down');
    await others[0]!.evaluate((id) => window.tabkeeper.restart(id), old);
    await serving(leader);
    expect(await read(leader, '/1-before')).toBe('1');
    expect(await read(leader, '/1-after')).toBe('2');
  });

  test('a tab whose own server is killed goes on through another', async ({
    standing: { pages },
  }) => {
    const page = pages[(await serving(pages[0]!)) - 1]!;
    await page.evaluate(async () => {
      await window.tabkeeper.client.create('/2-mine', 'x', { ephemeral: true });
      window.tabkeeper.kill();
    });
    await expect.poll(async () => (await status(page)).role).toBe('down');
    await createEventually(page, '/2-after', '1');
    // The session lived on, its ephemeral with it; what another tab writes is read here.
    await createEventually(
      pages.find((other) => other !== page)!,
      '/2-theirs',
      '2',
    );
    expect(await read(page, '/2-theirs')).toBe('2');
    expect(await read(page, '/2-mine')).toBe('x');
    await page.evaluate(() => window.tabkeeper.restart());
    await serving(page);
  });

  test('a leader cut off from both gives up; healed, it follows', async ({
    standing: { pages },
  }) => {
    const { leader, others } = await leaderOf(pages);
    const old = (await status(leader)).serverId;
    const ids = await Promise.all(others.map(async (page) => (await status(page)).serverId));
    for (const id of ids) {
      await others[0]!.evaluate(([a, b]) => window.tabkeeper.cut(a, b), [old, id] as const);
    }
    await newLeader(others[0]!, old);
    await createEventually(others[1]!, '/3-majority', 'yes');
    await expect.poll(async () => (await status(leader)).role).toBe('looking');
    await others[0]!.evaluate(() => window.tabkeeper.heal());
    await serving(leader);
    expect((await status(leader)).role).toBe('following');
    expect(await read(leader, '/3-majority')).toBe('yes');
  });

  test('a frozen leader is left, and follows when it thaws', async ({ standing: { pages } }) => {
    const { leader, others } = await leaderOf(pages);
    const frozen = (await status(leader)).serverId;
    await createEventually(leader, '/4-before', 'x');
    await others[0]!.evaluate((id) => window.tabkeeper.freeze(id, true), frozen);
    for (const page of others) {
      await expect.poll(async () => (await status(page)).leaderId).not.toBe(frozen);
    }
    const next = await serving(others[0]!);
    expect(next).not.toBe(frozen);
    await createEventually(others[0]!, '/4-meanwhile', 'y');
    await others[0]!.evaluate((id) => window.tabkeeper.freeze(id, false), frozen);
    await expect.poll(async () => (await status(leader)).role).toBe('following');
    expect(await serving(leader)).toBe(next);
    expect(await read(leader, '/4-before')).toBe('x');
    expect(await read(leader, '/4-meanwhile')).toBe('y');
  });

  test('leader dies by closing its tab', async ({ standing: { pages } }) => {
    const { leader, others } = await leaderOf(pages);
    const old = (await status(leader)).serverId;
    await createEventually(others[0]!, '/5-before', '1');
    await leader.close();
    await newLeader(others[0]!, old);
    await createEventually(others[1]!, '/5-after', '2');
    expect(await read(others[0]!, '/5-after')).toBe('2');
  });

  for (const [whose, tag] of [
    ['leader', []],
    ['follower', ['@nightly']],
  ] as [string, string[]][]) {
    test(
      `a ${whose}’s page that is busy for seconds costs nobody a leader`,
      { tag },
      async ({ standing: { pages } }) => {
        const { leader, others } = await leaderOf(pages);
        const [one, other] = others as [Page, Page];
        const [busy, writer] = whose === 'leader' ? [leader, one] : [one, other];
        await createEventually(writer, '/6-before', '1');
        const before = await status(writer);
        await busy.evaluate((sinceMillis) => {
          const changed: unknown[] = [];
          Object.assign(window, { changed });
          void (async () => {
            for await (const { atMillis, server, event } of window.tabkeeper.trace({ since: 0 })) {
              if (event.kind === 'roleChanged' && atMillis > sinceMillis)
                changed.push([server, event]);
            }
          })();
        }, Date.now());
        const stalled = busy.evaluate((millis) => {
          const until = performance.now() + millis;
          while (performance.now() < until);
        }, BUSY_MILLIS);
        // Its server lives in a worker: it acknowledges meanwhile.
        const from = performance.now();
        for (let count = 0; performance.now() - from < BUSY_MILLIS; count += 1) {
          const path = `/6-${whose}-${count}`;
          await writer.evaluate((wanted) => window.tabkeeper.client.create(wanted, ''), path);
          await writer.waitForTimeout(200);
        }
        await stalled;
        for (const page of pages) {
          await serving(page);
          const { leaderId, epoch } = await status(page);
          expect({ leaderId, epoch }).toEqual({ leaderId: before.leaderId, epoch: before.epoch });
        }
        expect(await busy.evaluate(() => (window as unknown as Heard).changed)).toEqual([]);
      },
    );
  }

  test('every tab closed and reopened: every acknowledged write is there', async ({
    standing,
    url,
  }) => {
    const { context, room, pages } = standing;
    await pages[0]!.evaluate(async () => {
      await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          window.tabkeeper.client.create(`/n${index}`, `${index}`),
        ),
      );
    });
    for (const page of pages) await page.close();
    pages.splice(0, 3, ...(await openEnsemble(context, url, room)));
    const names = await pages[2]!.evaluate(() => window.tabkeeper.client.children('/'));
    expect(names.filter((name) => name.startsWith('n'))).toHaveLength(50);
  });
});

// What starts the engine without a window is a script on some machines: its process is not the browser.
test('leader dies by SIGKILL of its browser process', async ({ url }) => {
  const room = newRoom();
  const browsers = await Promise.all([1, 2, 3].map(() => chromium.launchServer(wholeChromium)));
  try {
    const pages: Page[] = [];
    for (const [index, server] of browsers.entries()) {
      const browser = await chromium.connect(server.wsEndpoint());
      const context = await browser.newContext();
      hear(context);
      await unseen(context);
      pages.push(await openTab(context, url, room, index + 1));
    }
    for (const page of pages) await serving(page);
    const old = await serving(pages[0]!);
    const others = pages.filter((_, index) => index !== old - 1);
    await createEventually(others[0]!, '/before', '1');
    browsers[old - 1]!.process().kill('SIGKILL');
    await newLeader(others[0]!, old);
    await createEventually(others[1]!, '/after', '2');
    expect(await read(others[0]!, '/before')).toBe('1');
    expect(await read(others[0]!, '/after')).toBe('2');
  } finally {
    await Promise.all(browsers.map((server) => server.kill().catch(() => undefined)));
  }
});

test('leader dies by a crash of its renderer', { tag: '@nightly' }, async ({ chrome, url }) => {
  const room = newRoom();
  const contexts = await Promise.all([1, 2, 3].map(() => chrome.newContext()));
  const pages: Page[] = [];
  for (const [index, context] of contexts.entries()) {
    pages.push(await openTab(context, url, room, index + 1));
  }
  for (const page of pages) await serving(page);
  const { leader, others } = await leaderOf(pages);
  const old = (await status(leader)).serverId;
  await leader.goto('chrome://crash').catch(() => undefined);
  await newLeader(others[0]!, old);
  await createEventually(others[1]!, '/after', '2');
  await Promise.all(contexts.map((context) => context.close()));
});
