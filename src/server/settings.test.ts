// The limits that an administrator may set, at the engine.

import { expect, it } from 'vitest';
import { present } from '../base/assert.ts';
import { ask } from './client.fixture.ts';
import { TestEnsemble } from './ensemble.fixture.ts';
import type { ServerSettings } from './state.ts';
import { serverView } from './views.ts';

function started(settings: Partial<ServerSettings>): TestEnsemble {
  const ensemble = new TestEnsemble(1);
  ensemble.config = settings;
  return ensemble.start();
}

it('jute.maxbuffer: one byte more ends the connection', () => {
  const ensemble = started({ requestBytesMax: 2000 });
  const client = ensemble.connect(ensemble.leader());
  client.call(ask.create('/a'));
  const overhead = 8 + 4 + 2 + 4 + 4;
  expect(client.call(ask.set('/a', new Uint8Array(2000 - overhead)))).toMatchObject({
    kind: 'stat',
  });
  expect(client.call(ask.set('/a', new Uint8Array(2001 - overhead)))).toBe('no answer');
  expect(client.closedBecause).toBe('the frame is too long');
});

it('globalOutstandingLimit: what is above it waits, and nothing is lost', () => {
  const ensemble = started({ outstandingMax: 5 });
  const seat = ensemble.leader();
  const client = ensemble.connect(seat);
  seat.disk.held = true;
  for (let count = 0; count < 20; count += 1) client.send(ask.create(`/n${String(count)}`));
  expect(seat.state?.inFlight).toBe(5);
  seat.disk.held = false;
  ensemble.settle();
  expect(client.lines()).toHaveLength(20);
});

it.each([
  // Voters, observers; which of them is asked.
  [2, 0, 'leading', 20],
  [3, 1, 'leading', 10],
  [3, 1, 'following', 10],
  [3, 1, 'observing', 20],
  [5, 0, 'following', 5],
] as const)(
  'globalOutstandingLimit: of %i voters and %i observers one that is %s lets so many in: %i',
  (voters, observers, role, limit) => {
    const ensemble = new TestEnsemble(voters, observers);
    ensemble.config = { outstandingMax: 20 };
    ensemble.start();
    const seat = present(
      ensemble.seats.find(({ state }) => state !== null && serverView(state).role === role),
      'there is one',
    );
    const client = ensemble.connect(seat);
    for (const { disk } of ensemble.seats) disk.held = true;
    for (let count = 0; count < 50; count += 1) client.send(ask.create(`/n${String(count)}`));
    expect(seat.state?.inFlight).toBe(limit);
    for (const { disk } of ensemble.seats) disk.held = false;
    ensemble.settle();
    expect(client.lines()).toHaveLength(50);
  },
);

it('znode.container.checkIntervalMs: an empty container goes so soon', () => {
  const ensemble = started({ reapEveryMillis: 200 });
  const client = ensemble.connect(ensemble.leader());
  client.call({ ...ask.create('/c'), kind: 'createContainer', flags: 4 } as never);
  client.call(ask.create('/c/x'));
  client.call(ask.remove('/c/x'));
  ensemble.run(300);
  expect(client.call(ask.exists('/c'))).toBe('NoNode');
});

it('znode.container.maxNeverUsedIntervalMs: a container that nobody used goes so late', () => {
  for (const [neverUsedMillisMax, answer] of [
    [0, { kind: 'stat' }],
    [1_000, 'NoNode'],
  ] as const) {
    const ensemble = started({ reapEveryMillis: 200, neverUsedMillisMax });
    const client = ensemble.connect(ensemble.leader());
    client.call({ ...ask.create('/c'), kind: 'createContainer', flags: 4 } as never);
    ensemble.run(800);
    expect(client.call(ask.exists('/c'))).toMatchObject({ kind: 'stat' });
    ensemble.run(500);
    const found = client.call(ask.exists('/c'));
    if (typeof answer === 'string') expect(found).toBe(answer);
    else expect(found).toMatchObject(answer);
  }
});

it('znode.container.maxPerMinute: one after the other, so many in a minute', () => {
  const ensemble = started({ reapEveryMillis: 500, reapsPerMinuteMax: 600 });
  const seat = ensemble.leader();
  const client = ensemble.connect(seat);
  const paths = ['/a', '/b', '/c', '/d'];
  for (const path of paths) {
    client.call({ ...ask.create(path), kind: 'createContainer', flags: 4 } as never);
    client.call(ask.create(`${path}/x`));
    client.call(ask.remove(`${path}/x`));
  }
  const goneAt: number[] = [];
  for (let turn = 0; turn < 200 && goneAt.length < paths.length; turn += 1) {
    ensemble.run(10);
    const next = paths[goneAt.length] ?? '';
    if (client.call(ask.exists(next)) === 'NoNode') goneAt.push(seat.state?.nowMillis ?? 0);
  }
  const [first = 0] = goneAt;
  expect(goneAt.map((at) => at - first)).toEqual([0, 100, 200, 300]);
});

it('what gets new data while it waits to go is let be', () => {
  const ensemble = started({ reapEveryMillis: 500, reapsPerMinuteMax: 60, extendedTypes: true });
  const client = ensemble.connect(ensemble.leader());
  const ttl = (path: string) =>
    ({ ...ask.create(path), kind: 'createTTL', flags: 5, ttlMillis: 400n }) as never;
  for (const path of ['/a', '/b']) client.call(ttl(path));
  for (let turn = 0; turn < 200 && client.call(ask.exists('/a')) !== 'NoNode'; turn += 1) {
    ensemble.run(10);
  }
  // It would be next, a second later.
  for (let turn = 0; turn < 15; turn += 1) {
    expect(client.call(ask.set('/b', new Uint8Array(1)))).toMatchObject({ kind: 'stat' });
    ensemble.run(100);
  }
});

it.each([
  ['enforceQuota is off: a hard limit only is told', false, 'stat'],
  ['enforceQuota is on: a hard limit refuses', true, 'QuotaExceeded'],
])('%s', (_, enforceQuota, answer) => {
  const ensemble = started({ enforceQuota });
  const seat = ensemble.leader();
  const client = ensemble.connect(seat);
  const limits = new TextEncoder().encode('count=2,bytes=-1=;byteHardLimit=4');
  const quota = '/zookeeper/quota/a';
  for (const path of ['/a', quota, `${quota}/zookeeper_stats`]) client.call(ask.create(path));
  client.call(ask.create(`${quota}/zookeeper_limits`, 0, limits));
  client.call(ask.create('/a/b'));
  expect(ensemble.traced(seat, 'quotaExceeded')).toEqual([]);
  // A soft limit is told, and no more than that.
  expect(client.call(ask.create('/a/c'))).toEqual({ kind: 'path', path: '/a/c' });
  const soft = { subject: '/a', path: '/a/c', what: 'count', value: 3, limit: 2 };
  const hard = { subject: '/a', path: '/a', what: 'bytes', value: 5, limit: 4, isHard: true };
  const changed = client.call(ask.set('/a', new Uint8Array(5)));
  if (answer === 'QuotaExceeded') expect(changed).toBe(answer);
  else expect(changed).toMatchObject({ kind: 'stat' });
  expect(ensemble.traced(seat, 'quotaExceeded')).toEqual([
    { kind: 'quotaExceeded', ...soft, isHard: false, refused: false },
    { kind: 'quotaExceeded', ...hard, refused: enforceQuota },
  ]);
});

it('who is told of a quota hears of nothing that is refused for something else', () => {
  const ensemble = started({});
  const seat = ensemble.leader();
  const client = ensemble.connect(seat);
  const quota = '/zookeeper/quota/a';
  for (const path of ['/a', quota, `${quota}/zookeeper_stats`]) client.call(ask.create(path));
  const limits = new TextEncoder().encode('count=1,bytes=2');
  client.call(ask.create(`${quota}/zookeeper_limits`, 0, limits));
  const told = (): unknown[] =>
    ensemble.traced(seat, 'quotaExceeded').map((event) => [event.path, event.what]);
  const set = { kind: 'setData', path: '/a', data: new Uint8Array(3), version: 7 } as const;
  expect(client.call(set)).toBe('BadVersion');
  const create = { ...ask.create('/a/b'), kind: 'create' } as const;
  client.call({ kind: 'multi', operations: [create, set] } as never);
  expect(told()).toEqual([]);
  client.call({ kind: 'multi', operations: [create, { ...set, version: 0 }] } as never);
  expect(told()).toEqual([
    ['/a/b', 'count'],
    ['/a', 'bytes'],
  ]);
});
