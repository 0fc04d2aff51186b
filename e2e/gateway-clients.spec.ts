// More clients that nobody here wrote, unmodified, at three tabs through the gateway: zkCli.sh, Apache's C client,
// Curator, kazoo's own suite, two clients from npm. One room serves them all. GATEWAY_LONG plays all that there
// is of each instead of a selection.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext } from '@playwright/test';

import { askMode, askWord } from '../src/entries/cli/ensemble.ts';
import { run } from '../src/entries/cli/program.fixture.ts';
import { CURATOR_CASES, playCurator } from '../src/entries/proof/curator.fixture.ts';
import { talkToCliMt } from '../src/entries/proof/cli-mt.fixture.ts';
import { KAZOO_SELECTION, KAZOO_GATEWAY_EXCLUDED } from '../src/entries/proof/kazoo-gateway.ts';
import { playKazooSuite } from '../src/entries/proof/kazoo-suite.fixture.ts';
import {
  loadPureClient,
  openNative,
  openPure,
  pureCalls,
  ZOO,
  type PureEvent,
} from '../src/entries/proof/npm-clients.fixture.ts';
import { showPanel } from './support/hands.ts';
import { takeComplaints } from './support/quiet.ts';
import { newRoom, openEnsemble } from './support/room.ts';
import { startServer } from './support/server.ts';
import { expect, test as base } from './support/test.ts';

const LONG = process.env['GATEWAY_LONG'] !== undefined;

/** A room that all of these tests share, as the connection string that its page shows. */
const test = base.extend<object, { hosts: string }>({
  hosts: [
    async ({ chrome }, use) => {
      const server = await startServer();
      const context: BrowserContext = await chrome.newContext();
      const pages = await openEnsemble(context, server.url, newRoom());
      const [page] = pages;
      if (page === undefined) throw new Error('a room without a tab');
      await showPanel(page, 'Clients');
      const text = page.getByLabel('Connection string');
      await expect(text).toHaveValue(/^127\.0\.0\.1:\d+(,127\.0\.0\.1:\d+){2}$/);
      await use(await text.inputValue());
      await context.close();
      expect(takeComplaints(), 'every console is quiet').toEqual([]);
      await server.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});

test('four-letter words are answered by each tab', async ({ hosts }) => {
  const ports = hosts.split(',').map((host) => Number(host.split(':')[1]));
  const modes = await Promise.all(ports.map(askMode));
  expect(modes.sort()).toEqual(['follower', 'follower', 'leader']);
  for (const port of ports) expect(await askWord(port, 'ruok')).toBe('imok');
  expect(await askWord(ports[0] ?? 0, 'conf')).toContain('serverId=1');
  expect(await askWord(ports[0] ?? 0, 'what')).toBe('');
});

test('zkCli.sh creates, reads, watches, lists, bounds and deletes', async ({ hosts }) => {
  const lines = [
    ...['create /zk one', 'create -e /zk/e here', 'create -s /zk/s- x', 'get -w /zk'],
    ...['set /zk two', 'get /zk', 'set -v 7 /zk three', 'ls /zk', 'stat /zk', 'create /zk x'],
    ...['addWatch -m persistent /zk', 'create /zk/c'],
    ...['setquota -n 9 /zk', 'listquota /zk', 'delquota /zk', 'getAcl /zk', 'config', 'sync /'],
    ...['delete /zk', 'deleteall /zk', 'stat /zk', 'quit'],
  ];
  const { output } = await run('/usr/share/zookeeper/bin/zkCli.sh', ['-server', hosts], {
    input: `${lines.join('\n')}\n`,
    timeoutMillis: 60_000,
  });
  for (const said of [
    ...['Created /zk\n', 'Created /zk/e\n', 'Created /zk/s-0000000001\n', '\ntwo\n'],
    ...['type:NodeDataChanged path:/zk\n', 'version No is not valid : /zk', '[e, s-0000000001]'],
    ...['numChildren = 2', 'Node already exists: /zk', 'Created /zk/c\n'],
    ...['type:NodeChildrenChanged path:/zk\n', 'count=9', "'world,'anyone\n: cdrwa", 'server.3='],
    ...['Sync is OK', 'Node not empty: /zk', 'Node does not exist: /zk'],
  ]) {
    expect(output).toContain(said);
  }
});

test('cli_mt (the C client) creates, reads, watches, lists and deletes', async ({ hosts }) => {
  await talkToCliMt(hosts, '/c');
});

const CURATOR_SELECTION = [
  ...['operations', 'transactions', 'InterProcessMutex', 'InterProcessReadWriteLock'],
  ...['LeaderLatch', 'DistributedAtomicLong', 'SimpleDistributedQueue', 'CuratorCache'],
];

test('Curator’s recipes do what they promise', async ({ hosts }) => {
  test.setTimeout(600_000);
  const names = LONG ? CURATOR_CASES : CURATOR_SELECTION;
  const { code, results, output } = await playCurator(hosts, names);
  expect(results, output).toEqual(names.map((name) => ({ result: 'ok', name, why: '' })));
  expect(code).toBe(0);
  test.info().annotations.push({ type: 'cases', description: String(results.length) });
});

test('node-zookeeper-client creates, transacts, watches and loses its ephemerals', async ({
  hosts,
}) => {
  const pure = loadPureClient();
  // It has no sync: at one server each sees what the other was answered.
  const [host = ''] = hosts.split(',');
  const [one, other] = [await openPure(host), await openPure(host)];
  const call = pureCalls(one);
  await call.mkdirp('/pure/a');
  const name = await call.create(
    '/pure/a/s-',
    Buffer.from('1'),
    pure.CreateMode.PERSISTENT_SEQUENTIAL,
  );
  expect(name).toBe('/pure/a/s-0000000000');
  await call.create('/pure/a/e', Buffer.from('one'), pure.CreateMode.EPHEMERAL);
  const changed = new Promise<PureEvent>((resolve) => {
    void pureCalls(other).getData('/pure/a/e', resolve);
  });
  expect((await pureCalls(other).getChildren('/pure/a')).sort()).toEqual(['e', 's-0000000000']);
  expect((await call.setData('/pure/a/e', Buffer.from('two'), 0)).version).toBe(1);
  expect(await changed).toMatchObject({ name: 'NODE_DATA_CHANGED', path: '/pure/a/e' });
  await expect(call.setData('/pure/a/e', Buffer.from('three'), 0)).rejects.toThrow('BAD_VERSION');
  const all = one
    .transaction()
    .create('/pure/t', Buffer.from('1'))
    .create('/pure/a', Buffer.from('2'));
  await expect(
    new Promise((resolve, reject) => {
      all.commit((error, results) => (error === null ? resolve(results) : reject(error)));
    }),
  ).rejects.toThrow('NODE_EXISTS');
  expect(await call.exists('/pure/t', null)).toBe(null);
  const gone = new Promise<PureEvent>((resolve) => {
    void pureCalls(other).exists('/pure/a/e', resolve);
  });
  await pureCalls(other).getChildren('/');
  one.close();
  expect(await gone).toMatchObject({ name: 'NODE_DELETED', path: '/pure/a/e' });
  other.close();
});

test('zookeeper from npm (the C client in Node) creates, watches, syncs and deletes', async ({
  hosts,
}) => {
  const [one, other] = [await openNative(hosts), await openNative(hosts)];
  expect(await one.create('/native', 'one', 0)).toBe('/native');
  expect(await one.create('/native/s-', '', ZOO.sequence)).toBe('/native/s-0000000000');
  expect(await one.create('/native/e', '', ZOO.ephemeral)).toBe('/native/e');
  await other.sync('/native');
  const heard = new Promise<[number, string]>((resolve) => {
    void other.w_get('/native', (type, _state, path) => {
      resolve([type, path]);
    });
  });
  const [children] = await other.get_children2('/native', false);
  expect(children.sort()).toEqual(['e', 's-0000000000']);
  expect((await one.set('/native', 'two', 0)).version).toBe(1);
  expect(await heard).toEqual([ZOO.changedEvent, '/native']);
  await expect(one.set('/native', 'three', 0)).rejects.toThrow('bad version');
  await expect(one.delete_('/native', -1)).rejects.toThrow('not empty');
  const closed = new Promise<void>((resolve) => {
    one.once('close', resolve);
  });
  one.close();
  await closed;
  // Its client sends the end of its session and waits for no answer; that it only expired would take twice as long.
  await expect
    .poll(
      async () => {
        await other.sync('/native');
        return other.pathExists('/native/e', false);
      },
      { timeout: 5_000 },
    )
    .toBe(false);
  other.close();
});

test('kazoo’s own suite passes, case by case', async ({ hosts }) => {
  test.setTimeout(LONG ? 1_600_000 : 500_000);
  const directory = await mkdtemp(join(tmpdir(), 'tabkeeper-kazoo-'));
  try {
    const { cases, output } = await playKazooSuite(directory, {
      ...{ against: { hosts }, chosen: LONG ? [] : KAZOO_SELECTION },
      excluded: KAZOO_GATEWAY_EXCLUDED.map(({ name }) => name),
    });
    const played = cases.filter(({ outcome }) => outcome !== 'excluded');
    expect(played.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
    // So that a suite that is not found, or not whole, is noticed.
    expect(cases.length, output.slice(-4_000)).toBeGreaterThanOrEqual(LONG ? 400 : 36);
    test.info().annotations.push({ type: 'cases', description: String(played.length) });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
