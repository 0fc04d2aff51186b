// A client whose only server goes and comes: what may be trusted meanwhile, and what waits.

import { afterEach, beforeEach, expect, test } from 'vitest';

import { connect, Group, Lock } from './client.ts';
import type { Client } from './keeper-client.ts';
import { startEnsemble, type Ensemble } from './ensemble.ts';

let ensemble: Ensemble;
let client: Client;

beforeEach(async () => {
  ensemble = await startEnsemble({ servers: 1, inProcess: true });
  client = await connect(ensemble.connectionString, { sessionTimeoutMillis: 4_000 });
});

afterEach(async () => {
  await client.close();
  await ensemble.stop();
});

const aborted = (signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve(signal.reason);
    signal.addEventListener('abort', () => {
      resolve(signal.reason);
    });
  });

test('with jute.maxbuffer raised on both sides, data goes both ways that is longer than a frame was', async () => {
  const bytes = 1_200_000;
  await expect(client.create('/short', 'x'.repeat(bytes))).rejects.toThrow('jute.maxbuffer');
  const settings = { 'jute.maxbuffer': 2_000_000, globalOutstandingLimt: 5 };
  const warning = new Promise<Error>((resolve) => process.once('warning', resolve));
  const roomy = await startEnsemble({ servers: 1, inProcess: true, settings });
  const long = await connect(roomy.connectionString, { frameBytesMax: 2_000_000 });
  try {
    // A setting that is misspelt is no silence.
    expect((await warning).message).toContain('globalOutstandingLimt is not obeyed here');
    await long.create('/long', 'x'.repeat(bytes));
    expect((await long.get('/long')).data).toHaveLength(bytes);
  } finally {
    await long.close();
    await roomy.stop();
  }
  await expect(connect('127.0.0.1:1', { frameBytesMax: 1e10 })).rejects.toThrow('BadArguments');
});

test('a lock is in doubt before the servers can have given it to another one', async () => {
  const held = await new Lock(client, '/lock').acquire();
  expect(held.signal.aborted).toBe(false);
  const from = performance.now();
  await ensemble.kill(1);
  const waiting = client.get('/lock');
  expect(await aborted(held.signal)).toMatchObject({ name: 'ConnectionLoss', outcome: 'unknown' });
  // Two thirds of the session's timeout since a server was heard last.
  expect(performance.now() - from).toBeLessThan(2_667 + 500);
  expect(client.lost.aborted).toBe(false);
  await ensemble.restart(1);
  expect((await waiting).stat.numChildren).toBe(1);
  expect([held.signal.aborted, client.doubtful.aborted]).toEqual([true, false]);
  await held.release();
  expect(await client.children('/lock')).toEqual([]);
});

test('a short loss of the connection puts nothing in doubt, and views look again', async () => {
  const held = await new Lock(client, '/lock').acquire();
  const id = client.sessionId;
  const views = new Group(client, '/group').watch();
  expect((await views.next()).value?.size).toBe(0);
  await ensemble.kill(1);
  await ensemble.restart(1);
  // Told of by the reconnection alone: nothing has changed.
  expect((await views.next()).value?.size).toBe(0);
  expect([client.state, client.sessionId, held.signal.aborted]).toEqual([
    ...['SyncConnected', id, false],
  ]);
  await views.return();
});

test('whoever waits for the next view may leave', async () => {
  const views = new Group(client, '/left').watch();
  await views.next();
  const waiting = views.next();
  await views.return();
  expect(await waiting).toEqual({ done: true, value: undefined });
  expect(await views.next()).toEqual({ done: true, value: undefined });
});

test('what waits longer than it may fails unsent', async () => {
  const hasty = await connect(ensemble.connectionString, { queueMillisMax: 100 });
  await ensemble.kill(1);
  await hasty.get('/').catch(() => undefined);
  const unsent = { name: 'ConnectionLoss', outcome: 'failed' };
  await expect(hasty.create('/a')).rejects.toMatchObject(unsent);
  await ensemble.restart(1);
  await hasty.close();
});
