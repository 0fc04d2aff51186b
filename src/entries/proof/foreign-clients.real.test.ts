// More clients that nobody here wrote, unmodified, against the edge (3 servers): Curator's recipes, Apache's C
// client by its shell, and the two clients of npm. kazoo's suite and zkCli.sh have files of their own.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';

import { startEnsemble, type RunningEnsemble } from '../cli/ensemble.ts';
import { bundleCommand, freeBases, run, temporaryDirectory } from '../cli/program.fixture.ts';
import { converse } from './conversation.fixture.ts';
import { loadNativeClient, loadPureClient } from './npm-clients.fixture.ts';
import type { NativeClient, PureClient, PureEvent } from './npm-clients.fixture.ts';

const directory = await temporaryDirectory();
const ensemble: RunningEnsemble = await startEnsemble({
  ...{ servers: 3, directory: join(directory, 'data'), ...(await freeBases(3)) },
  ...{ inProcess: false, program: await bundleCommand(join(directory, 'bin')) },
  tell: () => undefined,
});
const hosts = ensemble.connectionString;
/** For two clients of a library that has no sync: what one was answered the other sees. */
const oneHost = hosts.split(',')[0] ?? '';

afterAll(async () => {
  await ensemble.stop();
  await rm(directory, { recursive: true, force: true });
});

const JARS = [
  ...['curator-recipes', 'curator-framework', 'curator-client', 'zookeeper', 'zookeeper-jute'],
  ...['guava', 'slf4j-api', 'slf4j-nop', 'jackson-databind', 'jackson-core', 'jackson-annotations'],
].map((name) => `/usr/share/java/${name}.jar`);
const RECIPES = 17;

describe('Curator', async () => {
  const cases = join(import.meta.dirname, 'CuratorCases.java');
  const args = ['-cp', JARS.join(':'), cases, hosts];
  const { code, output } = await run('/usr/bin/java', args, { timeoutMillis: 180_000 });
  const results = [...output.matchAll(/^(ok|FAILED) (\S+)(.*)$/gm)].map(
    ([, result, name, why]) => ({
      result,
      name,
      why,
    }),
  );

  test('played every recipe', () => {
    expect(results, output).toHaveLength(RECIPES);
    expect(code).toBe(0);
  });

  test.each(results)('$name', ({ result, why }) => {
    expect(result, why).toBe('ok');
  });
});

describe("Apache's C client (cli_mt)", () => {
  test('creates, reads, watches, lists and deletes', async () => {
    const shell = converse('/usr/lib/zookeeper/bin/cli_mt', ['-h', hosts]);
    await shell.say(null, /Got a new session id: 0x[0-9a-f]+/);
    await shell.say('create /c', /\[\/c\]: rc = 0\n\tname = \/c\n/);
    await shell.say('create /c', /\[\/c\]: rc = -110\n/);
    await shell.say('create +e /c/e', /name = \/c\/e\n/);
    await shell.say('create +es /c/s', /name = \/c\/s0000000001\n/);
    await shell.say('create2 /c/two', /name = \/c\/two\n[^]*ephemeralOwner = 0\n/);
    await shell.say('get /c', /value_len = 3\nnew\nStat:\n[^]*ephemeralOwner = 0\n/);
    const changed = /Watcher CHANGED_EVENT state = CONNECTED_STATE for path \/c\n/;
    await shell.say('set /c changed', changed);
    await shell.say('exists /c', /version=1\t/);
    await shell.say('ls /c', /\te\n\ts0000000001\n\ttwo\ntime = \d+ msec\n/);
    await shell.say('sync /c', /\[\/c\]: rc = 0\n/);
    await shell.say('delete /c/two', /Watcher CHILD_EVENT state = CONNECTED_STATE for path \/c\n/);
    await shell.say('delete /c', /\/c: rc = -111\n/);
    await shell.say('config', /server\.3=[^]*version=0\n/);
    await shell.say('quit', /Quitting/);
    shell.end();
  });

  test('gets two hundred answers to two hundred requests sent at once', async () => {
    const shell = converse('/usr/lib/zookeeper/bin/cli_mt', ['-h', hosts]);
    await shell.say(null, /Got a new session id/);
    await shell.say('create /od', /\[\/od\]: rc = 0\n/);
    await shell.say('od /od', /Data completion \/od rc = 0\n/);
    for (let more = 1; more < 200; more += 1)
      await shell.say(null, /Data completion \/od rc = 0\n/);
    await shell.say('quit', /Recvd 200 responses for 200 requests sent/);
    shell.end();
  });
});

const pure = loadPureClient();
const { PERSISTENT, EPHEMERAL, PERSISTENT_SEQUENTIAL } = pure.CreateMode;

async function openPure(to = hosts): Promise<PureClient> {
  const client = pure.createClient(to, { sessionTimeout: 10_000 });
  const connected = new Promise<void>((resolve) => {
    client.once('connected', resolve);
  });
  client.connect();
  await connected;
  return client;
}

const pureCalls = (client: PureClient) => ({
  create: promisify(client.create.bind(client)),
  mkdirp: promisify(client.mkdirp.bind(client)),
  exists: promisify(client.exists.bind(client)),
  setData: promisify(client.setData.bind(client)),
  getChildren: promisify(client.getChildren.bind(client)),
  remove: promisify(client.remove.bind(client)),
  setACL: promisify(client.setACL.bind(client)),
  getData: (path: string, watcher: ((event: PureEvent) => void) | null = null) =>
    new Promise<string>((resolve, reject) => {
      client.getData(path, watcher, (error, data) => {
        if (error === null) resolve(data.toString());
        else reject(error);
      });
    }),
});

describe('node-zookeeper-client', () => {
  test('creates, reads, sets with versions, lists and removes', async () => {
    const client = await openPure();
    const call = pureCalls(client);
    await call.mkdirp('/pure/a');
    expect(await call.create('/pure/a/s-', Buffer.from('1'), PERSISTENT_SEQUENTIAL)).toBe(
      '/pure/a/s-0000000000',
    );
    await call.create('/pure/a/e', Buffer.from('one'), EPHEMERAL);
    expect(await call.getData('/pure/a/e')).toBe('one');
    expect((await call.setData('/pure/a/e', Buffer.from('two'), 0)).version).toBe(1);
    await expect(call.setData('/pure/a/e', Buffer.from('three'), 0)).rejects.toThrow('BAD_VERSION');
    expect((await call.getChildren('/pure/a')).sort()).toEqual(['e', 's-0000000000']);
    await expect(call.remove('/pure/a', -1)).rejects.toThrow('NOT_EMPTY');
    client.close();
  });

  test('hears of a change, and of an ephemeral node that ends with its session', async () => {
    const [one, other] = [await openPure(oneHost), await openPure(oneHost)];
    await pureCalls(one).create('/pure-e', Buffer.from('1'), EPHEMERAL);
    const changed = new Promise<PureEvent>((resolve) => {
      void pureCalls(other).getData('/pure-e', resolve);
    });
    // Behind the read on its connection: the watch is set when this is answered.
    await pureCalls(other).getChildren('/');
    await pureCalls(one).setData('/pure-e', Buffer.from('2'), -1);
    expect(await changed).toMatchObject({ name: 'NODE_DATA_CHANGED', path: '/pure-e' });
    const gone = new Promise<PureEvent>((resolve) => {
      void pureCalls(other).exists('/pure-e', resolve);
    });
    await pureCalls(other).getChildren('/');
    one.close();
    expect(await gone).toMatchObject({ name: 'NODE_DELETED', path: '/pure-e' });
    other.close();
  });

  test('does all of a transaction or nothing', async () => {
    const client = await openPure();
    const call = pureCalls(client);
    const commit = (first: string, second: string) => {
      const all = client
        .transaction()
        .create(first, Buffer.from('1'))
        .create(second, Buffer.from('2'));
      return promisify(all.commit.bind(all))();
    };
    expect(await commit('/pure-t', '/pure-t/a')).toHaveLength(2);
    await expect(commit('/pure-t/b', '/pure-t/a')).rejects.toThrow('NODE_EXISTS');
    expect(await call.exists('/pure-t/b', null)).toBe(null);
    client.close();
  });

  test('keeps others out by an ACL', async () => {
    const [owner, other] = [await openPure(oneHost), await openPure(oneHost)];
    owner.addAuthInfo('digest', Buffer.from('owner:secret'));
    await pureCalls(owner).create('/pure-acl', Buffer.from('mine'), PERSISTENT);
    await pureCalls(owner).setACL('/pure-acl', pure.ACL.CREATOR_ALL_ACL, -1);
    await expect(pureCalls(other).getData('/pure-acl')).rejects.toThrow('NO_AUTH');
    expect(await pureCalls(owner).getData('/pure-acl')).toBe('mine');
    owner.close();
    other.close();
  });
});

const Native = loadNativeClient();
/** ZOO_EPHEMERAL, ZOO_SEQUENCE, ZOO_CHANGED_EVENT, ZOO_CHILD_EVENT of zookeeper.h. */
const [ZOO_EPHEMERAL, ZOO_SEQUENCE, ZOO_CHANGED_EVENT, ZOO_CHILD_EVENT] = [1, 2, 3, 4];

async function openNative(): Promise<NativeClient> {
  const client = new Native({
    ...{ connect: hosts, timeout: 10_000, debug_level: 1, host_order_deterministic: false },
  });
  const connected = new Promise<void>((resolve) => {
    client.once('connect', resolve);
  });
  client.init({});
  await connected;
  return client;
}

describe('zookeeper (the C client inside Node)', () => {
  test('creates, reads, sets with versions, lists and deletes', async () => {
    const client = await openNative();
    expect(await client.create('/native', 'one', 0)).toBe('/native');
    expect(await client.create('/native/s-', '', ZOO_SEQUENCE)).toBe('/native/s-0000000000');
    expect(await client.create('/native/e', '', ZOO_EPHEMERAL)).toBe('/native/e');
    const [stat, data] = await client.get('/native', false);
    expect([stat.version, stat.numChildren, data.toString()]).toEqual([0, 2, 'one']);
    expect((await client.set('/native', 'two', 0)).version).toBe(1);
    await expect(client.set('/native', 'three', 0)).rejects.toThrow('bad version');
    const [children] = await client.get_children2('/native', false);
    expect(children.sort()).toEqual(['e', 's-0000000000']);
    await expect(client.delete_('/native', -1)).rejects.toThrow('not empty');
    expect((await client.get_acl('/native'))[0]).toMatchObject([{ perms: 31, scheme: 'world' }]);
    await client.sync('/native');
    client.close();
  });

  test('hears of changes that another client makes', async () => {
    const [one, other] = [await openNative(), await openNative()];
    await one.create('/native-w', '1', 0);
    await other.sync('/native-w');
    const events: [number, string][] = [];
    let onBoth: () => void = () => undefined;
    const both = new Promise<void>((resolve) => {
      onBoth = resolve;
    });
    const onEvent = (type: number, _state: number, path: string): void => {
      events.push([type, path]);
      if (events.length === 2) onBoth();
    };
    await other.w_get('/native-w', onEvent);
    await other.w_get_children('/native-w', onEvent);
    await one.set('/native-w', '2', -1);
    await one.create('/native-w/a', '', 0);
    await both;
    expect(events).toEqual([
      [ZOO_CHANGED_EVENT, '/native-w'],
      [ZOO_CHILD_EVENT, '/native-w'],
    ]);
    one.close();
    other.close();
  });

  test('loses its ephemeral nodes with its session', async () => {
    const [one, other] = [await openNative(), await openNative()];
    expect(one.client_id).not.toBe(other.client_id);
    await one.create('/native-e', '', ZOO_EPHEMERAL);
    await other.sync('/native-e');
    expect(await other.pathExists('/native-e', false)).toBe(true);
    const closed = new Promise<void>((resolve) => {
      one.once('close', resolve);
    });
    one.close();
    await closed;
    await other.sync('/native-e');
    expect(await other.pathExists('/native-e', false)).toBe(false);
    other.close();
  });
});
