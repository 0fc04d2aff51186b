// The invariants lamp of a room where something breaks one: it turns red and is the way to the event. Nothing real
// does: a page of the room says what never happened.

import type { Locator, Page } from '@playwright/test';
import { SIZES, axeFindsNothing, tooWide } from './support/looks.ts';
import { createEventually, linkTo, newRoom, seated, serving } from './support/room.ts';
import { expect, test } from './support/test.ts';

const lamp = (page: Page): Locator => page.getByTestId('lamp');
const list = (page: Page): Locator => page.getByRole('dialog', { name: 'Invariants' });
const row = (page: Page, rule: string): Locator =>
  list(page).locator(`li[data-invariant="${rule}"]`);

/** In a page: the channels on which it tells others of its server. */
function keepTraces(): void {
  const traces: RTCDataChannel[] = [];
  Object.assign(window, { traces });
  const { createDataChannel } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.createDataChannel = function (label, options) {
    const channel = createDataChannel.call(this, label, options);
    if (label.startsWith('trace')) traces.push(channel);
    return channel;
  };
}

/** In a page: its server, it says, began anew and delivered first one, then an older transaction. */
function tellFalsehood(server: number): number {
  const { traces } = window as unknown as { traces: readonly RTCDataChannel[] };
  const zxid = (counter: number) => ({ $n: String((90n << 32n) | BigInt(counter)) });
  const applied = { kind: 'applied', session: { $n: '5' }, op: 'setData', path: '/false', err: 0 };
  const start = {
    ...{ kind: 'serverStarted', acceptedEpoch: 90, currentEpoch: 90, lastZxid: zxid(6) },
    ...{ snapshotZxid: null, logEntries: 2, trusted: true },
  };
  const told = [start, { ...applied, zxid: zxid(5) }, { ...applied, zxid: zxid(4) }];
  const events = told.map((event, at) => ({
    ...{ server, sequence: at + 1, atMillis: Date.now(), event },
  }));
  const bytes = new TextEncoder().encode(JSON.stringify({ kind: 'trace', events }));
  const open = traces.filter(({ readyState }) => readyState === 'open');
  for (const channel of open) channel.send(bytes);
  return open.length;
}

test('what breaks an invariant turns the lamp of a room red, and is looked back to', async ({
  context,
  url,
}) => {
  const room = newRoom();
  const pages: Page[] = [];
  for (const seat of [1, 2, 3]) {
    const page = await context.newPage();
    await page.addInitScript(keepTraces);
    await page.goto(linkTo(url, room, seat));
    await seated(page);
    pages.push(page);
  }
  for (const page of pages) await serving(page);
  const page = pages[0]!;
  await createEventually(page, '/before', '1');
  await page.bringToFront();
  await expect(lamp(page)).toContainText('Invariants hold');
  expect(await pages[1]!.evaluate(tellFalsehood, 2)).toBeGreaterThan(0);

  await expect(lamp(page)).toContainText(/Broken: (LocalPrimaryOrder|TotalOrder)/);
  await lamp(page).click();
  const broken = row(page, 'TotalOrder');
  await expect(broken).toContainText('/false');
  for (const size of SIZES) {
    await page.setViewportSize(size);
    await expect.poll(() => tooWide(page)).toBeLessThanOrEqual(0);
    if (!(await list(page).isVisible())) await lamp(page).click();
    await axeFindsNothing(page);
  }
  await page.setViewportSize(SIZES[0]);
  if (!(await list(page).isVisible())) await lamp(page).click();
  await broken.getByRole('button', { name: 'Go to the event' }).click();
  await expect(list(page)).toHaveCount(0);
  await expect(page.getByTestId('behind')).toBeVisible();
  await expect(page.getByTestId('event-card')).toContainText('/false');
});
