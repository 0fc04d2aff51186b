// Links that are damaged, changed or say what cannot be: a sentence, something alive to look at, and an address that
// claims no more than what is so. In a frame too.

import type { Page } from '@playwright/test';
import { LabBench } from '../src/entries/lab-worker/bench.ts';
import type { FromLab } from '../src/entries/lab-worker/messages.ts';
import { runLink, runOf } from '../src/entries/page/run-link.ts';
import type { LabRun } from '../src/vocabulary/lab-run.ts';
import type { Traced } from '../src/vocabulary/trace.ts';
import { looksWellAtEverySize } from './support/looks.ts';
import { expect, test } from './support/test.ts';

const leads = (page: Page) => page.getByRole('button', { name: /^Server \d: leading/ });

const goTo = async (page: Page, address: string): Promise<void> => {
  await page.goto('about:blank');
  await page.goto(address);
};

/** A run of this engine, and what was told in it. */
function played(): { readonly run: LabRun; readonly told: readonly Traced[] } {
  const said: FromLab[] = [];
  const bench = new LabBench((message) => said.push(message));
  bench.take({ kind: 'open', options: { seed: 7, participants: 3, observers: 0 } });
  bench.take({ kind: 'begin' });
  bench.take({ kind: 'setSpeed', speed: 1 });
  for (let turn = 0; turn < 40; turn += 1) bench.passes(50);
  bench.take({ kind: 'pause' });
  const shown = said.findLast((one) => one.kind === 'lab');
  if (shown === undefined) throw new Error('it is shown');
  return {
    run: runOf(shown.lab),
    told: said.flatMap((one) => (one.kind === 'told' ? one.events : [])),
  };
}

test('a link with fields that no laboratory can have opens the usual world, and says so', async ({
  context,
  url,
}) => {
  const page = await context.newPage();
  const alerts = page.getByRole('alert');
  const cases = [
    ['#lab&seed=abc&seats=99', '“seed=abc, seats=99”', '#lab&seed=1&seats=5'],
    ['#lab&seats=5&observers=9', '“observers=9”', '#lab&seed=1&seats=5'],
    ['#lab&take=zzz', '“take=zzz”', '#lab&seed=1&seats=5'],
    ['#lab&seats=3&lesson=nope', '“lesson=nope”', '#lab&seed=1&seats=3'],
    ['#foo', '“#foo” does not say what to open', '#lab&seed=1&seats=5'],
    ['#seed=7', '“#seed=7” does not say what to open', '#lab&seed=7&seats=5'],
  ] as const;
  for (const [link, sentence, address] of cases) {
    await goTo(page, `${url}/${link}`);
    await expect(alerts.filter({ hasText: sentence })).toBeVisible();
    expect(new URL(page.url()).hash).toBe(address);
  }
  await expect(leads(page)).toBeVisible();
  await looksWellAtEverySize(page);
  // Told once: the address is a good one.
  await page.reload();
  await expect(leads(page)).toBeVisible();
  await expect(alerts.filter({ hasText: 'does not say' })).toHaveCount(0);
  await goTo(page, `${url}/#run=AAAA`);
  await expect(page.getByText('That link holds no run')).toBeVisible();
  await expect(leads(page)).toBeVisible();
  expect(new URL(page.url()).hash).toBe('#lab&seed=1&seats=5');
});

test(
  '?embed says of a bad link what the whole page says, and has a world all the same',
  { tag: '@nightly' },
  async ({ context, url }) => {
    const page = await context.newPage();
    for (const [link, sentence] of [
      ['#lab&run=AAAA', 'That link holds no run'],
      ['#lesson=AAAA', 'the link is damaged or incomplete'],
      ['#lab&lesson=nope', '“lesson=nope”'],
    ] as const) {
      await goTo(page, `${url}/?embed${link}`);
      await expect(page.getByText(sentence)).toBeVisible();
      await expect(leads(page)).toBeVisible();
      await expect(page.getByTestId('lessons')).toHaveCount(0);
      await expect(page.getByRole('banner')).toHaveCount(0);
    }
  },
);

test(
  '?embed with a run of another engine says so, and plays what was recorded, in both languages',
  { tag: '@nightly' },
  async ({ context, url }) => {
    const { run, told } = played();
    const branches = run.branches.map((branch) => ({ ...branch, hash: 'abc' }));
    const seats = [1, 2, 3].map((server) => ({ server, role: 'participant' as const }));
    const older = { ...run, engine: 'older', branches };
    const recording = {
      ...{ engine: 'older', clock: 'virtual' as const, run: null, turns: [], seats, events: told },
    };
    const link = await runLink(`${url}/?embed`, older, recording);
    const page = await context.newPage();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(link!);
    await expect(page.getByText('The engine has changed since this run was shared')).toBeVisible();
    await expect(leads(page)).toBeVisible();
    await page.getByRole('button', { name: 'Play' }).click();
    await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
    // To its end: then it can begin anew.
    await expect(page.getByRole('button', { name: 'Play' })).toBeVisible();
    await expect(leads(page)).toBeVisible();
    const whole = await page.getByRole('link', { name: 'Open in Tabkeeper' }).getAttribute('href');
    expect(whole).toContain('#lab&run=');
    expect(whole).not.toContain('embed');
    await page.evaluate(() => localStorage.setItem('PARAGLIDE_LOCALE', 'zh-CN'));
    await page.reload();
    await expect(page.getByText('这次运行分享之后引擎有变化')).toBeVisible();
    // Without a recording it is said that there is none, and the steps are played by this engine.
    await goTo(page, (await runLink(`${url}/?embed`, older))!);
    await expect(page.getByText('引擎此后有变化：这次运行与当初分享的不同')).toBeVisible();
  },
);

test('a long shared run is played in sight: how far, and a way to stop it there', async ({
  context,
  url,
}) => {
  const { run } = played();
  const end = { millis: 1_800_000, events: 50_000_000 };
  const long = { ...run, branches: run.branches.map((one) => ({ ...one, end })), now: end };
  const page = await context.newPage();
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto((await runLink(`${url}/`, long))!);
  await expect(page.getByText(/Playing the shared run: \d+:\d0 of 30:00/)).toBeVisible();
  await expect(page.getByRole('progressbar')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Play' })).toBeDisabled();
  await expect(page.getByRole('button', { name: 'Share this run' })).toBeDisabled();
  const stop = page.getByRole('button', { name: 'Stop here' });
  await expect(page.getByText(/Playing the shared run: [2-9]:[03]0 of 30:00/)).toBeVisible();
  await stop.click();
  await expect(page.getByText('as far as it was played: you stopped it here')).toBeVisible();
  await expect(stop).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Play' })).toBeEnabled();
  expect(await page.getByTestId('lab-now').innerText()).toMatch(/^([2-9]|[12]\d):/);
  await looksWellAtEverySize(page);
});
