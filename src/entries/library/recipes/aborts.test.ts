// What is aborted at any moment, also when the answer of that moment is lost: whoever asked hears of it at once, and
// nothing of it stays behind.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { parseConnectString } from '../../../adapters/tcp/connect-string.ts';
import * as library from '../client.ts';
import { startEnsemble, type Ensemble } from '../ensemble.ts';
import { Middle, type Loss } from './middle.fixture.ts';

const REASON = new Error('not any more');
const WAIT = { timeout: 20_000 };
const HELD_MILLIS = 100;

let ensemble: Ensemble;
let middle: Middle;
let address = '';
let client: library.Client;
let other: library.Client;
let number = 0;

beforeAll(async () => {
  ensemble = await startEnsemble({
    ...{ servers: 1, inProcess: true },
    settings: { tickTime: 200, maxSessionTimeout: 30_000 },
  });
});
beforeEach(async () => {
  middle = new Middle(parseConnectString(ensemble.connectionString)[0]?.port ?? 0);
  address = await middle.listen();
  [client, other] = await Promise.all([
    library.connect(address),
    library.connect(ensemble.connectionString),
  ]);
});
afterEach(async () => {
  middle.goAway(false);
  await Promise.all([client.close(), other.close()]);
  middle.close();
});
afterAll(() => ensemble.stop());

const isDone = (): boolean => true;
const isNotDone = (): boolean => false;

const newRoot = async (): Promise<string> => {
  number += 1;
  await other.ensure(`/aborts-${String(number)}`);
  await client.sync('/');
  return `/aborts-${String(number)}`;
};

type Ends = (() => Promise<void>) | undefined;

/** Each begins something below a root that is its own, and says how to end it where it came to be. */
const RECIPES: Readonly<Record<string, (root: string, signal: AbortSignal) => Promise<Ends>>> = {
  'a lock': async (root, signal) =>
    (await new library.Lock(client, root).acquire({ signal })).release,
  'a lock that another one has': async (root, signal) => {
    const held = await new library.Lock(other, root).acquire();
    const waiting = new library.Lock(client, root).acquire({ signal });
    setTimeout(() => void held.release(), HELD_MILLIS);
    return (await waiting).release;
  },
  'a write lock': async (root, signal) =>
    (await new library.ReadWriteLock(client, root).acquireWrite({ signal })).release,
  'an election': async (root, signal) =>
    (await new library.LeaderElection(client, root).lead('me', { signal })).release,
  'a member': async (root, signal) =>
    (await new library.Group(client, root).join('me', null, { signal })).leave,
  'an instance': async (root, signal) => {
    const discovery = new library.ServiceDiscovery(client, root.slice(0, root.lastIndexOf('/')));
    const about = { address: '10.0.0.1', port: 80 };
    const service = root.slice(root.lastIndexOf('/') + 1);
    return (await discovery.register(service, about, { signal })).unregister;
  },
  'an id': async (root, signal) => {
    await new library.AtomicId(client, root).next({ signal });
    return undefined;
  },
  'a double barrier': async (root, signal) => {
    const barrier = new library.DoubleBarrier(client, root, 1);
    await barrier.enter({ signal });
    return () => barrier.leave();
  },
};

/** Aborts it at its request number `at`, which goes well or is lost. True if there was one. */
async function abortedAt<T>(
  at: number,
  loss: Loss | null,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<{ readonly met: boolean; readonly done: { readonly value: T } | null }> {
  const controller = new AbortController();
  let count = 0;
  let met = false;
  middle.onRequest = () => {
    count += 1;
    if (met || count <= at) return null;
    met = true;
    controller.abort(REASON);
    return loss;
  };
  try {
    return { done: { value: await work(controller.signal) }, met };
  } catch (error) {
    expect(error).toBe(REASON);
    return { done: null, met };
  } finally {
    middle.onRequest = null;
  }
}

const LOSSES: readonly (Loss | null)[] = [null, 'request', 'answer'];

describe.each(Object.entries(RECIPES))('%s', (_, work) => {
  test.each(LOSSES)(
    'aborted at each of its requests, which is lost as: %s',
    async (loss) => {
      for (let at = 0; ; at += 1) {
        const root = await newRoot();
        const { met, done } = await abortedAt(at, loss, (signal) => work(root, signal));
        await done?.value?.();
        // Behind all that was on its way.
        while (!(await client.sync(root).then(isDone, isNotDone)));
        const left = async (): Promise<[number, string[]]> => [
          at,
          (await other.children(root)).filter((name) => !name.startsWith('ready')),
        ];
        await expect.poll(left, WAIT).toEqual([at, []]);
        if (!met) {
          expect(at).toBeGreaterThan(1);
          break;
        }
      }
    },
    60_000,
  );
});

test('a queue: an item is taken or stays, at whichever request its taker gives up', async () => {
  for (const loss of LOSSES) {
    for (let at = 0; ; at += 1) {
      const root = await newRoot();
      await new library.Queue(other, root).put('one');
      await client.sync('/');
      const queue = new library.Queue(client, root);
      const { met, done } = await abortedAt(at, loss, (signal) => queue.take({ signal }));
      const here = [await new library.Queue(other, root).size(), done === null ? 0 : 1];
      expect([loss, at, ...here.sort()]).toEqual([loss, at, 0, 1]);
      if (!met) break;
    }
  }
}, 60_000);

test('a queue and a counter: what is aborted happens once or not at all', async () => {
  for (const loss of LOSSES) {
    for (let at = 0; ; at += 1) {
      const root = await newRoot();
      const queue = new library.Queue(client, `${root}/queue`);
      const counter = new library.Counter(client, `${root}/counter`);
      const put = await abortedAt(at, loss, (signal) => queue.put('one', { signal }));
      const add = await abortedAt(at, loss, (signal) => counter.add(1, { signal }));
      // Behind what was aborted: each author's changes come one after the other.
      await queue.put('two');
      const value = await counter.add(10);
      const size = await queue.size();
      expect([loss, at, size]).toEqual([loss, at, put.done === null ? size : 2]);
      expect([1, 2]).toContain(size);
      expect([10n, 11n]).toContain(value);
      if (add.done !== null) expect(value).toBe(11n);
      if (!put.met && !add.met) break;
    }
  }
}, 60_000);

test('barriers are raised, waited for and lifted until that is aborted', async () => {
  const root = await newRoot();
  const barrier = new library.Barrier(client, `${root}/barrier`);
  await barrier.raise();
  const signal = AbortSignal.abort(REASON);
  for (const work of [barrier.raise, barrier.wait, barrier.lift]) {
    await expect(work.call(barrier, { signal })).rejects.toBe(REASON);
  }
  const controller = new AbortController();
  const waiting = barrier.wait({ signal: controller.signal });
  await client.sync('/');
  controller.abort(REASON);
  await expect(waiting).rejects.toBe(REASON);
  await barrier.lift();
  await barrier.wait();
});

test('with no server there an abort is heard at once, and the line is left when one comes back', async () => {
  const root = await newRoot();
  const held = await new library.Lock(other, root).acquire();
  const controller = new AbortController();
  const { signal } = controller;
  const waiting = new library.Lock(client, root).acquire({ signal });
  await expect.poll(async () => (await other.children(root)).length, WAIT).toBe(2);
  middle.goAway(true);
  await expect.poll(() => client.state, WAIT).toBe('Disconnected');
  const from = performance.now();
  controller.abort(REASON);
  await expect(waiting).rejects.toBe(REASON);
  expect(performance.now() - from).toBeLessThan(3_000);
  expect((await other.children(root)).length).toBe(2);
  middle.goAway(false);
  await expect.poll(async () => (await other.children(root)).length, WAIT).toBe(1);
  await held.release();
});

test('who does not wait for a release any longer releases all the same', async () => {
  const root = await newRoot();
  const held = await new library.Lock(client, root).acquire();
  await expect(held.release({ signal: AbortSignal.abort(REASON) })).rejects.toBe(REASON);
  await expect.poll(() => other.children(root), WAIT).toEqual([]);
  await held.release();
});

test('events and credentials are aborted too, and a close that nobody waits for', async () => {
  const controller = new AbortController();
  const events = client.events({ signal: controller.signal });
  const next = events.next();
  controller.abort(REASON);
  await expect(next).rejects.toBe(REASON);
  const { signal } = controller;
  await expect(client.addAuth('digest', 'a:b', { signal })).rejects.toBe(REASON);
  expect(() => client.events({ signal })).toThrow(REASON);
  await expect(client.close({ signal })).rejects.toBe(REASON);
  await expect.poll(() => client.state, WAIT).toBe('Closed');
});

test('a holder that only hears, and is heard no more, knows before another one holds', async () => {
  const root = await newRoot();
  const short = await library.connect(address, { sessionTimeoutMillis: 1_500 });
  try {
    await other.create(`${root}/seen`);
    await short.sync('/');
    const held = await new library.Lock(short, `${root}/lock`).acquire();
    const events = await short.watch(`${root}/seen`);
    const next = new library.Lock(other, `${root}/lock`).acquire();
    middle.mute = true;
    // So it hears of its server all the time.
    let over = false;
    const talking = (async () => {
      while (!over) {
        await other.set(`${root}/seen`, 'again');
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    const after = await next;
    const wasDoubted = held.signal.aborted;
    over = true;
    await talking;
    expect((await events.next()).value?.type).toBe('NodeDataChanged');
    expect(wasDoubted).toBe(true);
    await after.release();
  } finally {
    middle.mute = false;
    await short.close();
  }
}, 30_000);
