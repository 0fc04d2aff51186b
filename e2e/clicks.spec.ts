// Accidents as a person makes them: seats and buttons, and what the page then says and why.

import type { Page } from '@playwright/test';
import {
  answerTo,
  openOwnSession,
  press,
  pressOn,
  selectSeat,
  showPanel,
  syncLines,
  type,
} from './support/hands.ts';
import { createEventually, newRoom, openEnsemble, read, serving, status } from './support/room.ts';
import { expect, test } from './support/test.ts';

const roleOf = async (page: Page): Promise<string> => (await status(page)).role;

const ensembleWithLeader = async (
  pages: readonly Page[],
): Promise<{ leader: Page; old: number; others: Page[] }> => {
  const old = await serving(pages[0]!);
  return { leader: pages[old - 1]!, old, others: pages.filter((_, at) => at !== old - 1) };
};

test('the leader is killed by clicks, writes go on, a restart brings it back by DIFF', async ({
  standing: { pages },
}) => {
  const { leader, old, others } = await ensembleWithLeader(pages);
  const [hand, other] = [others[0]!, others[1]!];
  await createEventually(hand, '/clicks-before', '1');
  await pressOn(hand, old, 'Kill');
  await expect(hand.getByRole('button', { name: `Server ${old}: killed` })).toBeVisible();
  await expect.poll(() => roleOf(leader)).toBe('down');
  const next = await serving(hand);
  expect(next).not.toBe(old);
  await createEventually(other, '/clicks-after', '2');

  await pressOn(hand, old, 'Restart');
  await serving(leader);
  expect(await read(leader, '/clicks-before')).toBe('1');
  expect(await read(leader, '/clicks-after')).toBe('2');
  const line = (await syncLines(hand, old)).first();
  await expect(line).toContainText(`${next} synchronises ${old} by DIFF`);
  await expect(line).toContainText(/Its last zxid .+ lies inside the leader’s window .+ follow/);
});

test('a write nobody else has is shown as unknown, and a TRUNC takes it away', async ({
  standing: { pages },
}) => {
  const { leader, old, others } = await ensembleWithLeader(pages);
  const ids = [1, 2, 3].filter((id) => id !== old);
  await createEventually(leader, '/agreed', 'yes');
  const session = await openOwnSession(leader, old);
  // Typed before, sent after: the leader gives up soon when nobody answers it.
  await leader.getByTestId('cli-input').fill('create /lost x');
  await leader.evaluate((frozen) => {
    for (const id of frozen) window.tabkeeper.freeze(id, true);
  }, ids);
  await Promise.all(
    ids.map((id) => leader.locator(`#stage button[data-server="${id}"].frozen`).waitFor()),
  );
  await leader.getByTestId('cli-input').press('Enter');
  const lost = answerTo(leader, 'create /lost x');
  await selectSeat(leader, old);
  // Its log strip shows the write on its own disk, where a restart will find it.
  await expect(leader.getByRole('listitem', { name: /on disk, not committed/ })).toBeVisible();
  await press(leader, 'Kill');
  await expect(lost).toContainText('unknown: it may or may not have happened');
  await expect(lost.locator('p')).toHaveClass(/unknown/);
  await expect(leader.getByTestId('clients')).toContainText('Unknown is not failed');

  for (const id of ids) {
    await pressOn(leader, id, 'Kill');
    await press(leader, 'Restart');
  }
  const next = await serving(others[0]!);
  await pressOn(leader, old, 'Restart');
  await serving(leader);
  const line = (await syncLines(leader, old)).first();
  await expect(line).toContainText(`${next} synchronises ${old} by TRUNC`);
  await expect(line).toContainText(/It is ahead .+ it must forget the rest/);
  expect(await read(leader, '/agreed')).toBe('yes');
  await expect(await type(leader, 'stat /lost')).toContainText('does not exist');
  await showPanel(leader, 'Clients');
  await press(leader, `Close session ${session}`);
});

test.describe('five', () => {
  test.use({ house: 'of its own' });

  test(
    'five tabs cut into 2 and 3, the leader among the two: the three go on',
    { tag: '@nightly' },
    async ({ context, url }) => {
      test.setTimeout(400_000);
      const pages = await openEnsemble(context, url, newRoom(5));
      const old = await serving(pages[0]!);
      const ids = [1, 2, 3, 4, 5];
      // The follower first: until the last cut the leader still has the others.
      const few = [ids.find((id) => id !== old)!, old];
      const many = ids.filter((id) => !few.includes(id));
      const hand = pages[many[0]! - 1]!;
      await createEventually(hand, '/whole', '5');
      for (const id of few) {
        await selectSeat(hand, id);
        for (const other of many) await press(hand, `Cut link to ${other}`);
      }
      for (const id of few) {
        await expect.poll(() => roleOf(pages[id - 1]!)).toBe('looking');
        // Five pages draw on two cores: what one says another may show seconds later.
        await expect(hand.getByRole('button', { name: `Server ${id}: looking` })).toBeVisible();
        await expect(await type(pages[id - 1]!, 'create /minority')).toContainText(
          'ConnectionLoss',
        );
      }
      await expect.poll(async () => many.includes(await serving(hand))).toBe(true);
      await createEventually(pages[many[1]! - 1]!, '/three', 'go on');

      await press(hand, 'Heal all links');
      const leaders = await Promise.all(pages.map((page) => serving(page)));
      expect(new Set(leaders).size).toBe(1);
      for (const page of pages) {
        expect(await read(page, '/three')).toBe('go on');
        expect(await read(page, '/whole')).toBe('5');
        expect(await page.evaluate(() => window.tabkeeper.client.exists('/minority'))).toBeNull();
      }
    },
  );
});
