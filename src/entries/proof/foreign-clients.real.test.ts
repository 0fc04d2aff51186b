// More clients that nobody here wrote, unmodified, against the edge (3 servers): Curator's recipes, Apache's C
// client by its shell, and the two clients of npm. kazoo's suite and zkCli.sh have files of their own.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';

import { startEnsemble, type RunningEnsemble } from '../cli/ensemble.ts';
import { bundleCommand, freeBases, temporaryDirectory } from '../cli/program.fixture.ts';
import { CLI_MT, talkToCliMt } from './cli-mt.fixture.ts';
import { converse } from './conversation.fixture.ts';
import { CURATOR_CASES, playCurator } from './curator.fixture.ts';
import {
  loadPureClient,
  openNative,
  openPure,
  pureCalls,
  ZOO,
  type PureEvent,
} from './npm-clients.fixture.ts';

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

describe('Curator', async () => {
  const { code, results, output } = await playCurator(hosts, CURATOR_CASES);

  test('played every recipe', () => {
    expect(
      results.map(({ name }) => name),
      output,
    ).toEqual(CURATOR_CASES);
    expect(code).toBe(0);
  });

  test.each(results)('$name', ({ result, why }) => {
    expect(result, why).toBe('ok');
  });
});

describe("Apache's C client (cli_mt)", () => {
  test('creates, reads, watches, lists and deletes', async () => {
    await talkToCliMt(hosts, '/c');
  });

  test('gets two hundred answers to two hundred requests sent at once', async () => {
    const shell = converse(CLI_MT, ['-h', hosts]);
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

describe('node-zookeeper-client', () => {
  test('creates, reads, sets with versions, lists and removes', async () => {
    const client = await openPure(hosts);
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
    const client = await openPure(hosts);
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

describe('zookeeper (the C client inside Node)', () => {
  test('creates, reads, sets with versions, lists and deletes', async () => {
    const client = await openNative(hosts);
    expect(await client.create('/native', 'one', 0)).toBe('/native');
    expect(await client.create('/native/s-', '', ZOO.sequence)).toBe('/native/s-0000000000');
    expect(await client.create('/native/e', '', ZOO.ephemeral)).toBe('/native/e');
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
    const [one, other] = [await openNative(hosts), await openNative(hosts)];
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
      [ZOO.changedEvent, '/native-w'],
      [ZOO.childEvent, '/native-w'],
    ]);
    one.close();
    other.close();
  });

  test('loses its ephemeral nodes with its session', async () => {
    const [one, other] = [await openNative(hosts), await openNative(hosts)];
    expect(one.client_id).not.toBe(other.client_id);
    await one.create('/native-e', '', ZOO.ephemeral);
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
