// Why something does not happen: the feed says it with its table, as it says why something did.

import { press, showPanel } from './support/hands.ts';
import { axeFindsNothing } from './support/looks.ts';
import { createEventually, serving } from './support/room.ts';
import { expect, test } from './support/test.ts';

test('a commit that does not come is told: how many of how many, and what keeps each of the others', async ({
  standing: { pages },
}) => {
  const leader = await serving(pages[0]!);
  const page = pages[leader - 1]!;
  await createEventually(page, '/before', 'x');
  await page.bringToFront();
  await page.setViewportSize({ width: 1440, height: 900 });
  const [cut, slow] = [1, 2, 3].filter((id) => id !== leader) as [number, number];

  // One of three is cut off, and the other, without whom there is no quorum now, has a slow disk.
  const client = await page.evaluateHandle(
    (server) => window.tabkeeper.openClient({ timeoutMillis: 20_000, server }),
    leader,
  );
  await page.evaluate(
    ([one, other]) => {
      window.tabkeeper.cutOff([one]);
      window.tabkeeper.slowDisk(other, 500);
    },
    [cut, slow] as const,
  );
  await expect(page.locator(`#stage button[data-server="${slow}"]`)).toContainText('disk +500 ms');
  await client.evaluate((opened) => opened.create('/slow'));

  await showPanel(page, 'Why');
  await press(page, 'All');
  const feed = page.getByTestId('feed');
  const line = feed
    .getByRole('button')
    .filter({ hasText: new RegExp(`No commit of 0x[0-9a-f]+ at ${leader}: 1 of 2`) })
    .first();
  await expect(line).toContainText(`${cut} did not ack: its link closed`);
  // On a busy machine its PINGs may be late as well.
  await expect(line).toContainText(
    new RegExp(`${slow} did not ack: (no answer yet|silent for \\d+ ms)`),
  );
  await line.click();
  const table = feed.getByTestId('quorum-table');
  await expect(table.getByRole('row', { name: new RegExp(`^${leader} ✓? ?answered`) })).toHaveCount(
    1,
  );
  await expect(table.locator('tr.decides')).toContainText('1 of 2');
  await expect(table.locator('tr.decides')).toContainText('no quorum');
  await expect(feed.getByTestId('reference')).toContainText('Leader.tryToCommit');
  // Who is named is marked on the stage.
  await expect(page.locator(`#stage button[data-server="${cut}"]`)).toHaveClass(/marked/);
  await axeFindsNothing(page);

  await page.keyboard.press('Escape');
  await press(page, 'Heal everything');
  await client.evaluate((opened) => opened.close());
});
