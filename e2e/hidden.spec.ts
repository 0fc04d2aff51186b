// Tabs that nobody looks at go on being servers: the leader and its followers behind another tab for
// longer than the minute after which a browser slows the timers of a page down. HIDDEN_MINUTES=30 hides
// them for as long as people forget them.

import { setTimeout as pause } from 'node:timers/promises';
import { openDesktop, type Tab } from './support/desktop.ts';
import { slowness } from './support/pace.ts';
import { linkTo, newRoom } from './support/room.ts';
import { expect, test } from './support/test.ts';

const HIDDEN_MILLIS = Number(process.env['HIDDEN_MINUTES'] ?? 1.2) * 60_000;
const WRITE_EVERY_MILLIS = 1_500;
const WRITE_MILLIS_MAX = 1_000;

test.setTimeout(HIDDEN_MILLIS + 240_000);

const statusOf = (tab: Tab): Promise<TabStatus> => tab.evaluate('tabkeeper.status()');

const servingIn = (tab: Tab): Promise<boolean> =>
  tab.evaluate(
    `globalThis.tabkeeper?.status().phase === 'broadcast' && tabkeeper.status().leaderId !== null`,
  );

test(
  'hidden for more than a minute, leader and followers write within a second',
  { tag: '@waits' },
  async ({ url }) => {
    const room = newRoom();
    const desktop = await openDesktop();
    try {
      const tabs: Tab[] = [];
      for (const seat of [1, 2, 3]) {
        const tab = await desktop.openTab(linkTo(url, room, seat));
        await expect
          .poll(() => tab.evaluate(`globalThis.tabkeeper?.status().seat ?? 0`))
          .toBe(seat);
        tabs.push(tab);
      }
      for (const tab of tabs) await expect.poll(() => servingIn(tab)).toBe(true);
      const front = await desktop.openTab('about:blank');
      await front.bringToFront();
      for (const tab of tabs) {
        await expect.poll(() => tab.evaluate('document.visibilityState')).toBe('hidden');
        await tab.evaluate(
          `globalThis.seenInFront = 0, document.onvisibilitychange = () => { seenInFront += 1 }`,
        );
      }
      const before = await statusOf(tabs[0]!);

      const tookMillis: number[] = [];
      let slowest = 1;
      const until = Date.now() + HIDDEN_MILLIS;
      for (let count = 0; Date.now() < until; count += 1) {
        // Each tab in its turn: the leader and both followers.
        tookMillis.push(
          await tabs[count % 3]!.evaluate<number>(`(async () => {
          const from = performance.now();
          await tabkeeper.client.create('/hidden-${count}');
          return performance.now() - from;
        })()`),
        );
        slowest = Math.max(slowest, slowness());
        await pause(WRITE_EVERY_MILLIS);
      }

      expect(tookMillis.length).toBeGreaterThan(20);
      expect(tookMillis.filter((millis) => millis > WRITE_MILLIS_MAX * slowest)).toEqual([]);
      for (const tab of tabs) {
        expect(await tab.evaluate('seenInFront')).toBe(0);
        // Nobody lost its leader meanwhile: no election, no new epoch.
        const { leaderId, epoch } = await statusOf(tab);
        expect({ leaderId, epoch }).toEqual({ leaderId: before.leaderId, epoch: before.epoch });
      }
      expect(desktop.complaints, 'every console is quiet').toEqual([]);
    } finally {
      await desktop.close();
    }
  },
);
