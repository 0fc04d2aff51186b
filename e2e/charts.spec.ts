// The charts of a live room: they are drawn from what happened, and say it in words too.

import { axeFindsNothing } from './support/looks.ts';
import { createEventually, newRoom, openEnsemble, serving } from './support/room.ts';
import { expect, test } from './support/test.ts';

test('writes, commits, acknowledgements and queues are drawn and said', async ({
  context,
  url,
}) => {
  const pages = await openEnsemble(context, url, newRoom());
  const page = pages[0]!;
  await serving(page);
  await page.bringToFront();
  await page.keyboard.press('g');
  const charts = page.getByTestId('charts');
  await createEventually(page, '/charted', '0');
  await page.evaluate(async () => {
    for (let turn = 0; turn < 30; turn += 1)
      await window.tabkeeper.client.set('/charted', `${turn}`);
  });
  const writes = charts.getByRole('img', { name: /^Committed writes/ });
  await expect(writes).toHaveAttribute('aria-label', /[1-9]\d* \/s at most/);
  await expect(charts.getByRole('img', { name: /^Commit: / })).toHaveAttribute(
    'aria-label',
    /[1-9]\d*(\.\d)? ms at most/,
  );
  // A line for each server that acknowledges, named at its end.
  const acks = charts.getByRole('img', { name: /^ACK/ });
  await expect(acks.locator('.name')).toHaveText(['1', '2', '3']);
  await axeFindsNothing(page);
  await page.keyboard.press('g');
  await expect(charts).toHaveCount(0);
});
