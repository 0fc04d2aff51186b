// window.tabkeeper as the README promises it: what an error says of itself, and a multi that is all or nothing.

import type { Page } from '@playwright/test';
import { createEventually, read, serving, status } from './support/room.ts';
import { expect, test } from './support/test.ts';

test('errors say their code, their name and whether it may have happened; a multi is all or nothing', async ({
  standing: { pages },
}) => {
  await test.step('errors', () => errorsSay(pages[0]!));
  await test.step('a multi is all, with a result for each, or nothing', () => multiIsAll(pages));
});

async function errorsSay(page: Page): Promise<void> {
  await createEventually(page, '/here', 'x');
  const errors = await page.evaluate(async () => {
    const { client } = window.tabkeeper;
    const said = async (asked: Promise<unknown>) => {
      try {
        await asked;
        return 'no error';
      } catch (error) {
        const { name, code, outcome } = error as { name: string; code: number; outcome: string };
        return { name, code, outcome };
      }
    };
    return {
      exists: await said(client.create('/here')),
      node: await said(client.get('/nobody')),
      version: await said(client.set('/here', 'y', { version: 7 })),
      parent: await said(client.create('/nobody/below')),
    };
  });
  expect(errors).toEqual({
    exists: { name: 'NodeExists', code: -110, outcome: 'failed' },
    node: { name: 'NoNode', code: -101, outcome: 'failed' },
    version: { name: 'BadVersion', code: -103, outcome: 'failed' },
    parent: { name: 'NoNode', code: -101, outcome: 'failed' },
  });
}

async function multiIsAll(pages: readonly Page[]): Promise<void> {
  const page = pages[0]!;
  await createEventually(page, '/all', 'x');
  const results = await page.evaluate(() =>
    window.tabkeeper.client.multi([
      { op: 'check', path: '/all', version: 0 },
      { op: 'create', path: '/all/n-', data: 'one', sequential: true },
      { op: 'set', path: '/all', data: 'y' },
    ]),
  );
  expect(results.map(({ kind }) => kind)).toEqual(['check', 'create', 'setData']);
  expect(results[1]).toMatchObject({ path: '/all/n-0000000000' });
  expect(await read(pages[1]!, '/all')).toBe('y');
  const refused = await page.evaluate(async () => {
    try {
      await window.tabkeeper.client.multi([
        { op: 'create', path: '/nothing', data: 'of it' },
        { op: 'delete', path: '/all', version: 9 },
        { op: 'set', path: '/all', data: 'z' },
      ]);
      return null;
    } catch (caught) {
      const {
        name,
        code,
        results: each,
      } = caught as unknown as {
        name: string;
        code: number;
        results: readonly { readonly kind: string }[];
      };
      return { name, code, count: each.length, kinds: each.map(({ kind }) => kind) };
    }
  });
  expect(refused).toMatchObject({ name: 'BadVersion', code: -103, count: 3 });
  expect(refused?.kinds.every((kind) => kind === 'error')).toBe(true);
  expect(await page.evaluate(() => window.tabkeeper.client.exists('/nothing'))).toBeNull();
  expect(await read(pages[2]!, '/all')).toBe('y');
}

test('what was sent to a server that then froze may have happened', async ({
  standing: { pages },
}) => {
  const leader = await serving(pages[0]!);
  const page = pages.find((_, index) => index !== leader - 1)!;
  const own = (await status(page)).serverId;
  await createEventually(page, '/before', 'x');
  const error = await page.evaluate(async (server) => {
    const { openClient, freeze } = window.tabkeeper;
    // The page's first session may have found another server while the room was small.
    const client = await openClient({ timeoutMillis: 4_000, server });
    freeze(server, true);
    try {
      await client.create('/perhaps');
      return 'no error';
    } catch (caught) {
      const { name, code, outcome } = caught as { name: string; code: number; outcome: string };
      return { name, code, outcome };
    } finally {
      freeze(server, false);
    }
  }, own);
  expect(error).toEqual({ name: 'ConnectionLoss', code: -4, outcome: 'unknown' });
});
