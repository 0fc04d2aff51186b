// The space-time diagram: what really happened between three tabs, walked through by keyboard, and its
// files, read back.

import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { axeFindsNothing } from './support/looks.ts';
import { createEventually, serving, status } from './support/room.ts';
import { expect, test } from './support/test.ts';

/** Of a time of day, as it is written. */
const millisOf = (time: string): number =>
  time.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) * 1_000;

test('a write is followed back to its causes, saved, and opened again', async ({
  standing: { context, pages },
}) => {
  const page = pages[0]!;
  await serving(page);
  await page.bringToFront();
  await page.keyboard.press('d');
  const diagram = page.getByTestId('space-time');
  await createEventually(page, '/traced', '1');
  const plane = diagram.locator('.plane svg');
  await expect(plane.locator('.arrow').first()).toBeVisible();
  const search = diagram.getByRole('searchbox');
  await search.fill('/traced');
  await expect(diagram.locator('output')).toContainText(/^[1-9]\d* found/);

  await plane.focus();
  await plane.press('ArrowRight');
  const detail = diagram.locator('.detail');
  await expect(detail).toContainText(/Causal past: \d+ events at 3 servers/);
  await expect(detail).toContainText('/traced');
  // On to one that has something before it on another server.
  await expect(async () => {
    await search.fill('/traced');
    await search.press('Enter');
    await expect(detail).toContainText('/traced');
    await search.fill('');
    await expect(plane.locator('.arrow.lit').first()).toBeAttached({ timeout: 1_000 });
  }).toPass();
  await expect(plane.locator('.mark.chosen')).toHaveCount(1);
  await axeFindsNothing(page);

  // A client's lane, and the same as a list.
  await expect(plane.locator('.head.client', { hasText: 'client 1' })).toHaveCount(1);
  expect(await plane.locator('path.client').count()).toBeGreaterThan(0);
  await diagram.getByRole('button', { name: 'List' }).click();
  const list = diagram.getByRole('list', { name: /^Events in sight/ });
  await expect(list.getByRole('button', { pressed: true })).toContainText('/traced');
  await axeFindsNothing(page);
  await diagram.getByRole('button', { name: 'List' }).click();
  // Of what servers tell each other only the clients' requests that are passed on.
  const arrows = plane.locator('.arrow:not(.told)');
  await expect(arrows.first()).toBeAttached();
  const all = await arrows.count();
  await diagram.getByRole('combobox').selectOption('Clients');
  await expect.poll(() => arrows.count()).toBeLessThan(all / 2);
  await diagram.getByRole('combobox').selectOption('All');

  // Pings are hidden, and can be looked at all the same.
  await diagram.getByLabel('PING').check();
  await diagram.getByRole('button', { name: 'List' }).click();
  await expect(list.getByRole('button', { name: /sends PING/ }).first()).toBeVisible();
  await diagram.getByRole('button', { name: 'List' }).click();
  await diagram.getByLabel('PING').uncheck();

  await lookAround(diagram);
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
  const [log] = await Promise.all([
    page.waitForEvent('download'),
    diagram.getByRole('button', { name: 'ShiViz' }).click(),
  ]);
  // What happened, and below it who it happened to, with the clock of each that it knew of.
  const told = await readFile(await log.path(), 'utf8');
  expect(told).toMatch(/\/traced.*\nserver-\d \{("server-\d":\d+(, )?){3}\}\n/);

  // In a tab of its own: the room goes on here.
  const [viewer] = await Promise.all([
    context.waitForEvent('page'),
    diagram.getByRole('link', { name: 'Open a recording' }).click(),
  ]);
  const input = viewer.locator('input[type=file]');
  const give = (name: string, text: string): Promise<void> =>
    input.setInputFiles({ name, mimeType: 'application/jsonl', buffer: Buffer.from(text) });
  await give('no-trace.jsonl', 'hello');
  await expect(viewer.getByRole('alert')).toContainText('line 1 cannot be read');
  const half = '{"server":1,"sequence":1,"atMillis":1,"event":{"kind":"ballotSent","to":2}}';
  await give('no-ballot.jsonl', `${lines[0]!}\n${half}`);
  await expect(viewer.getByRole('alert')).toContainText('line 2 cannot be read');
  await axeFindsNothing(viewer);
  await input.setInputFiles(path);
  await expect(viewer.getByText(/^Recording of engine [0-9a-f]{8}$/)).toBeVisible();
  await expect(viewer.getByTestId('feed')).toContainText('/traced');
  await expect(viewer.getByRole('button', { name: /^Server \d: leading/ })).toBeVisible();
  const line = viewer.getByTestId('feed').getByRole('button', { name: /proposes .*\/traced/ });
  await line.first().click();
  await viewer.getByRole('button', { name: 'Go to this moment' }).click();
  // To the first picture that shows it: the pictures of a recording are some milliseconds apart.
  const behind = async (): Promise<boolean> => {
    const millis = millisOf(await viewer.getByTestId('recording-now').innerText());
    const late = millis - millisOf(await line.first().locator('time').innerText());
    return late >= 0 && late < 50;
  };
  await expect.poll(behind).toBe(true);
  await expect(line.first()).toHaveAttribute('aria-expanded', 'true');
  // Nothing can be done to it, and every moment of it can be looked at.
  await viewer.getByRole('tab', { name: 'Server' }).click();
  await expect(viewer.getByRole('button', { name: 'Kill', exact: true })).toHaveCount(0);
  const tape = viewer.getByRole('slider', { name: 'Epoch tape' });
  await tape.press('Home');
  await expect(viewer.getByRole('button', { name: /^Server \d: leading/ })).toHaveCount(0);
  const begin = await viewer.getByTestId('recording-now').innerText();
  await viewer.getByRole('button', { name: 'Play' }).click();
  await expect(viewer.getByTestId('recording-now')).not.toHaveText(begin);
  await viewer.keyboard.press('d');
  const recorded = viewer.getByTestId('space-time').locator('svg .mark');
  await expect(recorded.first()).toBeVisible();
  await axeFindsNothing(viewer);
  await viewer.keyboard.press('g');
  await expect(viewer.getByRole('img', { name: /^Committed writes: / })).toBeVisible();
});

/** In the window, of everything that this selects. */
const middlesOf = (what: Locator): Promise<number[]> =>
  what.evaluateAll((all) =>
    all.map((one) => {
      const { left, right } = one.getBoundingClientRect();
      return (left + right) / 2;
    }),
  );

/** Where it begins and ends in the window. */
const plotOf = (what: Locator): Promise<number[]> =>
  what.evaluate((one) => {
    const { left, right } = one.getBoundingClientRect();
    return [left, right];
  });

const EPOCH_TAPE = /^(Epoch tape|Moment)$/;

/** How far the chosen event's mark on the tape is from its mark in the diagram, and the leader's, which it established. */
async function apart(diagram: Locator): Promise<number> {
  const [chosen] = await middlesOf(diagram.locator('.plane .mark.chosen'));
  const nearest = (xs: readonly number[]): number =>
    Math.min(...xs.map((x) => Math.abs(x - (chosen ?? -Infinity))));
  const ticks = await middlesOf(diagram.locator('.tapes .tick'));
  const leaders = await middlesOf(diagram.locator('.tapes .turn.leader'));
  return Math.max(nearest(ticks), nearest(leaders));
}

/** Tape and diagram keep one axis, however near and wherever it is looked at, and where the tape is scrubbed.
 *  `goOn` makes one more event, where time passes meanwhile. */
async function haveOneAxis(page: Page, goOn?: () => Promise<unknown>): Promise<void> {
  const diagram = page.getByTestId('space-time');
  const button = (name: string) => diagram.getByRole('button', { name, exact: true });
  // The tape is there once: it has left its bar.
  const tape = page.getByRole('slider', { name: EPOCH_TAPE });
  await expect(tape).toHaveCount(1);
  await expect(diagram.getByRole('slider', { name: EPOCH_TAPE })).toHaveCount(1);
  const ends = (): Promise<number[]> =>
    tape.evaluate(({ min, max }: HTMLInputElement) => [Number(min), Number(max)]);

  await diagram.getByRole('searchbox').fill('established as leader');
  await expect(diagram.locator('output')).toContainText(/^[1-9]\d* found:/);
  // The newest of them: of who led before the page was there, its tape has no beginning.
  const count = Number.parseInt(await diagram.locator('output').innerText());
  for (let at = 0; at < count; at += 1) await diagram.getByRole('searchbox').press('Enter');
  await diagram.getByRole('searchbox').fill('');
  await expect.poll(() => apart(diagram)).toBeLessThan(1);
  const chosen = diagram.locator('.plane .mark.chosen');
  const [left, right] = (await plotOf(tape)) as [number, number];
  if (goOn) {
    // What goes along with time keeps nothing that is chosen in sight: a pan must not end there.
    await button('Live edge').click();
    await expect
      .poll(async () => {
        await goOn();
        return (await middlesOf(chosen))[0] ?? -Infinity;
      })
      .toBeLessThan((left + right) / 2);
    await button('Earlier').click();
    // On a slow machine it was out of sight already.
    await expect
      .poll(async () => {
        if ((await chosen.count()) === 0) await button('Earlier').click();
        return apart(diagram);
      })
      .toBeLessThan(1);
  }
  for (const what of ['Zoom in', 'pan', 'Zoom in', 'pan', 'Zoom in', 'pan', 'Zoom out']) {
    const before = await ends();
    const [x] = await middlesOf(chosen);
    const inwards = x! > (left + right) / 2 ? 'Later' : 'Earlier';
    await button(what === 'pan' ? inwards : what).click();
    await expect.poll(ends).not.toEqual(before);
    await expect.poll(() => apart(diagram), { message: what }).toBeLessThan(1);
  }
  // By the wheel over the tape, too.
  await button('Zoom out').click();
  const box = (await tape.boundingBox())!;
  const at = (part: number): [number, number] => [box.x + box.width * part, box.y + 13];
  const [from] = await ends();
  await page.mouse.move(...at(0.5));
  await page.mouse.wheel(0, (await middlesOf(chosen))[0]! > at(0.5)[0] ? 40 : -40);
  await expect.poll(async () => (await ends())[0]).not.toBe(from);
  await expect.poll(() => apart(diagram)).toBeLessThan(1);

  // To a moment of the span, at a time that is kept: the span stays, and the moment's line goes through both, where it was asked for.
  await button('Live edge').click();
  await button('Earlier').click();
  await expect(button('Live edge')).toHaveAttribute('aria-pressed', 'false');
  const stood = await ends();
  const lines = diagram.locator('path.now');
  const pointed = diagram.locator('path.pointed');
  await page.mouse.click(...at(0.6));
  await expect(diagram.locator('.axis > svg path.now')).toHaveCount(1);
  const [x] = at(0.6);
  const offLines = async (): Promise<number> => {
    const axis = diagram.locator('.axis > svg path.now, .tape path.now');
    return Math.max(...(await middlesOf(axis)).map((one) => Math.abs(one - x)));
  };
  await expect.poll(offLines).toBeLessThanOrEqual(UNIT_PIXELS);
  expect(await ends()).toEqual(stood);
  await expect(lines.first()).toBeAttached();
  await expect(pointed).toHaveCount(1);
  expect(Math.abs((await middlesOf(pointed))[0]! - x)).toBeLessThan(1);

  // Beyond its end the span goes along, as long as the knob is held.
  // A room says above it that what is done acts now: it stands elsewhere than before.
  const there = (await tape.boundingBox())!;
  await page.mouse.move(there.x + there.width * 0.6, there.y + 13);
  await page.mouse.down();
  await page.mouse.move(there.x - 40, there.y + 13, { steps: 4 });
  await expect.poll(async () => (await ends())[0]).toBeLessThan(stood[0]! - 20);
  await page.mouse.up();
  let held = await ends();
  expect(held[1]! - held[0]!).toBeCloseTo(stood[1]! - stood[0]!);

  // All of time is a strip below, and the span a window in it.
  const all = diagram.getByRole('slider', { name: 'Span of diagram and tape' });
  const begin = (): Promise<number> => all.evaluate((one: HTMLInputElement) => one.valueAsNumber);
  await button('Zoom in').click();
  held = await ends();
  await all.focus();
  await page.keyboard.press('Home');
  await expect.poll(ends).not.toEqual(held);
  const [oldest, until] = await ends();
  expect(Math.abs((await begin()) - oldest!)).toBeLessThan(1);
  await page.keyboard.press('ArrowRight');
  await expect.poll(async () => (await ends())[0]).toBeCloseTo(oldest! + (until! - oldest!) / 4);
  await expect(all).toHaveAttribute('aria-valuetext', /^\S+ to \S+; all of time is \S+ to \S+$/);
  await page.keyboard.press('-');
  await expect.poll(async () => (await ends())[1]! - (await ends())[0]!).toBeGreaterThan(500);
  await axeFindsNothing(page, '[data-testid="space-time"]');

  // The world that went back knows nothing of what came later.
  await tape.press('End');
  await expect(button('Live edge')).toHaveAttribute('aria-pressed', 'true');
  await expect(diagram.locator('.plane .mark').first()).toBeAttached();
  // A causal step is no time: the tape is of all of time, says so, and brackets what is in sight.
  await button('Causal').click();
  await expect(diagram.getByText('The tape shows time: a causal step has none.')).toBeVisible();
  await expect(all).toHaveCount(0);
  await expect(diagram.locator('.tapes path.seen')).toHaveCount(1);
  await button('Time').click();
  await expect(all).toHaveCount(1);
}

/** A laboratory counts whole milliseconds: at 1 s in 700 pixels no more than half of one. */
const UNIT_PIXELS = 2;

test('what happened stands at one x in diagram and tape, in a room', async ({
  standing: { pages },
}) => {
  const old = await serving(pages[1]!);
  const page = pages[old % 3]!;
  // Another leader: the first one's election may be long forgotten.
  await page.evaluate((leader) => window.tabkeeper.kill(leader), old);
  await expect.poll(async () => (await status(page)).leaderId ?? old).not.toBe(old);
  await serving(page);
  await pages[old - 1]!.evaluate(() => window.tabkeeper.restart());
  for (const one of pages) await serving(one);
  await page.bringToFront();
  // Where this went slowly, the last seconds, which it shows first, are without an event.
  const diagram = page.getByTestId('space-time');
  // It may be the page that another test left unfolded, and far from near: anew it shows the last seconds.
  if (await diagram.isVisible()) await page.keyboard.press('d');
  await expect(diagram).toHaveCount(0);
  await page.keyboard.press('d');
  await expect(diagram).toBeVisible();
  let writes = 0;
  await haveOneAxis(page, () => {
    writes += 1;
    return createEventually(page, `/axis-${writes}`);
  });
  // Live again, and folded: the tape is back in its bar.
  await page.keyboard.press('e');
  await page.keyboard.press('d');
  await expect(page.getByTestId('space-time')).toHaveCount(0);
  const bar = page.getByRole('region', { name: 'Epoch tape' });
  await expect(bar.getByRole('slider', { name: 'Epoch tape' })).toHaveCount(1);
});

test(
  'what happened stands at one x in diagram and tape, in a laboratory',
  { tag: '@nightly' },
  async ({ context, url }) => {
    const page = await context.newPage();
    await page.goto(`${url}/#lab&seed=7&seats=5`);
    await expect(page.getByTestId('lab-now')).toHaveText(/^0:0[1-9]/);
    await page.keyboard.press('Space');
    await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
    await page.keyboard.press('d');
    await expect(page.getByTestId('space-time').locator('.plane .mark').first()).toBeVisible();
    await haveOneAxis(page);
    // Folded and unfolded, the tape keeps the focus that it has.
    const slider = page.getByRole('slider', { name: 'Moment' });
    await slider.focus();
    for (const unfolded of [0, 1]) {
      await page.keyboard.press('d');
      await expect(page.getByTestId('space-time')).toHaveCount(unfolded);
      await expect(slider).toBeFocused();
    }
    await page.close();
  },
);

/** Nearer and farther, earlier and later, by time or by cause, with all that is drawn or less: an event is chosen. */
async function lookAround(diagram: Locator): Promise<void> {
  const button = (name: string) => diagram.getByRole('button', { name, exact: true });
  const marks = diagram.locator('svg .mark');
  const chosen = diagram.locator('svg .mark.chosen');
  /** From the left; what is out of sight has gone to the right. */
  const where = (): Promise<number> =>
    chosen.evaluateAll((all) => Number(all[0]?.getAttribute('cx') ?? Infinity));
  // What is milliseconds apart is a whole step apart where one is the other's cause.
  await expect.poll(() => leastGap(marks)).toBeLessThan(STEP_PIXELS_MIN);
  const first = await where();
  await button('Earlier').click();
  await expect.poll(where).toBeGreaterThan(first + 50);
  const live = button('Live edge');
  await expect(live).toHaveAttribute('aria-pressed', 'false');
  await expect(async () => {
    await button('Later').click();
    await expect(live).toHaveAttribute('aria-pressed', 'true', { timeout: 100 });
  }).toPass();

  await button('Causal').click();
  await expect.poll(() => leastGap(marks)).toBeGreaterThan(STEP_PIXELS_MIN);
  await button('Time').click();
  await expect(button('Time')).toHaveAttribute('aria-pressed', 'true');

  for (let zoom = 0; zoom < 3; zoom += 1) await button('Zoom in').click();
  await expect(button('Zoom in')).toBeDisabled();
  const near = await marks.count();
  for (let zoom = 0; zoom < 5; zoom += 1) await button('Zoom out').click();
  await expect(button('Zoom out')).toBeDisabled();
  await expect.poll(() => marks.count()).toBeGreaterThan(near);

  const arrows = diagram.locator('svg .arrow:not(.told)');
  for (const [name, drawn] of [
    ['packets', arrows],
    ['clients', diagram.locator('svg path.client')],
  ] as const) {
    await expect.poll(() => drawn.count()).toBeGreaterThan(0);
    await diagram.getByLabel(name, { exact: true }).uncheck();
    await expect(drawn).toHaveCount(0);
    await diagram.getByLabel(name, { exact: true }).check();
  }
  // Of more than are drawn, fewer are as many.
  for (let zoom = 0; zoom < 2; zoom += 1) await button('Zoom in').click();
  const all = await marks.count();
  await diagram.getByLabel('local events').uncheck();
  await expect.poll(() => marks.count()).toBeLessThan(all);
  // A dot says how many they are, and shows them.
  const folds = diagram.locator('svg .fold');
  await expect(folds.first()).toContainText(/^\s*\d+\s*$/);
  await folds.first().dispatchEvent('click');
  await expect(diagram.getByLabel('local events')).toBeChecked();
  await expect(folds).toHaveCount(0);
}

const STEP_PIXELS_MIN = 4;

/** Between two events that do not stand above each other. */
const leastGap = (marks: Locator): Promise<number> =>
  marks.evaluateAll((all) => {
    const columns = [...new Set(all.map((mark) => Number(mark.getAttribute('cx'))))];
    columns.sort((a, b) => a - b);
    return Math.min(...columns.slice(1).map((x, at) => x - columns[at]!));
  });
