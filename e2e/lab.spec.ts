import type { Page } from '@playwright/test';
import { readRunLink, runLink, runOf } from '../src/entries/page/run-link.ts';
import { LabHistory } from '../src/sim/history.ts';
import { momentText } from '../src/ui/lab/moment.ts';
import { KEPT_MILLIS } from '../src/vocabulary/lab.ts';
import { axeFindsNothing, looksWellAtEverySize, LOOKS } from './support/looks.ts';
import { expect, test } from './support/test.ts';

const openLab = async (page: Page, url: string): Promise<void> => {
  await page.goto(`${url}/#lab&seed=7&seats=5`);
  await expect(page.getByTestId('lamp')).toBeVisible();
};

const now = (page: Page): Promise<string> => page.getByTestId('lab-now').innerText();

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name });

/** Until the three first servers have elected and the client has its session. */
const elected = async (page: Page): Promise<void> => {
  await expect(page.locator('header').getByText(/leader \d/)).toBeVisible();
  await expect.poll(() => now(page)).toMatch(/^0:0[1-9]/);
};

test('the laboratory elects, stops, steps, goes back and branches', async ({ context, url }) => {
  const page = await context.newPage();
  await openLab(page, url);
  await elected(page);

  await page.keyboard.press('Space');
  await expect(button(page, 'Play')).toBeVisible();
  const stopped = await now(page);
  await page.evaluate(
    () =>
      new Promise<void>((resolve) =>
        requestAnimationFrame(() => requestAnimationFrame(() => resolve())),
      ),
  );
  expect(await now(page)).toBe(stopped);

  await page.locator('#command-input').fill('create /app data');
  await page.keyboard.press('Enter');
  await page.locator('#command-input').blur();
  await page.keyboard.press('n');
  await expect.poll(() => now(page)).not.toBe(stopped);
  await expect(button(page, 'Play')).toBeVisible();
  // One event at a time: by the key, and by the button.
  const decided = await now(page);
  await expect(async () => {
    await page.keyboard.press('.');
    await expect.poll(() => now(page), { timeout: 1_000 }).not.toBe(decided);
  }).toPass();
  const stepped = await now(page);
  await expect(async () => {
    await button(page, 'Next event').click();
    await expect.poll(() => now(page), { timeout: 1_000 }).not.toBe(stepped);
  }).toPass();
  const speed = page.getByRole('slider', { name: 'Speed' });
  await speed.fill('0');
  await expect(speed).toHaveAttribute('aria-valuetext', '1000× slower');
  await speed.fill('12');
  await expect(speed).toHaveAttribute('aria-valuetext', '10× faster');

  await page.getByRole('slider', { name: 'Moment' }).fill('600');
  await expect.poll(() => now(page)).toBe('0:00.600');
  await page.keyboard.press('o');
  await expect(button(page, 'Branch 2')).toHaveAttribute('aria-pressed', 'true');
  await button(page, 'Branch 1').click();
  await expect(button(page, 'Branch 1')).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(() => now(page)).not.toBe('0:00.600');
});

test('two branches are laid side by side, and an event leads to its moment', async ({
  context,
  url,
}) => {
  const page = await context.newPage();
  await openLab(page, url);
  await elected(page);
  await page.locator('#command-input').fill('create /app data');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Created /app')).toBeVisible();
  await page.locator('#command-input').blur();
  await page.keyboard.press('Space');
  await expect(button(page, 'Play')).toBeVisible();
  const toggle = page.getByRole('button', { name: 'Compare', exact: true });
  await expect(toggle).toHaveCount(0);

  // A second branch, in which the fourth server comes and nobody creates anything.
  await page.getByRole('slider', { name: 'Moment' }).fill('600');
  await expect.poll(() => now(page)).toBe('0:00.600');
  await page.keyboard.press('o');
  await expect(button(page, 'Branch 2')).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('Space');
  await expect.poll(() => now(page)).toMatch(/^0:00\.[789]|^0:0[1-9]/);

  await page.keyboard.press('b');
  const compare = page.getByTestId('compare');
  await expect(toggle).toHaveAttribute('aria-pressed', 'true');
  await expect(compare.getByRole('status')).toHaveText(/^One and the same up to 0:00\.6/);
  await expect(compare.getByRole('list', { name: 'Done only in branch 1' })).toContainText(
    'create /app data',
  );
  await expect(compare.getByRole('list', { name: 'Done only in branch 2' })).toContainText(
    'Server 4 opened',
  );
  await expect(compare).toContainText(/Trees differ, each at its end: servers .*1/);

  // By keyboard alone: to where branch 1 proposes the write.
  const line = compare.getByRole('button', { name: /proposes.*\/app/ });
  const at = await line.locator('time').innerText();
  await line.focus();
  await page.keyboard.press('Enter');
  await expect(button(page, 'Branch 1')).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(() => now(page)).toBe(at);
  await expect(line).toHaveAttribute('aria-current', 'true');
  await expect(page.getByTestId('event-card')).toContainText('/app');

  const heads = compare.getByRole('heading', { level: 2 });
  const [first, second] = [heads.first(), heads.last()];
  const places = async () => [(await first.boundingBox())!, (await second.boundingBox())!] as const;
  const [left, right] = await places();
  expect(right.x).toBeGreaterThan(left.x + left.width - 1);
  await looksWellAtEverySize(page);
  const [above, below] = await places();
  expect(below.x).toBe(above.x);
  expect(below.y).toBeGreaterThan(above.y + above.height - 1);
  await button(page, 'Back to the stage').click();
  await expect(compare).toHaveCount(0);
});

test('a world is shared by its link and is the same elsewhere, or what was told of it is shown', async ({
  context,
  url,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  await page.goto(`${url}/#lab&seed=5&seats=3`);
  await expect(page.getByRole('button', { name: /^Server \d: leading/ })).toBeVisible();
  await page.getByRole('button', { name: 'Pause' }).click();
  // A second future, and something that is selected in it.
  await page.getByRole('slider', { name: 'Moment' }).press('ArrowLeft');
  await page.getByRole('button', { name: /^Server 1: / }).click();
  await page.keyboard.press('k');
  await expect(button(page, 'Branch 2')).toHaveAttribute('aria-pressed', 'true');
  await page.keyboard.press('b');
  await expect(page.getByTestId('compare')).toBeVisible();
  await page.getByRole('button', { name: 'Share this run' }).click();
  await expect(page.getByText('Copied')).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    button(page, 'Save this run as a file').click(),
  ]);
  await expect(page.getByText('Saved')).toBeVisible();
  const other = await context.newPage();
  await other.goto(link);
  await expect(other.getByText('The shared run, to the last event')).toBeVisible();
  await expect(button(other, 'Branch 2')).toHaveAttribute('aria-pressed', 'true');
  await expect(
    other.getByTestId('compare').getByRole('list', { name: 'Done only in branch 2' }),
  ).toContainText('Server 1');
  await button(other, 'Back to the stage').click();
  await expect(other.getByRole('button', { name: /^Server 1: .*killed/i })).toHaveAttribute(
    'aria-pressed',
    'true',
  );

  // An engine that has changed since leaves another hash.
  const read = await readRunLink(new URL(link).hash);
  if (read.kind !== 'run') throw new Error(read.kind);
  const branches = read.run.branches.map((branch) => ({ ...branch, hash: 'abc' }));
  const older = { ...read.run, engine: 'older', branches };
  await other.goto('about:blank');
  await other.goto((await runLink(`${url}/`, older, read.recording))!);
  const why = other.getByText('The engine has changed since this run was shared');
  await expect(why).toBeVisible();
  await expect(other.getByTestId('feed').getByRole('listitem').first()).toBeVisible();
  await looksWellAtEverySize(other);
  await other.setViewportSize({ width: 1440, height: 900 });
  await button(other, 'Play the steps with this engine').click();
  await expect(other.getByText('The shared steps, played by this engine')).toBeVisible();
  await expect(other.getByTestId('feed').getByRole('listitem').first()).toBeVisible();
  const bad = await context.newPage();
  await bad.goto(`${url}/#lab&run=AAAA`);
  await expect(bad.getByText('That link holds no run')).toBeVisible();

  // The file is the same run, with both of its futures.
  await bad.goto('about:blank');
  await bad.goto(`${url}/#recording`);
  await bad.locator('input[type=file]').setInputFiles(await file.path());
  await expect(bad.getByText('The shared run, to the last event')).toBeVisible();
  await expect(button(bad, 'Branch 2')).toHaveAttribute('aria-pressed', 'true');
});

test('a world with an observer: it stands outside of the ring, follows, and no quorum counts it', async ({
  context,
  url,
}) => {
  const page = await context.newPage();
  await page.setViewportSize({ width: 1440, height: 900 });
  await openLab(page, url);
  await button(page, 'New world').click();
  const world = page.getByRole('dialog', { name: 'New world' });
  const observers = world.getByLabel('Observers');
  await world.getByLabel('Servers that vote').selectOption('9');
  await expect(observers.locator('option')).toHaveText(['0']);
  await world.getByLabel('Servers that vote').selectOption('3');
  await expect(observers.locator('option')).toHaveCount(7);
  await observers.selectOption('1');
  await world.getByRole('button', { name: 'Open' }).click();
  await expect(page).toHaveURL(/#lab&seed=7&seats=3&observers=1$/);
  await expect(button(page, /^Server 4: observing/)).toBeVisible();
  await expect(page.locator('header')).toContainText('3 seats');
  const middle = async (server: number): Promise<number> => {
    const box = await page.locator(`#stage button[data-server="${String(server)}"]`).boundingBox();
    return box === null ? NaN : box.x + box.width / 2;
  };
  const [outside, ...ring] = await Promise.all([4, 1, 2, 3].map(middle));
  expect(outside).toBeGreaterThan(Math.max(...ring) + 80);
  // The seed's link keeps what kind of world it is.
  await expect(page.getByRole('link', { name: 'Seed 7' })).toHaveAttribute('href', /observers=1/);
});

test(
  'a leader that commits on the first ACK is seen by the lamp',
  { tag: '@nightly' },
  async ({ context, url }) => {
    const page = await context.newPage();
    await openLab(page, url);
    await elected(page);
    await button(page, 'Break a rule').click();
    await expect(
      page.getByLabel('A watch event is sent before its change is applied'),
    ).toBeVisible();
    await page.getByLabel('A leader commits on the first ACK').check();
    await page.keyboard.press('Escape');
    await page.locator('#command-input').fill('create /app data');
    await page.keyboard.press('Enter');
    await expect(page.getByTestId('lamp')).toContainText('Z16');
  },
);

test('a world that is older than what is kept says so, and its tape begins later and later', async ({
  context,
  url,
}) => {
  // Nothing runs in it: so it is there at once.
  const history = new LabHistory({ seed: 7, participants: 1, observers: 0 });
  history.run(KEPT_MILLIS + 30_000);
  const { options, branch, now: end } = history;
  const run = runOf({ options, branches: history.branches(), branch, now: end });
  const page = await context.newPage();
  await page.goto((await runLink(`${url}/`, run))!);
  await expect.poll(() => now(page)).toBe('30:30.000');
  const tape = page.getByRole('slider', { name: 'Moment' });
  const begins = async (): Promise<number> => Number(await tape.getAttribute('min'));
  expect(await begins()).toBe(30_000);
  await page.getByRole('slider', { name: 'Speed' }).fill('12');
  await button(page, 'Play').click();
  await expect(page.getByText('Kept: the last 30 minutes.')).toBeVisible();
  await expect.poll(begins).toBeGreaterThan(33_000);
  await button(page, 'Pause').click();
  await expect(tape).toHaveAttribute('aria-valuetext', /, kept from 0:\d\d on:/);
  await tape.press('Home');
  const kept = momentText(await begins());
  await expect.poll(() => now(page)).toBe(kept);
  await looksWellAtEverySize(page);
});

test('a rule broken on purpose turns the lamp red, and it leads to the breach', async ({
  context,
  url,
}) => {
  const page = await context.newPage();
  await openLab(page, url);
  await elected(page);
  await expect(page.getByTestId('lamp')).toContainText('Invariants hold');
  await button(page, 'Break a rule').click();
  await page.getByLabel('The disk answers before it has written').check();
  await page.keyboard.press('Escape');
  await page.locator('#command-input').fill('create /app data');
  await page.keyboard.press('Enter');
  await expect(page.getByTestId('lamp')).toContainText('Z13');
  await page.getByTestId('lamp').click();
  const broken = page.locator('li[data-invariant^="Z13"]');
  await expect(broken).toContainText('broken');
  await expect(page.locator('li[data-invariant="TotalOrder"]')).toContainText(/\d checked/);
  await broken.getByRole('button', { name: 'Go to the event' }).click();
  await expect(button(page, 'Play')).toBeVisible();
  await expect(page.getByTestId('lamp')).toContainText('Z13');
});

for (const { locale, colorScheme } of LOOKS) {
  const tag = colorScheme === 'dark' && locale === 'zh-CN' ? [] : ['@nightly'];
  test(
    `axe finds nothing in the laboratory: ${locale}, ${colorScheme}`,
    { tag },
    async ({ chrome, url }) => {
      const context = await chrome.newContext({ locale, colorScheme });
      const page = await context.newPage();
      await page.goto(`${url}/#lab`);
      await expect(page.getByTestId('lamp')).toBeVisible();
      await looksWellAtEverySize(page);
      await page.setViewportSize({ width: 1440, height: 900 });
      for (const [opens, place] of [
        ['[popovertarget="lab-world"]', '#lab-world'],
        ['[popovertarget="lab-break"]', '#lab-break'],
        ['[data-testid="lamp"]', '#invariants li'],
        ['#stage summary', '#stage details'],
      ] as const) {
        await page.locator(opens).first().click();
        await expect(page.locator(place).first()).toBeVisible();
        await axeFindsNothing(page, place);
        await page.keyboard.press('Escape');
      }
      await context.close();
    },
  );
}
