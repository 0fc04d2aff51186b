// The charts of a live room: they are drawn from what happened, and say it in words too.

import { axeFindsNothing } from './support/looks.ts';
import { createEventually, serving } from './support/room.ts';
import { expect, test } from './support/test.ts';

test('writes, commits, acknowledgements and queues are drawn and said', async ({
  standing: { pages },
}) => {
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
  await expect(writes).toHaveAttribute('aria-label', /highest [1-9]\d* \/s/);
  await expect(charts.getByRole('img', { name: /^Time to commit: / })).toHaveAttribute(
    'aria-label',
    /highest [1-9]\d*(\.\d)? ms/,
  );
  // A line for each server that acknowledges, named at its end.
  const acks = charts.getByRole('img', { name: /^Time to ACK/ });
  await expect(acks.locator('.name')).toHaveText(['1', '2', '3']);
  await expect(
    charts.getByRole('img', { name: /^Proposals waiting for a quorum/ }),
  ).toHaveAttribute('aria-label', /highest [1-9]\d*/);
  // Of each server, how long its disk's queue is.
  await expect(charts.locator('.queues')).toHaveText(/by server:(\s*[123]\s+\d+){3}$/);
  for (const [name, wanted] of [
    [/^Transactions applied/, /highest [1-9]\d* \/s/],
    [/^PROPOSALs that are not on/, /highest/],
  ] as const) {
    const chart = charts.getByRole('img', { name });
    await expect(chart).toHaveAttribute('aria-label', wanted);
    await expect(chart.locator('.name')).toHaveText(['1', '2', '3']);
  }
  await axeFindsNothing(page);
  await page.keyboard.press('g');
  await expect(charts).toHaveCount(0);

  // At rest there are signs of life twenty times a second, and no picture for each of them.
  const changes = (): Promise<number> =>
    page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let count = 0;
          const observer = new MutationObserver(() => (count += 1));
          const all = { subtree: true, childList: true, attributes: true, characterData: true };
          observer.observe(document.body, all);
          setTimeout(() => {
            observer.disconnect();
            resolve(count);
          }, 2_000);
        }),
    );
  await expect.poll(changes, { intervals: [0] }).toBeLessThan(14);
});
