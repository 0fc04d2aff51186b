// The space-time diagram: what really happened between three tabs, walked through by keyboard, and its
// files, read back.

import { axeFindsNothing } from './support/looks.ts';
import { readFile } from 'node:fs/promises';
import { createEventually, newRoom, openEnsemble, serving } from './support/room.ts';
import { expect, test } from './support/test.ts';

test('a write is followed back to its causes, saved, and opened again', async ({
  context,
  url,
}) => {
  const pages = await openEnsemble(context, url, newRoom());
  const page = pages[0]!;
  await serving(page);
  await page.bringToFront();
  await page.keyboard.press('d');
  const diagram = page.getByTestId('space-time');
  await createEventually(page, '/traced', '1');
  const plane = diagram.locator('svg');
  await expect(plane.locator('.arrow').first()).toBeVisible();
  const search = diagram.getByRole('searchbox');
  await search.fill('/traced');
  await expect(diagram.locator('output')).toContainText(/^[1-9]\d* found/);

  await plane.focus();
  await plane.press('ArrowRight');
  const detail = diagram.locator('.detail');
  await expect(detail).toContainText(/Causal past: \d+ events at 3 servers/);
  await expect(detail).toContainText('/traced');
  await search.press('Enter');
  await expect(detail).toContainText('/traced');
  await search.fill('');
  await expect(plane.locator('.mark.chosen')).toHaveCount(1);
  expect(await plane.locator('.arrow.lit').count()).toBeGreaterThan(0);
  await axeFindsNothing(page);

  // A client's lane, and the same as a list.
  await expect(plane.locator('.head.client', { hasText: 'client 1' })).toHaveCount(1);
  expect(await plane.locator('path.client').count()).toBeGreaterThan(0);
  await diagram.getByRole('button', { name: 'List' }).click();
  const list = diagram.getByRole('list', { name: /^Events in sight/ });
  await expect(list.getByRole('button', { pressed: true })).toContainText('/traced');
  await axeFindsNothing(page);
  await diagram.getByRole('button', { name: 'List' }).click();
  await diagram.getByRole('combobox').selectOption('Clients');
  await expect(plane.locator('.arrow:not(.told)')).toHaveCount(0);
  await diagram.getByRole('combobox').selectOption('All');

  await diagram.getByText('Files').click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    diagram.getByRole('button', { name: 'JSON lines' }).click(),
  ]);
  const path = await download.path();
  const lines = (await readFile(path, 'utf8')).trim().split('\n');
  expect(lines.length).toBeGreaterThan(50);
  const [svg] = await Promise.all([
    page.waitForEvent('download'),
    diagram.getByRole('button', { name: 'SVG' }).click(),
  ]);
  expect(await readFile(await svg.path(), 'utf8')).toMatch(/^<svg[^>]+xmlns=.*<circle/s);

  const input = diagram.locator('input[type=file]');
  await input.setInputFiles({
    name: 'no-trace.jsonl',
    mimeType: 'application/jsonl',
    buffer: Buffer.from('hello'),
  });
  await expect(diagram.getByRole('alert')).toContainText('line 1 cannot be read');
  const half = '{"server":1,"sequence":1,"atMillis":1,"event":{"kind":"ballotSent","to":2}}';
  await input.setInputFiles({
    name: 'no-ballot.jsonl',
    mimeType: 'application/jsonl',
    buffer: Buffer.from(`${lines[0]!}\n${half}`),
  });
  await expect(diagram.getByRole('alert')).toContainText('line 2 cannot be read');
  await input.setInputFiles({
    name: 'half.jsonl',
    mimeType: 'application/jsonl',
    buffer: Buffer.from(lines.slice(0, 40).join('\n')),
  });
  await expect(diagram.getByRole('button', { name: 'Close half.jsonl' })).toBeVisible();
  await expect(plane.locator('.mark').first()).toBeVisible();
});
