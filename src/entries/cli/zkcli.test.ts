// `tabkeeper cli` against our own server: its sessions, its completion, its exit codes, and the process
// as a person starts it. What it prints is compared with Apache's own in zkcli.real.test.ts.

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, test } from 'vitest';

import { freePorts } from '../../adapters/tcp/ports.fixture.ts';
import { readCliArguments } from './cli-command.ts';
import { startEnsemble, type RunningEnsemble } from './ensemble.ts';
import { startServerOf } from './server-command.ts';
import { bundleCommand, freeBases, run, temporaryDirectory } from './program.fixture.ts';
import { ZkCli } from './zkcli.ts';

let directory = '';
let ensemble: RunningEnsemble;
let program = '';

beforeAll(async () => {
  directory = await temporaryDirectory();
  program = await bundleCommand(join(directory, 'bin'));
  ensemble = await startEnsemble({
    ...{ servers: 1, directory: join(directory, 'data'), ...(await freeBases(1)) },
    ...{ inProcess: true, program: '', tell: () => undefined, lines: [] },
  });
});

afterAll(async () => {
  await ensemble.stop();
  await rm(directory, { recursive: true, force: true });
});

describe('one shell', () => {
  let cli: ZkCli;
  let printed: string[] = [];
  const typed = async (line: string): Promise<string[]> => {
    printed = [];
    await cli.line(line);
    return printed;
  };

  beforeEach(async () => {
    printed = [];
    const options = { server: ensemble.connectionString, timeoutMillis: 10_000, version: 'x' };
    cli = new ZkCli(options, ({ text }) => printed.push(text));
    expect(await cli.connected()).toBe(true);
  });
  afterEach(async () => {
    await cli.close();
  });

  test('completes commands and, by asking the server, paths', async () => {
    for (const path of ['/shelf', '/shelf/one', '/shelf/only', '/shoe'])
      await typed(`create ${path}`);
    expect(await cli.complete('getAl')).toEqual([['getAllChildrenNumber '], 'getAl']);
    expect(await cli.complete('get /sh')).toEqual([['/shelf', '/shoe'], '/sh']);
    expect(await cli.complete('get /she')).toEqual([['/shelf'], '/she']);
    expect(await cli.complete('get /shelf')).toEqual([['/shelf/one', '/shelf/only'], '/shelf']);
    expect(await cli.complete('get /none/x')).toEqual([['/none/x'], '/none/x']);
    expect(await cli.complete('get ')).toEqual([[], 'get ']);
    await typed('deleteall /shelf');
    await typed('delete /shoe');
  });

  test('tells its state, counts its lines, and goes on behind a close', async () => {
    const server = ensemble.connectionString;
    expect(cli.prompt).toBe(`[zk: ${server}(CONNECTED) 0] `);
    await typed('create -e /here');
    expect(await typed('close')).toContain('WatchedEvent state:Closed type:None path:null');
    expect(cli.prompt).toBe(`[zk: ${server}(CLOSED) 2] `);
    expect(await typed('ls /')).toEqual(['Not connected']);
    expect(await typed('connect nowhere:x')).toEqual(['"nowhere:x" is no host:port']);
    await typed('connect');
    expect(await typed('ls /')).toContain('[zookeeper]');
    await typed('printwatches off');
    expect(await typed('close')).toEqual([]);
  });

  test('ends an ephemeral with its session, and a refused identity with Not connected', async () => {
    await typed('addauth digest');
    await expect.poll(() => cli.prompt).toContain('(AUTH_FAILED)');
    expect(await typed('whoami')).toEqual(['Not connected']);
  });
});

describe('the process', () => {
  const cli = (args: readonly string[], input = '') =>
    run(process.execPath, [program, 'cli', ...args], { input, timeoutMillis: 30_000 });
  const at = (): string[] => ['-server', ensemble.connectionString];

  test('says how it is used, and what is wrong with its options', async () => {
    expect(await cli(['--help'])).toMatchObject({
      code: 0,
      output: expect.stringContaining('-server'),
    });
    const wrong = async (...words: string[]) => {
      const { code, output } = await cli(words);
      const [sentence] = output.split('\n');
      return [code, sentence];
    };
    expect(await wrong('-nonsense')).toEqual([2, 'tabkeeper: cli has no option "-nonsense"']);
    expect(await wrong('-server')).toEqual([2, 'tabkeeper: no argument found for option -server']);
    expect(await wrong('-server', 'here:x')).toEqual([2, 'tabkeeper: "here:x" is no host:port']);
    const [code, sentence] = await wrong('-client-configuration', 'f');
    expect([code, sentence]).toEqual([2, expect.stringContaining('-client-configuration names')]);
  });

  test('does what is piped in, line by line, and ends with the last code', async () => {
    const { code, output } = await cli(
      at(),
      'create /piped "two words"\nget /piped\ndelete /piped\nfoo\n',
    );
    expect(output).toContain('Created /piped\n');
    expect(output).toContain('\ntwo words\n');
    expect(output).toContain('Command not found: Command not found foo\n');
    expect(code).toBe(127);
    expect((await cli(at(), 'get /nope\nls /\n')).code).toBe(0);
  });

  test.each([
    [['ls', '/'], 0],
    [['get', '/nope'], 1],
    [['get'], 1],
    [['foo'], 127],
    [['help'], 0],
  ])('one command, one code: %j', async (words, code) => {
    expect((await cli([...at(), '-waitforconnection', ...words])).code).toBe(code);
  });

  test('with a chroot all that is named lies below it, and is told without it', async () => {
    const below = ['-server', `${ensemble.connectionString}/chroot`];
    expect((await cli(below, 'ls /\n')).output).toContain('Node does not exist: /\n');
    await cli([...at(), 'create', '/chroot']);
    const { output, code } = await cli(
      below,
      'create -s /a- x\nget -w /a-0000000000\nset /a-0000000000 y\nls /\ncreate -e /e\ngetEphemerals /\n',
    );
    expect(code).toBe(0);
    expect(output).toContain('Created /a-0000000000\n');
    expect(output).toContain('type:NodeDataChanged path:/a-0000000000\n');
    expect(output).toContain('\n[a-0000000000]\n');
    expect(output).toContain('\n[/e]\n');
    expect((await cli([...at(), 'ls', '-R', '/chroot'])).output).toContain(
      '/chroot/a-0000000000\n',
    );
    expect((await cli([...at(), 'deleteall', '/chroot'])).code).toBe(0);
    expect((await cli(['-server', 'here:1/a/', 'ls', '/'])).output).toContain(
      'tabkeeper: "/a/" is no path behind servers: a path cannot end with /\n',
    );
  });

  test('what is longer than a frame may be is told, and allowed by -jute.maxbuffer', async () => {
    const connect = ['-server', ensemble.connectionString];
    await cli([...connect, 'create', '/long']);
    const create = Array.from(
      { length: 3 },
      (_, at) => `create /long/${'x'.repeat(400)}${String(at)}\n`,
    );
    await cli(connect, create.join(''));
    const short = await cli([...connect, '-jute.maxbuffer', '1024', 'ls', '/long']);
    expect(short).toMatchObject({
      ...{ code: 1, output: expect.stringContaining('the answer is longer than a frame may be') },
    });
    expect(short.output).toContain('KeeperErrorCode = MarshallingError for /long');
    expect((await cli([...connect, 'ls', '/long'])).output).toContain('x0, x');
    expect((await cli([...connect, 'deleteall', '/long'])).code).toBe(0);
  });

  test('-r: a server without a quorum will do, for reads', async () => {
    const [port = 0, ...peers] = (await freePorts(7)).map(String);
    const data = join(directory, 'lonely');
    await mkdir(data);
    await writeFile(join(data, 'myid'), '1\n');
    const path = join(directory, 'lonely.cfg');
    const members = [1, 2, 3].map((id) => {
      const [quorum = '', election = ''] = peers.slice(2 * id - 2);
      return `server.${String(id)}=127.0.0.1:${quorum}:${election}`;
    });
    const own = [`dataDir=${data}`, `clientPort=${String(port)}`, 'clientPortAddress=127.0.0.1'];
    const lines = [...own, 'tickTime=200', 'readonlymode.enabled=true', ...members];
    await writeFile(path, lines.join('\n'));
    const nothing = (): undefined => undefined;
    const server = await startServerOf(path, { tell: nothing, complain: nothing, onHalt: nothing });
    const lonely = ['-server', `127.0.0.1:${String(port)}`, '-waitforconnection'];
    const { code, output } = await cli([...lonely, '-r', 'ls', '/']);
    expect({ code, output }).toMatchObject({
      code: 0,
      output: expect.stringContaining('[zookeeper]'),
    });
    expect(output).toContain('WatchedEvent state:ConnectedReadOnly type:None path:null');
    expect(await cli([...lonely, '-r', 'create', '/x'])).toMatchObject({
      ...{ code: 1, output: expect.stringContaining('Not a read-only call') },
    });
    expect((await cli([...lonely, '-timeout', '500', 'ls', '/'])).code).toBe(1);
    await server.stop();
  }, 60_000);

  test('gives up where nobody serves', async () => {
    const [nobody = 0] = await freePorts(1);
    const server = ['-server', `127.0.0.1:${String(nobody)}`];
    const lost = await cli([...server, 'ls', '/']);
    expect(lost.output).toContain('KeeperErrorCode = ConnectionLoss for /');
    expect(lost.code).toBe(1);
    const waited = await cli([...server, '-timeout', '300', '-waitforconnection', 'ls', '/']);
    expect(waited).toMatchObject({ code: 1, output: expect.stringContaining('ConnectionLoss') });
  });
});

test('options stand before the command; behind it they are its own', () => {
  const read = (...args: string[]) => readCliArguments(args, 'x');
  expect(read()).toMatchObject({ server: 'localhost:2181', timeoutMillis: 30_000, words: [] });
  expect(read('-server', 'a:1,b:2', '-timeout', '5', 'ls', '-R', '/')).toMatchObject({
    ...{ server: 'a:1,b:2', timeoutMillis: 5, wait: false, words: ['ls', '-R', '/'] },
  });
  expect(() => read('-timeout', '0')).toThrow('-timeout takes milliseconds');
  expect(read('-jute.maxbuffer', '4000000', 'ls')).toMatchObject({ frameBytesMax: 4_000_000 });
  expect(() => read('-jute.maxbuffer', '100')).toThrow('takes bytes, at least 1024, not "100"');
  expect(read('-r', 'ls', '/')).toMatchObject({ readOnly: true, words: ['ls', '/'] });
  expect(() => read('-x')).toThrow('cli has no option "-x"');
});
