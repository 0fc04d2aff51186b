// The server of `npm start` goes away, and comes back: what a room notices of it. A browser logs each
// refused connection as an error of the page.

import { pressOn } from './support/hands.ts';
import { excuse, SERVER_AWAY } from './support/quiet.ts';
import { createEventually, newRoom, openEnsemble, openTab, read, serving } from './support/room.ts';
import { startServer } from './support/server.ts';
import { expect, test } from './support/test.ts';

test(
  'without its signalling server a room goes on, and says so until it is back',
  { tag: '@waits' },
  async ({ context }) => {
    const first = await startServer();
    const room = newRoom();
    const pages = await openEnsemble(context, first.url, room);
    const hand = pages[0]!;
    await expect(hand.getByText('signalling: connected')).toBeVisible();
    await first.stop();
    for (const page of pages) {
      await expect(page.getByText('signalling: gone')).toBeVisible();
      await expect(page.getByRole('alert')).toContainText('The signalling server does not answer.');
      await expect(page.getByRole('alert')).toContainText('Tabs that are linked go on');
    }

    // Not only writes: an election and a restart need no signalling either.
    await createEventually(hand, '/alone', '1');
    const old = await serving(hand);
    await pressOn(hand, old, 'Kill');
    const other = pages[old % 3]!;
    await expect.poll(() => serving(other)).not.toBe(old);
    await createEventually(other, '/elected', '2');
    await pressOn(hand, old, 'Restart');
    await serving(pages[old - 1]!);
    expect(await read(pages[old - 1]!, '/elected')).toBe('2');

    const again = await startServer(Number(new URL(first.url).port));
    for (const page of pages) {
      await expect(page.getByText('signalling: connected')).toBeVisible();
      await expect(page.getByRole('alert')).toBeEmpty();
    }
    const late = await openTab(context, again.url, room, 4);
    await serving(late);
    expect(await read(late, '/alone')).toBe('1');
    await context.close();
    excuse(context, SERVER_AWAY);
    await again.stop();
  },
);
