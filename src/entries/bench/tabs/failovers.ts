// How long writes stand still when the leader dies: a surviving tab writes every 5 ms. The figure is the
// time from the last write acknowledged in the old epoch to the first one in the new.

import type { BrowserContext, BrowserServer, Page } from 'playwright';

import type { Bench } from '../frame.ts';
import {
  firstWrite,
  launchServer,
  newRoom,
  openTab,
  openThree,
  playwright,
  serving,
} from './rooms.ts';

const ROUNDS = 15;
const ROUNDS_QUICK = 3;
const WRITE_MILLIS = 5;
const SEATS = [1, 2, 3];

const rounds = (bench: Bench): number => (bench.quick ? ROUNDS_QUICK : ROUNDS);

export async function measureFailovers(
  bench: Bench,
  context: BrowserContext,
  url: string,
): Promise<void> {
  const room = newRoom(url);
  const pages = await openThree(context, room);
  const killed: number[] = [];
  for (let round = 0; round < rounds(bench); round += 1) {
    const { leader, survivor } = await leaderAndSurvivor(pages);
    killed.push(
      await outage(survivor, () =>
        survivor.evaluate((id) => {
          window.tabkeeper.kill(id);
        }, leader),
      ),
    );
    await survivor.evaluate((id) => {
      window.tabkeeper.restart(id);
    }, leader);
    for (const page of pages) await serving(page);
  }
  add(bench, 'leader killed by a step', killed);
  const closed: number[] = [];
  for (let round = 0; round < rounds(bench); round += 1) {
    const { leader, survivor } = await leaderAndSurvivor(pages);
    closed.push(await outage(survivor, () => pages[leader - 1]?.close()));
    pages[leader - 1] = await openTab(context, room, leader);
    for (const page of pages) await serving(page);
  }
  add(bench, "leader's tab closed", closed);
  for (const page of pages) await page.close();
}

/** Three browsers with one tab each; the leader's whole browser gets SIGKILL. */
export async function measureBrowserKills(bench: Bench, url: string): Promise<void> {
  const room = newRoom(url);
  const servers: BrowserServer[] = [];
  const pages: Page[] = [];
  const open = async (seat: number): Promise<void> => {
    const server = await launchServer();
    servers[seat - 1] = server;
    const browser = await (await playwright()).chromium.connect(server.wsEndpoint());
    pages[seat - 1] = await openTab(await browser.newContext(), room, seat);
  };
  const samples: number[] = [];
  try {
    for (const seat of SEATS) await open(seat);
    for (let round = 0; round < rounds(bench); round += 1) {
      for (const page of pages) await serving(page);
      const { leader, survivor } = await leaderAndSurvivor(pages);
      const victim = servers[leader - 1];
      samples.push(await outage(survivor, () => victim?.process().kill('SIGKILL')));
      await open(leader);
    }
  } finally {
    await Promise.all(servers.map((server) => server.kill().catch(() => undefined)));
  }
  add(bench, "leader's browser SIGKILLed", samples);
}

function add(bench: Bench, measure: string, samples: readonly number[]): void {
  const point = 'acknowledged to acknowledged';
  bench.add({ measure, point, subject: 'tabs', unit: 'ms', better: 'lower', samples });
}

async function leaderAndSurvivor(
  pages: readonly Page[],
): Promise<{ readonly leader: number; readonly survivor: Page }> {
  const [first] = pages;
  if (first === undefined) throw new Error('no tab');
  const { leader } = await serving(first);
  const survivor = pages[leader % SEATS.length];
  if (survivor === undefined) throw new Error('no surviving tab');
  await firstWrite(survivor, '/failover');
  return { leader, survivor };
}

interface Writing {
  acknowledged: { readonly atMillis: number; readonly mzxid: string }[];
  timer: number;
}

/** Milliseconds without an acknowledged write around `kill`. */
async function outage(survivor: Page, kill: () => unknown): Promise<number> {
  await survivor.evaluate(async (period) => {
    const writing: Writing = { acknowledged: [], timer: 0 };
    Object.assign(globalThis, { writing });
    writing.timer = window.setInterval(() => {
      window.tabkeeper.client.set('/failover', 'x').then(
        (stat) => {
          const mzxid = String(stat['mzxid']);
          writing.acknowledged.push({ atMillis: performance.now(), mzxid });
        },
        () => undefined,
      );
    }, period);
    while (writing.acknowledged.length < 50) await new Promise((next) => setTimeout(next, period));
  }, WRITE_MILLIS);
  await kill();
  return survivor.evaluate(async () => {
    const { writing } = globalThis as unknown as { writing: Writing };
    const epochOf = (mzxid: string): bigint => BigInt(mzxid) >> 32n;
    const old = epochOf(writing.acknowledged[0]?.mzxid ?? '0x0');
    for (;;) {
      const at = writing.acknowledged.findIndex(({ mzxid }) => epochOf(mzxid) > old);
      const [last, first] = [writing.acknowledged[at - 1], writing.acknowledged[at]];
      if (last !== undefined && first !== undefined) {
        clearInterval(writing.timer);
        return first.atMillis - last.atMillis;
      }
      await new Promise((next) => setTimeout(next, 5));
    }
  });
}
