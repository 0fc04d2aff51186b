// Looking back in a live room: the view stands still and goes back while the servers go on, and what is
// done then is done now.

import type { Locator, Page } from '@playwright/test';
import { looksWellAtEverySize, LOOKS } from './support/looks.ts';
import { createEventually, newRoom, openEnsemble, serving, status } from './support/room.ts';
import { expect, test } from './support/test.ts';

const tape = (page: Page): Locator => page.getByRole('slider', { name: 'Epoch tape' });
const moment = (page: Page): Promise<string> => page.getByTestId('live-now').innerText();
const words = async (page: Page): Promise<string> =>
  (await tape(page).getAttribute('aria-valuetext')) ?? '';
const seat = (page: Page, server: number, state: string): Locator =>
  page.locator(`#stage button[data-server="${server}"].${state}`);

/** A room of three whose leader was killed, so that there is something to look back upon. */
const withPast = async (pages: Page[]): Promise<{ page: Page; killed: number; next: number }> => {
  await createEventually(pages[0]!, '/before', '1');
  const killed = (await status(pages[0]!)).leaderId ?? 0;
  const page = pages.find((_, at) => at + 1 !== killed)!;
  await page.bringToFront();
  await expect(seat(page, killed, 'leading')).toBeVisible();
  await page.evaluate((id) => window.tabkeeper.kill(id), killed);
  await expect(seat(page, killed, 'killed')).toBeVisible();
  await page.waitForFunction(
    (id) => ![null, id].includes(window.tabkeeper.status().leaderId),
    killed,
  );
  const next = await serving(page);
  await expect(seat(page, next, 'leading')).toBeVisible();
  return { page, killed, next };
};

test.describe('in a room that stands', () => {
  test('stand still, go back to before the leader was killed, act now, return', async ({
    standing: { pages },
  }) => {
    const { page, killed, next } = await withPast(pages);
    await expect(page.getByText('Live', { exact: true }).last()).toBeVisible();

    await page.keyboard.press('Space');
    const chip = page.getByTestId('behind');
    await expect(chip).toBeVisible();
    const stopped = await moment(page);
    await createEventually(page, '/meanwhile', '1');
    await expect(page.locator('#panel-why')).not.toContainText('/meanwhile');
    expect(await moment(page)).toBe(stopped);

    // From mark to mark, until a picture before one of them is from before the kill.
    await tape(page).focus();
    const led = seat(page, killed, 'leading');
    for (let marks = 0; marks < 9 && !(await led.isVisible()); marks += 1) {
      await tape(page).press('PageDown');
      await tape(page).press('ArrowLeft');
      await expect.poll(() => words(page)).toContain('behind live');
    }
    await expect(led).toBeVisible();
    // The others may have noticed its end before it was known here: then it led a picture before.
    const leads = `server ${killed} leads`;
    for (let back = 0; back < 20 && !(await words(page)).includes(leads); back += 1) {
      await tape(page).press('ArrowLeft');
    }
    expect(await words(page)).toContain(leads);
    await expect(led).toBeVisible();
    await expect(page.locator('header')).toContainText(`leader ${killed}`);
    await expect(page.getByTestId('acts-now')).toContainText('what you do acts now');

    // The same moment is the same frame.
    const frame = (): Promise<string> => page.locator('#stage .view section').innerHTML();
    const there = await moment(page);
    const first = await frame();
    await tape(page).press('Home');
    await expect.poll(() => moment(page)).not.toBe(there);
    await tape(page).press('PageUp');
    await expect.poll(() => moment(page)).not.toBe(there);
    const millis = await tape(page).evaluate((input) => (input as HTMLInputElement).valueAsNumber);
    await tape(page).fill(String(millis));
    await tape(page).press('PageUp');
    for (let at = 0; (await moment(page)) < there && at < 200; at += 1) {
      await tape(page).press('ArrowRight');
    }
    expect(await moment(page)).toBe(there);
    expect(await frame()).toBe(first);

    // It led then; it is down now, and that is what the button is about.
    await page.locator(`#stage button[data-server="${killed}"]`).click();
    await page.getByRole('button', { name: 'Restart', exact: true }).click();
    await expect
      .poll(
        async () =>
          (await status(page)).servers.find(({ serverId }) => serverId === killed)?.role ?? '',
      )
      .toBe('following');
    await expect(seat(page, killed, 'leading')).toBeVisible();

    await page.keyboard.press('e');
    await expect(chip).toHaveCount(0);
    await expect(seat(page, next, 'leading')).toBeVisible();
    await expect(seat(page, killed, 'following')).toBeVisible();
    await expect(page.getByTestId('feed')).toContainText('/meanwhile');

    // A line leads back to when it came, and stays open.
    const line = page.getByTestId('feed').getByRole('button', { name: /proposes .*\/meanwhile/ });
    await line.first().click();
    await page.getByRole('button', { name: 'Go to this moment' }).click();
    await expect(chip).toBeVisible();
    await expect(seat(page, killed, 'killed')).toBeVisible();
    await expect(line.first()).toHaveAttribute('aria-expanded', 'true');
    await page.keyboard.press('e');
  });

  test('the past plays on by itself until it is live again; the tree is as it was', async ({
    standing: { pages },
  }) => {
    const page = pages[0]!;
    await page.bringToFront();
    await page.keyboard.press('t');
    await createEventually(page, '/one', '1');
    const tree = page.locator('#panel-tree');
    await expect(tree).toContainText('one');
    await page.keyboard.press('Space');
    await createEventually(pages[1]!, '/two', '2');
    const left = await moment(page);
    await expect(tree).not.toContainText('two');
    // What is hardly behind would be live again before it can be clicked.
    await expect(page.getByTestId('behind')).toContainText(/\d s behind/);
    await page.keyboard.press('Space');
    await expect.poll(() => moment(page)).not.toBe(left);
    await page.getByTestId('behind').click();
    await expect(tree).toContainText('two');
    // Before anybody looked at it, none was kept: that is said.
    await page.getByLabel('Tree of').selectOption('3');
    await expect(tree).toContainText('two');
    await tape(page).focus();
    await tape(page).press('Home');
    await expect(tree.getByRole('note')).toContainText('as it is now');
    await expect(tree).toContainText('two');
  });
});

for (const { locale, colorScheme } of LOOKS) {
  test(
    `axe finds nothing while looking back: ${locale}, ${colorScheme}`,
    { tag: '@nightly' },
    async ({ chrome, url }) => {
      const context = await chrome.newContext({ locale, colorScheme });
      const pages = await openEnsemble(context, url, newRoom());
      const page = pages[0]!;
      await createEventually(page, '/app', 'data');
      await page.bringToFront();
      await page.keyboard.press('Space');
      await expect(page.getByTestId('behind')).toBeVisible();
      await looksWellAtEverySize(page);
      await context.close();
    },
  );
}
