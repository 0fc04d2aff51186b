// Clients of the laboratory as those of a room: what a watch, an ephemeral, a session and a transaction look like.

import { press, showPanel, type } from './support/hands.ts';
import { openLab } from './support/lab.ts';
import { expect, test } from './support/test.ts';

test('in the laboratory a watch is a bell until it fires, an ephemeral wears its owner, a session has a fuse', async ({
  context,
  url,
}) => {
  const page = await context.newPage();
  await openLab(page, url);
  await expect(await type(page, 'create -e /mine one')).toContainText('Created /mine');
  await expect(await type(page, 'create /ours one')).toContainText('Created /ours');
  // A watch is set at the server that the client hangs at, and nowhere else.
  await showPanel(page, 'Clients');
  const said = await page
    .getByRole('listitem')
    .filter({ hasText: 'opened with the page' })
    .innerText();
  const [, home = ''] = /at server (\d)/.exec(said) ?? [];
  await showPanel(page, 'Tree');
  await page.getByLabel('Tree of').selectOption(home === '1' ? '2' : '1');
  const row = (name: string) => page.getByRole('treeitem', { name });
  await expect(row('mine')).toContainText('client 1');
  await expect(row('ours')).not.toContainText('client 1');

  const bell = row('ours').getByRole('img', { name: 'watched' });
  await expect(bell).toHaveCount(0);
  await expect(await type(page, 'get -w /ours')).toContainText('one');
  await expect(row('ours')).toHaveCount(1);
  await expect(bell).toHaveCount(0);
  await page.getByLabel('Tree of').selectOption(home);
  await expect(bell).toHaveCount(1);
  await expect(row('mine').getByRole('img', { name: 'watched' })).toHaveCount(0);
  await type(page, 'set /ours two');
  await expect(bell).toHaveCount(0);
  // Once: it does not come back by itself.
  await expect(await type(page, 'get /ours')).toContainText('two');
  await expect(bell).toHaveCount(0);

  // Its fuse burns while nothing is heard of it, and is whole again with the next ping.
  const fuse = page.locator('#stage [data-fuse]').first();
  const left = async (): Promise<number> => Number(await fuse.getAttribute('data-fuse'));
  await expect.poll(left).toBeLessThan(0.95);
  const burnt = await left();
  await expect.poll(left).toBeGreaterThan(burnt);

  // With its session the ephemeral goes.
  await showPanel(page, 'Clients');
  await press(page, 'Close session 1');
  await showPanel(page, 'Tree');
  await expect(row('mine')).toHaveCount(0);
  await expect(row('ours')).toHaveCount(1);
});

test('in the laboratory a line that is typed where nobody is connected connects first', async ({
  context,
  url,
}) => {
  const page = await context.newPage();
  await openLab(page, url);
  const tape = page.getByRole('slider', { name: 'Moment' });
  await tape.press('Home');
  await expect(page.getByTestId('lab-now')).toHaveText('0:00.000');
  // One after the other: a key that is quicker than the worker opens the same one again.
  for (const server of [1, 2, 3]) {
    await tape.press('o');
    await expect(page.locator(`#stage button[data-server="${server}"]`)).not.toHaveClass(/empty/);
  }
  const created = await type(page, 'create /early one');
  const read = await type(page, 'get /early');
  await press(page, 'Play');
  await expect(created).toContainText('Created /early');
  await expect(read).toContainText('one');
  await showPanel(page, 'Clients');
  await expect(page.getByRole('listitem').filter({ hasText: /^Client \d/ })).toHaveCount(1);
});

test('in the laboratory a transaction is followed from its call to its answer, by its zxid', async ({
  context,
  url,
}) => {
  const page = await context.newPage();
  await openLab(page, url);
  await expect(await type(page, 'create /followed value')).toContainText('Created /followed');
  await showPanel(page, 'Tree');
  await page.getByRole('treeitem', { name: 'followed' }).click();
  const stat = page.getByLabel('Stat of /followed');
  const zxid = (await stat.locator('div', { hasText: 'mzxid' }).locator('dd').innerText()).trim();
  const column = page.getByRole('button', { name: `Follow ${zxid}`, exact: true }).first();
  await column.click();
  await expect(column).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(() => page.locator('td.followed').count()).toBeGreaterThan(2);
  const story = page.getByTestId('story');
  await expect(story.getByRole('listitem').first()).toContainText('/followed');
  for (const packet of ['PROPOSAL', 'ACK', 'COMMIT']) await expect(story).toContainText(packet);
  await expect(story.getByRole('listitem').filter({ hasText: 'answers create2' })).toHaveCount(1);

  await story.getByRole('button').filter({ hasText: 'PROPOSAL' }).first().click();
  const wire = story.getByTestId('wire');
  await expect(wire.locator('li', { hasText: 'data.hdr.zxid' }).first()).toContainText(zxid);
  await expect(wire.getByRole('button', { name: /^data\.txn\.path: \/followed,/ })).toHaveCount(1);
});
