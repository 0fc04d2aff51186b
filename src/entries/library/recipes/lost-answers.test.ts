// Requests whose answers are lost, one by one: what a recipe wanted is done once, whether the server had
// carried the request out or never got it.

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { parseConnectString } from '../../../adapters/tcp/connect-string.ts';
import type { OpName } from '../../../vocabulary/request.ts';
import * as library from '../client.ts';
import { startEnsemble, type Ensemble } from '../ensemble.ts';
import { Middle, type Loss } from './middle.fixture.ts';

let ensemble: Ensemble;
let middle: Middle;
let client: library.Client;
let root = '';
let number = 0;

beforeAll(async () => {
  ensemble = await startEnsemble({ servers: 1, inProcess: true });
});
afterEach(async () => {
  expect(middle.losses).toEqual([]);
  await client.close();
  middle.close();
});
afterAll(() => ensemble.stop());

/** A client that loses `op` so many times in a row from here on. */
async function losing(op: OpName, loss: Loss, times = 2): Promise<void> {
  middle = new Middle(parseConnectString(ensemble.connectionString)[0]?.port ?? 0);
  client = await library.connect(await middle.listen());
  number += 1;
  root = `/${String(number)}`;
  await client.ensure(root);
  for (let time = 0; time < times; time += 1) middle.losses.push({ op, loss });
}

describe('no server is there for longer than a request waits', () => {
  const AWAY_MILLIS = 1_500;

  const pause = (millis: number): Promise<void> =>
    new Promise((resolve) => {
      setTimeout(resolve, millis);
    });

  const isConnected = (): boolean => client.state === 'SyncConnected';

  /** Until the client is connected again, too: the work may have been done before the server went. */
  async function away(work: () => Promise<unknown>): Promise<void> {
    middle.goAway(true);
    while (isConnected()) await pause(1);
    const back = pause(AWAY_MILLIS).then(() => {
      middle.goAway(false);
    });
    await work();
    await back;
    while (!isConnected()) await pause(1);
  }

  async function impatient(): Promise<void> {
    middle = new Middle(parseConnectString(ensemble.connectionString)[0]?.port ?? 0);
    client = await library.connect(await middle.listen(), { queueMillisMax: 300 });
    number += 1;
    root = `/${String(number)}`;
    await client.ensure(root);
  }

  test('a lock is released all the same', async () => {
    await impatient();
    const held = await new library.Lock(client, root).acquire();
    await away(() => held.release());
    expect(await client.children(root)).toEqual([]);
  });

  test('a place in line whose answer was lost is found again, not left behind', async () => {
    await impatient();
    middle.losses.push({ op: 'create', loss: 'answer' });
    const lock = new library.Lock(client, root);
    const acquired = lock.acquire();
    while (middle.lost === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await away(() => acquired);
    const held = await acquired;
    expect(await client.children(root)).toEqual([held.path.slice(root.length + 1)]);
    await held.release();
  });

  test('what was never sent is said to have failed', async () => {
    await impatient();
    await away(async () => {
      const lost = { name: 'ConnectionLoss', outcome: 'failed' };
      await expect(new library.Lock(client, root).acquire()).rejects.toMatchObject(lost);
    });
    await client.ensure(root).catch(() => undefined);
  });
});

test('a member that leaves twice takes nobody else away', async () => {
  await losing('delete', 'answer', 1);
  const other = await library.connect(ensemble.connectionString);
  const member = await new library.Group(client, root).join('one');
  // Gone, though nobody said so; before it is tried again another one has the name.
  middle.awayAfterLoss = true;
  const left = member.leave();
  while (middle.lost === 0 || (await other.exists(`${root}/one`)) !== null) await other.sync('/');
  const second = await new library.Group(other, root).join('one');
  middle.goAway(false);
  await left;
  expect(await other.exists(`${root}/one`)).not.toBe(null);
  expect(second.signal.aborted).toBe(false);
  await other.close();
});

test('a round in which everybody died is ended by who comes next', async () => {
  await losing('create', 'request', 0);
  const dead = await library.connect(ensemble.connectionString);
  await new library.DoubleBarrier(dead, root, 1).enter();
  await dead.close();
  await new library.DoubleBarrier(client, root, 1).enter();
});

describe.each<Loss>(['request', 'answer'])('the %s is lost', (loss) => {
  test('a plain create: the caller is told that nobody knows', async () => {
    await losing('create', loss);
    const lost = { name: 'ConnectionLoss', outcome: 'unknown' };
    await expect(client.create(`${root}/a`)).rejects.toMatchObject(lost);
    await expect(client.create(`${root}/b`)).rejects.toMatchObject(lost);
    const made = loss === 'answer' ? ['a', 'b'] : [];
    expect((await client.children(root)).sort()).toEqual(made);
  });

  test('lock: one znode in line, and it is released', async () => {
    // Once it was made it is found and not made again.
    const creates = loss === 'request' ? 2 : 1;
    await losing('create', loss, creates);
    const held = await new library.Lock(client, root).acquire();
    expect(await client.children(root)).toEqual([held.path.slice(root.length + 1)]);
    expect(held.signal.aborted).toBe(false);
    middle.losses.push({ op: 'delete', loss });
    await held.release();
    expect(await client.children(root)).toEqual([]);
    expect(middle.lost).toBe(creates + 1);
  });

  test('counter: each add counts once', async () => {
    await losing('multi', loss);
    const counter = new library.Counter(client, root);
    expect(await counter.add(5)).toBe(5n);
    expect(await counter.add(5)).toBe(10n);
    expect(await counter.value()).toBe(10n);
  });

  test('queue: each item is put once and taken once', async () => {
    await losing('multi', loss);
    const queue = new library.Queue(client, root);
    for (const item of ['a', 'b', 'c']) await queue.put(item);
    middle.losses.push({ op: 'multi', loss }, { op: 'multi', loss });
    const taken: string[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      taken.push(new TextDecoder().decode((await queue.take()) ?? undefined));
    }
    expect(taken).toEqual(['a', 'b', 'c']);
    expect(await queue.size()).toBe(0);
  });

  test('double barrier: enters once and leaves', async () => {
    await losing('multi', loss);
    const barrier = new library.DoubleBarrier(client, root, 1);
    await barrier.enter();
    expect((await client.children(root)).length).toBe(2);
    middle.losses.push({ op: 'delete', loss }, { op: 'multi', loss });
    await barrier.leave();
    expect(await client.children(root)).toEqual([]);
  });

  test('membership, barrier and ids: made once, gone once', async () => {
    await losing('create', loss);
    const member = await new library.Group(client, root).join('me');
    middle.losses.push({ op: 'delete', loss });
    await member.leave();
    middle.losses.push({ op: 'create', loss });
    const barrier = new library.Barrier(client, `${root}/barrier`);
    await barrier.raise();
    middle.losses.push({ op: 'delete', loss });
    await barrier.lift();
    const ids = new library.AtomicId(client, root);
    const given = await ids.next();
    middle.losses.push({ op: 'create', loss });
    expect(await ids.next()).toBeGreaterThan(given);
    expect(await client.children(root)).toEqual([]);
  });
});
