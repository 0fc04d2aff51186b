// What no codec can read, over the real data channels of a standing room: between two servers, between a client
// and another tab's server, and between two pages. Each time one channel is closed, said in words, and opened anew.

import type { Page, Worker } from '@playwright/test';
import { showPanel } from './support/hands.ts';
import {
  createEventually,
  linkTo,
  newRoom,
  read,
  seated,
  serving,
  status,
} from './support/room.ts';
import { expect, test } from './support/test.ts';

/** As a length far above every bound; for the page's own messages, no message at all. */
const GARBAGE = [0x7f, 0xff, 0xff, 0xff, 0xde, 0xad, 0xbe, 0xef];

interface Told {
  readonly purpose: string;
  readonly peer: number;
  readonly channel: RTCDataChannel;
}

/** In a server's worker: every link that it is given from now on. */
function keepLinks(): void {
  const kept: Told[] = [];
  Object.assign(self, { kept });
  self.addEventListener('message', ({ data }: MessageEvent<{ kind: string } & Told>) => {
    if (data.kind === 'channel') kept.push(data);
  });
}

/** In a server's worker: to whom, over the latest open link of this kind to this server. */
function sendOver([purpose, peer, bytes]: readonly [string, number, readonly number[]]): void {
  const { kept } = self as unknown as { kept: readonly Told[] };
  const link = kept.findLast(
    (one) => one.purpose === purpose && one.peer === peer && one.channel.readyState === 'open',
  );
  if (link === undefined) throw new Error(`no ${purpose} link to ${String(peer)}`);
  link.channel.send(new Uint8Array(bytes));
}

/** In a page: the channels of its own messages and pictures to other pages, and of its clients to other tabs'
 *  servers. */
function keepLines(): void {
  const lines: RTCDataChannel[] = [];
  Object.assign(window, { lines });
  const keep = (channel: RTCDataChannel): void => {
    if (/^(line|client\/|trace\/)/.test(channel.label)) lines.push(channel);
  };
  const Made = RTCPeerConnection;
  window.RTCPeerConnection = class extends Made {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      this.addEventListener('datachannel', ({ channel }) => {
        keep(channel);
      });
    }

    override createDataChannel(label: string, options?: RTCDataChannelInit): RTCDataChannel {
      const channel = super.createDataChannel(label, options);
      keep(channel);
      return channel;
    }
  };
}

/** In a page: over every such channel that is open. How many these are. */
function sendOnLines([label, bytes]: readonly [label: string, bytes: readonly number[]]): number {
  const { lines } = window as unknown as { lines: readonly RTCDataChannel[] };
  const open = lines.filter((line) => line.readyState === 'open' && line.label.startsWith(label));
  for (const line of open) line.send(new Uint8Array(bytes));
  return open.length;
}

/** A room of three, each page with its server's worker. */
async function openRoom(makePage: () => Promise<Page>, url: string): Promise<Three> {
  const room = newRoom();
  const pages: Page[] = [];
  const workers: Worker[] = [];
  for (const seat of [1, 2, 3]) {
    const page = await makePage();
    await page.addInitScript(keepLines);
    const made = page.waitForEvent('worker');
    await page.goto(linkTo(url, room, seat));
    const worker = await made;
    await worker.evaluate(keepLinks);
    await seated(page);
    pages.push(page);
    workers.push(worker);
  }
  for (const page of pages) await serving(page);
  return { pages, workers };
}

/** What this tab's server told since then of frames that it could not read. */
const badFrames = (page: Page, since = 0): Promise<readonly { from: string; reason: string }[]> =>
  page.evaluate(async (begun) => {
    const own = window.tabkeeper.status().serverId;
    const found: { from: string; reason: string }[] = [];
    for await (const { server, event } of window.tabkeeper.trace({ since: begun })) {
      const { kind, from, reason } = event as { kind: string; from: string; reason: string };
      if (server === own && kind === 'badFrame') found.push({ from, reason });
      if (found.length > 0) break;
    }
    return found;
  }, since);

/** Three servers in their workers, and the pages that brought them. */
interface Three {
  readonly pages: readonly Page[];
  readonly workers: readonly Worker[];
}

test('garbage closes the link that it came by alone, in words, and nothing is lost', async ({
  context,
  url,
}) => {
  test.setTimeout(400_000);
  const room = await openRoom(() => context.newPage(), url);
  for (const purpose of ['quorum', 'election'] as const) {
    await test.step(`on the ${purpose} link`, () => garbageOnLink(room, purpose));
  }
  await test.step('what is no message of a page closes its line, which comes back', () =>
    garbageOnLine(room));
  await test.step('on a client’s link to another tab: its session goes on', () =>
    garbageOfClient(room));
  await test.step('an event without its fields closes the channel of that page’s pictures', () =>
    halfAnEvent(room));
});

async function garbageOnLink({ pages, workers }: Three, purpose: string): Promise<void> {
  const leader = await serving(pages[0]!);
  const sender = [1, 2, 3].find((id) => id !== leader)!;
  const other = [1, 2, 3].find((id) => id !== leader && id !== sender)!;
  await createEventually(pages[0]!, `/before-${purpose}`, 'kept');
  const { epoch } = await status(pages[other - 1]!);
  const since = Date.now();
  await workers[sender - 1]!.evaluate(sendOver, [purpose, leader, GARBAGE] as const);
  const told = await badFrames(pages[leader - 1]!, since);
  expect(told).toEqual([
    { from: `server ${String(sender)}, ${purpose}`, reason: expect.stringMatching(/2147483647/) },
  ]);
  const page = pages[leader - 1]!;
  await page.bringToFront();
  await showPanel(page, 'Why');
  await expect(page.getByTestId('feed')).toContainText(
    `${String(leader)} got a frame it cannot read from server ${String(sender)}, ${purpose}`,
  );
  await expect(page.getByTestId('feed')).toContainText('That link is closed, nothing else changes');
  await createEventually(pages[other - 1]!, `/after-${purpose}`, 'written');
  for (const each of pages) await serving(each);
  // The leader leads on, of the same epoch: one link of a minority is no reason for an election.
  for (const each of pages) expect(await status(each)).toMatchObject({ leaderId: leader, epoch });
  for (const each of pages) {
    expect([await read(each, `/before-${purpose}`), await read(each, `/after-${purpose}`)]).toEqual(
      ['kept', 'written'],
    );
  }
}

async function garbageOnLine({ pages }: Three): Promise<void> {
  await createEventually(pages[0]!, '/before-line', 'kept');
  expect(await pages[1]!.evaluate(sendOnLines, ['line', GARBAGE] as const)).toBe(2);
  for (const at of [0, 2]) {
    await expect(pages[at]!.locator('.problems')).toContainText('tab 2 (1×)');
  }
  await createEventually(pages[0]!, '/after-line', 'written');
  for (const each of pages) await serving(each);
  for (const each of pages) {
    expect([await read(each, '/before-line'), await read(each, '/after-line')]).toEqual([
      'kept',
      'written',
    ]);
  }
}

async function garbageOfClient({ pages }: Three): Promise<void> {
  const page = pages[0]!;
  await page.evaluate(async () => {
    const client = await window.tabkeeper.openClient({ server: 2 });
    await client.create('/mine', 'x', { ephemeral: true });
    Object.assign(window, { far: client });
  });
  const since = Date.now();
  // The page's own client may be at another tab, too.
  const sent = await page.evaluate(sendOnLines, ['client/', GARBAGE] as const);
  expect(sent).toBeGreaterThanOrEqual(1);
  const told = await badFrames(pages[1]!, since);
  expect(told[0]!.from).toMatch(/^client \d+$/);
  expect(
    await page.evaluate(async () => {
      const { far } = window as unknown as { far: TabClient };
      for (let tries = 0; ; tries += 1) {
        try {
          return (await far.get('/mine')).stat['ephemeralOwner'] !== '0x0';
        } catch (error) {
          if (tries > 50) throw error;
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      }
    }),
  ).toBe(true);
}

async function halfAnEvent({ pages }: Three): Promise<void> {
  const events = [{ server: 2, sequence: 1, atMillis: 1, event: { kind: 'applied' } }];
  const bytes = [...new TextEncoder().encode(JSON.stringify({ kind: 'trace', events }))];
  const sent = await pages[1]!.evaluate(sendOnLines, ['trace/', bytes] as const);
  expect(sent).toBeGreaterThanOrEqual(2);
  // The line was the first.
  for (const at of [0, 2]) {
    await expect(pages[at]!.locator('.problems')).toContainText('tab 2 (2×)');
  }
  await createEventually(pages[0]!, '/after-picture', 'written');
  expect(await read(pages[2]!, '/after-picture')).toBe('written');
}
