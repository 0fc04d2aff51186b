// Lessons in a live room of real tabs, judged by the page's own card: what the laboratory teaches is what browsers do.

import diesMidProposal from '../src/lessons/curriculum/dies-mid-proposal.ts';
import fourPhases from '../src/lessons/curriculum/four-phases.ts';
import lock from '../src/lessons/curriculum/lock.ts';
import nodeTypes from '../src/lessons/curriculum/node-types.ts';
import oneByOne from '../src/lessons/curriculum/one-by-one.ts';
import oneShotWatch from '../src/lessons/curriculum/one-shot-watch.ts';
import pathOfAWrite from '../src/lessons/curriculum/path-of-a-write.ts';
import quorumLoss from '../src/lessons/curriculum/quorum-loss.ts';
import sessionExpiry from '../src/lessons/curriculum/session-expiry.ts';
import { liveVariant } from '../src/lessons/live-variants.ts';
import { axeFindsNothing } from './support/looks.ts';
import { RoomLesson } from './support/room-lesson.ts';
import { serving, status } from './support/room.ts';
import { expect, test } from './support/test.ts';

test.setTimeout(400_000);

const FIVE = { seats: 5, others: true };
const THREE = { seats: 3, others: true };

test('lesson 1, one-by-one, is passed by real tabs', async ({ context, url }) => {
  const here = await RoomLesson.open(context, url, liveVariant(oneByOne), {
    ...{ seats: 5, others: false },
  });
  await here.bet('five');
  await here.begin();
  await here.move('open-1');
  await here.move('open-2');
  await here.met(0);
  await here.move('open-3');
  await here.met(1, 2);
  await serving(here.page);
  await here.move('open-4');
  await expect.poll(async () => (await status(here.page)).servers[3]?.role).toBe('following');
  await here.move('open-5');
  await here.passed();
  await expect(here.card).toContainText('You bet wrong.');
  // What was is no beginning any more: another try is another room.
  await expect(here.card.getByRole('link', { name: 'In a new room of 5' })).toBeVisible();
});

test('lesson 3, four-phases, is passed by real tabs', async ({ context, url }) => {
  const here = await RoomLesson.open(context, url, liveVariant(fourPhases), {
    ...{ seats: 3, others: false },
  });
  await here.bet('acked');
  await here.begin();
  for (const server of [1, 2, 3]) await here.move(`open-${server}`);
  await here.met(0);
  await here.move('client');
  await expect(async () => {
    await here.move('create');
    await expect(here.goal(4)).toHaveClass(/\bmet\b/, { timeout: 2_000 });
  }).toPass();
  await here.passed();
});

test('lesson 4, path-of-a-write, is passed by real tabs', async ({ context, url }) => {
  const here = await RoomLesson.open(context, url, liveVariant(pathOfAWrite), FIVE);
  await here.bet('quorum');
  await here.begin();
  await here.move('slow');
  await here.move('create');
  await here.passed();
  await expect(here.card).toContainText('You bet right.');
});

test('lesson 6, quorum-loss, is passed by real tabs', async ({ context, url }) => {
  const here = await RoomLesson.open(context, url, liveVariant(quorumLoss), FIVE);
  await here.bet('waits');
  await here.begin();
  await here.move('kill-5');
  await here.move('kill-4');
  await here.move('set');
  await here.met(0);
  await here.move('kill-2');
  await here.met(1);
  await here.move('get');
  await here.move('open-4');
  await here.met(2, 3);
  // A client gives up after four seconds, and a slow machine may take longer.
  await expect(async () => {
    await here.move('get');
    await expect(here.goal(4)).toHaveClass(/\bmet\b/, { timeout: 5_000 });
  }).toPass();
  await here.passed();
});

test('lesson 8, dies-mid-proposal, is passed by real tabs, one future a try', async ({
  context,
  url,
}) => {
  const here = await RoomLesson.open(context, url, liveVariant(diesMidProposal), FIVE);
  await here.bet('kept');
  await here.begin();
  await here.move('kept');
  await here.met(0);
  await here.again();
  await here.move('lost');
  await here.met(1);
  await here.again();
  await here.move('deaf');
  await here.met(2);
  await here.passed();
});

test('lesson 12, one-shot-watch, is passed by real tabs, after a wrong way; a page that is loaded anew says so', async ({
  context,
  url,
}) => {
  const here = await RoomLesson.open(context, url, liveVariant(oneShotWatch), THREE);
  await here.bet('one');
  await here.begin();
  await axeFindsNothing(here.page);
  await here.move('watch');
  await here.met(0);
  for (const value of ['v1', 'v2', 'v3', 'v4']) await here.move(`set-${value}`);
  await here.move('get');
  await here.met(1);
  await here.unmet(2, 3, 4);
  await here.page.reload();
  await expect(here.card).toContainText('This page was loaded anew');
  await here.met(0, 1);
  await here.begin();
  await here.move('watch');
  for (const value of ['v1', 'v2', 'v3']) await here.move(`set-${value}`);
  await expect(here.page.getByTestId('cli-output')).toContainText('NodeDataChanged');
  await here.move('watch');
  await here.met(2);
  await here.move('set-v4');
  await here.met(3);
  await here.move('add-watch');
  await expect(here.page.getByTestId('cli-output')).toContainText('addWatch');
  for (const value of ['v1', 'v2', 'v3']) await here.move(`set-${value}`);
  await here.passed();
});

test('lesson 13, node-types, is passed by real tabs', async ({ context, url }) => {
  const here = await RoomLesson.open(context, url, liveVariant(nodeTypes), THREE);
  await here.bet('two');
  await here.begin();
  for (const id of ['job', 'note', 'delete', 'job', 'mail', 'live', 'child', 'note', 'lock']) {
    await here.move(id);
  }
  await here.passed();
});

test('lesson 14, session-expiry, is passed by real tabs', async ({ context, url }) => {
  const here = await RoomLesson.open(context, url, liveVariant(sessionExpiry), THREE);
  await here.bet('reconnect');
  await here.begin();
  await here.move('cut');
  await here.move('to-2');
  await here.met(0);
  await here.move('cut');
  await here.met(1);
  await here.move('to-1');
  await here.passed();
});

test('lesson 15, lock, is passed by real tabs; not by who never queues', async ({
  context,
  url,
}) => {
  const here = await RoomLesson.open(context, url, liveVariant(lock), THREE);
  await here.page.getByRole('tab', { name: 'Clients' }).click();
  const recipes = here.page.getByTestId('recipe');
  const say = async (root: string, holds: number, waits: number): Promise<void> => {
    const of = recipes.filter({ hasText: root });
    await expect(of.filter({ hasText: /waits/ })).toHaveCount(waits);
    await expect(of.filter({ hasText: /holds/ })).toHaveCount(holds);
  };
  await here.bet('fifteen');
  await here.begin();
  await here.move('herd');
  for (const waiting of [5, 4, 3, 2, 1, 0]) {
    await say('/herd', 1, waiting);
    await here.move('release-herd');
  }
  await here.met(0);
  await here.unmet(1, 2, 3, 4);
  const queue = async (): Promise<void> => {
    for (const number of [1, 2, 3, 4, 5, 6]) {
      await here.move(`queue-${number}`);
      await say('/lock', 1, number - 1);
    }
  };
  await queue();
  for (const waiting of [5, 4, 3, 2, 1, 0]) {
    await say('/lock', 1, waiting);
    await here.move('release-lock');
  }
  await here.met(1);
  await here.again();
  await queue();
  await here.move('kill-3');
  await here.met(2);
  await here.move('cut-1');
  await here.met(3);
  await here.move('write-2');
  await here.move('return');
  // Refused each time.
  await expect(async () => {
    await here.move('write-zombie');
    await expect(here.goal(4)).toHaveClass(/\bmet\b/, { timeout: 3_000 });
  }).toPass();
  await here.passed();
});
