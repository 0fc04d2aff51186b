import { expect, test } from 'vitest';

import type { RequestResult } from '../../client/client.ts';
import { ERROR_CODE } from '../../vocabulary/error-code.ts';
import type { RecipeView } from '../../vocabulary/recipe.ts';
import type { Request } from '../../vocabulary/request.ts';
import { ZXID_ZERO } from '../../vocabulary/zxid.ts';
import { FollowedRecipes } from './followed-recipes.ts';

/** A server with one znode for a lock, which somebody else has. */
function client() {
  const asked: Request[] = [];
  const answers: ((result: RequestResult) => void)[] = [];
  let changes = 0;
  const recipes = new FollowedRecipes({
    ask: (request) => {
      asked.push(request);
      return new Promise((resolve) => answers.push(resolve));
    },
    onChanged: () => {
      changes += 1;
    },
  });
  const answer = async (response: object): Promise<void> => {
    answers.shift()?.({ outcome: 'ok', zxid: ZXID_ZERO, response } as unknown as RequestResult);
    await Promise.resolve();
    await Promise.resolve();
  };
  const fail = async (code: number): Promise<void> => {
    answers.shift()?.({ outcome: 'failed', code, sent: true });
    await Promise.resolve();
    await Promise.resolve();
  };
  return { recipes, asked, answer, fail, changes: () => changes };
}

test('a queued client waits behind the one before it, is woken, holds, and lets go', async () => {
  const { recipes, asked, answer, changes } = client();
  const said = recipes.follow('lock', '/lock');
  await answer({ kind: 'path', path: '/lock/n-0000000001' });
  await answer({ kind: 'children', children: ['n-0000000000', 'n-0000000001'] });
  await answer({ kind: 'stat' });
  expect(recipes.views).toMatchObject([{ says: 'waits', behind: '/lock/n-0000000000' }]);
  recipes.heard({ type: 'NodeDeleted', state: 'SyncConnected', path: '/lock/n-0000000000' });
  await answer({ kind: 'children', children: ['n-0000000001'] });
  expect(recipes.views[0]?.says).toBe('holds');
  recipes.letGo('/lock');
  await answer({ kind: 'empty' });
  expect(asked.map(({ kind }) => kind)).toEqual([
    ...['create', 'getChildren', 'exists', 'getChildren', 'delete'],
  ]);
  expect(changes()).toBe(4);
  recipes.end();
  const words: RecipeView['says'][] = [];
  for await (const { says } of said) words.push(says);
  expect(words).toEqual(['waits', 'woken', 'holds', 'released']);
});

test('a consumer makes its queue, and takes until it is told to stop', async () => {
  const { recipes, asked, answer, fail } = client();
  const said = recipes.follow('queueTake', '/q');
  await fail(ERROR_CODE.NoNode);
  await fail(ERROR_CODE.NoNode);
  await answer({ kind: 'path', path: '/q' });
  await answer({ kind: 'children', children: ['item-0000000001', 'item-0000000000'] });
  await answer({ kind: 'data' });
  await answer({ kind: 'nothing' });
  recipes.letGo('/q');
  await answer({ kind: 'children', children: ['item-0000000001'] });
  expect(asked.map((request) => ('path' in request ? request.path : ''))).toEqual([
    ...['/q/items', '/q/items', '/q', '/q/items'],
    ...['/q/items/item-0000000000', '/q/items/item-0000000000', '/q/items'],
  ]);
  recipes.end();
  const words: string[] = [];
  for await (const { says, node } of said) words.push(`${says} ${String(node)}`);
  expect(words).toEqual([
    ...['took /q/items/item-0000000000', 'released /q/items/item-0000000000'],
  ]);
});

test('what is answered when the session is over is not followed', async () => {
  const { recipes, asked, answer } = client();
  recipes.follow('lock', '/lock');
  recipes.end();
  await answer({ kind: 'path', path: '/lock/n-0000000000' });
  expect(asked).toHaveLength(1);
  expect(recipes.views).toEqual([]);
});

test('what a double barrier still makes when it was let go is taken back, whatever begins meanwhile', async () => {
  const { recipes, asked, answer } = client();
  recipes.follow('doubleBarrier', '/b');
  await answer({ kind: 'path', path: '/b' });
  await answer({ kind: 'data', data: null, stat: { version: 4 } });
  expect(asked.at(-1)?.kind).toBe('multi');
  recipes.letGo('/b');
  const said = recipes.follow('doubleBarrier', '/b');
  const node = '/b/4-0000000007';
  await answer({ kind: 'multi', results: [{ kind: 'create', path: node }] });
  expect(asked.at(-1)).toEqual({ kind: 'delete', path: node, version: -1 });
  recipes.end();
  for await (const { says } of said) expect(says).toBe('nothing yet');
});
