// What the library promises, kept against any ensemble of ZooKeeper servers: the same cases run over ours
// and over Apache's. In the middle of each recipe the leader is killed.

import { createConnection } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { parseConnectString } from '../../adapters/tcp/connect-string.ts';
import { encodeConnectRequest, encodeRequest } from '../../jute/client.ts';
import { sessionId } from '../../vocabulary/ids.ts';
import { ZXID_ZERO } from '../../vocabulary/zxid.ts';
import * as library from './client.ts';
import type { Ensemble } from './ensemble.ts';
import { isKeeperError } from './keeper-client.ts';

const CASE_MILLIS_MAX = 90_000;
/** An election of Apache's lasts a second or two; sessions have to outlive it. */
const SESSION_MILLIS = 12_000;

const text = (data: Uint8Array | null): string => new TextDecoder().decode(data ?? undefined);
const error = (name: string, outcome: 'failed' | 'unknown') =>
  expect.objectContaining({ name, outcome }) as Error;

/** Waits for what another session does. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + CASE_MILLIS_MAX;
  while (!(await holds().catch(() => false))) {
    if (performance.now() > end) throw new Error('it did not come to pass');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function viewed<T>(
  views: AsyncGenerator<T, void, undefined>,
  holds: (view: T) => boolean,
): Promise<void> {
  for (;;) {
    const { done, value } = await views.next();
    if (done === true) throw new Error('the views have ended');
    if (holds(value as T)) return;
  }
}

async function drain(events: AsyncIterable<unknown>): Promise<void> {
  for await (const event of events) expect(event).toBeDefined();
}

/** Ends a session behind its client's back, as its expiry does: by a connection of somebody who knows it. */
async function endSession(connectionString: string, client: library.Client): Promise<void> {
  const hello = encodeConnectRequest({
    ...{ protocolVersion: 0, lastZxidSeen: ZXID_ZERO, timeoutMillis: SESSION_MILLIS },
    ...{
      sessionId: sessionId(client.sessionId),
      password: client.sessionPassword,
      readOnly: false,
    },
  });
  const goodbye = encodeRequest(1, { kind: 'closeSession' });
  const addresses = parseConnectString(connectionString);
  // Its own client may be quicker and have it back: then once more.
  for (let turn = 0; !client.lost.aborted; turn += 1) {
    const { host, port } = addresses[turn % addresses.length]!;
    const socket = createConnection(port, host);
    const closed = new Promise<void>((resolve) => {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        resolve();
      });
    });
    socket.on('connect', () => socket.write(Buffer.concat([framed(hello), framed(goodbye)])));
    socket.resume();
    socket.setTimeout(2_000, () => socket.destroy());
    await closed;
    await until(() => Promise.resolve(client.lost.aborted || client.state === 'SyncConnected'));
  }
}

function framed(frame: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(frame.length);
  return Buffer.concat([length, frame]);
}

export function describeLibrary(name: string, start: () => Promise<Ensemble>): void {
  describe(name, { timeout: CASE_MILLIS_MAX }, () => {
    let ensemble: Ensemble;
    let root = '';
    let number = 0;
    const clients: library.Client[] = [];

    const open = async (options: library.ConnectOptions = {}): Promise<library.Client> => {
      const all = { sessionTimeoutMillis: SESSION_MILLIS, ...options };
      const client = await library.connect(ensemble.connectionString, all);
      clients.push(client);
      return client;
    };
    const openMany = (count: number): Promise<library.Client[]> =>
      Promise.all(Array.from({ length: count }, () => open()));

    const leaderNow = async (): Promise<number> => {
      const end = performance.now() + 30_000;
      for (;;) {
        const leader = await ensemble.leader();
        if (leader !== null) return leader;
        if (performance.now() > end) throw new Error('no leader in 30 s');
      }
    };
    /** Kills the leader while `work` is going on, and starts it again when another one serves. */
    const withLeaderKilled = async <T>(work: Promise<T>): Promise<T> => {
      const leader = await leaderNow();
      await ensemble.kill(leader);
      const [done] = await Promise.all([work, leaderNow().then(() => ensemble.restart(leader))]);
      return done;
    };

    beforeAll(async () => {
      ensemble = await start();
    }, 120_000);
    beforeEach(() => {
      number += 1;
      root = `/case-${String(number)}`;
    });
    afterEach(async () => {
      await Promise.all(clients.splice(0).map((client) => client.close()));
    });
    afterAll(() => ensemble.stop());

    describe('a client', () => {
      test('creates, reads, changes and deletes', async () => {
        const client = await open();
        expect(client.state).toBe('SyncConnected');
        expect(await client.create(root, 'one')).toBe(root);
        expect(await client.create(`${root}/n-`, null, { sequential: true })).toMatch(
          new RegExp(`^${root}/n-0000000000$`),
        );
        const { data, stat } = await client.get(root);
        expect([text(data), stat.version, stat.numChildren]).toEqual(['one', 0, 1]);
        expect((await client.set(root, Uint8Array.of(1, 2), { version: 0 })).version).toBe(1);
        await expect(client.set(root, 'x', { version: 0 })).rejects.toEqual(
          error('BadVersion', 'failed'),
        );
        expect((await client.get(root)).data).toEqual(Uint8Array.of(1, 2));
        expect((await client.get(`${root}/n-0000000000`)).data).toBe(null);
        expect(await client.children(root)).toEqual(['n-0000000000']);
        await expect(client.delete(root)).rejects.toMatchObject({ name: 'NotEmpty', code: -111 });
        await client.delete(`${root}/n-0000000000`);
        await client.delete(root, { version: 1 });
        await client.sync(root);
        expect(await client.exists(root)).toBe(null);
        await expect(client.get(root)).rejects.toBeInstanceOf(library.KeeperError);
      });

      test('does all of a multi or nothing, and says what failed', async () => {
        const client = await open();
        const results = await client.multi([
          { op: 'create', path: root, data: 'a' },
          { op: 'create', path: `${root}/e`, ephemeral: true },
          { op: 'set', path: root, data: 'b', version: 0 },
          { op: 'check', path: root, version: 1 },
          { op: 'delete', path: `${root}/e` },
        ]);
        expect(results.map(({ kind }) => kind)).toEqual([
          ...['create', 'create', 'setData', 'check', 'delete'],
        ]);
        const refused = client.multi([
          { op: 'set', path: root, data: 'c' },
          { op: 'delete', path: `${root}/nothing` },
        ]);
        await expect(refused).rejects.toMatchObject({
          name: 'NoNode',
          results: [
            { kind: 'error', err: 0 },
            { kind: 'error', err: -101 },
          ],
        });
        expect(text((await client.get(root)).data)).toBe('b');
      });

      test('keeps ACLs, with credentials that are said at once and again after a reconnection', async () => {
        const owner = await open({ auth: [{ scheme: 'digest', credentials: 'me:secret' }] });
        const acl = [{ perms: library.PERMISSION.ALL, scheme: 'auth', id: '' }];
        await owner.create(root, 'mine', { acl });
        expect((await owner.getAcl(root)).acl[0]).toMatchObject({ scheme: 'digest', perms: 31 });
        const other = await open();
        await other.sync(root);
        await expect(other.get(root)).rejects.toEqual(error('NoAuth', 'failed'));
        await withLeaderKilled(owner.sync(root).catch(() => undefined));
        expect(text((await owner.get(root)).data)).toBe('mine');
        const readers = [{ perms: library.PERMISSION.READ, scheme: 'world', id: 'anyone' }];
        expect((await owner.setAcl(root, readers, { version: 0 })).aversion).toBe(1);
        await other.sync(root);
        expect(text((await other.get(root)).data)).toBe('mine');
      });

      test('refuses what is no path, no version and no data before it is sent', async () => {
        const client = await open();
        const wrong = { name: 'BadArguments', outcome: 'failed' };
        await expect(client.get('no-path')).rejects.toMatchObject(wrong);
        await expect(client.get(7 as unknown as string)).rejects.toMatchObject(wrong);
        await expect(client.delete(root, { version: 0.5 })).rejects.toMatchObject(wrong);
        await expect(client.set(root, {} as unknown as string)).rejects.toMatchObject(wrong);
      });

      test('lasting watches: every change, told again to look after a reconnection', async () => {
        const [watcher, writer] = (await openMany(2)) as [library.Client, library.Client];
        await writer.create(root);
        await watcher.sync(root);
        const changes = await watcher.watch(root);
        const deep = await watcher.watch('/', { recursive: true });
        await writer.set(root, 'x');
        await writer.create(`${root}/a`, null);
        const types = [await changes.next(), await changes.next()].map(({ value }) => value?.type);
        expect(types).toEqual(['NodeDataChanged', 'NodeChildrenChanged']);
        const seen = [await deep.next(), await deep.next()].map(({ value }) => value);
        expect(seen).toEqual([
          { type: 'NodeDataChanged', path: root },
          { type: 'NodeCreated', path: `${root}/a` },
        ]);
        // Whichever server it is at, one of these kills takes it away.
        for (;;) {
          await withLeaderKilled(Promise.resolve());
          const next = deep.next();
          await writer.set(root, 'y').catch(() => undefined);
          if ((await next).value?.type === 'Reconnected') break;
        }
        await deep.return?.();
        expect(await deep.next()).toEqual({ done: true, value: undefined });
      });

      test('watches of both kinds and a recipe’s on one path: each is told all of its own', async () => {
        const [watcher, writer] = (await openMany(2)) as [library.Client, library.Client];
        await writer.create(root);
        await watcher.sync(root);
        const told = async (stream: AsyncIterator<library.WatchEvent>, count: number) => {
          const events: string[] = [];
          while (events.length < count) {
            const { value } = (await stream.next()) as { value: library.WatchEvent };
            events.push(`${value.type} ${value.path.slice(root.length)}`);
          }
          return events;
        };
        for (const first of [false, true]) {
          const one = await watcher.watch(root, { recursive: first });
          const two = await watcher.watch(root, { recursive: !first });
          const [plain, deep] = first ? [two, one] : [one, two];
          await writer.create(`${root}/x`, null);
          await writer.set(`${root}/x`, '1');
          await writer.set(root, '1');
          await writer.delete(`${root}/x`);
          await writer.create(`${root}/y`, null);
          await writer.delete(`${root}/y`);
          expect(await told(plain, 5)).toEqual([
            ...['NodeChildrenChanged ', 'NodeDataChanged ', 'NodeChildrenChanged '],
            ...['NodeChildrenChanged ', 'NodeChildrenChanged '],
          ]);
          expect(await told(deep, 6)).toEqual([
            ...['NodeCreated /x', 'NodeDataChanged /x', 'NodeDataChanged ', 'NodeDeleted /x'],
            ...['NodeCreated /y', 'NodeDeleted /y'],
          ]);
          // The recursive one has no reader any more; the other one's goes on.
          await deep.return?.();
          await writer.create(`${root}/z`, null);
          await writer.delete(`${root}/z`);
          const children = 'NodeChildrenChanged ';
          expect(await told(plain, 2)).toEqual([children, children]);
          await plain.return?.();
        }
        const lasting = await watcher.watch(root);
        const gone = new library.Barrier(watcher, root).wait();
        await writer.set(root, '2');
        await writer.delete(root);
        await gone;
        await writer.create(root);
        await writer.set(root, '3');
        expect(await told(lasting, 4)).toEqual([
          ...['NodeDataChanged ', 'NodeDeleted ', 'NodeCreated ', 'NodeDataChanged '],
        ]);
      });

      test('an answer longer than it takes is told as such, to a recipe too, and the session goes on', async () => {
        const roomy = await open({ frameBytesMax: 4_000_000 });
        await roomy.create(root);
        const name = 'x'.repeat(240);
        for (let batch = 0; batch < 2; batch += 1) {
          const operations = Array.from({ length: 2_300 }, (_, at) => ({
            ...({ op: 'create', path: `${root}/${name}${String(batch)}-${String(at)}` } as const),
          }));
          await roomy.multi(operations);
        }
        const client = await open();
        const id = client.sessionId;
        await expect(client.children(root)).rejects.toEqual(error('MarshallingError', 'unknown'));
        const group = new library.Group(client, root);
        await expect(group.members()).rejects.toThrow('longer than frameBytesMax');
        expect((await client.get(root)).stat.numChildren).toBe(4_600);
        expect(client.sessionId).toBe(id);
        expect(await roomy.children(root)).toHaveLength(4_600);
      });

      test('with a path behind the servers all that it names lies below it', async () => {
        const whole = await open();
        await whole.create(root);
        const client = await library.connect(`${ensemble.connectionString}${root}`, {
          sessionTimeoutMillis: SESSION_MILLIS,
        });
        clients.push(client);
        expect(await client.create('/a', 'x')).toBe('/a');
        await whole.sync(root);
        expect(text((await whole.get(`${root}/a`)).data)).toBe('x');
        const changes = await client.watch('/a');
        const next = changes.next();
        await whole.set(`${root}/a`, 'y');
        expect((await next).value).toMatchObject({ type: 'NodeDataChanged', path: '/a' });
        const results = await client.multi([{ op: 'create', path: '/b-', sequential: true }]);
        expect(results).toMatchObject([{ path: expect.stringMatching(/^\/b-\d{10}$/) as string }]);
        // It would be a path behind the root.
        await expect(client.create('bad')).rejects.toEqual(error('BadArguments', 'failed'));
        await new library.Lock(client, '/lock').with(async () => {
          await whole.sync(root);
          expect(await whole.children(`${root}/lock`)).toHaveLength(1);
        });
        // Its own failure, also where the session is gone and nothing can be released.
        const passing = await open();
        const own = new Error('mine');
        const failing = new library.Lock(passing, '/lock').with(async () => {
          await passing.close();
          throw own;
        });
        await expect(failing).rejects.toBe(own);
        expect((await client.children('/')).sort()).toContain('lock');
        expect(await client.exists('/zookeeper')).toBe(null);
      });

      test('an AbortSignal ends a call, a watch and an attempt to connect', async () => {
        const client = await open();
        const reason = new Error('enough');
        await expect(client.get('/', { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
        const controller = new AbortController();
        const changes = await client.watch('/', { signal: controller.signal });
        const next = changes.next();
        controller.abort(reason);
        await expect(next).rejects.toBe(reason);
        const signal = AbortSignal.timeout(200);
        // A port of ours that nobody listens to.
        const nowhere = library.connect('127.0.0.1:1', { signal });
        await expect(nowhere).rejects.toMatchObject({ name: 'TimeoutError' });
        const late = library.connect('127.0.0.1:1', { connectMillisMax: 200 });
        await expect(late).rejects.toEqual(error('ConnectionLoss', 'failed'));
      });

      test('a session that is lost never becomes another one: everything rejects', async () => {
        const client = await open();
        const id = client.sessionId;
        const changes = await client.watch('/zookeeper');
        const events = client.events();
        const watching = expect(drain(changes)).rejects.toEqual(error('SessionExpired', 'failed'));
        const lock = await new library.Lock(client, root).acquire();
        await endSession(ensemble.connectionString, client);
        await watching;
        await expect(client.get('/')).rejects.toEqual(error('SessionExpired', 'failed'));
        const states: string[] = [];
        const reading = (async () => {
          for await (const { state } of events) states.push(state);
        })();
        await expect(reading).rejects.toEqual(error('SessionExpired', 'failed'));
        expect(states.at(-1)).toBe('Expired');
        expect([client.state, client.sessionId]).toEqual(['Expired', id]);
        expect([lock.signal.aborted, client.lost.aborted]).toEqual([true, true]);
      });

      test('closed on purpose, its iterators just end', async () => {
        const client = await open();
        const changes = await client.watch('/');
        const next = changes.next();
        await client.close();
        expect(await next).toEqual({ done: true, value: undefined });
        expect(client.state).toBe('Closed');
        await expect(client.get('/')).rejects.toEqual(error('SessionExpired', 'failed'));
      });
    });

    describe('recipes', () => {
      test('lock: one holder at a time, in line, through the death of the leader', async () => {
        const all = await openMany(4);
        let holders = 0;
        const fences: bigint[] = [];
        const work = Promise.all(
          all.map(async (client) => {
            const lock = new library.Lock(client, `${root}/lock`);
            for (let round = 0; round < 5; round += 1) {
              await lock
                .with(async ({ fence }) => {
                  holders += 1;
                  expect(holders).toBe(1);
                  fences.push(fence);
                  await client.exists(root);
                  holders -= 1;
                })
                .catch((failure: unknown) => {
                  // The reading inside may lose its connection; the lock may not.
                  holders = 0;
                  if (!isKeeperError(failure, 'ConnectionLoss')) throw failure;
                });
            }
          }),
        );
        await withLeaderKilled(work);
        expect(fences.length).toBe(20);
        expect(fences).toEqual([...fences].sort((a, b) => (a < b ? -1 : 1)));
        await all[0]!.sync(root);
        expect(await all[0]!.children(`${root}/lock`)).toEqual([]);
      });

      test('lock: goes on to the next when its holder dies, and an aborted one leaves the line', async () => {
        const [first, second, third] = (await openMany(3)) as [
          library.Client,
          library.Client,
          library.Client,
        ];
        const path = `${root}/lock`;
        const held = await new library.Lock(first, path).acquire();
        const controller = new AbortController();
        const aborted = new library.Lock(second, path).acquire({ signal: controller.signal });
        await until(async () => (await third.children(path)).length === 2);
        const waiting = new library.Lock(third, path).acquire();
        controller.abort(new Error('not any more'));
        await expect(aborted).rejects.toThrow('not any more');
        await endSession(ensemble.connectionString, first);
        const next = await waiting;
        expect(held.signal.aborted).toBe(true);
        expect(next.signal.aborted).toBe(false);
        expect(next.fence).toBeGreaterThan(held.fence);
        await next.release();
      });

      test('read/write lock: readers together, a writer alone, in the order of coming', async () => {
        const all = await openMany(4);
        let readers = 0;
        let writers = 0;
        let together = 0;
        const work = Promise.all(
          all.map(async (client, index) => {
            const lock = new library.ReadWriteLock(client, `${root}/lock`);
            for (let round = 0; round < 4; round += 1) {
              if ((index + round) % 4 === 0) {
                const held = await lock.acquireWrite();
                writers += 1;
                expect([readers, writers]).toEqual([0, 1]);
                await client.exists('/').catch(() => null);
                writers -= 1;
                await held.release();
              } else {
                const held = await lock.acquireRead();
                readers += 1;
                together = Math.max(together, readers);
                expect(writers).toBe(0);
                await client.exists('/').catch(() => null);
                readers -= 1;
                await held.release();
              }
            }
          }),
        );
        await withLeaderKilled(work);
        const path = `${root}/held`;
        const reads = await Promise.all(
          all.slice(0, 3).map((client) => new library.ReadWriteLock(client, path).acquireRead()),
        );
        const writing = new library.ReadWriteLock(all[3]!, path).acquireWrite();
        await until(async () => (await all[0]!.children(path)).length === 4);
        await Promise.all(reads.map((read) => read.release()));
        await (await writing).release();
        expect(together).toBeGreaterThan(0);
      });

      test('leader election: one leads, the next follows when it dies, and all can see who', async () => {
        const all = await openMany(3);
        const path = `${root}/election`;
        const seen: (string | null)[] = [];
        const watching = (async () => {
          const observer = await open();
          for await (const id of new library.LeaderElection(observer, path).leaders()) {
            if (id !== null) seen.push(id);
            if (seen.length === 3) return;
          }
        })();
        let leads = 0;
        const campaigns = all.map(async (client, index) => {
          const election = new library.LeaderElection(client, path);
          const held = await election.lead(`candidate ${String(index)}`);
          leads += 1;
          expect(leads).toBe(1);
          await until(() =>
            Promise.resolve(seen.length > 0 && seen.at(-1) === `candidate ${String(index)}`),
          );
          leads -= 1;
          if (index === 1) await endSession(ensemble.connectionString, client);
          else await held.release();
        });
        await withLeaderKilled(Promise.all([...campaigns, watching]));
        expect([...seen].sort()).toEqual(['candidate 0', 'candidate 1', 'candidate 2']);
        await all[0]!.sync(root);
        expect(await new library.LeaderElection(all[0]!, path).leader()).toBe(null);
      });

      test('membership: who comes and goes is seen, the dead too', async () => {
        const [a, b, c] = (await openMany(3)) as [library.Client, library.Client, library.Client];
        const path = `${root}/group`;
        const views = new library.Group(c, path).watch();
        expect([...(await views.next()).value!.keys()]).toEqual([]);
        const member = await new library.Group(a, path).join('a', 'first');
        await withLeaderKilled(new library.Group(b, path).join('b'));
        await expect(new library.Group(c, path).join('b')).rejects.toEqual(
          error('NodeExists', 'failed'),
        );
        await viewed(views, (view) => view.size === 2 && text(view.get('a') ?? null) === 'first');
        await endSession(ensemble.connectionString, b);
        await viewed(views, (view) => [...view.keys()].join() === 'a');
        await member.leave();
        await viewed(views, (view) => view.size === 0);
        await views.return();
      });

      test('service discovery: instances with their addresses, until they die', async () => {
        const [a, b, c] = (await openMany(3)) as [library.Client, library.Client, library.Client];
        const discovery = new library.ServiceDiscovery(c, `${root}/services`);
        const views = discovery.watch('web');
        const about = { address: '10.0.0.1', port: 80, payload: { zone: 'x' } };
        const registration = await new library.ServiceDiscovery(a, `${root}/services`).register(
          'web',
          about,
        );
        await c.sync(root);
        expect(await discovery.instances('web')).toEqual([registration.instance]);
        const other = new library.ServiceDiscovery(b, `${root}/services`);
        await withLeaderKilled(other.register('web', { address: '10.0.0.2', port: 81 }));
        await viewed(views, (view) => view.length === 2);
        await endSession(ensemble.connectionString, b);
        await viewed(views, ([only, more]) => only?.port === 80 && more === undefined);
        await registration.unregister();
        await viewed(views, (view) => view.length === 0);
        await views.return();
      });

      test('barrier: all wait until it is lifted', async () => {
        const all = await openMany(4);
        const path = `${root}/barrier`;
        await new library.Barrier(all[0]!, path).raise();
        let passed = 0;
        const waiting = Promise.all(
          all.map(async (client) => {
            await new library.Barrier(client, path).wait();
            passed += 1;
          }),
        );
        await withLeaderKilled(Promise.resolve());
        expect(passed).toBe(0);
        await new library.Barrier(all[1]!, path).lift();
        await waiting;
        expect(passed).toBe(4);
      });

      test('double barrier: together in and together out, round after round', async () => {
        const all = await openMany(3);
        const path = `${root}/double`;
        let inside = 0;
        const rounds = async (client: library.Client): Promise<void> => {
          const barrier = new library.DoubleBarrier(client, path, 3);
          for (let round = 0; round < 4; round += 1) {
            inside += 1;
            await barrier.enter();
            expect(inside).toBe(3 * (round + 1));
            await barrier.leave();
          }
        };
        await withLeaderKilled(Promise.all(all.map(rounds)));
        await all[0]!.sync(root);
        const left = (await all[0]!.children(path)).filter((each) => each.startsWith('ready'));
        expect(left).toEqual([]);
      });

      test('double barrier: one that dies inside keeps nobody from leaving', async () => {
        const all = await openMany(3);
        const barriers = all.map(
          (client) => new library.DoubleBarrier(client, `${root}/double`, 3),
        );
        await Promise.all(barriers.map((barrier) => barrier.enter()));
        const leaving = [barriers[1]!.leave(), barriers[2]!.leave()];
        await endSession(ensemble.connectionString, all[0]!);
        await Promise.all(leaving);
      });

      test('queue: each item once, whoever takes, whoever dies', async () => {
        const all = await openMany(4);
        const path = `${root}/queue`;
        const count = 30;
        const taken: string[] = [];
        const putters = all.slice(0, 2).map(async (client, index) => {
          const queue = new library.Queue(client, path);
          for (let item = 0; item < count; item += 1) {
            await queue.put(`${String(index)}-${String(item).padStart(2, '0')}`);
          }
        });
        const takers = all.slice(2).map(async (client) => {
          const queue = new library.Queue(client, path);
          for (let item = 0; item < count; item += 1) taken.push(text(await queue.take()));
        });
        await withLeaderKilled(Promise.all([...putters, ...takers]));
        expect(new Set(taken).size).toBe(2 * count);
        expect(taken.length).toBe(2 * count);
        await all[0]!.sync(root);
        expect(await new library.Queue(all[0]!, path).size()).toBe(0);
        const controller = new AbortController();
        const empty = new library.Queue(all[0]!, path).take({ signal: controller.signal });
        controller.abort(new Error('nothing comes'));
        await expect(empty).rejects.toThrow('nothing comes');
      });

      test('counter: each add counts once', async () => {
        const all = await openMany(3);
        const path = `${root}/counter`;
        const values: bigint[] = [];
        const work = all.map(async (client) => {
          const counter = new library.Counter(client, path);
          for (let turn = 0; turn < 20; turn += 1) values.push(await counter.add());
        });
        await withLeaderKilled(Promise.all(work));
        expect(await new library.Counter(all[0]!, path).value()).toBe(60n);
        expect(new Set(values).size).toBe(60);
        expect(await new library.Counter(all[0]!, path).add(-100)).toBe(-40n);
      });

      test('atomic id: never the same twice', async () => {
        const all = await openMany(3);
        const ids: number[] = [];
        const work = all.map(async (client) => {
          const source = new library.AtomicId(client, `${root}/ids`);
          for (let turn = 0; turn < 20; turn += 1) ids.push(await source.next());
        });
        await withLeaderKilled(Promise.all(work));
        expect(new Set(ids).size).toBe(60);
        await all[0]!.sync(root);
        expect(await all[0]!.children(`${root}/ids`)).toEqual([]);
      });
    });
  });
}
