// One write followed through the whole page, its packets opened down to their bytes, and the place of the
// rule behind each decision.

import { axeFindsNothing } from './support/looks.ts';
import { createEventually, serving } from './support/room.ts';
import { expect, test } from './support/test.ts';

test('a transaction is followed from its call to its answer, and its bytes are those that crossed', async ({
  standing: { pages },
}) => {
  const page = pages[0]!;
  await serving(page);
  await page.bringToFront();
  await page.setViewportSize({ width: 1440, height: 900 });
  await createEventually(page, '/followed', 'by its zxid');

  await page.keyboard.press('t');
  const row = page.getByRole('treeitem', { name: 'followed' });
  await row.click();
  const selected = page.getByTestId('selection');
  await expect(selected).toContainText('znode /followed');
  const stat = page.getByLabel('Stat of /followed');
  const zxid = (await stat.locator('div', { hasText: 'mzxid' }).locator('dd').innerText()).trim();
  expect(zxid).toMatch(/^0x[0-9a-f]+$/);

  const column = page.getByRole('button', { name: `Follow ${zxid}`, exact: true }).first();
  await column.click();
  await expect(column).toHaveAttribute('aria-pressed', 'true');
  expect(await page.locator('td.followed').count()).toBeGreaterThan(2);
  const story = page.getByTestId('story');
  await expect(story).toContainText('PROPOSAL');
  await expect(story).toContainText('COMMIT');
  await expect(story.getByRole('listitem').first()).toContainText('/followed');

  await expect(selected).toContainText(`transaction ${zxid}`);
  await expect(page.locator('.tick').first()).toBeAttached();

  // What the client sent, to its bytes.
  await story.getByRole('button').first().click();
  const wire = story.getByTestId('wire');
  await expect(wire.getByRole('button', { name: /^request\.path: \/followed,/ })).toHaveCount(1);
  await expect(wire.getByRole('button', { name: /^request\.data: by its zxid,/ })).toHaveCount(1);

  await story.getByRole('button').filter({ hasText: 'PROPOSAL' }).first().click();
  const field = (name: string) => wire.locator('li', { hasText: name }).getByRole('button').first();
  await expect(field('data.hdr.zxid')).toContainText(zxid);
  await expect(wire.getByRole('button', { name: /^data\.txn\.path: \/followed,/ })).toHaveCount(1);
  // The bytes of the text, as they stand on the wire.
  const path = [...'/followed'].map((char) => char.charCodeAt(0).toString(16)).join(' ');
  await page.mouse.move(0, 0);
  await wire.getByRole('button', { name: /^data\.txn\.path: / }).focus();
  await expect(wire.locator('.bytes .lit')).toHaveText(path);
  await wire.locator('.bytes span').first().hover();
  await expect(wire.locator('button.lit')).toContainText('2 (PROPOSAL)');

  await story
    .getByRole('button', { name: /^\d+ commits/ })
    .first()
    .click();
  await expect(page.getByTestId('reference').last()).toContainText('Leader.tryToCommit');
  await axeFindsNothing(page);

  await page.keyboard.press('t');
  await expect(row).toHaveClass(/followed/);
  // What is marked is heard, too.
  await expect(row).toHaveAttribute('aria-current', 'true');
  await expect(page.locator('td.followed:not([aria-current="true"])')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await expect(row).not.toHaveClass(/followed/);
  await expect(page.locator('td.followed')).toHaveCount(0);
  await expect(selected).toHaveCount(0);

  await page.keyboard.press('c');
  await page.getByTestId('clients').getByRole('button', { name: 'Follow' }).first().click();
  await expect(story).toContainText('/followed');
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('feed')).toBeVisible();
});

test('a server, a session, a watch and a packet are marked wherever they are shown', async ({
  standing: { pages },
}) => {
  const page = pages[0]!;
  const leader = await serving(page);
  await page.bringToFront();
  await page.setViewportSize({ width: 1440, height: 900 });
  await createEventually(page, '/marked', '1');
  await page.evaluate(() => window.tabkeeper.client.get('/marked', { watch: true }));
  const selected = page.getByTestId('selection');
  const current = (of: string) => page.locator(`${of}[aria-current="true"]`);

  // A server: its seat, its log, its lane.
  await page.locator(`#stage button[data-server="${leader}"]`).click();
  await expect(current(`#stage button[data-server="${leader}"]`)).toHaveCount(1);
  await expect(current('#stage tbody th')).toContainText(String(leader));
  await page.keyboard.press('d');
  await expect(page.getByTestId('space-time').locator('.head.selected')).toHaveText(String(leader));
  await page.keyboard.press('d');
  await page.keyboard.press('Escape');
  await expect(selected).toHaveCount(0);
  await expect(current('#stage tbody th')).toHaveCount(0);

  // A session: its cord, its line among the clients.
  await page.keyboard.press('c');
  await page.getByTestId('clients').getByRole('button', { name: 'Follow' }).first().click();
  await expect(page.locator('#stage path.ringed')).toHaveCount(1);
  await page.keyboard.press('c');
  await expect(current('[data-testid="clients"] li')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await expect(page.locator('#stage path.ringed')).toHaveCount(0);

  // A watch: from the event that set it to its bell and its znode.
  await page.keyboard.press('w');
  const feed = page.getByTestId('feed');
  await feed
    .getByRole('button', { name: /watch is set on \/marked/ })
    .first()
    .click();
  await page
    .getByRole('button', { name: /^Follow .*watch/ })
    .first()
    .click();
  await expect(selected).toContainText('/marked');
  await page.keyboard.press('t');
  const row = page.getByRole('treeitem', { name: 'marked' });
  await expect(row).toHaveAttribute('aria-current', 'true');
  await page.keyboard.press('Escape');
  await expect(row).not.toHaveAttribute('aria-current', 'true');

  // A packet: its mark in the diagram.
  await page.keyboard.press('d');
  const diagram = page.getByTestId('space-time');
  await diagram.getByRole('searchbox').fill('receives PROPOSAL');
  await expect(diagram.locator('output')).toContainText(/^[1-9]\d* found/);
  await diagram.getByRole('searchbox').press('Enter');
  await expect(selected).toContainText('PROPOSAL');
  await expect(diagram.locator('.mark.chosen')).toHaveCount(1);
  await diagram.getByRole('searchbox').fill('');
  await page.keyboard.press('Escape');
});
