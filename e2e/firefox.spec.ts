// What Chromium alone cannot show: three tabs of Firefox are a ZooKeeper too, and a seed is the same day in
// Node, in Chromium and in Firefox.

import { LabBench } from '../src/entries/lab-worker/bench.ts';
import { runLink, runOf } from '../src/entries/page/run-link.ts';
import type { FromLab } from '../src/entries/lab-worker/messages.ts';
import type { LabRun } from '../src/vocabulary/lab-run.ts';
import type { LabStep } from '../src/vocabulary/steps.ts';
import { Firefox, type FirefoxTab } from './support/firefox.ts';
import { SIZES } from './support/looks.ts';
import { slowness } from './support/pace.ts';
import { createEventually, linkTo, newRoom, openTab, read } from './support/room.ts';
import { expect, test } from './support/test.ts';

const EVENTS_MIN = 10_000;
const CLIENTS = 4;
const TURN_MILLIS = 50;
const TURNS_MAX = 2_000;

let firefox: Firefox;

test.beforeAll(async () => {
  const program = process.env['FIREFOX'];
  if (program === undefined) throw new Error('FIREFOX is the path of a Firefox');
  firefox = await Firefox.launch(program);
});

/** Firefox says so of a connection that is not there in its time, which another one takes the place of. Where the
 *  machine has no time for it, that is the machine's. */
const LATE = /^WebRTC: ICE failed/;

const complaintsOf = ({ complaints }: Firefox): readonly string[] => {
  const isSlow = slowness() > 1.5;
  return complaints.filter((text) => !(isSlow && LATE.test(text)));
};

test.afterAll(async () => {
  await firefox.close();
});

test(
  'three tabs of Firefox elect, write, and survive their leader',
  { tag: '@nightly' },
  async ({ url }) => {
    const room = newRoom();
    const tabs = [];
    for (const seat of [1, 2, 3]) tabs.push(await firefox.open(linkTo(url, room, seat)));
    const [first, second] = tabs;
    if (first === undefined || second === undefined) throw new Error('three were opened');
    const ALL = `globalThis.tabkeeper?.status().servers.filter((s) => s.phase !== 'down' && s.role !== 'down').length === 3
    && tabkeeper.status().phase === 'broadcast'`;
    for (const tab of tabs) await tab.until(ALL);
    expect(await first.evaluate(`tabkeeper.client.create('/firefox', 'hello')`)).toBe('/firefox');
    const READ = `tabkeeper.client.get('/firefox').then(({ data }) => new TextDecoder().decode(data))`;
    expect(await second.evaluate(`tabkeeper.client.sync('/').then(() => ${READ})`)).toBe('hello');

    const leader = Number(await first.evaluate('tabkeeper.status().leaderId'));
    await first.evaluate(`tabkeeper.kill(${leader})`);
    const survivors = tabs.filter((_, index) => index + 1 !== leader);
    for (const tab of survivors) {
      await tab.until(`![null, ${leader}].includes(tabkeeper.status().leaderId)`);
    }
    const SET = `tabkeeper.client.set('/firefox', 'again').then(() => true, () => false)`;
    await survivors[0]?.until(SET);
    expect(complaintsOf(firefox)).toEqual([]);
  },
);

test('one room has tabs of both: Chromium writes what Firefox reads, and back', async ({
  context,
  url,
}) => {
  const room = newRoom();
  const page = await openTab(context, url, room, 1);
  await openTab(context, url, room, 2);
  const tab = await firefox.open(linkTo(url, room, 3));
  await tab.until(
    `globalThis.tabkeeper?.status().phase === 'broadcast' && tabkeeper.status().role !== 'down'`,
  );
  await createEventually(page, '/chromium', 'hello');
  const READ = `tabkeeper.client.get('/chromium').then(({ data }) => new TextDecoder().decode(data))`;
  expect(await tab.evaluate(`tabkeeper.client.sync('/').then(() => ${READ})`)).toBe('hello');
  expect(await tab.evaluate(`tabkeeper.client.create('/gecko', 'back')`)).toBe('/gecko');
  await page.evaluate(() => window.tabkeeper.client.sync('/'));
  expect(await read(page, '/gecko')).toBe('back');
  expect(complaintsOf(firefox)).toEqual([]);
});

/** Five servers, four clients that write without a pause, a leader that dies and returns, a cut. */
function playInNode(): LabRun {
  let lab: (FromLab & { kind: 'lab' })['lab'] | null = null;
  const bench = new LabBench((message) => {
    if (message.kind === 'lab') ({ lab } = message);
  });
  const act = (step: LabStep): void => {
    bench.take({ kind: 'act', step });
  };
  const view = () => {
    bench.show();
    if (lab === null) throw new Error('it says how it is');
    return lab;
  };
  bench.take({ kind: 'open', options: { seed: 20_261_125, participants: 5, observers: 1 } });
  for (const server of [1, 2, 3, 4, 5, 6]) act({ kind: 'openServer', server });
  for (let client = 1; client <= CLIENTS; client += 1) {
    act({ kind: 'openClient', server: client, timeoutMillis: 8_000 });
  }
  bench.take({ kind: 'setSpeed', speed: 1 });
  const strikes = new Map<number, LabStep>([
    [30, { kind: 'crash', server: 5, silent: false }],
    [60, { kind: 'openServer', server: 5 }],
    [90, { kind: 'cut', a: 1, b: 2, silent: true }],
    [120, { kind: 'heal', a: 1, b: 2 }],
  ]);
  for (let turn = 0; turn < TURNS_MAX && view().now.events < EVENTS_MIN; turn += 1) {
    const strike = strikes.get(turn);
    if (strike !== undefined) act(strike);
    if (turn > 10) {
      const client = 1 + (turn % CLIENTS);
      const path = `/day-${turn}`;
      act({ kind: 'command', client, command: commandOf(path) });
    }
    bench.take({ kind: 'play' });
    bench.passes(TURN_MILLIS);
    bench.take({ kind: 'pause' });
  }
  return runOf(view());
}

const commandOf = (path: string): Extract<LabStep, { kind: 'command' }>['command'] => ({
  ...{ kind: 'create', path, data: path, ephemeral: false, sequential: false },
});

test('one seed and its steps are one run, to the last of 10,000 events, in Node, Chromium and Firefox', async ({
  context,
  url,
}) => {
  const run = playInNode();
  expect(run.now.events).toBeGreaterThanOrEqual(EVENTS_MIN);
  const link = await runLink(`${url}/`, run);
  if (link === null) throw new Error('a link holds it');
  const SAME = 'The shared run, to the last event';
  const page = await context.newPage();
  await page.goto(link);
  await expect(page.getByText(SAME)).toBeVisible();
  const tab = await firefox.open(link);
  await tab.until(`document.body.innerText.includes('${SAME}')`);
  await looksRight(tab);

  // And a run of another hash is said to be another one: the words above are no habit.
  const branches = run.branches.map((branch) => ({ ...branch, hash: 'abc' }));
  const other = await runLink(`${url}/`, { ...run, branches });
  const strange = await firefox.open(other ?? '');
  await strange.until(`document.body.innerText.includes('The engine has changed since')`);
  expect(complaintsOf(firefox)).toEqual([]);
});

/** At every width, as a stage, as a diagram and as charts. */
async function looksRight(tab: FirefoxTab): Promise<void> {
  const seen = async (selector: string): Promise<void> =>
    tab.until(`document.querySelector('${selector}')?.getBoundingClientRect().height > 40`);
  const press = (key: string): Promise<string> =>
    tab.evaluate(
      `document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '${key}', bubbles: true }))`,
    );
  for (const size of SIZES) {
    await tab.resize(size);
    await tab.until(`innerWidth === ${size.width}`);
    await tab.until('document.documentElement.scrollWidth <= document.documentElement.clientWidth');
  }
  await tab.resize(SIZES[0]);
  await seen('#stage button[data-server="1"]');
  await press('d');
  await seen('[data-testid="space-time"] svg');
  await tab.until(`document.querySelectorAll('[data-testid="space-time"] svg .mark').length > 0`);
  await press('g');
  await seen('[data-testid="charts"] svg[role="img"]');
}
